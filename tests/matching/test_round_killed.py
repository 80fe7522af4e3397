"""Real processes that are killed while they compute or release a round: nothing is half done, and it goes on."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from matching import carrying_on, rounds, suggestions
from matching.models import Introduction, MatchingRound, Suggestion
from portal.accounts.models import Organisation
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_curator, make_partner
from tests.locks import wait_until_somebody_waits
from tests.stack import environment

pytestmark = pytest.mark.django_db(transaction=True)
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
RELEASE = (
    "from matching import rounds; from matching.models import MatchingRound; from portal.accounts.models import User; "
    "rounds.release(MatchingRound.objects.get(), by=User.objects.get(is_staff=True))"
)


@pytest.fixture
def office():
    return make_curator()


@pytest.fixture
def region(office):
    make_partner(contact="petra@kammer.example", radius_km=80)
    for name in ("Telgte", "Bocholt"):
        make_city(name, contact=f"{name.lower()}@stadt.example")
    suggestions.refresh_all()


@contextmanager
def killed(*command):
    """A process that is killed when it waits for what the block has locked."""
    with transaction.atomic():
        yield
        process = subprocess.Popen([*MANAGE, *command], env=environment(sink_port=1), start_new_session=True)
        wait_until_somebody_waits()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    _wait_until_its_connection_is_gone()


def _wait_until_its_connection_is_gone():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'"
        )


def test_a_round_killed_while_it_is_computed_leaves_nothing_and_is_computed_again(region):
    before = list(Suggestion.objects.order_by("pk").values())
    with killed("run_round"):
        Suggestion.objects.select_for_update().get(city__slug="bocholt")
    row = MatchingRound.objects.get()
    assert (row.state, row.question, row.pairs.count()) == ("computing", None, 0)
    assert list(Suggestion.objects.order_by("pk").values()) == before
    assert rounds.run_waiting(row.claimed_until + rounds.LEASE) == 1
    row.refresh_from_db()
    assert (row.state, row.pairs.count()) == ("prepared", 2)


def test_a_round_killed_while_it_is_released_goes_on_and_nothing_goes_out_twice(region, office):
    row = rounds.run(rounds.start(by=office))
    with killed("shell", "--no-imports", "-c", RELEASE):
        Organisation.objects.select_for_update().get(name="Bocholt")
    row.refresh_from_db()
    assert row.state == "prepared"
    assert Introduction.objects.count() == 1  # Telgte is nearer and came first
    released = rounds.release(row, by=office)
    row.refresh_from_db()
    assert (row.state, released.refused) == ("released", [])
    assert Introduction.objects.count() == 2
    for days in (0, 8):  # the partner is asked about one town a week
        carrying_on.carry_on_due(timezone.now() + timedelta(days=days))
    assert OutgoingMail.objects.filter(key__startswith="invitation:").count() == 4
    assert row.closed_at <= timezone.now()
