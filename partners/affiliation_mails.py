"""What people read about partners that belong to a network or advise a company, on pages and in mails."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import Affiliation
from portal.accounts import office
from portal.accounts.models import OfficeTask, Organisation, User
from portal.mail.notices import tell


def question(affiliation: Affiliation) -> str:
    """What the side is asked that has not said yes."""
    by_other_side = affiliation.partner_agreed_at is None
    if affiliation.organisation.kind == Organisation.Kind.NETWORK:
        text = (
            _("Das Netzwerk „%(organisation)s“ führt „%(partner)s“ als Mitglied. Stimmt das?")
            if by_other_side
            else _("„%(partner)s“ möchte Mitglied im Netzwerk „%(organisation)s“ sein. Stimmen Sie zu?")
        )
    else:
        text = (
            _("„%(organisation)s“ nennt „%(partner)s“ als beratenden Partner. Stimmt das?")
            if by_other_side
            else _("„%(partner)s“ möchte „%(organisation)s“ als Partner beraten. Stimmen Sie zu?")
        )
    return text % _names(affiliation)


def outcome(affiliation: Affiliation) -> str:
    """What holds now, or no longer."""
    is_network = affiliation.organisation.kind == Organisation.Kind.NETWORK
    if affiliation.holds:
        in_network = _("„%(partner)s“ ist jetzt Mitglied im Netzwerk „%(organisation)s“.")
        of_company = _("„%(partner)s“ ist jetzt beratender Partner von „%(organisation)s“.")
    elif affiliation.partner_agreed_at and affiliation.organisation_agreed_at:
        in_network = _("„%(partner)s“ ist nicht mehr Mitglied im Netzwerk „%(organisation)s“.")
        of_company = _("„%(partner)s“ ist nicht mehr beratender Partner von „%(organisation)s“.")
    else:
        in_network = _("„%(partner)s“ wird nicht Mitglied im Netzwerk „%(organisation)s“.")
        of_company = _("„%(partner)s“ wird nicht beratender Partner von „%(organisation)s“.")
    return (in_network if is_network else of_company) % _names(affiliation)


def tell_asked(affiliation: Affiliation) -> None:
    """Ask the contact person of the side that has not said yes; where there is none, the office asks by phone."""
    side = affiliation.waits_for
    if side and side.contact:
        _tell("affiliation_asked", affiliation, side, context={"question": question(affiliation)})
    elif side:
        text = _("{question} Bei „{name}“ hat niemand ein Konto. Bitte fragen Sie dort nach.").format(
            question=question(affiliation), name=side.name
        )
        office.open_task(
            f"affiliation:{affiliation.pk}", OfficeTask.Kind.CONTACT, organisation=side, text=text, due_in_days=14
        )


def tell_agreed(affiliation: Affiliation) -> None:
    """Tell the side that asked; nobody where one person spoke for both."""
    if affiliation.began_with:
        _tell("affiliation_agreed", affiliation, affiliation.began_with, context={"outcome": outcome(affiliation)})


def tell_ended(affiliation: Affiliation, *, by: User) -> None:
    """Tell the sides the person does not belong to, of the office both."""
    own = set(Organisation.objects.of(by).values_list("pk", flat=True))
    for side in (affiliation.partner.organisation, affiliation.organisation):
        if side.pk not in own:
            _tell("affiliation_ended", affiliation, side, context={"outcome": outcome(affiliation)})


def about(affiliation: Affiliation, side: Organisation) -> dict[str, Any]:
    """What every mail to this side may say."""
    return {
        "dashboard_url": settings.SITE_URL + reverse("dashboard"),
        "reason": _("Sie bekommen diese Mail als Ansprechperson von „%(name)s“.") % {"name": side.name},
        **_names(affiliation),
    }


def _tell(letter: str, affiliation: Affiliation, side: Organisation, *, context: dict[str, Any]) -> None:
    person = side.contact
    if person is None or not person.is_active:
        return
    facts = about(affiliation, side) | context
    tell(letter, person, occasion=f"{letter}:{affiliation.pk}:{side.pk}", context=facts)


def _names(affiliation: Affiliation) -> dict[str, str]:
    """On one line: they stand in subjects."""
    names = {"partner": affiliation.partner.organisation.name, "organisation": affiliation.organisation.name}
    return {side: " ".join(name.split()) for side, name in names.items()}
