"""Outlines as rings of (longitude, latitude): what lies inside, an inner point, fewer corners. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any, NamedTuple

Corner = tuple[float, float]
Ring = tuple[Corner, ...]
Polygon = tuple[Ring, ...]  # the outer ring, then its holes
Outline = tuple[Polygon, ...]


class Box(NamedTuple):
    west: float
    south: float
    east: float
    north: float


def flatten(features: Any) -> Iterator[dict[str, Any]]:
    """The single features; some are nested in collections of their own."""
    if isinstance(features, list):
        for feature in features:
            yield from flatten(feature)
    elif features["type"] == "FeatureCollection":
        yield from flatten(features["features"])
    else:
        yield features


def outline(geometry: dict[str, Any]) -> Outline:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return tuple(tuple(tuple((x, y) for x, y, *_ in ring) for ring in polygon) for polygon in polygons)


def box(shape: Outline) -> Box:
    corners = [corner for polygon in shape for corner in polygon[0]]
    longitudes, latitudes = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def holds(shape: Outline, corner: Corner) -> bool:
    """Whether an eastward ray crosses the rings an odd number of times."""
    x, y = corner
    return sum(1 for crossing in _crossings(shape, y) if crossing > x) % 2 == 1


def inner_point(shape: Outline) -> Corner:
    """The centroid of the largest part, or, where it lies outside, the middle of the widest stretch at its latitude."""
    largest = max(shape, key=lambda polygon: abs(_area(polygon[0])))
    x, y = _centroid(largest[0])
    if holds((largest,), (x, y)):
        return x, y
    crossings = sorted(_crossings((largest,), y))
    west, east = max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
    return (west + east) / 2, y


def area_km2(shape: Outline) -> float:
    """What the outer rings hold, without the holes."""
    return sum(abs(_area_km2(outer)) - sum(abs(_area_km2(hole)) for hole in holes) for outer, *holes in shape)


def simplify(shapes: dict[str, Outline], tolerance_km: float, *, smallest_km2: float) -> dict[str, Outline]:
    """Fewer corners, the same ones on both sides of a common border; islands and holes below the size are left out."""
    owners: dict[Corner, set[str]] = defaultdict(set)
    for key, shape in shapes.items():
        for corner in (corner for polygon in shape for ring in polygon for corner in ring):
            owners[corner].add(key)
    simple = {}
    for key, shape in shapes.items():
        polygons = ([r for r in polygon if abs(_area_km2(r)) >= smallest_km2] for polygon in shape)
        simple[key] = tuple(tuple(_simple_ring(r, owners, tolerance_km) for r in rings) for rings in polygons if rings)
    return simple


def _crossings(shape: Outline, y: float) -> Iterator[float]:
    for ring in (ring for polygon in shape for ring in polygon):
        for (x1, y1), (x2, y2) in _sides(ring):
            if (y1 > y) != (y2 > y):
                yield x1 + (x2 - x1) * (y - y1) / (y2 - y1)


def _sides(ring: Ring) -> Iterable[tuple[Corner, Corner]]:
    return zip(ring, ring[1:] + ring[:1], strict=True)


def _area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(ring)) / 2


def _area_km2(ring: Ring) -> float:
    return _area(ring) * 111.2**2 * cos(radians(ring[0][1]))


def _centroid(ring: Ring) -> Corner:
    area = _area(ring)
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in _sides(ring))
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in _sides(ring))
    return x / (6 * area), y / (6 * area)


def _simple_ring(ring: Ring, owners: dict[Corner, set[str]], tolerance_km: float) -> Ring:
    """Each stretch between two ends of a border is simplified alone; an island is cut in two halves."""
    corners = ring[:-1] if ring[0] == ring[-1] else ring
    ends = _ends_of_borders(corners, owners)
    start = ends[0] if ends else corners.index(min(corners))
    cuts = {(end - start) % len(corners) for end in ends} or {0, len(corners) // 2}
    turned = corners[start:] + corners[: start + 1]
    simple: list[Corner] = []
    for first, last in pairwise(sorted({*cuts, len(corners)})):
        simple += _simple_stretch(turned[first : last + 1], tolerance_km)[:-1]
    return (*simple, simple[0])


def _ends_of_borders(corners: Ring, owners: dict[Corner, set[str]]) -> list[int]:
    """Where the neighbour changes; seen the same from both sides of the border."""
    around = [owners[corner] for corner in corners]
    return [i for i, own in enumerate(around) if own != around[i - 1] or own != around[(i + 1) % len(around)]]


def _simple_stretch(corners: Sequence[Corner], tolerance_km: float) -> list[Corner]:
    if corners[0] > corners[-1]:
        return _simple_stretch(corners[::-1], tolerance_km)[::-1]
    keep, stack = {0, len(corners) - 1}, [(0, len(corners) - 1)]
    while stack:  # Douglas and Peucker, with a stack, since a coast has more corners than Python has frames
        first, last = stack.pop()
        far = max(range(first + 1, last), key=lambda i: _off(corners[i], corners[first], corners[last]), default=first)
        if far != first and _off(corners[far], corners[first], corners[last]) > tolerance_km:
            keep.add(far)
            stack += [(first, far), (far, last)]
    return [corners[i] for i in sorted(keep)]


def _off(corner: Corner, start: Corner, end: Corner) -> float:
    """Distance from the line through start and end in km, on a flat map that is true to scale nearby."""
    scale = cos(radians(start[1]))
    dx, dy = (end[0] - start[0]) * scale * 111.2, (end[1] - start[1]) * 111.2
    x, y = (corner[0] - start[0]) * scale * 111.2, (corner[1] - start[1]) * 111.2
    length = hypot(dx, dy)
    return abs(dx * y - dy * x) / length if length else hypot(x, y)
