"""The clock and people at the same moment, on real connections; and any history of verbs."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import calendars, carrying_on, following_up, introductions, planning
from matching.introductions import IntroductionError
from matching.models import Introduction, IntroductionRules, Invitation
from matching.next_steps import Step
from portal.accounts import consents
from portal.accounts.models import Purpose, User
from portal.mail.models import OutgoingMail
from tests.factories import make_curator
from tests.matching.casts import PETRA, STEFAN, make_introduction, sides
from tests.matching.clock import at, berlin, make_holidays
from tests.races import at_once

YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
MONDAY = berlin(2026, 11, 2, 10)


# --- At once --------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_once():
    introduction = make_introduction()
    due = introduction.next_step_at
    at_once(*[lambda: carrying_on.carry_on_due(now=due)] * 4)
    assert OutgoingMail.objects.filter(key__startswith="reminder:").count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_reminder_at_once_never_leave_a_reminder_after_the_answer():
    introduction = make_introduction()
    due = introduction.next_step_at
    for _round in range(8):
        OutgoingMail.objects.filter(key__startswith="reminder:").delete()
        Invitation.objects.update(answer="", answered_at=None, reminded_at=None)
        Introduction.objects.update(partner_agreed_at=None, next_step=Step.REMIND, next_step_at=due)
        petra, _stefan = sides(introduction)
        at_once(
            lambda row=petra: introductions.answer(row, YES),
            lambda: carrying_on.carry_on_due(now=due),
            refusal=IntroductionError,
        )
        petra.refresh_from_db()
        reminded = OutgoingMail.objects.filter(to=PETRA, key__startswith="reminder:").exists()
        assert reminded == (petra.reminded_at is not None)
        assert petra.answer == YES
        assert not Introduction.objects.without_a_step(due_before=timezone.now()).exists()


# --- Any history ----------------------------------------------------------------------------------------------
def _answer(side, answer):
    return lambda case, _now: introductions.answer(sides(case)[side], answer)


def _say(side, said):
    return lambda case, _now: following_up.say(sides(case)[side], said, by=None)


def _withdraw(case, _now):
    introductions.withdraw(case, by=make_curator(f"k{OutgoingMail.objects.count()}@office.example"), reason="Doppelt")


def _lose_consent(_case, _now):
    consents.withdraw(User.objects.get(email=STEFAN), Purpose.SUGGESTIONS, with_="Test")


def _holidays(_case, now):
    first = timezone.localdate(now) + timedelta(days=3)
    make_holidays(first, first + timedelta(days=12), name=str(now))
    planning.plan_all_anew(now)


def _rules(_case, now):
    rules = IntroductionRules.objects.get()
    rules.reminder_days, rules.answer_days = 12 - rules.reminder_days % 10, 40 - rules.answer_days % 30
    rules.save()
    planning.plan_all_anew(now)


VERBS = {
    **{f"{name} yes": _answer(side, YES) for side, name in enumerate(("partner", "city"))},
    **{f"{name} no": _answer(side, NO) for side, name in enumerate(("partner", "city"))},
    **{said: _say(0, said) for said in ("met", "not_yet", "cooperating", "no_cooperation")},
    "forward": lambda case, _now: introductions.forward(sides(case)[1]),
    "withdraw": _withdraw,
    "consent": _lose_consent,
    "holidays": _holidays,
    "rules": _rules,
    "nothing": lambda _case, _now: None,
}
LIKELY = ["partner yes", "city yes", "met", "holidays", "nothing"]


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(
        st.tuples(st.sampled_from([*VERBS, *LIKELY]), st.integers(1, 40), st.booleans()), min_size=1, max_size=7
    )
)
def test_whatever_happened_an_open_case_has_a_next_step_and_comes_to_an_end(db, history):
    with transaction.atomic():
        _play(history)
        transaction.set_rollback(True)


def _play(history):
    with at(MONDAY):
        case = make_introduction()
    moment, promised = MONDAY, case.expires_at
    for verb, days, is_worker_away in history:
        moment += timedelta(days=days)
        with time_machine.travel(moment, tick=False):
            if not is_worker_away:
                _look(moment)
            try:
                with transaction.atomic():
                    VERBS[verb](Introduction.objects.get(), moment)
            except IntroductionError:
                pass
        promised = _check(promised)
    for _step in range(10):
        row = Introduction.objects.get()
        if row.next_step_at is None:
            break
        moment = max(moment, row.next_step_at)
        with time_machine.travel(moment, tick=False):
            _look(moment)
        promised = _check(promised)
    assert Introduction.objects.get().state not in Introduction.OPEN


def _look(moment):
    reminders = OutgoingMail.objects.filter(key__startswith="reminder:").count()
    carrying_on.carry_on_due()
    if OutgoingMail.objects.filter(key__startswith="reminder:").count() > reminders:
        assert calendars.of("05")["05"].is_working(timezone.localdate(moment))
    row = Introduction.objects.get()
    assert row.next_step_at is None or row.next_step_at > moment
    for kind in ("reminder", "waiting", "whether_met", "outcome"):
        assert OutgoingMail.objects.filter(key__startswith=f"{kind}:").count() <= 2


def _check(promised):
    row = Introduction.objects.get()
    assert (row.state in Introduction.OPEN) == bool(row.next_step) == (row.next_step_at is not None)
    assert row.expires_at >= promised
    for invitation in sides(row):
        if invitation.reminded_at:
            assert not invitation.answered_at or invitation.reminded_at <= invitation.answered_at
    return row.expires_at
