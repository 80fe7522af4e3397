"""The mail server is away, hangs, refuses, or dies after it has taken a mail."""

import time

import pytest

from portal.accounts.models import OfficeTask
from portal.mail import outbox
from portal.mail.models import OutgoingMail
from tests.faults import reckoning

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def number(short):
    return 600 if short else 6_000


@pytest.fixture
def workers(processes):
    """Two, for whom a minute of the outbox's pauses is a second."""
    processes.beat()
    found = [processes.worker(FAULTS_HURRY="60") for _ in range(2)]
    for worker in found:
        worker.wait_until_ready()


def queue(number, *, domain="verein.example", begin=0):
    for each in range(begin, begin + number):
        to = f"person{each}@{domain}"
        outbox.queue_mail(f"notice:{each}", to, subject=f"Nachricht {each}", body="Text", kind="notice")


def outage(sink, chance, number, begin, end):
    """Three times, each while mails are handed over, for two to four seconds."""
    for moment in sorted(chance.sample(range(10, number * 3 // 4), 3)):
        sink.wait_for(moment)
        begin()
        time.sleep(chance.uniform(2, 4))
        end()


def settle(sink, number, note):
    reckoning.wait_until_drained(300)
    account = reckoning.of(sink)
    attempts = max(OutgoingMail.objects.values_list("attempts", flat=True))
    note(mails=account.owed, lost=account.lost, extra=account.extra, most_copies=account.most, most_attempts=attempts)
    assert account.owed == number
    assert (account.lost, account.altered, account.foreign) == (0, 0, 0)
    return account


@pytest.mark.parametrize("answer", ["451 later", "data: 451 later", "hang"])
def test_a_server_that_asks_for_patience_or_hangs_costs_nothing(workers, sink, chance, number, note, answer):
    """R4: refused before and after the text; a hang lasts until the portal gives up."""
    queue(number)
    outage(sink, chance, number, lambda: sink.set_rules(everybody=answer), sink.set_rules)
    assert settle(sink, number, note).extra == 0


def test_a_server_that_is_away_costs_nothing(workers, sink, chance, number, note):
    """R4: killed and started again. What it took at that moment without a 250 may come twice."""
    queue(number)
    outage(sink, chance, number, sink.stop, sink.start)
    account = settle(sink, number, note)
    assert account.extra <= 3 * 4
    assert account.most <= 2


def test_a_connection_that_dies_after_the_text_costs_one_copy_each_at_most(workers, sink, chance, number, note):
    """R5: nobody can know whether such a mail arrived; it is sent again, the same to the byte."""
    queue(number)
    sink.wait_for(number // 4)
    sink.set_rules(everybody="drop")
    time.sleep(0.5)
    sink.set_rules()
    assert settle(sink, number, note).most <= 2


def test_refusals_hold_up_nobody_else_and_none_is_silent(workers, sink, note):
    """R8 and R9: 550 and impossible addresses end at once as tasks of the office; 4xx are tried until they pass."""
    sink.set_rules(gone_example="550 no such user", full_example="452 mailbox full", busy_example="451 greylisted")
    for place, domain in enumerate(["gone.example", "full.example", "busy.example", "verein.example"]):
        queue(50, domain=domain, begin=1000 * place)
    queue(1, domain="kein ort", begin=9000)
    sink.wait_for(50)
    while OutgoingMail.objects.filter(attempts__lt=2, to__endswith="@full.example").exists():
        time.sleep(0.2)
    assert OutgoingMail.objects.filter(status="sent").count() == 50
    assert set(OutgoingMail.objects.filter(status="failed").values_list("attempts", flat=True)) == {1}
    sink.set_rules(gone_example="550 no such user")
    reckoning.wait_until_drained(180)
    note(sent=OutgoingMail.objects.filter(status="sent").count(), failed=51)
    assert OutgoingMail.objects.filter(status="sent").count() == 150
    assert OfficeTask.objects.filter(kind=OfficeTask.Kind.DELIVERY).count() == 51
