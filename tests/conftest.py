"""What all tests share."""

import os

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from matching import open_days
from portal.celery import app

OUTBOX = settings.EMAIL_BACKEND
collect_ignore = [] if "FAULTS" in os.environ else ["faults"]  # they need servers of their own: `./dev faults`


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Making and dropping whole databases may take longer than a query of the portal: the machine may be busy."""
    connection.settings_dict["OPTIONS"]["options"] += " -c statement_timeout=120s"


@pytest.fixture(scope="session", autouse=True)
def every_mail_is_a_row(django_test_environment):
    """Django's test set-up would replace the mail backend, and then no test would see what a person gets."""
    settings.EMAIL_BACKEND = OUTBOX


@pytest.fixture(scope="session", autouse=True)
def nobody_is_woken():
    """Waking a worker goes nowhere: a test must not reach the workers of a portal that runs beside it."""
    app.conf.broker_url = "memory://"


@pytest.fixture(scope="session", autouse=True)
def static_files_have_a_folder(tmp_path_factory):
    """WhiteNoise warns of a missing one, and tests do not collect files."""
    settings.STATIC_ROOT = str(tmp_path_factory.mktemp("static"))


class QuickArgon2(Argon2PasswordHasher):
    """The same hashes at hardly any cost: most tests only need somebody who has a password."""

    time_cost, memory_cost, parallelism = 1, 8, 1


@pytest.fixture(scope="session", autouse=True)
def passwords_cost_little():
    settings.PASSWORD_HASHERS = [f"{__name__}.{QuickArgon2.__name__}"]


@pytest.fixture(scope="session", autouse=True)
def links_lead_to_one_address():
    """Wherever a portal runs beside the tests."""
    settings.SITE_URL = "http://localhost:8000"


@pytest.fixture(autouse=True)
def no_school_holidays_are_assumed(request, monkeypatch):
    """Tests mean the same on every day of the year; those about the assumption carry the mark `winter_break`."""
    if not request.node.get_closest_marker("winter_break"):
        monkeypatch.setattr(open_days, "WINTER_BREAK", ((12, 31), (1, 1)))


@pytest.fixture(scope="session")
def rows_of_migrations(django_db_setup):
    return connection._test_serialized_contents


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Tests that empty the tables go last, and find again what migrations wrote: topics, categories, weights."""
    for item in filter(_empties_the_tables, items):
        item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    items.sort(key=_empties_the_tables)


def _empties_the_tables(item):
    marker = item.get_closest_marker("django_db")
    by_fixture = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(by_fixture or (marker and marker.kwargs.get("transaction")))
