"""Two beats, and processes whose clock is wrong or jumps."""

import time

import pytest

from matching.models import DueJob, MatchingRound
from portal.mail import outbox
from portal.mail.models import OutgoingMail
from tests.faults import cast, reckoning

pytestmark = pytest.mark.django_db(transaction=True)


def queue(number):
    for each in range(number):
        outbox.queue_mail(f"notice:{each}", f"p{each}@verein.example", subject="Hallo", body="Text", kind="notice")


def test_two_beats_and_two_workers_send_each_mail_once(processes, sink, short, note):
    for _ in range(2):
        processes.beat()
        processes.worker()
    queue(500 if short else 5_000)
    reckoning.wait_until_drained(300)
    time.sleep(12)  # both beats ask once more
    account = reckoning.of(sink)
    note(mails=account.owed, lost=account.lost, extra=account.extra)
    assert (account.lost, account.extra, account.foreign) == (0, 0, 0)
    assert set(OutgoingMail.objects.values_list("status", "attempts")) == {("sent", 1)}


def test_wrong_and_jumping_clocks_send_each_mail_once(processes, sink, short, note):
    """R15: leases and due times are the database's."""
    sink.set_rules(everybody="slow")
    queue(500 if short else 5_000)
    senders = [processes.start("manage", "send_outbox", FAULTS_CLOCK=clock) for clock in ("7200", "-7200", "jumps")]
    assert {sender.wait(900) for sender in senders} == {0}
    account = reckoning.of(sink)
    note(mails=account.owed, lost=account.lost, extra=account.extra)
    assert (account.lost, account.extra, account.foreign) == (0, 0, 0)
    assert set(OutgoingMail.objects.values_list("status", "attempts")) == {("sent", 1)}


def test_a_round_that_eight_processes_begin_is_one(processes, note):
    """R13: the weekly round is due, and everybody whose clock is right, wrong or jumping looks for it."""
    cast.suggest(20)
    DueJob.objects.update_or_create(name="weekly_round", defaults={"due_at": "2026-01-05T06:00Z"})
    script = "from matching import tasks; tasks.run_rounds()"
    clocks = [{}] * 4 + [{"FAULTS_CLOCK": clock} for clock in ("7200", "-7200", "jumps", "jumps")]
    started = [processes.start("manage", "shell", "--no-imports", "-c", script, **clock) for clock in clocks]
    assert {process.wait(180) for process in started} == {0}
    note(processes=len(started), rounds=MatchingRound.objects.count())
    assert list(MatchingRound.objects.values_list("state", flat=True)) == ["prepared"]
