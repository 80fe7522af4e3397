"""Who fits whom on the page of a town or partner, and who may ask for the contact."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cities.geometry import DISTRICT_KEY_LENGTH
from cities.models import City, Municipality, Region, Topic
from cities.service_areas import ServiceArea
from matching import candidates, proposal_sides
from matching.assessments import Assessment
from partners.models import Affiliation, Company, HasServiceArea, Partner, RegionalNetwork
from portal.accounts.models import User
from portal.site import nearby

MOST_SHOWN = 8


def of_city(city: City) -> list[Assessment]:
    """The public partners that fit, best first; only those whose area holds the town are read."""
    serving = Partner.objects.public().filter(nearby.serves(city))
    return candidates.survey(serving, City.objects.filter(pk=city.pk)).fitting()[:MOST_SHOWN]


def of_partner(partner: Partner) -> list[Assessment]:
    """The towns that fit, best first."""
    return candidates.for_partner(partner, limit=MOST_SHOWN)


def networks_of_city(city: City) -> QuerySet[RegionalNetwork]:
    """The public regional networks whose area holds the town, by name."""
    covering = RegionalNetwork.objects.public().filter(nearby.covers(city))
    return covering.select_related("organisation").order_by("organisation__name")


def networks_of_partner(partner: Partner) -> QuerySet[RegionalNetwork]:
    """The public regional networks the partner is a member of, by name."""
    holding = Affiliation.objects.holding().filter(partner=partner)
    networks = RegionalNetwork.objects.public().filter(organisation__affiliations__in=holding)
    return networks.select_related("organisation").order_by("organisation__name")


def partners_asking(user: User | AnonymousUser, city: City) -> list[Partner]:
    """Own partners of the person, who may ask for the contact to the town."""
    if not city.taking_part:
        return []
    return list(Partner.objects.editable_by(user).public().select_related("organisation"))


def cities_asking(user: User | AnonymousUser, partner: Partner) -> list[City]:
    """Own towns of the person, which may ask for the contact to the partner."""
    if not partner.organisation.approved_at:
        return []
    return list(City.objects.editable_by(user).taking_part().select_related("organisation"))


def companies_with_ideas(user: User | AnonymousUser, city: City) -> list[Company]:
    """Own companies of the person, which may bring the town an idea."""
    if not city.taking_part:
        return []
    return list(proposal_sides.senders(user))


def area_labels(owner: HasServiceArea) -> list[str]:
    """The general service area in words, largest parts first; uses prefetched parts with their centres."""
    area = owner.service_area
    return area.labels(_names([area]))


def topic_areas(partner: Partner) -> list[tuple[Topic, str]]:
    """The topics for which the partner works somewhere else, with that area in words; uses prefetched rows."""
    areas = partner.topic_areas
    names = _names(areas.values()) if areas else {}
    topics = [topic for topic in partner.topics.all() if topic.pk in areas]
    return [(topic, areas[topic.pk].describe(names)) for topic in topics]


def label_areas(owners: Iterable[HasServiceArea]) -> None:
    """Give each row of a list its `area_labels`, with the same few queries for any number of rows."""
    areas = {owner: owner.service_area for owner in owners}
    names = _names(areas.values())
    for owner, area in areas.items():
        owner.area_labels = area.labels(names)


def _names(areas: Iterable[ServiceArea]) -> dict[str, str]:
    """Of all keys, and of the Kreise of municipalities: many of one Kreis are counted."""
    keys = {key[:length] for area in areas for key in area.keys for length in (DISTRICT_KEY_LENGTH, len(key))}
    regions = dict(Region.objects.filter(key__in=keys).values_list("key", "name"))
    return regions | dict(Municipality.objects.filter(ags__in=keys).values_list("ags", "name"))
