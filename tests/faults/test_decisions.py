"""Answers at the same instant, through the real answer page of real web processes; and reasons that are rolled back."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from threading import Barrier
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.utils import timezone

from matching import carrying_on, introductions
from matching.models import Disclosure, Introduction, Suggestion
from portal.mail.models import OutgoingMail
from tests.faults import cast, reckoning
from tests.smtp_sink import free_port
from tests.stack import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
SENT_TWICE = 2  # each answer comes twice, as from a hasty finger


@pytest.fixture
def number(short):
    return 100 if short else 1_000


def released(number):
    office = cast.suggest(number)
    return [introductions.release(each, by=office) for each in Suggestion.objects.open().order_by("pk")]


def token(introduction, side):
    body = OutgoingMail.objects.get(key=f"invitation:{introduction.invitations.get(side=side).pk}").body
    return re.search(r"/antwort/([\w-]+)/", body).group(1)


def together(pool, steps):
    """All at the same instant."""
    barrier = Barrier(len(steps))

    def run(step):
        try:
            barrier.wait(timeout=30)
            return step()
        finally:
            connection.close()

    return [future.result() for future in [pool.submit(run, step) for step in steps]]


def post(port, token, answer):
    server = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": "localhost"}
        server.request("POST", f"/antwort/{token}/", urlencode({"answer": answer}), headers)
        return server.getresponse().status
    finally:
        server.close()


def contradictions(introduction):
    """What of the books does not fit the state."""
    connected = introduction.connected_at is not None
    mails = OutgoingMail.objects.filter(key__startswith=f"contacts:{introduction.pk}:").count()
    ends = OutgoingMail.objects.filter(key__regex=f"^(declined|expired|withdrawn):{introduction.pk}:")
    kinds = {key.partition(":")[0] for key in ends.values_list("key", flat=True)}
    disclosed = Disclosure.objects.filter(introduction=introduction).count()
    owed = 2 if connected else 0
    return (mails, disclosed) != (owed, owed) or not kinds <= {introduction.state} or introduction.state == "asked"


def test_yes_and_no_at_the_same_instant_have_one_outcome(processes, number, note):
    """R16: for each case one side says yes while the other says yes and no, each twice, over HTTP."""
    port = free_port()
    web = processes.web(port)
    cases = released(number)
    wait_for(f"http://localhost:{port}/health/ready", [web.process])
    statuses = Counter()
    with ThreadPoolExecutor(6) as pool:
        for case in cases:
            answers = [("partner", "yes"), ("city", "yes"), ("city", "no")] * SENT_TWICE
            tokens = {side: token(case, side) for side in ("partner", "city")}
            steps = [lambda key=tokens[side], said=said: post(port, key, said) for side, said in answers]
            statuses.update(together(pool, steps))
    states = Counter(Introduction.objects.values_list("state", flat=True))
    note(races=number, **{f"answers_{status}": count for status, count in sorted(statuses.items())}, **states)
    assert set(statuses) <= {303, 409}
    assert set(states) <= {"connected", "declined"}
    assert not [case.pk for case in Introduction.objects.all() if contradictions(case)]


def make_due(case):
    """As if it had been asked weeks ago, everybody had been reminded, and the time was over since a second."""
    long_ago, just_now = timezone.now() - timedelta(weeks=6), timezone.now() - timedelta(seconds=1)
    case.invitations.update(asked_at=long_ago, reminded_at=long_ago, noted_at=long_ago)
    Introduction.objects.filter(pk=case.pk).update(
        asked_at=long_ago, expires_at=just_now, next_step="expire", next_step_at=just_now
    )


def test_the_last_yes_and_the_clock_at_the_same_instant_have_one_outcome(number, transactional_db, note):
    """R17: either connected or expired, never both, and no mail contradicts it."""
    with ThreadPoolExecutor(3) as pool:
        for case in released(number):
            partner, city = (case.invitations.get(side=side) for side in ("partner", "city"))
            introductions.answer(partner, "yes")
            make_due(case)

            def say_yes(city=city):
                try:
                    introductions.answer(city, "yes")
                except introductions.IntroductionError:
                    return

            together(pool, [say_yes, carrying_on.carry_on_due, carrying_on.carry_on_due])
    states = Counter(Introduction.objects.values_list("state", flat=True))
    note(races=number, **states)
    assert set(states) <= {"connected", "expired"}
    assert not [case.pk for case in Introduction.objects.all() if contradictions(case)]


def test_a_reason_that_is_rolled_back_leaves_no_mail(processes, sink, number, note):
    """R10: every second release fails after its mails were written, while a worker sends."""
    office = cast.suggest(number)
    processes.beat()
    processes.worker().wait_until_ready()
    for place, suggestion in enumerate(Suggestion.objects.open().order_by("pk")):
        with transaction.atomic():
            introductions.release(suggestion, by=office)
            transaction.set_rollback(place % 2 == 0)
    reckoning.wait_until_drained(60)
    account = reckoning.of(sink)
    note(mails=account.owed, lost=account.lost, foreign=account.foreign)
    assert account.owed == 2 * Introduction.objects.count() == number
    assert (account.lost, account.extra, account.foreign) == (0, 0, 0)
    assert reckoning.every_introduction_has_its_mails()
