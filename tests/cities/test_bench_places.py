import pytest

from cities.imports import load_network_towns
from cities.models import City
from portal.site.bench_quality import places


@pytest.mark.django_db
def test_the_towns_of_the_made_up_world_are_those_of_the_portals_own_list(all_places):
    load_network_towns()
    listed = {
        city.organisation.name: (city.place.point, set(city.place.keys))
        for city in City.objects.select_related("organisation").prefetch_related("municipalities")
    }
    assert {one.name: (one.place.point, set(one.place.keys)) for one in places.towns()} == listed
