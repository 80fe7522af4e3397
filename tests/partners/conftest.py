"""A company as it is entered."""

import pytest

from partners.companies import CompanyEntry
from tests.factories import make_municipality


@pytest.fixture
def company_entry(db):
    def entry(**changes):
        values = {
            "name": "Tischlerei Muster",
            "seat": make_municipality("Telgte"),
            "size_class": "small",
            "staff": 20,
            "branch": "F",
        }
        return CompanyEntry(**values | changes)

    return entry
