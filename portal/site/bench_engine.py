"""The engine and a plain loop over the same world, in a process of its own. Knows no Django.

A fresh process shows what the engine alone needs at the most.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from math import asin, cos, radians, sin, sqrt
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from cities.geometry import EARTH_RADIUS_KM, Point
from matching import pairs, ranking, scoring
from matching.columns import World
from matching.facts import CityFacts, PartnerFacts
from matching.scoring import Weights
from matching.worlds import world_of
from portal.site.bench import Task, quickest
from portal.site.bench_worlds import invent

MOST = 30
_SAMPLE = 20  # partners
RUNS = 3
Result = TypeVar("Result")


def in_a_fresh_process(function: Callable[[int, int], Result], partners: int, towns: int) -> Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, partners, towns).result()


def ours(partners: int, towns: int) -> Task:
    """Candidates, gates, points by part, the best of each town in order; the columns are there already."""
    world = world_of(*invent(partners, towns))
    time = quickest(lambda: ranking.best_of_each_town(world, Weights(), most=MOST), runs=RUNS)
    return Task("candidates, points, best 30", time, sum(len(each.town) for each in pairs.fitting(world)), peak_mib())


def at_once(world: World) -> None:
    """All pairs of a small world with their points."""
    for found in pairs.fitting(world):
        scoring.points(pairs.compare(world, found), Weights())


def plain_loop(partners: int, towns: int) -> Task:
    """Every partner with every town, area, topics and two parts of the points; a sample of the partners is timed."""
    known, cities = invent(partners, towns)
    sample = known[:_SAMPLE]
    found = [fits_plainly(partner, city, city.place.point) for partner in sample for city in cities]
    time = quickest(lambda: [fits_plainly(one, city, city.place.point) for one in sample for city in cities], runs=1)
    scale = len(known) / len(sample)
    return Task("plain loop over values", scale * time, round(scale * sum(found)), extrapolated=True)


def fits_plainly(partner: PartnerFacts, city: CityFacts, point: Point) -> bool:
    """As one would write it first: not all gates, and points for place and topics only."""
    if not partner.topics & city.topics:
        return False
    area = partner.area
    to_centres = ((haversine_km(circle.centre, point), circle.radius_km) for circle in area.circles)
    km, radius_km = next(((km, radius) for km, radius in to_centres if km <= radius), (0.0, 0.0))
    if not radius_km and (
        area.nationwide or any(each.startswith(key) for each in city.place.keys for key in area.keys)
    ):
        km, radius_km = haversine_km(partner.seat, point), 100.0
    return radius_km > 0 and _points(km, radius_km, len(partner.topics & city.topics)) >= 0


def haversine_km(one: Point, other: Point) -> float:
    height = sin(radians(other.latitude - one.latitude) / 2) ** 2
    width = sin(radians(other.longitude - one.longitude) / 2) ** 2
    chord = height + cos(radians(one.latitude)) * cos(radians(other.latitude)) * width
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))


def _points(km: float, radius_km: float, shared: int) -> float:
    return 30 * max(0, 1 - km / radius_km) + 10 * min(shared, 3)


def peak_mib() -> int:
    """The most memory this process ever had; not that of `getrusage`, which a parent passes on."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024
