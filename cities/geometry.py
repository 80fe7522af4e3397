"""Points, circles, distances and official keys. Pure: knows no Django.

A place is matched by key or by distance. Official keys (AGS) are nested by their digits: 05 Land, 051 Regierungsbezirk,
05154 Kreis, 05154036 municipality; a shorter key holds every longer one that begins with it. They are text, since a
number loses the leading zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, isfinite, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
KEY_LENGTHS = (2, 3, 5, 8)  # Land, Regierungsbezirk, Kreis, municipality
DISTRICT_KEY_LENGTH = 5
MUNICIPALITY_KEY_LENGTH = 8
CITY_STATES = ("02", "11")  # Hamburg, Berlin
LARGEST_RADIUS_KM = 1000.0  # Germany measures 876 km from north to south


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

    @property
    def vector(self) -> tuple[float, float, float]:
        """The same point on a sphere of radius 1, seen from its centre."""
        latitude, longitude = radians(self.latitude), radians(self.longitude)
        return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)


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


def vectors(points: Iterable[Point]) -> NDArray[np.float64]:
    """Those of all points, shape (3, n)."""
    numbers = [number for point in points for number in point.vector]
    return np.array(numbers, dtype=np.float64).reshape(-1, 3).T.copy()


def distance_km(a: Point, b: Point) -> float:
    """Great circle distance by the haversine formula."""
    return float(great_circle_km(a.vector, b.vector))


def great_circle_km(a: Any, b: Any) -> Any:
    """Distances between unit vectors: three numbers each, or three rows of n; one number, or an array of n.

    Half of the chord between two unit vectors is the root of the haversine. One distance and a million come out the
    same to the last bit: all but the arc sine is exactly rounded by IEEE 754, and the arc sine is numpy's for both.
    """
    x, y, z = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    half_chord = np.sqrt(x * x + y * y + z * z) / 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(half_chord, 1.0))


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


def whole_key(key: str) -> str:
    """The widest key of the same ground: Berlin and Hamburg are Land, Kreis and municipality at once, so 11000000 → 11.

    A municipality numbered 000 is a whole Kreis: 05515000 → 05515.
    """
    if key[:2] in CITY_STATES:
        return key[:2]
    return key[:DISTRICT_KEY_LENGTH] if len(key) == MUNICIPALITY_KEY_LENGTH and key.endswith("000") else key


def lies_in(key: str, wider: str) -> bool:
    """The ground of one key belongs to that of the other, or is the same."""
    return whole_key(key).startswith(whole_key(wider))
