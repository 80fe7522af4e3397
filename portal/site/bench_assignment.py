"""Measures the assignment of a round beside other ways to assign the same market, in the same run."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import process_time

import numpy as np

from matching.assignment import Market
from matching.assignment.market import MOST_POINTS, Whole
from portal.site.bench_rivals import RIVALS, ours

_SIZES = ((300, 110, 9), (1000, 2000, 25), (5000, 11_000, 30))  # partners, towns, candidates of a town
_SEED = 4
_RUNS = 5
_ENOUGH = 10.0  # seconds after which what is slow is not run again


@dataclass(frozen=True)
class Assigned:
    """One way at one size: seconds of processor time, and what came of them; `total` as a share of the optimum."""

    name: str
    pairs: int
    seconds: float | None = None
    ratio: float = 0
    total: float = 0
    towns: int = 0
    beyond_capacity: int = 0

    def columns(self, first: "Assigned") -> dict[str, str]:
        """Numbers as text by heading; the ratio is to the portal's own way at the same size."""
        if self.seconds is None:
            return {"pairs": str(self.pairs), "s": "not installed"}
        return {
            "pairs": str(self.pairs),
            "s": f"{self.seconds:.4f}",
            "×": f"{self.ratio:.2f}",
            "total": f"{self.total:.5f}",
            "towns": str(self.towns),
            "too many": str(self.beyond_capacity),
        }


def run() -> list[Assigned]:
    """At each size the portal's own way first, then the others."""
    return [row for partners, cities, candidates in _SIZES for row in _compared(_market(partners, cities, candidates))]


def _market(partners: int, cities: int, candidates: int) -> Market:
    """Everybody somewhere in a square; about half of a town's nearest partners share a topic; some are good for all."""
    chance = np.random.default_rng(_SEED)
    seats, anchors = chance.random((partners, 2)), chance.random((cities, 2))
    reach = min(partners, 2 * candidates)
    near = np.concatenate([_nearest(seats, some, reach) for some in np.array_split(anchors, max(1, cities // 500))])
    shares = chance.random(near.shape) < 0.5
    city, place = np.nonzero(shares)
    partner = near[city, place]
    points = (
        3500 * (1 - place / reach)
        + 1000 * chance.integers(0, 4, partner.size)
        + chance.integers(0, 2500, partners)[partner]
        + chance.integers(0, 1000, partner.size)
    )
    return Market(
        partner,
        city,
        np.minimum(points, MOST_POINTS).astype(np.int64),
        partner_capacity=chance.choice([1, 2, 4, 8, 16], p=[0.2, 0.3, 0.25, 0.15, 0.1], size=partners),
        city_capacity=chance.integers(1, 4, cities),
        partner_rank=chance.permutation(partners),
        city_rank=chance.permutation(cities),
    )


def _nearest(seats: np.ndarray, anchors: np.ndarray, number: int) -> Whole:
    """The rows of the nearest seats, nearest first, for each anchor."""
    distance = ((anchors[:, None] - seats[None]) ** 2).sum(axis=2)
    return np.argsort(distance, axis=1)[:, :number]


def _compared(market: Market) -> list[Assigned]:
    best, seconds = _timed(ours, market)
    rows = [_row("matching.assignment", market, best, seconds, compared_with=(best, seconds))]
    for name, way in RIVALS.items():
        if way is None:
            rows.append(Assigned(name, market.points.size))
        else:
            rows.append(_row(name, market, *_timed(way, market), compared_with=(best, seconds)))
    return rows


def _timed(way: Callable[[Market], Whole], market: Market) -> tuple[Whole, float]:
    """What it chose, and the median of some runs; processor time, since others may be at work on the machine."""
    times: list[float] = []
    while len(times) < _RUNS and sum(times) < _ENOUGH:
        start = process_time()
        chosen = way(market)
        times.append(process_time() - start)
    return chosen, median(times)


def _row(name: str, market: Market, chosen: Whole, seconds: float, *, compared_with: tuple[Whole, float]) -> Assigned:
    best, quickest = compared_with
    asked = np.bincount(market.partner[chosen], minlength=market.partner_capacity.size)
    return Assigned(
        name,
        market.points.size,
        round(seconds, 5),
        ratio=round(seconds / quickest, 3),
        total=round(int(market.points[chosen].sum()) / int(market.points[best].sum()), 6),
        towns=np.unique(market.city[chosen]).size,
        beyond_capacity=int(np.maximum(asked - market.partner_capacity, 0).sum()),
    )
