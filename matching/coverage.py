"""Which towns lie in whose area, for all areas at once. Pure: knows numpy, no Django.

A circle looks only at towns in its band of latitudes, sorted beforehand, and there at the dot product of unit vectors;
a key is a range of the sorted keys of municipalities. Both only find candidates, (part of an area, town): what counts
in the end is the one distance of `cities.geometry`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cities.geometry import EARTH_RADIUS_KM, great_circle_km
from matching.columns import Areas, Bits, Columns, Index, Real, TownColumns, Truth, Whole, World

_MARGIN = 1e-7  # radians, 60 cm: more than rounding can do to a latitude
_DOT_MARGIN = 1e-12  # more than rounding can do to a dot product
_NOBODY = np.empty(0, dtype=np.int64)
_BLOCK = 400_000  # candidates at once: few enough for the caches, many enough to make the steps between them cheap


@dataclass(frozen=True, slots=True)
class Candidates(Columns):
    """Parts of areas and the towns that may lie in them, (n,) each."""

    part: Whole
    town: Whole


@dataclass(frozen=True, slots=True)
class Covered(Columns):
    """Partners and the towns that lie in their areas, (n,) each.

    Where no circle holds the town, `centre_km` is infinite and `radius_km` KEY_AREA_RADIUS_KM.
    """

    partner: Whole
    town: Whole
    centre_km: Real  # from the nearest centre of a circle that holds the town
    radius_km: Real  # of that circle; of equally near ones the widest
    by_key: Truth
    topics: Bits  # those the partner works on there


def candidates(areas: Areas, index: Index) -> Iterator[Candidates]:
    """All candidates, in blocks of whole partners."""
    bands, ranges = _bands(areas, index), _ranges(areas, index)
    for circles, keys in _blocks(areas, bands, ranges):
        part, row = _spread(*ranges[:, keys])
        below = Candidates(areas.circles + keys.start + part, index.town_by_key.take(row))
        yield Candidates.joined([_near(areas, index, bands, circles), below])


def covered(world: World, found: Candidates) -> Covered:
    """Those of the candidates that lie in the area, each pair once."""
    areas, towns = world.partners.areas, world.towns
    held = _held(areas, towns, found)
    may_repeat = areas.overlapping.take(held.partner) | (towns.extent.take(held.town) > 1)
    once, repeated = (held.take(np.flatnonzero(rows)) for rows in (~may_repeat, may_repeat))
    return Covered.joined([once, _united(repeated)]) if len(repeated.town) else once


def _held(areas: Areas, towns: TownColumns, found: Candidates) -> Covered:
    is_key = found.part >= areas.circles
    circles, centre_km = found.take(np.flatnonzero(~is_key)), np.full(len(is_key), np.inf)
    centres, anchors = areas.centres.take(circles.part, axis=1), towns.anchors.take(circles.town, axis=1)
    centre_km[~is_key] = great_circle_km(centres, anchors)
    rows = np.flatnonzero(is_key | (centre_km <= areas.radius_km.take(found.part)))  # the edge belongs to the circle
    found = found.take(rows)
    return Covered(
        partner=areas.partner.take(found.part),
        town=found.town,
        centre_km=centre_km.take(rows),
        radius_km=areas.radius_km.take(found.part),
        by_key=is_key.take(rows),
        topics=areas.topics.take(found.part, axis=1),
    )


def _united(found: Covered) -> Covered:
    """Each pair once: the nearest and then widest circle, and what all of the parts say."""
    pair = found.partner * (found.town.max() + 1) + found.town
    order = np.argsort(pair)
    found, first = found.take(order), np.flatnonzero(np.diff(pair.take(order), prepend=-1))
    centre_km = np.minimum.reduceat(found.centre_km, first)
    is_nearest = found.centre_km == np.repeat(centre_km, np.diff(first, append=len(found.town)))
    return Covered(
        partner=found.partner.take(first),
        town=found.town.take(first),
        centre_km=centre_km,
        radius_km=np.maximum.reduceat(np.where(is_nearest, found.radius_km, 0), first),
        by_key=np.logical_or.reduceat(found.by_key, first),
        topics=np.bitwise_or.reduceat(found.topics, first, axis=1),
    )


def _bands(areas: Areas, index: Index) -> Whole:
    """First and behind the last row of the towns in each circle's band of latitudes, (2, circles)."""
    latitude, half = np.arcsin(areas.centres[2]), areas.radius_km[: areas.circles] / EARTH_RADIUS_KM + _MARGIN
    edges = (latitude - half, latitude + half)
    return np.stack([np.searchsorted(index.latitude, edge) for edge in edges])


def _ranges(areas: Areas, index: Index) -> Whole:
    """First and behind the last row of the municipalities in each range of keys, (2, ranges)."""
    return np.stack([np.searchsorted(index.keys, areas.first_key), np.searchsorted(index.keys, areas.behind_key)])


def _blocks(areas: Areas, bands: Whole, ranges: Whole) -> Iterator[tuple[slice, slice]]:
    """Slices of the circles and of the ranges of whole partners, of about _BLOCK candidates."""
    sizes = np.bincount(areas.partner, weights=np.diff(np.concatenate([bands, ranges], axis=1), axis=0)[0])
    block = np.cumsum(sizes) // _BLOCK
    cuts = [*np.flatnonzero(np.diff(block, prepend=-1)), len(block)]
    of_circles = np.searchsorted(areas.partner[: areas.circles], cuts).tolist()
    of_ranges = np.searchsorted(areas.partner[areas.circles :], cuts).tolist()
    yield from zip(map(slice, of_circles, of_circles[1:]), map(slice, of_ranges, of_ranges[1:]), strict=True)


def _near(areas: Areas, index: Index, bands: Whole, circles: slice) -> Candidates:
    """The towns in these circles by the dot product, which is the cosine of the angle between two points."""
    part = circles.start + np.flatnonzero(np.diff(bands[:, circles], axis=0)[0])
    least = np.cos(areas.radius_km.take(part) / EARTH_RADIUS_KM) - _DOT_MARGIN
    each = zip(*bands.take(part, axis=1).tolist(), areas.centres.T.take(part, axis=0), least, strict=True)
    rows = [
        first + (centre @ index.vectors[:, first:behind] >= cosine).nonzero()[0]
        for first, behind, centre, cosine in each
    ]
    part = np.repeat(part, [len(found) for found in rows])
    return Candidates(part, index.town_by_latitude.take(np.concatenate([*rows, _NOBODY])))


def _spread(first: Whole, behind: Whole) -> tuple[Whole, Whole]:
    """The rows of many ranges one after another, and for each row the number of its range."""
    counts = behind - first
    number = np.repeat(np.arange(len(counts)), counts)
    return number, np.arange(len(number)) + np.repeat(first - np.cumsum(counts) + counts, counts)
