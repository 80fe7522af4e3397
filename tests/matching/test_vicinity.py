"""What is read for one partner or town holds everything that may fit, and little else."""

import random

import pytest

from cities.models import City, Municipality, Region
from matching import candidates, suggestions, vicinity
from matching.models import Suggestion
from partners.models import Partner, ServiceAreaPart
from tests.factories import make_city, make_municipality, make_organisation, make_partner

pytestmark = pytest.mark.django_db
KEYS = ("01001001", "01002002", "05154036", "05158004", "05315000", "06411000", "09162000", "11000000", "16052000")


@pytest.fixture
def country(rng):
    """Municipalities all over Germany, some under one Kreis, with a town in each."""
    for key in KEYS:
        land, _ = Region.objects.get_or_create(key=key[:2], defaults={"kind": "land", "name": key[:2]})
        kreis, _ = Region.objects.get_or_create(key=key[:5], defaults={"kind": "district", "name": key[:5]})
        point = {"latitude": rng.uniform(47.4, 55), "longitude": rng.uniform(6, 15)}
        place = Municipality.objects.create(ags=key, name=key, land=land, district=kreis, population=1, **point)
        organisation = make_organisation("city", key)
        town = City.objects.create(
            organisation=organisation, slug=key, code=key, district=kreis, land=land, taking_part=True, **point
        )
        town.municipalities.add(place)
    return City.objects.order_by("slug")


@pytest.fixture
def rng(request):
    return random.Random(request.node.name)


def some_partner(rng, number):
    partner = make_partner(f"Kammer {number}", radius_km=None, topics=())
    for _ in range(rng.randrange(3)):
        part = rng.choice(["key", "circle", "circle", "nationwide"])
        fields = {
            "key": lambda: {"key": rng.choice(KEYS)[: rng.choice([2, 3, 5, 8])]},
            "circle": lambda: {"centre_id": rng.choice(KEYS), "radius_km": rng.choice([1, 50, 200, 500])},
            "nationwide": lambda: {"nationwide": True},
        }[part]()
        topic = rng.choice([None, None, "climate"])
        ServiceAreaPart.objects.bulk_create(
            [ServiceAreaPart(partner=partner, topic_id=topic, **fields)], ignore_conflicts=True
        )
    return partner


@pytest.mark.parametrize("world", range(6))
def test_whatever_may_fit_is_read_from_either_side(country, rng, world):
    partners = [some_partner(rng, number) for number in range(12)]
    for city in country:
        read = set(Partner.objects.filter(vicinity.partners_of(city)))
        for partner in partners:
            areas = [partner.service_area, *partner.topic_areas.values()]
            holds = any(area.contains(city.place) for area in areas)
            assert not holds or partner in read
            assert not holds or city in country.filter(vicinity.towns_of(partner))


def test_what_lies_elsewhere_is_not_read():
    near, far = make_city("Telgte"), make_city("Berlin")
    partner = make_partner(radius_km=50)
    make_partner("Kammer Berlin", seat="Berlin", radius_km=50)
    assert set(City.objects.filter(vicinity.towns_of(partner))) == {near}
    assert Partner.objects.get(vicinity.partners_of(near)) == partner
    assert [pair.city.pk for pair in candidates.for_partner(partner)] == [near.pk]
    assert [pair.partner.name for pair in candidates.for_city(far)] == ["Kammer Berlin"]


def test_a_partner_without_an_area_is_read_for_nobody():
    partner, city = make_partner(radius_km=None), make_city()
    assert not City.objects.filter(vicinity.towns_of(partner)).exists()
    assert not Partner.objects.filter(vicinity.partners_of(city)).exists()


def test_a_suggestion_that_no_longer_fits_says_why_although_the_town_lies_far_from_the_area_now():
    partner, city = make_partner(radius_km=50), make_city()
    suggestions.refresh_partner(partner)
    partner.area_parts.update(centre=make_municipality("Köln"))
    suggestions.refresh_partner(Partner.objects.get(pk=partner.pk))
    reason = Suggestion.objects.get(city=city).decision_reason
    assert "Telgte liegt nicht im Einzugsgebiet" in reason
    suggestions.refresh_city(city)
    assert not Suggestion.objects.open().exists()
