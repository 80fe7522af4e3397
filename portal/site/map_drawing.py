"""What a map shows and where it lies on the sheet, in the Mercator projection of all web maps. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import cos, log, pi, radians, tan

from cities.baseline.outlines import Outline, Ring
from cities.geometry import Point

WORLD = 200_000  # the equator in units of the sheet: whole numbers, about 125 m in Germany, no decimal comma
EQUATOR_KM = 40_075.0
SMALLEST_WIDTH = 1_400  # about 170 km: closer up, one would no longer see in which Land a place lies
MARKERS_ACROSS = 30  # so many markers side by side fill the width
SEVERAL = "several"  # the kind of a sign for markers at one spot
_MARGIN = 0.08


class Kind(StrEnum):
    TOWN = "town"
    PARTNER = "partner"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Marker:
    """Something at one point, with the address of its page."""

    kind: Kind
    name: str
    url: str
    point: Point


@dataclass(frozen=True, slots=True)
class Spot:
    """A position on the sheet."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Sign:
    """One marker, or several that would cover each other, drawn where the first of them lies."""

    spot: Spot
    markers: tuple[Marker, ...]

    @property
    def kind(self) -> str:
        """The kind of what is drawn; of several it is their number that is shown."""
        return self.markers[0].kind if len(self.markers) == 1 else SEVERAL


@dataclass(frozen=True, slots=True)
class View:
    """The part of the sheet that is shown."""

    x: int
    y: int
    width: int
    height: int

    @property
    def radius(self) -> int:
        """Of a marker, so that it has one size on the screen whatever is shown."""
        return max(1, self.width // MARKERS_ACROSS // 2)


def project(point: Point) -> Spot:
    """The spot of a point; y grows to the south."""
    x = (point.longitude + 180) / 360
    y = (1 - log(tan(pi / 4 + radians(point.latitude) / 2)) / pi) / 2
    return Spot(round(x * WORLD), round(y * WORLD))


def length(km: float, at: Point) -> int:
    """A distance on the ground near the point, in units of the sheet; at least one."""
    return max(1, round(km / (EQUATOR_KM * cos(radians(at.latitude))) * WORLD))


def path(outline: Outline) -> str:
    """The outline as the data of an SVG path: each step relative to the one before, which is far shorter."""
    return "".join(_ring_path(ring) for polygon in outline for ring in polygon)


def fit(spots: Sequence[Spot], *, shape: float = 1.2) -> View:
    """The view that holds all spots, with a margin; `shape` is its height for a width of one."""
    west, east = min(spot.x for spot in spots), max(spot.x for spot in spots)
    north, south = min(spot.y for spot in spots), max(spot.y for spot in spots)
    width = max(east - west, round((south - north) / shape)) * (1 + 2 * _MARGIN)
    width = max(round(width), SMALLEST_WIDTH)
    height = round(width * shape)
    return View((west + east - width) // 2, (north + south - height) // 2, width, height)


def signs(markers: Iterable[Marker], *, radius: int) -> tuple[Sign, ...]:
    """Each marker alone, but those that would cover the middle of another together with it; in the order given."""
    groups: list[tuple[Spot, list[Marker]]] = []
    near: dict[tuple[int, int], list[int]] = {}
    for marker in markers:
        spot = project(marker.point)
        column, row = spot.x // radius, spot.y // radius
        cells = [(column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        covered = [n for cell in cells for n in near.get(cell, ()) if _covers(groups[n][0], spot, radius)]
        if covered:
            groups[min(covered)][1].append(marker)
        else:
            near.setdefault((column, row), []).append(len(groups))
            groups.append((spot, [marker]))
    return tuple(Sign(spot, tuple(found)) for spot, found in groups)


def _covers(one: Spot, other: Spot, radius: int) -> bool:
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 < radius**2


def _ring_path(ring: Ring) -> str:
    spots = [project(Point(latitude, longitude)) for longitude, latitude in ring]
    steps = ((b.x - a.x, b.y - a.y) for a, b in pairwise(spots))
    drawn = "".join(f"l{x} {y}" for x, y in steps if x or y)
    return f"M{spots[0].x} {spots[0].y}{drawn}z"
