"""What stands against one side asking for a contact, and who may be written to or named there."""

from django.utils import timezone

from matching import explanations, gates
from matching.assessments import Assessment, CitySide, PartnerSide
from matching.models import Side
from portal.accounts import consents
from portal.accounts.models import Organisation, Purpose, User
from portal.mail import addresses

# Whoever asks keeps these; the pair need not fit, and an own pause is one's own business.
OWN_GATES = ("approved", "confirmed", "consent", "capacity")
# Where confirmation or consent is missing on the other side, the office calls instead of the portal writing.
OTHER_GATES = ("approved", "capacity", "pause")


def missing_for_question(assessment: Assessment, *, side: Side) -> list[str]:
    """Why `side` may not ask for this contact now, in sentences; nothing if it may."""
    sides: dict[Side, PartnerSide | CitySide] = {
        Side.PARTNER: assessment.partner_side,
        Side.CITY: assessment.city_side,
    }
    sentences: list[str] = []
    for each, needed in ((side, OWN_GATES), (side.other, OTHER_GATES)):
        standing = sides[each].standing
        holds = gates.of_one_side(standing, now=assessment.rules.now)
        closed = [gate for gate in needed if not holds[gate]]
        sentences += [explanations.side_missing(gate, sides[each].entry.name, standing=standing) for gate in closed]
    if not assessment.sendable["history"]:
        sentences.append(explanations.no_new_question(assessment.partner.name, assessment.city.name))
    return sentences


def writable_contact(organisation: Organisation) -> User | None:
    """Whom the portal may write to with a question: the contact person, consenting and reached by mail."""
    contact = nameable_contact(organisation)
    return None if contact is None or addresses.block_of(contact.email) else contact


def reachable_contact(organisation: Organisation) -> User | None:
    """Whom the portal may write to today: as above, and not on a pause."""
    if organisation.paused_until and organisation.paused_until >= timezone.localdate():
        return None
    return writable_contact(organisation)


def nameable_contact(organisation: Organisation) -> User | None:
    """Whose contact may be given to the other side: the contact person, as long as the consent holds."""
    contact = organisation.contact
    if contact is None or organisation.withdrawn_at or not contact.is_active:
        return None
    return contact if consents.holds(contact, Purpose.SUGGESTIONS) else None
