"""The nearest towns of invented companies, in a process of its own. Knows no Django."""

import numpy as np
from numpy.typing import NDArray

from cities.geometry import vectors
from cities.neighbours import nearest
from portal.site.bench import Task, quickest
from portal.site.bench_engine import RUNS, peak_mib
from portal.site.bench_worlds import municipalities

_SEED = 5


def companies_in_places(companies: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Unit vectors (3, places) of all municipalities, and for each company its place; every place is a town, too."""
    places = vectors(point for point, _key in municipalities())
    return places, np.random.default_rng(_SEED).integers(places.shape[1], size=companies)


def ours(companies: int, most: int) -> Task:
    """The towns and distances of all companies, in memory."""
    places, place = companies_in_places(companies)

    def find() -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        found = nearest(places, places, most=most)
        return found.town.take(place, axis=0), found.distance_km.take(place, axis=0)

    return Task("nearest towns, every place once", quickest(find, runs=RUNS), len(place) * most, peak_mib())
