"""Asking the sides of an introduction: by mail as soon as the person's budget allows it, or by a call of the office.

A side whose turn has come waits (`deferred_at`) until it may be asked (`not_before`); that is the step „invite“ of its
case. When it comes, all that waits for the same organisation is asked in one mail: see matching.batches.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from matching import allowances, batches, calendars, deadlines, mails, planning, readiness
from matching.models import Introduction, Invitation, Side
from portal.accounts import office
from portal.accounts.models import OfficeTask, User


def ask(introduction: Introduction, *sides: Side, now: datetime | None = None) -> None:
    """Ask the sides that were not asked before, now or later; the time to answer is settled before a mail names it.

    For a case that is locked, and the contact persons before it.
    """
    moment = now or timezone.now()
    put_in_turn(introduction, *sides, now=moment)
    begun = [_begin(introduction, invitation, moment) for invitation in _not_asked(introduction, *sides)]
    planning.save(introduction, now=moment)
    for batch in begun:
        batches.write(batch)


def put_in_turn(introduction: Introduction, *sides: Side, now: datetime) -> None:
    """The turn of these sides has come; the clock asks them if nobody does before."""
    invitations = introduction.invitations.filter(side__in=sides, asked_at=None, deferred_at=None)
    invitations.update(deferred_at=now, not_before=now)
    planning.save(introduction, now=now)


def has_waited_too_long(introduction: Introduction, side: Side, *, now: datetime) -> bool:
    """Whether neither budget nor calendar let the side be asked in the longest time a question waits."""
    since = introduction.invitations.get(side=side).deferred_at
    return since is not None and since + deadlines.longest_wait() <= now


def _not_asked(introduction: Introduction, *sides: Side) -> list[Invitation]:
    """The partner first, as it has always been."""
    waiting = introduction.invitations.filter(side__in=sides, asked_at=None, deferred_at__isnull=False)
    return list(waiting.order_by("-side"))


def _begin(introduction: Introduction, invitation: Invitation, now: datetime) -> list[Invitation]:
    """The questions that go to the side's contact person now; none where it waits, or where the office calls."""
    side = Side(invitation.side)
    invitation.introduction = introduction
    organisation = introduction.organisation(side)
    contact = _locked(readiness.writable_contact(organisation))
    if contact is None:
        _leave_to_the_office(invitation, now)
        return []
    turn = allowances.turn(organisation, contact, land=calendars.land_of(introduction, side), now=now)
    batch = batches.take(invitation, contact, now=now) if turn.why is None else []
    if invitation not in batch:
        _wait(invitation, turn.at if turn.why else batches.turn_after(invitation, contact, now=now))
    return batch


def _locked(contact: User | None) -> User | None:
    """Held until the mail is written: two processes that ask the same person do so one after the other."""
    return User.objects.select_for_update(no_key=True).get(pk=contact.pk) if contact else None


def _wait(invitation: Invitation, until: datetime) -> None:
    """No longer than a question may wait, unless it is over already: then the clock gives it up."""
    end = (invitation.deferred_at or until) + deadlines.longest_wait()
    invitation.not_before = min(until, end)
    invitation.save(update_fields=["not_before"])


def _leave_to_the_office(invitation: Invitation, now: datetime) -> None:
    invitation.deferred_at = invitation.not_before = None
    invitation.save(update_fields=["deferred_at", "not_before"])
    planning.save(invitation.introduction, now=now)
    _ask_office_to_call(invitation)


def _ask_office_to_call(invitation: Invitation) -> None:
    introduction, side = invitation.introduction, Side(invitation.side)
    organisation = introduction.organisation(side)
    text = _(
        "{asking} möchte Kontakt zu {organisation}. Dort darf das Portal niemandem schreiben. Bitte rufen Sie an oder "
        "schicken Sie einen Brief mit Zugangscode. Die Anfrage bleibt bis {date} offen."
    ).format(
        asking=introduction.organisation(side.other),
        organisation=organisation,
        date=mails.day(introduction.expires_at),
    )
    office.open_task(f"ask:{invitation.pk}", OfficeTask.Kind.CONTACT, organisation=organisation, text=text)
