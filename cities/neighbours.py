"""The nearest towns of many places at once. Pure: knows numpy, no Django.

Companies lie where their municipalities do, so millions of them have but eleven thousand places: the towns are looked
up once for each place, and a company takes the row of its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cities.geometry import EARTH_RADIUS_KM, great_circle_km

Vectors = NDArray[np.float64]  # unit vectors, (3, n)
_BLOCK = 256  # places that lie at about the same latitude
_FIRST_KM = 20.0  # how far north and south is looked at first
_ROUNDING = 1e-12  # by which two dot products of the same points may differ


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Of n places the nearest k towns, nearest first, at equal distance in the order of the towns; (n, k) each."""

    town: NDArray[np.int32]  # by row
    distance_km: NDArray[np.float64]


def nearest(places: Vectors, towns: Vectors, *, most: int) -> Neighbours:
    """The k of each place; k is `most`, or the number of towns where there are fewer."""
    shape = places.shape[1], min(most, towns.shape[1])
    found = Neighbours(np.zeros(shape, np.int32), np.zeros(shape))
    if 0 in shape:
        return found
    by_latitude, rows = np.argsort(towns[2], kind="stable"), np.argsort(places[2])
    sorted_towns = towns.take(by_latitude, axis=1)
    for begin in range(0, len(rows), _BLOCK):
        block = rows[begin : begin + _BLOCK]
        place, town, distance = _in_a_band(places.take(block, axis=1), sorted_towns, shape[1])
        first = np.searchsorted(place, np.arange(len(block)))
        kept = np.lexsort((by_latitude[town], distance, place))[first[:, np.newaxis] + np.arange(shape[1])]
        found.town[block], found.distance_km[block] = by_latitude[town[kept]], distance[kept]
    return found


def _in_a_band(
    places: Vectors, towns: Vectors, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """At least the nearest of each place among towns by latitude: place, town and km, by place.

    A band is wide enough when nobody beyond its edge can be nearer than those in it.
    """
    north, south = float(np.arcsin(places[2].max())), float(np.arcsin(places[2].min()))
    latitudes, km = np.arcsin(towns[2]), _FIRST_KM
    while True:
        edges = south - km / EARTH_RADIUS_KM, north + km / EARTH_RADIUS_KM
        begin, end = np.searchsorted(latitudes, edges).tolist()
        is_all = end - begin == len(latitudes)
        if end - begin >= most:
            place, town = _closest(places, towns[:, begin:end], most)
            distance = great_circle_km(places[:, place], towns[:, begin + town])
            if is_all or float(distance.max()) < km:
                return place, begin + town, distance
        km *= 2


def _closest(places: Vectors, towns: Vectors, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The dot product is the greater the nearer; whatever comes as close as the last one wanted counts."""
    closeness = places.T @ towns
    last = np.partition(closeness, -most, axis=1)[:, -most]
    place, town = np.nonzero(closeness >= last[:, np.newaxis] - _ROUNDING)
    return place, town
