"""The next step of an introduction, stored with it: whatever changes a case plans it anew in the same UPDATE."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from matching import calendars, deadlines, next_steps
from matching.models import Introduction, Invitation, Side
from matching.next_steps import Case, Planned, SideFacts
from matching.open_days import OpenDays
from portal import wakeup

PLANNED = ("expires_at", "next_step", "next_step_at")


def steps(introduction: Introduction, *, now: datetime | None = None) -> list[Planned]:
    """Everything that will happen if nobody acts, the next step first; nothing where the case has ended."""
    if introduction.state not in Introduction.OPEN:
        return []
    return next_steps.plan(_case(introduction), deadlines.periods(), now=now or timezone.now())


def save(introduction: Introduction, *fields: str, now: datetime | None = None) -> None:
    """Write these fields and the next step that follows from them; the invitations have been written before."""
    plan(introduction, now=now)
    introduction.save(update_fields=[*fields, *PLANNED])


def plan(introduction: Introduction, *, now: datetime | None = None) -> None:
    """Work out the next step from what is stored of the sides, and until when an answer is waited for."""
    introduction.next_step, introduction.next_step_at = "", None
    if introduction.state not in Introduction.OPEN:
        return
    case, periods, now = _case(introduction), deadlines.periods(), now or timezone.now()
    introduction.expires_at = next_steps.expires_at(case, periods, now=now)
    first = next_steps.plan(case, periods, now=now)[0]
    introduction.next_step, introduction.next_step_at = first.step.value, first.at


def plan_all_anew(now: datetime | None = None) -> int:
    """After rules or school holidays have changed: every open case that is not due is planned anew.

    Returns how many have another next step or day. A date promised in a mail is never brought forward.
    """
    moment = now or timezone.now()
    waiting = Introduction.objects.open().filter(next_step_at__gt=moment).order_by("pk")
    return deadlines.each(lambda pk: _plan_anew(pk, moment), waiting.values_list("pk", flat=True))


def wake() -> None:
    """Have a worker plan everything anew."""
    wakeup.wake("matching.tasks.plan_all_anew")


@transaction.atomic
def _plan_anew(pk: int, now: datetime) -> bool:
    pairs = Introduction.objects.select_related("partner__seat", "city")
    introduction = pairs.select_for_update(of=("self",)).get(pk=pk)
    before = [getattr(introduction, name) for name in PLANNED]
    plan(introduction, now=now)
    changed = before != [getattr(introduction, name) for name in PLANNED]
    if changed:
        introduction.save(update_fields=PLANNED)
    return changed


def _case(introduction: Introduction) -> Case:
    lands = {side: calendars.land_of(introduction, side) for side in Side}
    days = calendars.of(*lands.values())
    invitations = {invitation.side: invitation for invitation in introduction.invitations.all()}
    partner, city = (
        _side(introduction, side, invitations.get(side) or Invitation(side=side), days[lands[side]]) for side in Side
    )
    return Case(
        state=introduction.state,
        asked_at=introduction.asked_at,
        expires_at=introduction.expires_at,
        sides=(partner, city),
        connected_at=introduction.connected_at,
        met_at=introduction.met_at,
        asked_whether_met_at=introduction.asked_whether_met_at,
        asked_outcome_at=introduction.asked_outcome_at,
    )


def _side(introduction: Introduction, side: Side, invitation: Invitation, days: OpenDays) -> SideFacts:
    return SideFacts(
        name=side.value,
        days=days,
        asked_at=invitation.asked_at,
        deferred_at=invitation.deferred_at,
        not_before=invitation.not_before,
        agreed_at=introduction.agreed_at(side),
        reminded_at=invitation.reminded_at,
        noted_at=invitation.noted_at,
        forwarded=invitation.forwarded_at is not None,
    )
