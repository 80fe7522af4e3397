"""A regional network is founded, kept and handed over by partners."""

import pytest
from django.utils import timezone

from partners import affiliations, networks
from partners.affiliations import AffiliationError
from partners.areas import AreaPart
from partners.models import Affiliation, RegionalNetwork
from partners.networks import NetworkEntry, NetworkError
from portal.accounts.models import Membership, Organisation, Role
from portal.accounts.organisations import OrganisationError
from tests.factories import (
    make_affiliation,
    make_city,
    make_curator,
    make_municipality,
    make_network,
    make_partner,
    make_user,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db
WARENDORF = AreaPart(key="05570")


def entry(**changes):
    values = {"name": "OM-Netzwerk Münsterland", "area": (WARENDORF,), "description": "Wir treffen uns.", "website": ""}
    return NetworkEntry(**values | changes)


@pytest.fixture
def chamber():
    return make_partner("Kammer Beispiel", contact="petra@kammer.example")


@pytest.fixture
def petra(chamber):
    return chamber.organisation.contact


@pytest.fixture
def network(chamber, petra):
    return networks.found(entry(), coordinator=chamber, by=petra)


def test_a_new_network_waits_and_its_founder_manages_it(network, chamber, petra):
    organisation = network.organisation
    assert (organisation.kind, organisation.approved_at, organisation.contact) == ("network", None, petra)
    assert organisation.memberships.get().role == Role.MANAGER
    assert network.slug == "om-netzwerk-muensterland"
    assert [part.key for part in network.area_parts.all()] == ["05570"]


def test_the_coordinator_is_a_member_from_the_start(network, chamber):
    assert list(networks.members(network)) == [chamber]
    assert Affiliation.objects.get().holds


def test_the_same_network_sent_twice_is_one(network, chamber, petra):
    assert networks.found(entry(), coordinator=chamber, by=petra).pk == network.pk
    assert networks.found(entry(name="Ein anderes"), coordinator=chamber, by=petra).pk != network.pk


def test_only_people_of_the_coordinating_partner_found_it(chamber):
    with pytest.raises(NetworkError, match="Kammer Beispiel"):
        networks.found(entry(), coordinator=chamber, by=make_user("fremd@verein.example"))


@pytest.mark.parametrize("fields", [{"approved_at": None}, {"withdrawn_at": timezone.now()}])
def test_a_partner_that_is_not_public_founds_none(chamber, petra, fields):
    Organisation.objects.filter(pk=chamber.organisation_id).update(**fields)
    with pytest.raises(NetworkError, match="nicht im Verzeichnis"):
        networks.found(entry(), coordinator=chamber, by=petra)


@pytest.mark.parametrize("area", [(), (AreaPart(nationwide=True),), (WARENDORF, AreaPart(nationwide=True))])
def test_a_regional_network_has_a_region(chamber, petra, area):
    with pytest.raises(NetworkError, match="Region"):
        networks.found(entry(area=area), coordinator=chamber, by=petra)
    assert not Organisation.objects.filter(kind="network").exists()


def test_updating_replaces_the_entry_and_confirms_it(network, petra):
    Organisation.objects.update(confirmed_at=None, question="Welche Kreise?")
    network.refresh_from_db()
    kept = network.area_parts.get(key="05570")
    circle = AreaPart(centre=make_municipality("Münster"), radius_km=30)
    networks.update(network, entry(name="Neu", area=(WARENDORF, circle)), by=petra)
    network = RegionalNetwork.objects.get()
    assert (network.name, network.organisation.question) == ("Neu", "")
    assert network.organisation.confirmed_at
    assert network.area_parts.count() == 2
    assert network.area_parts.get(key="05570").pk == kept.pk


def test_only_its_people_update_it(network):
    with pytest.raises(OrganisationError):
        networks.update(network, entry(name="Gekapert"), by=make_user("fremd@verein.example"))


def test_members_are_those_both_sides_agreed_to(network, chamber):
    other = make_partner("Verband Muster")
    row = make_affiliation(other, network, partner_agreed=False)
    assert list(networks.members(network)) == [chamber]
    Affiliation.objects.filter(pk=row.pk).update(partner_agreed_at=timezone.now())
    assert set(networks.members(network)) == {chamber, other}
    affiliations.end(row, by=make_curator())
    assert list(networks.members(network)) == [chamber]


def test_towns_of_the_area_are_those_that_take_part_by_name(network):
    make_city("Telgte")
    make_city("Münster", taking_part=False)
    make_city("Bocholt")
    network.area_parts.create(key="05554")
    network.area_parts.create(key="05515")
    assert [city.name for city in networks.cities_in(network)] == ["Bocholt", "Telgte"]


def test_handing_over_gives_the_new_coordinator_the_network(network, petra, chamber):
    other = make_partner("Verband Muster", contact="vera@verband.example")
    make_affiliation(other, network)
    for _ in range(2):
        networks.hand_over(network, other, by=petra)
    network = RegionalNetwork.objects.get()
    vera = other.organisation.contact
    assert (network.coordinator, network.organisation.contact) == (other, vera)
    assert Membership.objects.get(user=vera, organisation=network.organisation).role == Role.MANAGER
    assert Membership.objects.filter(user=petra, organisation=network.organisation).exists()
    affiliations.end(Affiliation.objects.get(partner=chamber), by=petra)


def test_handing_over_to_a_member_without_people_keeps_the_contact(network, petra):
    other = make_partner("Verband Muster")
    make_affiliation(other, network)
    networks.hand_over(network, other, by=petra)
    assert Organisation.objects.get(kind="network").contact == petra


@pytest.mark.parametrize("agreed", [False, None])
def test_only_a_holding_member_coordinates(network, petra, agreed):
    other = make_partner("Verband Muster")
    if agreed is not None:
        make_affiliation(other, network, partner_agreed=agreed)
    with pytest.raises(NetworkError, match="kein bestätigtes Mitglied"):
        networks.hand_over(network, other, by=petra)


def test_a_member_that_left_the_portal_cannot_coordinate(network, petra):
    other = make_partner("Verband Muster")
    make_affiliation(other, network)
    Organisation.objects.filter(pk=other.organisation_id).update(withdrawn_at=timezone.now())
    with pytest.raises(NetworkError, match="nicht im Verzeichnis"):
        networks.hand_over(network, other, by=petra)


def test_strangers_hand_nothing_over():
    network = make_network()
    other = make_partner("Verband Muster", contact="vera@verband.example")
    make_affiliation(other, network)
    with pytest.raises(NetworkError, match="nur die Personen"):
        networks.hand_over(network, other, by=other.organisation.contact)


@pytest.mark.django_db(transaction=True)
def test_the_same_network_sent_twice_at_once_is_one():
    chamber = make_partner("Kammer Beispiel", contact="petra@kammer.example")
    petra = chamber.organisation.contact
    at_once(*[lambda: networks.found(entry(), coordinator=chamber, by=petra)] * 4, refusal=AffiliationError)
    assert RegionalNetwork.objects.count() == Affiliation.objects.count() == 1
