"""How a side is asked: by mail, or by the office's phone where the portal may write to nobody."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from matching import mails, proposal_sides
from matching.models import Party, Proposal
from portal.accounts import office
from portal.accounts.models import OfficeTask, User
from portal.mail import addresses


def ask(row: Proposal, contact: User | None, write: Callable[[Proposal, User], None]) -> None:
    """Write to the contact person; where there is none, or mails do not arrive, the office calls."""
    if contact and not addresses.block_of(contact.email):
        write(row, contact)
    else:
        _ask_office_to_call(row)


def office_calls(proposal: Proposal) -> bool:
    """Whether the office reaches the side that was asked last, because the portal may write to nobody there."""
    return OfficeTask.objects.filter(key=_task_key(proposal)).exists()


def _ask_office_to_call(row: Proposal) -> None:
    """By phone or letter, because nobody may be written to where an answer is waited for."""
    asked = proposal_sides.whose_turn(row) or Party.CITY
    organisation = proposal_sides.organisation(row, asked)
    text = _(
        "{asking} wartet auf eine Antwort von {organisation}: „{title}“. Dort kann das Portal niemandem schreiben. "
        "Bitte rufen Sie an oder schicken Sie einen Brief mit Zugangscode. Es bleibt bis {date} offen."
    ).format(
        asking=proposal_sides.organisation(row, proposal_sides.other(asked)),
        organisation=organisation,
        title=row.title,
        date=mails.day(row.expires_at),
    )
    office.open_task(_task_key(row), OfficeTask.Kind.CONTACT, organisation=organisation, text=text)


def _task_key(row: Proposal) -> str:
    return f"proposal:{row.pk}:{'company' if row.changed_at else 'city'}"
