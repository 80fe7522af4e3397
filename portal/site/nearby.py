"""Towns and partners near a place, as querysets that know how far each row is (`distance_km`)."""

from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cos, Least, Radians, Sin, Sqrt

from cities import places
from cities.geometry import EARTH_RADIUS_KM, Point, enclosing_keys
from cities.models import City, Municipality
from cities.places import Found, Resolution
from partners.models import ServiceAreaPart


class PlaceSearch:
    """What somebody typed as a place: one place, several to choose from, or none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place, self.choices = _resolve(text) if text else (None, ())

    @property
    def failed(self) -> bool:
        """Something was typed that names no place, or more than one."""
        return bool(self.text) and self.place is None

    def narrow(self, rows: QuerySet[Any], *, radius_km: int | None) -> QuerySet[Any]:
        """The rows at the place: nearest first where it is a municipality, by name where it is a Kreis or Land."""
        if not self.text:
            return rows
        if self.place is None:
            return rows.none()
        is_city = rows.model is City
        if not self.place.is_municipality:
            return rows.filter(_in_region(self.place.key) if is_city else _serving_region(self.place.key)).distinct()
        point = Municipality.objects.get(pk=self.place.key).point
        if not is_city:
            rows = rows.filter(pk__in=_parts_holding(point, set(enclosing_keys(self.place.key))).values("partner"))
        rows = rows.annotate(
            distance_km=distance_km(point, *_FIELDS[is_city]),
        ).order_by("distance_km", "organisation__name")
        return rows if radius_km is None else rows.filter(distance_km__lte=radius_km)


def serves(city: City) -> Q:
    """Partners whose area holds the town: one of its municipalities by key, or its anchor in a circle."""
    keys = {key for municipality in city.municipalities.all() for key in enclosing_keys(municipality.ags)}
    return Q(pk__in=_parts_holding(city.point, keys).values("partner"))


_FIELDS = {True: ("latitude", "longitude"), False: ("seat__latitude", "seat__longitude")}


def distance_km(point: Point, latitude: str, longitude: str) -> Combinable:
    """The haversine formula of cities.geometry as an expression of the database; the fields are in degrees."""
    chord = _half_sine_squared(latitude, point.latitude) + Cos(Radians(F(latitude))) * Cos(
        Radians(Value(point.latitude))
    ) * _half_sine_squared(longitude, point.longitude)
    return ExpressionWrapper(2 * EARTH_RADIUS_KM * ASin(Least(Value(1.0), Sqrt(chord))), output_field=FloatField())


def _half_sine_squared(field: str, degrees: float) -> Combinable:
    half = Sin(Radians(ExpressionWrapper(F(field) - Value(degrees), output_field=FloatField())) / 2)
    return ExpressionWrapper(half * half, output_field=FloatField())


def _resolve(text: str) -> tuple[Found | None, tuple[Found, ...]]:
    """„Köln“ is the town, though a Kreis and a Regierungsbezirk share its name; „Kreis Borken“ is the Kreis."""
    resolution = places.resolve(text)
    towns = Resolution(tuple(found for found in resolution.candidates if found.is_municipality))
    place = resolution.place or towns.place
    return place, () if place else towns.candidates or resolution.candidates


def _in_region(key: str) -> Q:
    return Q(municipalities__ags__startswith=key)


def _serving_region(key: str) -> Q:
    """Partners whose area lies in the region, holds it, or is all of Germany."""
    parts = ServiceAreaPart.objects.filter(
        Q(nationwide=True) | Q(key__startswith=key) | Q(key__in=enclosing_keys(key)) | Q(centre__ags__startswith=key)
    )
    return Q(pk__in=parts.values("partner"))


def _parts_holding(point: Point, keys: set[str]) -> QuerySet[ServiceAreaPart]:
    far = distance_km(point, "centre__latitude", "centre__longitude")
    in_circle = Q(centre__isnull=False, centre_km__lte=F("radius_km"))
    holding = Q(nationwide=True) | Q(key__in=keys) | in_circle
    return ServiceAreaPart.objects.annotate(centre_km=far).filter(holding)
