"""The best partners of every town in worlds too large to list all pairs. Pure: knows numpy, no Django.

A pair becomes one integer that sorts like it: town, missing points, metres, partner. So a plain sort groups, ranks and
breaks ties at once. What can no longer be among the best of its town is dropped block by block, so memory depends on
the number of towns alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import pairs, scoring
from matching.columns import Columns, Whole, World
from matching.scoring import Weights

_MOST_POINTS = 100 * scoring.UNITS_PER_POINT
_METRE_BITS = 20  # 1048 km: whoever is farther away counts as that far
_LAST = np.iinfo(np.int64).max
_KEY_BITS = 63
_SMALLEST_ROOM = 100_000  # pairs


@dataclass(frozen=True, slots=True)
class Ranked(Columns):
    """Pairs by town, best first; of equals the nearer one, then the partner that comes first in its list; (n,) each."""

    key: Whole
    partner: NDArray[np.int32]
    town: NDArray[np.int32]
    place: NDArray[np.int16]
    topics: NDArray[np.int16]
    gap: NDArray[np.int16]
    fairness: NDArray[np.int16]
    answers: NDArray[np.int16]
    distance_m: NDArray[np.int32]


def best_of_each_town(world: World, weights: Weights, *, most: int) -> Ranked:
    """Of all pairs that fit, the best `most` of each town; ValueError for more pairs than the key can number."""
    towns = len(world.towns.reach_km)
    room = max(_SMALLEST_ROOM, 2 * most * towns)
    limit, kept = np.full(towns, _LAST), [_ranked(*np.empty((9, 0)))]
    for block in _scored(world, weights):
        kept.append(_within(limit, block))
        if sum(len(each.key) for each in kept) > room:
            limit, kept = _pruned(world, kept, most)
    _, [best] = _pruned(world, kept, most)
    return best.take(np.argsort(best.key))


def _scored(world: World, weights: Weights) -> Iterator[Ranked]:
    towns, partners = _positions(world)
    for found in pairs.fitting(world):
        score = scoring.points(pairs.compare(world, found), weights)
        missing, metres = _MOST_POINTS - score.total, np.minimum(score.distance_m, 2**_METRE_BITS - 1)
        key = found.town << towns | (missing << _METRE_BITS | metres) << partners | found.partner
        yield _ranked(key, found.partner, found.town, *(getattr(score, part) for part in scoring.PARTS), metres)


def _ranked(key: Whole, *columns: Whole) -> Ranked:
    """In types that are just large enough."""
    types = (np.int64, np.int32, np.int32, *(np.int16 for _ in scoring.PARTS), np.int32)
    return Ranked(*(column.astype(type_) for column, type_ in zip((key, *columns), types, strict=True)))


def _positions(world: World) -> tuple[int, int]:
    """Above how many bits the number of the town stands in the key, and what comes before the partner's."""
    towns, partners = len(world.towns.reach_km), len(world.partners.municipality)
    partner_bits = partners.bit_length()
    before_town = _MOST_POINTS.bit_length() + _METRE_BITS + partner_bits
    if before_town + towns.bit_length() > _KEY_BITS:
        raise ValueError(f"{partners} partners × {towns} towns are more pairs than the key can number")
    return before_town, partner_bits


def _pruned(world: World, kept: Sequence[Ranked], most: int) -> tuple[Whole, list[Ranked]]:
    """The key of the last pair each town may keep, (towns,), and what is kept."""
    found, limit = Ranked.joined(kept), np.full(len(world.towns.reach_km), _LAST)
    key = np.sort(found.key)
    town = key >> _positions(world)[0]
    first = np.flatnonzero(np.diff(town, prepend=-1))
    full = first[np.diff(first, append=len(key)) > most]
    limit[town.take(full)] = key.take(full + most - 1)
    return limit, [_within(limit, found)]


def _within(limit: Whole, found: Ranked) -> Ranked:
    return found.take(np.flatnonzero(found.key <= limit.take(found.town)))
