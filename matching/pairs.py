"""Which pairs fit and how their sides compare, in columns. Pure: knows numpy, no Django."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cities.geometry import DISTRICT_KEY_LENGTH, MUNICIPALITY_KEY_LENGTH, great_circle_km
from cities.service_areas import KEY_AREA_RADIUS_KM, closeness
from matching import coverage
from matching.columns import Bits, Columns, Real, Truth, Whole, World, number_in_common, overlap
from matching.coverage import Covered
from matching.scoring import Comparison, share_of_topics

_BELOW_DISTRICT = 10 ** (MUNICIPALITY_KEY_LENGTH - DISTRICT_KEY_LENGTH)


@dataclass(frozen=True, slots=True)
class Pairs(Columns):
    """Partners and towns by row, where they stand to each other, and the gates of fit; (n,) each."""

    partner: Whole
    town: Whole
    distance_km: Real
    radius_km: Real  # where closeness ends
    shared: Bits  # topics that the partner works on there
    fills_gap: Truth
    area: Truth
    reach: Truth
    topics: Truth


def fitting(world: World) -> Iterator[Pairs]:
    """Blocks of pairs that pass all gates of fit, each pair once, in no order to rely on."""
    areas = world.partners.areas
    for found in coverage.candidates(areas, world.index):
        partner = areas.partner.take(found.part)
        fills_gap, topics = _fills_gap(world, partner, found.town), world.partners.topics.take(partner, axis=1)
        talking = np.flatnonzero(_have_something_to_do(world, found.town, topics, fills_gap))
        pairs = _pairs(world, coverage.covered(world, found.take(talking)), area=True)
        yield pairs.take(np.flatnonzero(pairs.reach & pairs.topics))


def only_pair(world: World) -> Pairs:
    """The pair of a world of one partner and one town, whether or not it fits."""
    areas = world.partners.areas
    blocks = coverage.candidates(areas, world.index)
    found = [row for block in blocks if len((row := coverage.covered(world, block)).town)]
    return _pairs(world, found[0], area=True) if found else _pairs(world, _uncovered(world), area=False)


def compare(world: World, pairs: Pairs) -> Comparison:
    """Everything the points depend on, in columns."""
    partners, towns = world.partners, world.towns
    municipality = partners.municipality.take(pairs.partner)
    shared, needs, met = _best_answer(world, pairs)
    return Comparison(
        same_municipality=_any_equal(municipality, towns.municipalities, pairs.town),
        same_district=_any_equal(municipality // _BELOW_DISTRICT, towns.municipalities // _BELOW_DISTRICT, pairs.town),
        distance_m=_metres(pairs.distance_km),
        radius_m=np.maximum(1, _metres(np.minimum(pairs.radius_km, towns.reach_km.take(pairs.town)))),
        shared_topics=shared,
        needs=needs,
        met_needs=met,
        fills_gap=pairs.fills_gap,
        network_is_described=towns.is_described.take(pairs.town),
        partner=partners.records.take(pairs.partner),
        city=towns.records.take(pairs.town),
    )


def _pairs(world: World, covered: Covered, *, area: bool) -> Pairs:
    """With the gates; distance counts from the nearest of seat and centre of a circle that holds the town."""
    seats, anchors = world.partners.seats, world.towns.anchors
    fills_gap = _fills_gap(world, covered.partner, covered.town)
    distance_km, radius_km = closeness(
        from_seat=great_circle_km(seats.take(covered.partner, axis=1), anchors.take(covered.town, axis=1)),
        from_centre=covered.centre_km,
        radius_km=covered.radius_km,
        by_key=covered.by_key,
    )
    return Pairs(
        partner=covered.partner,
        town=covered.town,
        distance_km=distance_km,
        radius_km=radius_km,
        shared=covered.topics,
        fills_gap=fills_gap,
        area=np.full(len(covered.town), area),
        reach=distance_km <= world.towns.reach_km.take(covered.town),
        topics=_have_something_to_do(world, covered.town, covered.topics, fills_gap),
    )


def _uncovered(world: World) -> Covered:
    """The only pair where the town lies in no area: all topics stay, since that it lies outside is another gate."""
    row = np.zeros(1, dtype=np.int64)
    nowhere, radius_km = np.array([np.inf]), np.array([KEY_AREA_RADIUS_KM])
    return Covered(row, row, nowhere, radius_km, by_key=np.array([False]), topics=world.partners.topics)


def _have_something_to_do(world: World, town: Whole, topics: Bits, fills_gap: Truth) -> Truth:
    """A shared topic, of the town or a project, or a gap that is filled; a town that has stated no topics passes."""
    shared = overlap(topics, world.towns.topics.take(town, axis=1))
    return shared | fills_gap | ~world.towns.states_topics[0].take(town)


def _fills_gap(world: World, partner: Whole, town: Whole) -> Truth:
    """The partner belongs to a sector the town calls missing, or has a skill the town or a project of it lacks."""
    return overlap(world.partners.brings.take(partner, axis=1), world.towns.lacks.take(town, axis=1))


def _best_answer(world: World, pairs: Pairs) -> tuple[Whole, Whole, Whole]:
    """Shared topics, needs and met needs of the question the partner answers best: the town's own or a project's.

    So a project can only add points; of equals the earlier one counts, the town's own first. The shares that are
    compared have denominators below a thousand, so two that differ do so by far more than rounding.
    """
    best = _answer(world, 0, pairs.partner, pairs.town, pairs.shared)
    projects = world.towns.projects.take(pairs.town)
    for question in range(1, len(world.towns.question_topics)):
        rows = np.flatnonzero(projects >= question)
        shared = pairs.shared.take(rows, axis=1)
        other = _answer(world, question, pairs.partner.take(rows), pairs.town.take(rows), shared)
        better = np.flatnonzero(_share_met(*other) > _share_met(*(column.take(rows) for column in best)))
        for column, values in zip(best, other, strict=True):
            column[rows.take(better)] = values.take(better)
    return best


def _answer(world: World, question: int, partner: Whole, town: Whole, shared: Bits) -> tuple[Whole, Whole, Whole]:
    """Shared topics, needs, and needs met: of a kind the partner offers, where the two have a topic to meet on."""
    topics, needs = (of_each[question] for of_each in (world.towns.question_topics, world.towns.question_needs))
    offers = world.partners.offers.take(partner, axis=1)
    in_common = number_in_common(shared, topics.take(town, axis=1))
    on_topic = (in_common > 0) | ~world.towns.states_topics[question].take(town)
    met = number_in_common(offers, needs.take(town, axis=1)) * on_topic
    return in_common, world.towns.needs[question].take(town), met


def _share_met(shared_topics: Whole, needs: Whole, met_needs: Whole) -> Real:
    numerator, denominator = share_of_topics(shared_topics=shared_topics, needs=needs, met_needs=met_needs)
    share: Real = numerator / denominator
    return share


def _any_equal(one: Whole, of_towns: Whole, town: Whole) -> Truth:
    """Whether a town has this key among those of its municipalities."""
    found = np.zeros(len(town), dtype=np.bool_)
    for of_each in of_towns:
        found |= of_each.take(town) == one
    return found


def _metres(km: Real) -> Whole:
    return np.floor(1000 * km + 0.5).astype(np.int64)
