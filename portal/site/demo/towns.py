"""Invented, marked profiles and coordinators for every third of the real towns."""

from collections.abc import Sequence

from django.utils import timezone

from cities.models import City, CityActors, CityLink, CityOffer, Municipality, Need
from portal.accounts.models import Organisation
from portal.site.demo import people, rows
from portal.site.demo_world.towns import CAPACITY, DESCRIPTION, PROFILES, TownProfile, colleague, coordinator

FIELDS = ("description", "website", "sectors_present", "sectors_missing", "reach_km")
DEFAULT_CAPACITY = 2
COLLEAGUE_EVERY = 4


def describe() -> list[City]:
    """Returns the towns with a profile, in the order of the network's list."""
    rows_of_list = City.objects.taking_part().select_related("organisation").prefetch_related("municipalities")
    cities = list(rows_of_list.order_by("code")[::3])
    told = [(city, PROFILES[number % len(PROFILES)]) for number, city in enumerate(cities)]
    for city, profile in told:
        _say(city, profile)
    City.objects.bulk_update(cities, FIELDS)
    _relate(told)
    Organisation.objects.filter(city__in=cities).update(is_demo=True, confirmed_at=timezone.now(), capacity=CAPACITY)
    people.make_contacts([(city.organisation, coordinator(number, city.slug)) for number, city in enumerate(cities)])
    helped = list(enumerate(cities))[::COLLEAGUE_EVERY]
    people.make_colleagues([(city.organisation, colleague(number)) for number, city in helped])
    return cities


def seat_of(city: City) -> Municipality:
    """The municipality things of the town are placed in: the first of those it consists of."""
    return min(city.municipalities.all(), key=lambda municipality: municipality.pk)


def forget(cities: Sequence[City]) -> None:
    """Leave the towns with their facts only."""
    for city in cities:
        city.description, city.website, city.reach_km = "", "", None
        city.sectors_present, city.sectors_missing = [], []
    City.objects.bulk_update(cities, FIELDS)
    for relation in (City.topics.through, City.skills_missing.through, Need, CityActors, CityOffer, CityLink):
        relation._default_manager.filter(city__in=cities).delete()
    Organisation.objects.filter(city__in=cities).update(
        is_demo=False, confirmed_at=None, paused_until=None, postal_address="", capacity=DEFAULT_CAPACITY
    )


def _say(city: City, profile: TownProfile) -> None:
    city.description, city.website = f"{DESCRIPTION} {profile.text}", f"https://{city.slug}.stadt.example/"
    city.sectors_present, city.sectors_missing = list(profile.actors), list(profile.sectors_missing)
    city.reach_km = profile.reach_km


def _relate(told: Sequence[tuple[City, TownProfile]]) -> None:
    rows.link("topics", [(city, profile.topics) for city, profile in told])
    rows.link("skills_missing", [(city, profile.skills_missing) for city, profile in told])
    rows.write_kinds(Need, "city", [(city, profile.needs) for city, profile in told])
    rows.write_kinds(CityOffer, "city", [(city, profile.offers) for city, profile in told])
    CityActors.objects.bulk_create(
        CityActors(city=city, sector=sector, names=names)
        for city, profile in told
        for sector, names in profile.actors.items()
    )
    CityLink.objects.bulk_create(
        CityLink(city=city, label=label, url=url) for city, profile in told for label, url in profile.links
    )
