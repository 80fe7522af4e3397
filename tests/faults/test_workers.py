"""Workers that are killed, stopped and started while thousands of introductions go out."""

import time

import pytest

from matching.models import Introduction, Suggestion
from portal.mail import claims
from portal.mail.models import OutgoingMail
from tests.faults import cast, reckoning
from tests.faults.processes import SENDERS

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 2


def release_all(processes, number):
    """Two processes of the office release everything."""
    cast.suggest(number)
    return [processes.start("tests.faults.release", str(part), "2") for part in range(2)]


def wait_for_half(number):
    """Half of the cases are there before the first fault, the other half arise meanwhile."""
    while Introduction.objects.count() < number // 2:
        time.sleep(0.2)


def test_killed_workers_lose_nothing(processes, sink, chance, short, note):
    """R1: kill -9 at twenty random moments, each while mails are handed over."""
    number, kills, hurry = (1_000, 20, 12) if short else (10_000, 20, 1)
    offices = release_all(processes, number)
    wait_for_half(number)
    began = time.monotonic()
    variables = {"FAULTS_HURRY": str(hurry)} if hurry > 1 else {}
    processes.beat()
    workers = [processes.worker(**variables) for _ in range(WORKERS)]
    for moment in sorted(chance.sample(range(50, 2 * number - 100), kills)):
        sink.wait_for(moment, seconds=600)
        time.sleep(chance.uniform(0, 0.05))
        place = chance.randrange(WORKERS)
        workers[place].kill()
        workers[place] = processes.replace(workers[place])
    last_kill = time.monotonic()
    for office in offices:
        assert office.wait(3600) == 0
    reckoning.wait_until_drained(claims.LEASE.total_seconds() / hurry + 120)

    account = reckoning.of(sink)
    note(
        mails=account.owed,
        lost=account.lost,
        extra=account.extra,
        most_copies=account.most,
        seconds=round(time.monotonic() - began),
        seconds_after_last_kill=round(time.monotonic() - last_kill),
    )
    assert Introduction.objects.count() == number
    assert account.owed == 2 * number
    assert (account.lost, account.altered, account.foreign) == (0, 0, 0)
    assert account.extra <= kills * SENDERS
    assert account.most <= 2
    assert reckoning.every_introduction_has_its_mails()
    assert set(OutgoingMail.objects.values_list("status", flat=True)) == {"sent"}
    assert not Suggestion.objects.open().exists()


def test_deployments_cost_nothing(processes, sink, chance, short, note):
    """R6: SIGTERM under load, ten times; a worker hands back what it has not begun."""
    number, times = (700, 10) if short else (2_000, 10)
    for office in release_all(processes, number):
        assert office.wait(3600) == 0
    processes.beat()
    workers = [processes.worker() for _ in range(WORKERS)]
    sink.set_rules(everybody="very slow")
    longest = 0
    for moment in sorted(chance.sample(range(20, number), times)):
        sink.wait_for(moment)
        place = chance.randrange(WORKERS)
        workers[place].wait_until_ready()
        longest = max(longest, workers[place].stop())
        workers[place] = processes.replace(workers[place])
    assert len(sink.copies()) < 2 * number, "nothing was under way any more"
    sink.set_rules()
    reckoning.wait_until_drained(120)
    account = reckoning.of(sink)
    note(mails=account.owed, lost=account.lost, extra=account.extra, longest_stop_s=round(longest, 1))
    assert (account.lost, account.extra, account.foreign) == (0, 0, 0)
    assert longest < 10


def test_many_senders_send_each_mail_once(processes, sink, short, note):
    """R7: eight processes at once, and nobody dies."""
    number = 250 if short else 2_500
    for office in release_all(processes, number):
        assert office.wait(3600) == 0
    began = time.monotonic()
    senders = [processes.start("manage", "send_outbox") for _ in range(8)]
    assert {sender.wait(600) for sender in senders} == {0}
    account = reckoning.of(sink)
    note(mails=account.owed, lost=account.lost, extra=account.extra, seconds=round(time.monotonic() - began))
    assert (account.lost, account.extra, account.foreign) == (0, 0, 0)
    assert set(OutgoingMail.objects.values_list("status", "attempts")) == {("sent", 1)}
