"""Which Engagierte Städte lie in an area, and how far they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from cities.geometry import Point
from cities.models import City
from cities.service_areas import ServiceArea


@dataclass(frozen=True)
class CityInArea:
    """`distance_km` is None where the area gives no point to measure from."""

    city: City
    distance_km: float | None


def taking_part() -> list[City]:
    """The towns that take part, by name, with all that an area needs to know of them."""
    towns = City.objects.taking_part().select_related("organisation", "district", "land")
    return list(towns.prefetch_related("municipalities").order_by("organisation__name", "pk"))


def lying_in(area: ServiceArea, towns: Iterable[City]) -> list[City]:
    """Those of the towns that lie in the area, in their order."""
    return [city for city in towns if area.contains(city.place)]


def cities_in(area: ServiceArea, *, seat: Point | None) -> list[CityInArea]:
    """The towns that take part and lie in the area, nearest first."""
    found = [CityInArea(city, _distance(area, city, seat)) for city in lying_in(area, taking_part())]
    return sorted(found, key=lambda row: (row.distance_km is None, row.distance_km or 0.0, row.city.name))


def _distance(area: ServiceArea, city: City, seat: Point | None) -> float | None:
    nearness = area.nearness(city.place, seat=seat)
    return nearness.distance_km if nearness else None
