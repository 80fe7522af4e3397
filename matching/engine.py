"""Which pairs fit, and how their sides compare: one pair, or all of them. Pure: knows no Django.

One pair is a world of one partner and one town, so what a page says and what a round does cannot differ.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from cities.service_areas import Nearness
from matching import pairs
from matching.columns import World
from matching.facts import CityFacts, PartnerFacts
from matching.gates import FIT
from matching.pairs import Pairs
from matching.scoring import Comparison, Score, Weights, points
from matching.worlds import world_of

_COUNTED = [field.name for field in fields(Comparison) if field.name not in ("partner", "city")]
_SCORED = [field.name for field in fields(Score)]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of one pair; its sides are named by their places in the lists it was found in."""

    partner: int
    city: int
    fit: dict[str, bool]
    comparison: Comparison
    score: Score[int]


def fitting(partners: Sequence[PartnerFacts], cities: Sequence[CityFacts], weights: Weights) -> Iterator[Judged]:
    """All pairs that pass the gates of fit, in no order to rely on."""
    world = world_of(partners, cities)
    for found in pairs.fitting(world):
        yield from _judged(world, found, partners, cities, weights)


def judge(partner: PartnerFacts, city: CityFacts, weights: Weights) -> Judged:
    """One pair, whether or not it passes the gates."""
    world = world_of([partner], [city])
    return next(_judged(world, pairs.only_pair(world), [partner], [city], weights))


def nearness_of(partner: PartnerFacts, city: CityFacts) -> Nearness:
    """How far the town is from the partner's nearest point, and where closeness ends."""
    only = pairs.only_pair(world_of([partner], [city]))
    return Nearness(float(only.distance_km[0]), float(only.radius_km[0]))


def _judged(
    world: World, found: Pairs, partners: Sequence[PartnerFacts], cities: Sequence[CityFacts], weights: Weights
) -> Iterator[Judged]:
    """Columns become values."""
    columns = pairs.compare(world, found)
    sides = zip(found.partner.tolist(), found.town.tolist(), strict=True)
    rows = zip(
        sides, _rows(found, FIT), _rows(columns, _COUNTED), _rows(points(columns, weights), _SCORED), strict=True
    )
    for (partner, city), fit, counted, scored in rows:
        comparison = Comparison(partners[partner].record, cities[city].record, *counted)
        yield Judged(partner, city, dict(zip(FIT, fit, strict=True)), comparison, Score(*scored))


def _rows(columns: object, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(getattr(columns, name).tolist() for name in names), strict=True)
