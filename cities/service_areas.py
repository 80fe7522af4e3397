"""Where an organisation works: official keys, circles, or all of Germany; for single topics perhaps somewhere else.

Pure: knows no Django. Keys have no outline here. So what lies between a key and a circle is told by points: the
centres of municipalities, or the anchors of towns, handed in as places.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import inf
from typing import Any

import numpy as np

from cities.geometry import (
    DISTRICT_KEY_LENGTH,
    MUNICIPALITY_KEY_LENGTH,
    Circle,
    Place,
    Point,
    check_key,
    distance_km,
    enclosing_keys,
    lies_in,
    whole_key,
)

KEY_AREA_RADIUS_KM = 100.0  # how far closeness counts where the area is given by keys or nationwide
_ROUNDING_KM = 1e-6  # a point on the edge of two circles that only touch still lies in both
MOST_MUNICIPALITIES = 5  # more than these of one Kreis are counted, not listed


@dataclass(frozen=True, slots=True)
class Nearness:
    """How far a town lies from the closest point of an organisation, and the distance at which closeness ends."""

    distance_km: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two areas have in common lies in these keys and circles; without any of them nothing is known to be."""

    keys: frozenset[str] = frozenset()
    circles: frozenset[Circle] = frozenset()
    nationwide: bool = False

    def __bool__(self) -> bool:
        return bool(self.keys or self.circles or self.nationwide)


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """Where an organisation works: any mix of keys and circles, or all of Germany."""

    keys: frozenset[str] = frozenset()
    circles: tuple[Circle, ...] = ()
    nationwide: bool = False

    def __post_init__(self) -> None:
        for key in self.keys:
            check_key(key)

    def __or__(self, other: "ServiceArea") -> "ServiceArea":
        """The parts of both."""
        return ServiceArea(
            self.keys | other.keys, (*self.circles, *other.circles), nationwide=self.nationwide or other.nationwide
        )

    def contains(self, place: Place) -> bool:
        """A town lies in the area with any of its municipalities (by key) or with its anchor (in a circle)."""
        return self.nationwide or self.holds_key_of(place) or self.circle_holding(place) is not None

    def holds_key_of(self, place: Place) -> bool:
        return any(not self.keys.isdisjoint(enclosing_keys(key)) for key in place.keys)

    def circle_holding(self, place: Place) -> Circle | None:
        """The circle that holds the town; of several the one with the nearest centre, of equally near ones the widest.

        So the order in which circles were entered makes no difference.
        """
        holding = [circle for circle in self.circles if circle.holds(place.point)]
        return min(holding, key=lambda one: (distance_km(one.centre, place.point), -one.radius_km), default=None)

    def nearness(self, place: Place, *, seat: Point | None = None) -> Nearness | None:
        """Distance from the nearest of seat and centre of a circle that holds the town; None where neither is known."""
        circle = self.circle_holding(place)
        if circle is None and seat is None:
            return None
        distance, radius = closeness(
            from_seat=distance_km(seat, place.point) if seat else inf,
            from_centre=distance_km(circle.centre, place.point) if circle else inf,
            radius_km=circle.radius_km if circle else KEY_AREA_RADIUS_KM,
            by_key=self.nationwide or self.holds_key_of(place),
        )
        return Nearness(float(distance), float(radius))

    def distance_to_edge_km(self, place: Place, *, centres: Mapping[str, Point] | None = None) -> float | None:
        """How far the anchor of a town is from the area: 0 inside, None where it cannot be told.

        Exact to the edge of a circle. Of a key the nearest municipality counts whose centre is known (`centres` by
        AGS), so the true edge may be nearer by about the size of that municipality.
        """
        if self.contains(place):
            return 0.0
        to_circles = [distance_km(circle.centre, place.point) - circle.radius_km for circle in self.circles]
        inside = [point for ags, point in (centres or {}).items() if not self.keys.isdisjoint(enclosing_keys(ags))]
        return min([*to_circles, *(distance_km(point, place.point) for point in inside)], default=None)

    def overlap(self, other: "ServiceArea", *, places: Iterable[Place] = ()) -> Overlap:
        """What both areas hold. Keys by their digits; circles by the distance of their centres, the smaller is named.

        What a circle and a key have in common is told by the places (municipalities or towns) that both hold; without
        places nothing is known of it. A town of several municipalities is common as a whole.
        """
        between = (place.keys for place in places if self._meets(other, place) or other._meets(self, place))
        nested = {max(pair, key=_precision) for pair in product(self.keys, other.keys) if _are_nested(*pair)}
        touching = {min(pair, key=_size) for pair in product(self.circles, other.circles) if _touch(*pair)}
        within = [one for one, around in ((self, other), (other, self)) if around.nationwide]
        return Overlap(
            frozenset(_outermost(nested.union(*between, *(area.keys for area in within)))),
            frozenset(touching.union(*(area.circles for area in within))),
            nationwide=self.nationwide and other.nationwide,
        )

    def describe(self, names: Mapping[str, str]) -> str:
        """„Kreis Borken, Kreis Wesel und 40 km um Bocholt“; nothing for an area without parts."""
        *some, last = self.labels(names) or [""]
        return f"{', '.join(some)} und {last}" if some else last

    def labels(self, names: Mapping[str, str]) -> list[str]:
        """The parts in words, largest first; `names` of keys, of municipalities also that of their Kreis.

        A part inside a wider key is not repeated, and many municipalities of one Kreis are counted.
        """
        if self.nationwide:
            return ["bundesweit"]
        circles = sorted(set(self.circles), key=lambda circle: (-circle.radius_km, circle.label))
        around = [f"{circle.radius_km:g}\u00a0km um {circle.label}" for circle in circles]
        return [*_key_labels(self.keys, names), *around]

    def _meets(self, other: "ServiceArea", place: Place) -> bool:
        """Both hold the place, one of them by key; of two circles their distance says it."""
        return self.holds_key_of(place) and other.contains(place)


