"""The nearest towns of many places, beside looking at every pair."""

import numpy as np
import pytest

from cities.geometry import Point, distance_km, vectors
from cities.neighbours import nearest


def scattered(number, seed):
    """All over Germany, some of them at the same spot."""
    chance = np.random.default_rng(seed)
    rows = np.column_stack([chance.uniform(47.3, 55.0, number), chance.uniform(5.9, 15.0, number)])
    return [Point(*row) for row in rows[chance.integers(0, max(1, number * 2 // 3), number)].tolist()]


@pytest.mark.parametrize(("places", "towns", "most"), [(700, 300, 5), (40, 3, 5), (5, 200, 1), (300, 300, 300)])
def test_the_nearest_towns_are_those_of_a_look_at_every_pair(places, towns, most):
    places, towns = scattered(places, 1), scattered(towns, 2)
    found = nearest(vectors(places), vectors(towns), most=most)
    for place, rows, kilometres in zip(places, found.town.tolist(), found.distance_km.tolist(), strict=True):
        every = sorted((distance_km(place, town), row) for row, town in enumerate(towns))[:most]
        assert list(zip(kilometres, rows, strict=True)) == every


def test_towns_at_one_spot_come_in_their_order():
    place, town = Point(52, 8), Point(51, 9)
    found = nearest(vectors([place]), vectors([town] * 4), most=3)
    assert found.town.tolist() == [[0, 1, 2]]


@pytest.mark.parametrize(("places", "towns", "most"), [(0, 4, 2), (3, 0, 2), (3, 4, 0)])
def test_nobody_has_no_neighbours(places, towns, most):
    found = nearest(vectors(scattered(places, 1)), vectors(scattered(towns, 2)), most=most)
    assert found.town.shape == found.distance_km.shape == (places, min(most, towns))
