"""A regional network: a partner founds and coordinates it, its people keep the entry, its members are affiliations."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City
from cities.slugs import free_slug
from partners import areas, nearby
from partners.areas import AreaPart
from partners.models import Affiliation, Partner, RegionalNetwork
from partners.models.partners import PartnerQuerySet
from portal.accounts import organisations
from portal.accounts.models import Membership, Organisation, Role, User
from portal.accounts.refusals import Refusal
from portal.accounts.roles import Right, may


class NetworkError(Refusal):
    """A network cannot be founded, changed or handed over as asked; the message is for the person."""


@dataclass(frozen=True)
class NetworkEntry:
    """Everything a network says about itself; `area` has no part twice and is never nationwide."""

    name: str
    area: tuple[AreaPart, ...]
    description: str = ""
    website: str = ""


@transaction.atomic
def found(entry: NetworkEntry, *, coordinator: Partner, by: User) -> RegionalNetwork:
    """A new network that waits for the office; whoever founds it for the coordinating partner manages it.

    The same person sending the same name again gets the first one.
    """
    User.objects.select_for_update().get(pk=by.pk)
    if not may(by, Right.EDIT, organisation=coordinator.organisation):
        raise NetworkError(_("Das können nur die Personen, die „%(partner)s“ betreuen.") % {"partner": coordinator})
    _require_public(coordinator)
    waiting = Organisation.objects.waiting().of(by)
    earlier = RegionalNetwork.objects.filter(organisation__in=waiting, organisation__name=entry.name).first()
    if earlier:
        return earlier
    organisation = organisations.found(Organisation.Kind.NETWORK, entry.name, by=by)
    return _begin(organisation, entry, coordinator=coordinator, by=by)


@transaction.atomic
def update(network: RegionalNetwork, entry: NetworkEntry, *, by: User) -> RegionalNetwork:
    """Replace the entry and confirm it; a question of the office counts as answered."""
    organisation = organisations.confirm(network.organisation, by=by)
    organisation.name = entry.name
    organisation.save(update_fields=["name"])
    network.organisation = organisation
    _write(network, entry)
    return network


@transaction.atomic
def hand_over(network: RegionalNetwork, partner: Partner, *, by: User) -> RegionalNetwork:
    """Another member coordinates from now on; its contact person manages the network and is its contact, too.

    Whoever looked after the network so far still does.
    """
    organisation = Organisation.objects.select_for_update().get(pk=network.organisation_id)
    if not may(by, Right.EDIT, organisation=organisation):
        raise NetworkError(_("Das können nur die Personen, die „%(network)s“ betreuen.") % {"network": organisation})
    row = RegionalNetwork.objects.select_for_update().get(pk=network.pk)
    if row.coordinator_id == partner.pk:
        return row
    if not members(row).filter(pk=partner.pk).exists():
        raise NetworkError(_("„%(partner)s“ ist kein bestätigtes Mitglied des Netzwerks.") % {"partner": partner})
    _require_public(partner)
    row.coordinator = partner
    row.save(update_fields=["coordinator"])
    if partner.organisation.contact:
        _let_manage(organisation, partner.organisation.contact)
    return row


def members(network: RegionalNetwork) -> PartnerQuerySet:
    """Partners whose affiliation holds, the coordinating one among them."""
    holding = Affiliation.objects.holding().filter(organisation=network.organisation_id)
    return Partner.objects.filter(affiliations__in=holding)


def cities_in(network: RegionalNetwork) -> list[City]:
    """Towns that take part and lie in the area, by name."""
    return nearby.lying_in(network.service_area, nearby.taking_part())


def _begin(
    organisation: Organisation, entry: NetworkEntry, *, coordinator: Partner, by: User | None
) -> RegionalNetwork:
    network = RegionalNetwork(
        organisation=organisation, slug=free_slug(RegionalNetwork, entry.name), coordinator=coordinator
    )
    _write(network, entry)
    now = timezone.now()
    Affiliation.objects.create(
        partner=coordinator,
        organisation=organisation,
        asked_at=now,
        asked_by=by,
        partner_agreed_at=now,
        organisation_agreed_at=now,
    )
    return network


def _write(network: RegionalNetwork, entry: NetworkEntry) -> None:
    if not entry.area or any(part.nationwide for part in entry.area):
        raise NetworkError(_("Bitte nennen Sie die Region des Netzwerks, „bundesweit“ geht nicht."))
    network.description, network.website = entry.description, entry.website
    network.save()
    areas.write(network, entry.area)


def _let_manage(organisation: Organisation, person: User) -> None:
    memberships = Membership.objects.filter(organisation=organisation)
    memberships.filter(is_contact=True).exclude(user=person).update(is_contact=False)
    memberships.update_or_create(
        user=person, organisation=organisation, defaults={"role": Role.MANAGER, "is_contact": True}
    )


def _require_public(partner: Partner) -> None:
    if not Partner.objects.public().filter(pk=partner.pk).exists():
        text = _("„%(partner)s“ steht nicht im Verzeichnis. Das geht nur mit einem Partner, der freigegeben ist.")
        raise NetworkError(text % {"partner": partner})
