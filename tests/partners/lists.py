"""What the tests of the three imports share: places to sit in, and lists made of small literals."""

from io import StringIO

import pytest
from django.core.management import call_command

from cities import place_index
from cities.lines import ImportRefused
from cities.models import Municipality, PostcodePlace
from tests.cities.sheets import csv
from tests.factories import PLACES, make_municipality

HALLES = [("05754012", "Halle (Westf.)", 52.061, 8.360), ("05999001", "Halle", 51.9, 8.1)]


def make_places():
    """The places of the factories, two that are called Halle, and a postcode."""
    for name in PLACES:
        make_municipality(name)
    telgte = make_municipality("Telgte")
    PostcodePlace.objects.create(postcode="48291", municipality=telgte)
    for ags, name, latitude, longitude in HALLES:
        Municipality.objects.create(
            ags=ags, name=name, land=telgte.land, district=telgte.district, latitude=latitude, longitude=longitude
        )  # fmt: skip
    place_index.rebuild()


def table(*rows, write=csv):
    """A file with these rows; the headings are those of the first, and later rows only name what differs from it."""
    first = rows[0]
    return write(tuple(first), *(tuple((first | row).values()) for row in rows))


def counts(outcome):
    return outcome.added, outcome.changed, outcome.unchanged


def refusal(bring_in, content):
    with pytest.raises(ImportRefused) as refused:
        bring_in(content)
    return str(refused.value)


def run(command, file, **options):
    out, err = StringIO(), StringIO()
    call_command(command, str(file), stdout=out, stderr=err, **options)
    return out.getvalue().splitlines(), err.getvalue().splitlines()
