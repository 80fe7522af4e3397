"""The mails the calendar writes: reminder, note to who waits, and the two questions after the contacts went out.

Reminders and questions rest on the consent to suggestions and carry a new link; the earlier ones stay valid.
"""

from datetime import datetime
from typing import Any

from matching import mails, planning, readiness, reasons, tokens
from matching.models import Introduction, Invitation, Side
from matching.next_steps import Step
from portal.accounts.models import User
from portal.mail.notices import tell


def remind(introduction: Introduction, invitation: Invitation, contact: User) -> None:
    """Once for each side, to whoever is responsible there now."""
    url = mails.absolute("answer", tokens.issue(invitation))
    asked_at = invitation.asked_at or introduction.asked_at
    context = reminder_context(introduction, Side(invitation.side), contact, asked_at=asked_at, answer_url=url)
    mails.suggest(f"reminder:{invitation.pk}", contact, "reminder", context, expires_at=introduction.expires_at)


def note_waiting(introduction: Introduction, side: Side) -> None:
    """Everybody on the side that agreed who knows of the case: we still wait, and what happens when."""
    other = introduction.invitations.get(side=side.other)
    office_calls = not (other.asked_at or other.deferred_at)
    for user in mails.people_who_know(introduction, side):
        context = waiting_context(introduction, side, user, office_calls=office_calls)
        tell("waiting", user, occasion=f"waiting:{introduction.pk}:{side}:{user.pk}", context=context)


def ask_whether_met(introduction: Introduction, *, now: datetime) -> None:
    _ask_both(introduction, "whether_met", until=_day_of(introduction, Step.ASK_OUTCOME, now))


def ask_outcome(introduction: Introduction, *, now: datetime) -> None:
    _ask_both(introduction, "outcome", until=_day_of(introduction, Step.CLOSE_SILENT, now))


def reminder_context(
    introduction: Introduction, side: Side, user: User, *, asked_at: datetime, answer_url: str
) -> dict[str, Any]:
    return mails.case_context(introduction, side, user) | {
        "asked_by_other": introduction.initiated_by == side.other,
        "asked_on": mails.day(asked_at),
        "reasons": reasons.sentences(introduction.reasons, side=side),
        "answer_url": answer_url,
    }


def waiting_context(introduction: Introduction, side: Side, user: User, *, office_calls: bool) -> dict[str, Any]:
    return mails.case_context(introduction, side, user) | {"office_calls": office_calls}


def follow_up_context(
    introduction: Introduction, side: Side, user: User, *, until: datetime, answer_url: str
) -> dict[str, Any]:
    """Of both questions."""
    return mails.case_context(introduction, side, user) | {
        "connected_on": mails.day(introduction.connected_at or introduction.asked_at),
        "until": mails.day(until),
        "answer_url": answer_url,
    }


def _ask_both(introduction: Introduction, letter: str, *, until: datetime) -> None:
    """The contact person of today on each side, as long as the consent holds."""
    for invitation in introduction.invitations.order_by("-side"):
        side = Side(invitation.side)
        contact = readiness.nameable_contact(introduction.organisation(side))
        if contact:
            url = mails.absolute("answer", tokens.issue(invitation))
            context = follow_up_context(introduction, side, contact, until=until, answer_url=url)
            mails.suggest(f"{letter}:{invitation.pk}", contact, letter, context, expires_at=until)


def _day_of(introduction: Introduction, step: Step, now: datetime) -> datetime:
    return next(planned.at for planned in planning.steps(introduction, now=now) if planned.step == step)