@dataclass(frozen=True, slots=True)
class ServiceAreas:
    """The general area, and those of the topics (by code) that have one of their own, which counts instead of it."""

    general: ServiceArea = ServiceArea()
    by_topic: Mapping[str, ServiceArea] = field(default_factory=dict)

    def topics_at(self, place: Place, topics: Collection[str]) -> frozenset[str]:
        """Those of the topics that are worked on at the town."""
        return frozenset(topic for topic in topics if self.by_topic.get(topic, self.general).contains(place))

    def of(self, topics: Collection[str]) -> ServiceArea:
        """Everywhere somebody with these topics works: the general area and the own ones of the topics."""
        area = self.general
        for topic in sorted(set(topics) & self.by_topic.keys()):
            area |= self.by_topic[topic]
        return area


def closeness(*, from_seat: Any, from_centre: Any, radius_km: Any, by_key: Any) -> tuple[Any, Any]:
    """Distance in km from the nearer of seat and centre, and where closeness ends; numbers, or arrays of one length.

    The centre is that of the nearest circle that holds the town, `radius_km` its radius; where no circle does, the
    distance is infinite and the radius KEY_AREA_RADIUS_KM. The circle's radius counts if the circle is nearest or the
    only reason why the town lies in the area (docs/matching.md, part `place`).
    """
    nearer = from_centre <= from_seat
    by_seat = np.where(by_key, KEY_AREA_RADIUS_KM, radius_km)
    return np.minimum(from_centre, from_seat), np.where(nearer, radius_km, by_seat)


def _key_labels(keys: Iterable[str], names: Mapping[str, str]) -> Iterator[str]:
    """In the order of the largest: Land before Kreis before many municipalities before single ones."""
    outer = _outermost(keys)
    districts: dict[str, list[str]] = {}
    for key in outer:
        districts.setdefault(key[:DISTRICT_KEY_LENGTH] if len(key) == MUNICIPALITY_KEY_LENGTH else "", []).append(key)
    crowded = {district for district, inner in districts.items() if district and len(inner) > MOST_MUNICIPALITIES}
    yield from (names.get(key, key) for key in outer if len(key) < MUNICIPALITY_KEY_LENGTH)
    yield from (_counted(len(districts[district]), names.get(district, district)) for district in sorted(crowded))
    single = (key for key in outer if len(key) == MUNICIPALITY_KEY_LENGTH and key[:DISTRICT_KEY_LENGTH] not in crowded)
    yield from (names.get(key, key) for key in single)


def _outermost(keys: Iterable[str]) -> list[str]:
    """Those that lie in no other; of several for the same ground the shortest."""
    kept: list[str] = []
    for key in sorted(keys, key=lambda key: (len(whole_key(key)), len(key), key)):
        if not any(lies_in(key, wider) for wider in kept):
            kept.append(key)
    return sorted(kept, key=lambda key: (len(key), key))


def _counted(number: int, district: str) -> str:
    """„29 Gemeinden im Landkreis Göttingen“; a Kreis that is called a region is female."""
    return f"{number} Gemeinden {'in der' if district.startswith(('Region ', 'Städteregion ')) else 'im'} {district}"


def _are_nested(one: str, other: str) -> bool:
    return lies_in(one, other) or lies_in(other, one)


def _precision(key: str) -> tuple[int, int]:
    """The ground first: 05515000 is the same as 05515, and both lie in 055."""
    return len(whole_key(key)), len(key)


def _touch(one: Circle, other: Circle) -> bool:
    return distance_km(one.centre, other.centre) <= one.radius_km + other.radius_km + _ROUNDING_KM


def _size(circle: Circle) -> tuple[float, float, float, str]:
    """By radius; the rest makes the choice the same from both sides."""
    return circle.radius_km, circle.centre.latitude, circle.centre.longitude, circle.label
