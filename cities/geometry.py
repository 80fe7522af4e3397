"""Points, distances and service areas. Pure: knows no Django.

A place is matched by key or by distance. Official keys (AGS) are nested by their digits: 05 Land, 051 Regierungsbezirk,
05154 Kreis, 05154036 municipality; a shorter key holds every longer one that begins with it. They are text, since a
number loses the leading zero.
"""

from dataclasses import dataclass
from math import asin, cos, isfinite, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
KEY_LENGTHS = (2, 3, 5, 8)  # Land, Regierungsbezirk, Kreis, municipality
MUNICIPALITY_KEY_LENGTH = 8
LARGEST_RADIUS_KM = 1000.0  # Germany measures 876 km from north to south
KEY_AREA_RADIUS_KM = 100.0  # how far closeness counts where the area is given by keys or nationwide


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (isfinite(self.latitude) and -90 <= self.latitude <= 90):
            raise ValueError(f"latitude {self.latitude} is not within -90 and 90")
        if not (isfinite(self.longitude) and -180 <= self.longitude <= 180):
            raise ValueError(f"longitude {self.longitude} is not within -180 and 180")


@dataclass(frozen=True, slots=True)
class Place:
    """A town: its anchor point and the keys of the municipalities it consists of."""

    point: Point
    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        for key in self.keys:
            if len(check_key(key)) != MUNICIPALITY_KEY_LENGTH:
                raise ValueError(f"{key!r} is not the key of a municipality")


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within a radius around a point; the label names the centre for people."""

    centre: Point
    radius_km: float
    label: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.radius_km <= LARGEST_RADIUS_KM:
            raise ValueError(f"radius {self.radius_km} km is not within 0 and {LARGEST_RADIUS_KM:.0f}")

    def holds(self, point: Point) -> bool:
        """The edge belongs to the circle."""
        return distance_km(self.centre, point) <= self.radius_km


@dataclass(frozen=True, slots=True)
class Nearness:
    """How far a town lies from the closest point of an organisation, and the distance at which closeness ends."""

    distance_km: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """Where an organisation works: any mix of keys and circles, or all of Germany."""

    keys: frozenset[str] = frozenset()
    circles: tuple[Circle, ...] = ()
    nationwide: bool = False

    def __post_init__(self) -> None:
        for key in self.keys:
            check_key(key)

    def contains(self, place: Place) -> bool:
        """A town lies in the area with any of its municipalities (by key) or with its anchor (in a circle)."""
        return self.nationwide or self.holds_key_of(place) or self.circle_holding(place) is not None

    def holds_key_of(self, place: Place) -> bool:
        return any(not self.keys.isdisjoint(enclosing_keys(key)) for key in place.keys)

    def circle_holding(self, place: Place) -> Circle | None:
        """The circle that holds the town; of several the one with the nearest centre."""
        holding = [circle for circle in self.circles if circle.holds(place.point)]
        return min(holding, key=lambda circle: distance_km(circle.centre, place.point), default=None)

    def nearness(self, place: Place, *, seat: Point | None = None) -> Nearness | None:
        """Distance from the nearest of seat and centre of a circle that holds the town; None where neither is known.

        The radius is that of the circle, if the circle is nearest or the only reason why the town lies in the area,
        else KEY_AREA_RADIUS_KM (DESIGN §6, part `place` of the score).
        """
        circle = self.circle_holding(place)
        from_seat = distance_km(seat, place.point) if seat else None
        if circle is None:
            return None if from_seat is None else Nearness(from_seat, KEY_AREA_RADIUS_KM)
        from_centre = distance_km(circle.centre, place.point)
        if from_seat is None or from_centre <= from_seat:
            return Nearness(from_centre, circle.radius_km)
        by_key = self.nationwide or self.holds_key_of(place)
        return Nearness(from_seat, KEY_AREA_RADIUS_KM if by_key else circle.radius_km)


def distance_km(a: Point, b: Point) -> float:
    """Great circle distance by the haversine formula."""
    height = sin(radians(b.latitude - a.latitude) / 2) ** 2
    width = sin(radians(b.longitude - a.longitude) / 2) ** 2
    chord = height + cos(radians(a.latitude)) * cos(radians(b.latitude)) * width
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))


def is_key(text: str) -> bool:
    return len(text) in KEY_LENGTHS and text.isascii() and text.isdigit()


def check_key(text: str) -> str:
    """The key itself; ValueError where it cannot be one (0515 has four digits)."""
    if not is_key(text):
        raise ValueError(f"{text!r} is not an official key of 2, 3, 5 or 8 digits")
    return text


def enclosing_keys(key: str) -> tuple[str, ...]:
    """The key and those of the areas around it: 05154036 → 05, 051, 05154, 05154036."""
    return tuple(key[:length] for length in KEY_LENGTHS if length <= len(key))
