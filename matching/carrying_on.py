"""What the portal does by itself when a step of an introduction is due, each case under its lock in a transaction.

The stored step only says when to look. What is done follows from the case as it is then, so that late, twice or at once
does no harm: a step is taken in the transaction that writes the mail, notes it as settled and plans the next.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction
from django.utils import timezone

from matching import asking, case_locks, deadlines, introductions, planning, readiness, step_mails
from matching.models import Introduction, Side
from matching.next_steps import Step

MOST_STEPS = len(Step)  # at one time: every one of them settles itself, so this is never reached


def carry_on_due(now: datetime | None = None) -> int:
    """Take every step that is due; returns in how many cases one was."""
    moment = now or timezone.now()
    due = Introduction.objects.filter(next_step_at__lte=moment).order_by("next_step_at", "pk")
    return deadlines.each(lambda pk: _carry_on(pk, moment), due.values_list("pk", flat=True))


def ask_released(pks: Iterable[int]) -> None:
    """Ask in cases that were released together; what fails, or is not come to, is left to the clock."""
    moment = timezone.now()
    deadlines.each(lambda pk: _carry_on(pk, moment), pks)


@transaction.atomic
def _carry_on(pk: int, now: datetime) -> bool:
    introduction = case_locks.lock(pk)
    taken = 0
    while taken < MOST_STEPS and _take_first(introduction, now):
        taken += 1
    if not taken:  # put off meanwhile, or planned by nobody yet
        planning.save(introduction, now=now)
    return taken > 0


def _take_first(introduction: Introduction, now: datetime) -> bool:
    first = next(iter(planning.steps(introduction, now=now)), None)
    if first is None or first.at > now:
        return False
    STEPS[first.step](introduction, Side(first.side) if first.side else None, now)
    return True


def _invite(introduction: Introduction, side: Side | None, now: datetime) -> None:
    """As soon as it may be, and with it what else waits for the same organisation; not for ever."""
    if side is None:
        return
    asking.ask(introduction, side, now=now)
    if asking.has_waited_too_long(introduction, side, now=now):
        introductions.give_up(introduction, side)


def _remind(introduction: Introduction, side: Side | None, now: datetime) -> None:
    """Whoever is responsible today and may be written to; the answer of the side has not come yet."""
    invitation = introduction.invitations.get(side=side)
    contact = readiness.reachable_contact(introduction.organisation(Side(invitation.side)))
    if contact:
        invitation.recipient = contact
        step_mails.remind(introduction, invitation, contact)
    invitation.reminded_at = now
    invitation.save(update_fields=["recipient", "reminded_at"])
    planning.save(introduction, now=now)


def _note(introduction: Introduction, side: Side | None, now: datetime) -> None:
    if side:
        step_mails.note_waiting(introduction, side)
    introduction.invitations.filter(side=side).update(noted_at=now)
    planning.save(introduction, now=now)


def _expire(introduction: Introduction, _side: Side | None, _now: datetime) -> None:
    introductions.expire(introduction)


def _ask_whether_met(introduction: Introduction, _side: Side | None, now: datetime) -> None:
    introduction.asked_whether_met_at = now
    planning.save(introduction, "asked_whether_met_at", now=now)
    step_mails.ask_whether_met(introduction, now=now)


def _ask_outcome(introduction: Introduction, _side: Side | None, now: datetime) -> None:
    introduction.asked_outcome_at = now
    planning.save(introduction, "asked_outcome_at", now=now)
    step_mails.ask_outcome(introduction, now=now)


def _close_silent(introduction: Introduction, _side: Side | None, _now: datetime) -> None:
    introductions.close_silent(introduction)


STEPS: Mapping[Step, Callable[[Introduction, Side | None, datetime], None]] = MappingProxyType(
    {
        Step.INVITE: _invite,
        Step.REMIND: _remind,
        Step.NOTE_WAITING: _note,
        Step.EXPIRE: _expire,
        Step.ASK_WHETHER_MET: _ask_whether_met,
        Step.ASK_OUTCOME: _ask_outcome,
        Step.CLOSE_SILENT: _close_silent,
    }
)
