"""What is near a place, as querysets that know how far each row is (`distance_km`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, ExpressionWrapper, F, FloatField, Model, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cos, Least, Radians, Sin, Sqrt

from cities import places
from cities.geometry import EARTH_RADIUS_KM, Point, enclosing_keys
from cities.models import City, Municipality, Project
from cities.places import Found, Resolution
from partners.models import AreaPartRow, Company, NetworkAreaPart, Partner, RegionalNetwork, ServiceAreaPart

KM_PER_DEGREE = 110.5  # of latitude, at the least


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
        """The rows at the place: nearest first where it is a municipality, as they were where it is a Kreis or Land."""
        if not self.text:
            return rows
        if self.place is None:
            return rows.none()
        where = _WHEREABOUTS[rows.model]
        if not self.place.is_municipality:
            return rows.filter(where.in_region(self.place.key)).distinct()
        point = Municipality.objects.get(pk=self.place.key).point
        if where.area_parts:
            holding = _parts_holding(where.area_parts, point, set(enclosing_keys(self.place.key)))
            rows = rows.filter(pk__in=holding)
        if not where.point:
            return rows
        rows = rows.annotate(distance_km=distance_km(point, *where.point)).order_by("distance_km", *rows.query.order_by)
        return rows if radius_km is None else rows.filter(distance_km__lte=radius_km)


@dataclass(frozen=True)
class _Whereabouts:
    """Where the rows of a model are: the fields of their point, and which of them are in a Kreis or Land.

    Those that have an area are found at a place only if the area holds it.
    """

    point: tuple[str, str] | None
    in_region: Callable[[str], Q]
    area_parts: tuple[type[AreaPartRow], str] | None = None  # with the field that names the owner


def nearest(rows: QuerySet[Any], point: Point, *, most: int) -> list[Any]:
    """The rows nearest to the point, each with its `distance_km`."""
    where = _WHEREABOUTS[rows.model].point
    if where is None:
        raise ValueError(f"{rows.model} has no place")
    return list(rows.annotate(distance_km=distance_km(point, *where)).order_by("distance_km", "pk")[:most])


def serves(city: City) -> Q:
    """Partners whose area holds the town: one of its municipalities by key, or its anchor in a circle."""
    return _holding(_OF_PARTNERS, city)


def covers(city: City) -> Q:
    """Regional networks whose area holds the town."""
    return _holding(_OF_NETWORKS, city)


def in_region(model: type[Model], key: str) -> Q:
    """Rows of the model that are, or work, in the Kreis or Land."""
    return _WHEREABOUTS[model].in_region(key)


def reaches_into(key: str) -> Q:
    """Partners with a circle that holds the centre of a municipality of the Kreis or Land.

    Latitudes are compared first: most municipalities are far too far north or south to measure.
    """
    degrees = F("circle_km") / KM_PER_DEGREE
    inside = Municipality.objects.current().filter(ags__startswith=key).annotate(
        circle_km=ExpressionWrapper(OuterRef("radius_km"), output_field=FloatField()),
    )  # fmt: skip
    near = inside.filter(
        latitude__gte=OuterRef("centre__latitude") - degrees, latitude__lte=OuterRef("centre__latitude") + degrees
    )
    held = near.annotate(away_km=_distance_to_outer()).filter(away_km__lte=F("circle_km"))
    circles = ServiceAreaPart.objects.filter(Exists(held), centre__isnull=False)
    return Q(pk__in=circles.values("partner"))


def _distance_to_outer() -> Combinable:
    """The haversine formula between a municipality and the centre of the outer query's circle."""
    half_height = Sin(Radians(F("latitude") - OuterRef("centre__latitude")) / 2)
    half_width = Sin(Radians(F("longitude") - OuterRef("centre__longitude")) / 2)
    widths = Cos(Radians(F("latitude"))) * Cos(Radians(OuterRef("centre__latitude"))) * half_width * half_width
    chord = Sqrt(half_height * half_height + widths)
    return ExpressionWrapper(2 * EARTH_RADIUS_KM * ASin(Least(Value(1.0), chord)), output_field=FloatField())


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


def _holding(parts: tuple[type[AreaPartRow], str], city: City) -> Q:
    keys = {key for municipality in city.municipalities.all() for key in enclosing_keys(municipality.ags)}
    return Q(pk__in=_parts_holding(parts, city.point, keys))


def _serving_region(parts: tuple[type[AreaPartRow], str]) -> Callable[[str], Q]:
    """Those whose area lies in the region, holds it, or is all of Germany."""
    model, owner = parts

    def serving(key: str) -> Q:
        inside = Q(key__startswith=key) | Q(key__in=enclosing_keys(key)) | Q(centre__ags__startswith=key)
        return Q(pk__in=model._default_manager.filter(Q(nationwide=True) | inside).values(owner))

    return serving


def _parts_holding(parts: tuple[type[AreaPartRow], str], point: Point, keys: set[str]) -> QuerySet[Any]:
    """The owners of the parts that hold a municipality of these keys at this point."""
    model, owner = parts
    far = distance_km(point, "centre__latitude", "centre__longitude")
    in_circle = Q(centre__isnull=False, centre_km__lte=F("radius_km"))
    holding = Q(nationwide=True) | Q(key__in=keys) | in_circle
    rows: QuerySet[Any] = model._default_manager.annotate(centre_km=far).filter(holding)
    return rows.values(owner)


_OF_PARTNERS = (ServiceAreaPart, "partner")
_OF_NETWORKS = (NetworkAreaPart, "network")
_WHEREABOUTS: dict[type[Model], _Whereabouts] = {
    City: _Whereabouts(("latitude", "longitude"), lambda key: Q(municipalities__ags__startswith=key)),
    Project: _Whereabouts(("place__latitude", "place__longitude"), lambda key: Q(place__ags__startswith=key)),
    Company: _Whereabouts(("seat__latitude", "seat__longitude"), lambda key: Q(seat__ags__startswith=key)),
    Partner: _Whereabouts(("seat__latitude", "seat__longitude"), _serving_region(_OF_PARTNERS), _OF_PARTNERS),
    RegionalNetwork: _Whereabouts(None, _serving_region(_OF_NETWORKS), _OF_NETWORKS),
}
