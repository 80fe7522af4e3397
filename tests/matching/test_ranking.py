"""The best of each town are the first of the list of all pairs, however many blocks they came in."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import coverage, engine, ranking
from matching.scoring import PARTS, Weights
from matching.worlds import world_of
from tests.matching.worlds import worlds

WEIGHTS = Weights()


@settings(max_examples=200, deadline=None)
@given(worlds(), st.integers(1, 3), st.sampled_from([1, 400_000]))
def test_the_best_of_each_town_are_the_first_of_all_its_pairs(world, most, block):
    partners, cities = world
    with mock.patch.object(coverage, "_BLOCK", block), mock.patch.object(ranking, "_SMALLEST_ROOM", block):
        best = ranking.best_of_each_town(world_of(partners, cities), WEIGHTS, most=most)
    pairs = sorted(engine.fitting(partners, cities, WEIGHTS), key=_best_first)
    wanted = [pair for pair in pairs if sum(other.city == pair.city for other in pairs[: pairs.index(pair)]) < most]
    assert list(zip(best.town, best.partner, strict=True)) == [(pair.city, pair.partner) for pair in wanted]
    for part in PARTS:
        assert getattr(best, part).tolist() == [getattr(pair.score, part) for pair in wanted]


def _best_first(pair):
    """Whoever is farther away than Germany is long counts as just as far."""
    return pair.city, -pair.score.total, min(pair.score.distance_m, 2**20 - 1), pair.partner


def test_in_an_empty_world_nobody_is_best():
    assert len(ranking.best_of_each_town(world_of([], []), WEIGHTS, most=30).key) == 0


def test_more_pairs_than_the_key_can_number_are_refused():
    world = world_of([], [])
    huge = replace(
        world,
        partners=replace(world.partners, municipality=np.zeros(1 << 16)),
        towns=replace(world.towns, reach_km=np.zeros(1 << 16)),
    )
    with pytest.raises(ValueError, match="more pairs than the key can number"):
        ranking.best_of_each_town(huge, WEIGHTS, most=30)
