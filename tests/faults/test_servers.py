"""Valkey and PostgreSQL die while mails go out."""

import time

import pytest
from django.db import connection

from tests.faults import cast, reckoning

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def number(short):
    return 400 if short else 2_000


@pytest.fixture
def workers(processes):
    """Two, and a beat; nobody starts them again."""
    processes.beat()
    found = [processes.worker(FAULTS_HURRY="12") for _ in range(2)]
    for worker in found:
        worker.wait_until_ready()
    return found


@pytest.fixture
def office(processes, workers, number, sink):
    """Somebody releases while mails go out."""
    cast.suggest(number)
    sink.set_rules(everybody="slow")
    return processes.start("tests.faults.release", "0", "1")


def settle(office, workers, sink, number):
    """No more faults: everything goes out, and all workers have come through."""
    sink.set_rules()
    assert office.wait(600) == 0
    reckoning.wait_until_drained(240)
    for worker in workers:
        assert worker.is_alive(), worker.words()
    account = reckoning.of(sink)
    assert account.owed == 2 * number
    assert (account.lost, account.altered, account.foreign) == (0, 0, 0)
    assert reckoning.every_introduction_has_its_mails()
    return account


def test_a_valkey_that_dies_and_forgets_everything_costs_nothing(office, workers, valkey, sink, chance, number, note):
    """R2: five times."""
    for moment in sorted(chance.sample(range(10, number), 5)):
        sink.wait_for(moment)
        valkey.kill()
        time.sleep(chance.uniform(0, 2))
        valkey.start()
    account = settle(office, workers, sink, number)
    note(mails=account.owed, lost=account.lost, extra=account.extra)
    assert account.extra == 0


def test_a_postgres_that_restarts_at_once_costs_nothing(office, workers, postgres, sink, chance, number, note):
    """R3: five times, as `pg_ctl restart -m immediate`."""
    for moment in sorted(chance.sample(range(10, number), 5)):
        sink.wait_for(moment)
        postgres.restart_immediately()
    connection.close()
    account = settle(office, workers, sink, number)
    note(mails=account.owed, lost=account.lost, extra=account.extra)
    assert account.extra == 0
