"""A bare search tree over the circles of the same world, as the floor to measure the engine against. Knows no Django.

A module of its own, so that the engine's process does not hold scipy, which is installed for development only.
"""

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from cities.geometry import EARTH_RADIUS_KM
from matching.columns import Areas, World
from matching.worlds import world_of
from portal.site.bench import Task, quickest
from portal.site.bench_engine import RUNS, peak_mib
from portal.site.bench_neighbours import companies_in_places
from portal.site.bench_worlds import invent

if IS_INSTALLED := find_spec("scipy") is not None:
    from scipy.spatial import cKDTree


def trees(partners: int, towns: int) -> list[Task]:
    """Which towns lie in the circles, without keys, gates or points; its points are there already."""
    if not IS_INSTALLED:
        return []
    world = world_of(*invent(partners, towns))
    areas = world.partners.areas
    found = len(_arrays(_lists(areas, world))[0])
    lists = quickest(lambda: _lists(areas, world), runs=RUNS)
    arrays = quickest(lambda: _arrays(_lists(areas, world)), runs=RUNS)
    return [
        Task("cKDTree over the circles, as lists", lists, found),
        Task("cKDTree over the circles, as arrays", arrays, found),
    ]


def nearest_of_each(companies: int, most: int) -> list[Task]:
    """The nearest towns of every company by itself, and of every place companies lie in."""
    if not IS_INSTALLED:
        return []
    places, place = companies_in_places(companies)
    each = places.take(place, axis=1)
    tree = cKDTree(places.T)
    by_company = quickest(lambda: tree.query(each.T, k=most), runs=1)
    by_place = quickest(lambda: tree.query(places.T, k=most)[1].take(place, axis=0), runs=RUNS)
    return [
        Task("cKDTree, every company by itself", by_company, companies * most, peak_mib()),
        Task("cKDTree, every place once", by_place, companies * most),
    ]


def _lists(areas: Areas, world: World) -> Sequence[list[int]]:
    chords = 2 * np.sin(areas.radius_km[: areas.circles] / EARTH_RADIUS_KM / 2)
    found: Sequence[list[int]] = cKDTree(world.towns.anchors.T).query_ball_point(areas.centres.T, chords)
    return found


def _arrays(found: Sequence[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    counts = [len(rows) for rows in found]
    return np.repeat(np.arange(len(counts)), counts), np.concatenate([np.array(rows, dtype=np.int64) for rows in found])
