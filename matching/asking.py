"""Asking the sides of an introduction: by mail, after the school holidays, or by a call of the office."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from matching import calendars, mails, planning, readiness
from matching.models import Introduction, Invitation, Side
from portal.accounts import office
from portal.accounts.models import OfficeTask


def ask(introduction: Introduction, *sides: Side, now: datetime | None = None) -> None:
    """Ask the sides that were not asked before; the time to answer is settled before the first mail names it.

    Who has school holidays is asked after them; where nobody may be written to, the office calls or writes.
    """
    moment = now or timezone.now()
    invitations = list(introduction.invitations.filter(side__in=sides, asked_at=None).order_by("-side"))
    asked = [invitation for invitation in invitations if _begin(introduction, invitation, moment)]
    planning.save(introduction, now=moment)
    for invitation in invitations:
        invitation.introduction = introduction
        if invitation in asked:
            mails.invite(invitation)
        elif invitation.deferred_at is None:
            _ask_office_to_call(invitation)


def _begin(introduction: Introduction, invitation: Invitation, now: datetime) -> bool:
    """Whether the side is asked now; otherwise it waits for the end of its holidays, or for the office."""
    side = Side(invitation.side)
    contact = readiness.reachable_contact(introduction.organisation(side))
    land = calendars.land_of(introduction, side)
    waits = contact is not None and calendars.of(land)[land].outside_breaks(now) > now
    invitation.deferred_at = (invitation.deferred_at or now) if waits else None
    if contact and not waits:
        invitation.recipient, invitation.asked_at = contact, now
    invitation.save(update_fields=["recipient", "asked_at", "deferred_at"])
    return invitation.asked_at is not None


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
