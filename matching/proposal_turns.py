"""When a town is written to about the idea of a company: that counts in its contact person's budget, too."""

from datetime import datetime

from matching import allowances, deadlines, proposal_calls, proposal_mails, readiness
from matching.models import Proposal
from matching.models.proposals import ProposalQuerySet
from portal.accounts.models import User


def ask(row: Proposal, *, now: datetime) -> None:
    """Write to the town now, or let the idea wait; where nobody may be written to, the office calls.

    For an idea that is locked, and the town's contact person before it.
    """
    contact = _locked(readiness.nameable_contact(row.city.organisation))
    turn = allowances.turn(row.city.organisation, contact, land=row.city.land_id, now=now) if contact else None
    waits = turn is not None and turn.why is not None
    row.not_before = min(turn.at, gives_up_at(row)) if turn and waits else None
    row.expires_at = deadlines.answer_until(turn.at if turn else now, land=row.city.land_id)
    row.save(update_fields=["not_before", "expires_at"])
    if waits:
        return
    if contact:
        allowances.note(row.city.organisation, contact, now=now)
    proposal_calls.ask(row, contact, proposal_mails.suggest_idea)


def due(now: datetime) -> ProposalQuerySet:
    """Ideas whose time to be mailed may have come."""
    return Proposal.objects.filter(state=Proposal.State.ASKED, not_before__lte=now)


def gives_up_at(row: Proposal) -> datetime:
    return row.created_at + deadlines.longest_wait()


def _locked(contact: User | None) -> User | None:
    return User.objects.select_for_update(no_key=True).get(pk=contact.pk) if contact else None
