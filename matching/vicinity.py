"""Whom to read at all: a few hundred rows around one partner or town instead of all of Germany.

The conditions let through whatever may fit, and a little more; what does fit is for the gates to say.
"""

from math import cos, radians
from typing import Any

from django.db.models import F, FloatField, Q
from django.db.models.functions import Abs, Cast

from cities.geometry import Circle, enclosing_keys
from cities.models import City
from cities.service_areas import ServiceArea
from partners.models import Partner, ServiceAreaPart
from partners.models.areas import area_of

KM_PER_DEGREE = 111.0  # of latitude: a little less than it is, so that boxes are a little too large
_NORTHERNMOST = 56.0  # degrees of longitude are shortest here, of all that lies in Germany


def towns_of(partner: Partner) -> Q:
    """For cities: those that may lie where the partner works, on whatever topic."""
    return _may_lie_in(area_of(ServiceAreaPart.objects.filter(partner=partner).select_related("centre")))


def partners_of(city: City) -> Q:
    """For partners: those with a part of an area, of whatever topic, that may hold the town."""
    place = city.place
    keys = {enclosing for key in place.keys for enclosing in enclosing_keys(key)}
    north_south = _away("centre__latitude", place.point.latitude, KM_PER_DEGREE)
    shortest = KM_PER_DEGREE * cos(radians(_NORTHERNMOST))
    east_west = _away("centre__longitude", place.point.longitude, shortest)
    parts = ServiceAreaPart.objects.annotate(north_south=north_south, east_west=east_west)
    in_circle = Q(north_south__lte=F("radius_km"), east_west__lte=F("radius_km"))
    return Q(pk__in=parts.filter(Q(nationwide=True) | Q(key__in=keys) | in_circle).values("partner"))


def _may_lie_in(area: ServiceArea) -> Q:
    """With any of their municipalities, or with their anchor."""
    if area.nationwide:
        return Q(pk__isnull=False)  # an empty Q would vanish beside others
    of_keys = City.municipalities.through.objects.filter(
        _any(Q(municipality__ags__startswith=key) for key in area.keys)
    )
    return _any([Q(pk__in=of_keys.values("city")), *map(_box, area.circles)])


def _box(circle: Circle) -> Q:
    """Everything between the parallels and meridians that touch the circle."""
    height = circle.radius_km / KM_PER_DEGREE
    widest = cos(radians(min(89.0, abs(circle.centre.latitude) + height)))
    width = height / widest
    latitude, longitude = circle.centre.latitude, circle.centre.longitude
    return Q(
        latitude__range=(latitude - height, latitude + height), longitude__range=(longitude - width, longitude + width)
    )


def _away(field: str, degrees: float, km_per_degree: float) -> Any:
    """How far the field lies from so many degrees, in km at the most."""
    return Abs(Cast(F(field), FloatField()) - degrees) * km_per_degree


def _any(conditions: Any) -> Q:
    """One of them; none where there are none."""
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found
