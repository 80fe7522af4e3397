"""The mails of a proposal, each written as a row in the transaction of its reason."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from matching import mails, proposal_sides
from matching.models import Party, Proposal
from portal.accounts.models import User
from portal.mail.notices import tell


def tell_offer(proposal: Proposal, contact: User) -> None:
    """The town asked for help with its project, so its contact person waits for this."""
    facts = context(proposal, Party.CITY, contact)
    tell("proposal_new", contact, occasion=f"proposal:{proposal.pk}", context=facts)


def suggest_idea(proposal: Proposal, contact: User) -> None:
    """The town has not asked: rests on the consent to suggestions and is worthless once the case has ended."""
    facts = context(proposal, Party.CITY, contact)
    mails.suggest(f"proposal:{proposal.pk}", contact, "proposal_new", facts, expires_at=proposal.expires_at)


def tell_change(proposal: Proposal, person: User) -> None:
    facts = context(proposal, Party.COMPANY, person)
    tell("proposal_changed", person, occasion=f"proposal-changed:{proposal.pk}", context=facts)


def contacts(proposal: Proposal, people: Mapping[Party, User]) -> None:
    """The joint mail: both get the same text, with both contacts and what was agreed."""
    facts = contacts_context(proposal, people)
    for party in proposal_sides.PARTIES:
        occasion = f"proposal-accepted:{proposal.pk}:{party}"
        tell("proposal_accepted", people[party], occasion=occasion, context=facts)


def tell_end(proposal: Proposal, party: Party, person: User, **more: object) -> None:
    """How it ended without the contacts going out; `was_asked` says whether this side had not answered in time."""
    facts = context(proposal, party, person) | more
    occasion = f"proposal-{proposal.state}:{proposal.pk}:{party}"
    tell(f"proposal_{proposal.state}", person, occasion=occasion, context=facts)


def contacts_context(proposal: Proposal, people: Mapping[Party, User]) -> dict[str, Any]:
    sides = {party: proposal_sides.organisation(proposal, party) for party in proposal_sides.PARTIES}
    return {
        "greeting": mails.greeting(*(people[party] for party in sides)),
        "company": mails.one_line(sides[Party.COMPANY]),
        "city": mails.one_line(sides[Party.CITY]),
        "people": [mails.contact_lines(side, people[party]) for party, side in sides.items()],
        **_about(proposal),
    }


def context(proposal: Proposal, party: Party, person: User) -> dict[str, Any]:
    """What every mail to one person about one proposal may say; nothing in it is the other side's contact data."""
    own = mails.one_line(proposal_sides.organisation(proposal, party))
    return {
        "greeting": mails.greeting(person),
        "reason": _("Sie bekommen diese Mail für {own}.").format(own=own),
        "own": own,
        "other": mails.one_line(proposal_sides.organisation(proposal, proposal_sides.other(party))),
        "to_company": party == Party.COMPANY,
        **_about(proposal),
    }


def _about(proposal: Proposal) -> dict[str, Any]:
    return {
        "is_idea": proposal.kind == Proposal.Kind.IDEA,
        "title": proposal.title,
        "kinds": ", ".join(proposal.kind_labels),
        "message": proposal.message,
        "changes": proposal.changes,
        "answer": proposal.answer,
        "withdrawal_reason": proposal.withdrawal_reason,
        "until": mails.day(proposal.expires_at),
        "url": mails.absolute("proposal_detail", proposal.pk),
        "cities_url": mails.absolute("city_list"),
    }
