"""The invented regional networks; the contact person of the coordinating partner looks after each."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cities.place_names import slug
from partners.models import Affiliation, NetworkAreaPart, Partner, RegionalNetwork
from portal.accounts.models import Membership, Organisation, Role, User
from portal.site.demo import rows
from portal.site.demo_world.networks import NETWORKS, DemoNetwork


def write(partners: Sequence[Partner], office: User) -> None:
    """All of them; partners in the order of the values."""
    for values in NETWORKS:
        network = _found(values, partners[values.coordinator], office)
        rows.write_areas(NetworkAreaPart, "network", [(network, values.area)])
        members = [affiliation(network.coordinator, network.organisation, "holding")]
        members += [
            affiliation(partners[number], network.organisation, standing)
            for standing, numbers in values.members.items()
            for number in numbers
        ]
        Affiliation.objects.bulk_create(members)


def affiliation(partner: Partner, organisation: Organisation, standing: str) -> Affiliation:
    """Not yet saved: holding, asked_by_partner, asked_by_network or asked_by_company (the other side), or ended."""
    now = timezone.now()
    begun = now - timedelta(days=40)
    dates: dict[str, Any] = {
        "partner_agreed_at": begun if standing in {"holding", "asked_by_partner", "ended"} else None,
        "organisation_agreed_at": None if standing == "asked_by_partner" else begun,
        "ended_at": now - timedelta(days=5) if standing == "ended" else None,
    }
    asking = organisation if standing in {"asked_by_network", "asked_by_company"} else partner.organisation
    return Affiliation(partner=partner, organisation=organisation, asked_at=begun, asked_by=asking.contact, **dates)


def _found(values: DemoNetwork, coordinator: Partner, office: User) -> RegionalNetwork:
    organisation = rows.organisation(Organisation.Kind.NETWORK, values.name, standing="public", office=office)
    organisation.save()
    contact = coordinator.organisation.contact
    assert contact is not None  # noqa: S101  # every invented organisation has one
    Membership.objects.create(user=contact, organisation=organisation, role=Role.MANAGER, is_contact=True)
    return RegionalNetwork.objects.create(
        organisation=organisation,
        slug=slug(values.name),
        coordinator=coordinator,
        description=values.description,
        website="https://netzwerk.example/",
    )
