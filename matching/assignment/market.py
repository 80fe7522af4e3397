"""The question of a round: who may be introduced to whom, and how often each side takes part."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

MOST_POINTS = 10_000  # 100 points in 1/100
MOST_CLAIM = 100


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Pairs that may be introduced, and both sides; partners and towns are row numbers from 0.

    - `partner`, `city`, `points`: one entry a pair, points in 1/100 (0 to 10,000); each pair once, in any order.
      What the rules forbid (declined, open) is simply not here.
    - `partner_capacity`, `city_capacity`: the most introductions of each in this round, 0 or more.
    - `partner_rank`, `city_rank`: whose turn it is among equals, the smallest first; not given: all are equal.
    - `partner_claim`, `city_claim`: how strong a claim to a first introduction is (0 to 100). Claims go before points,
      stronger ones before weaker ones; 0 is none. Not given: 1 for every town and 0 for every partner.

    Whatever does not fit is a ValueError that says what; the arrays are copied and cannot be changed afterwards.
    """

    partner: Whole
    city: Whole
    points: Whole
    partner_capacity: Whole
    city_capacity: Whole
    partner_rank: Whole
    city_rank: Whole
    partner_claim: Whole
    city_claim: Whole

    def __init__(  # noqa: PLR0913 - the question has these parts, and all but the first three may be told by name
        self,
        partner: ArrayLike,
        city: ArrayLike,
        points: ArrayLike,
        *,
        partner_capacity: ArrayLike,
        city_capacity: ArrayLike,
        partner_rank: ArrayLike | None = None,
        city_rank: ArrayLike | None = None,
        partner_claim: ArrayLike | None = None,
        city_claim: ArrayLike | None = None,
    ) -> None:
        partners, cities = np.size(partner_capacity), np.size(city_capacity)
        given: dict[str, ArrayLike] = {
            "partner": partner,
            "city": city,
            "points": points,
            "partner_capacity": partner_capacity,
            "city_capacity": city_capacity,
            "partner_rank": np.zeros(partners, np.int64) if partner_rank is None else partner_rank,
            "city_rank": np.zeros(cities, np.int64) if city_rank is None else city_rank,
            "partner_claim": np.zeros(partners, np.int64) if partner_claim is None else partner_claim,
            "city_claim": np.ones(cities, np.int64) if city_claim is None else city_claim,
        }
        for name, values in given.items():
            object.__setattr__(self, name, _whole_numbers(name, values))
        self._check()

    @property
    def usable(self) -> Mask:
        """Pairs both of whose sides take introductions at all."""
        return (self.partner_capacity[self.partner] > 0) & (self.city_capacity[self.city] > 0)

    def _check(self) -> None:
        partners, cities = self.partner_capacity.size, self.city_capacity.size
        for name, size in (("city", self.partner.size), ("points", self.partner.size)):
            _refuse(getattr(self, name).size != size, f"{name} has not as many entries as partner")
        for side, size in (("partner", partners), ("city", cities)):
            for name in (f"{side}_rank", f"{side}_claim"):
                _refuse(getattr(self, name).size != size, f"{name} has not as many entries as {side}_capacity")
        for field in fields(self):
            _refuse(getattr(self, field.name).min(initial=0) < 0, f"{field.name} is below 0")
        _refuse(self.partner.max(initial=-1) >= partners, "a pair names a partner that does not exist")
        _refuse(self.city.max(initial=-1) >= cities, "a pair names a town that does not exist")
        _refuse(self.points.max(initial=0) > MOST_POINTS, f"points are above {MOST_POINTS} hundredths")
        for name in ("partner_claim", "city_claim"):
            _refuse(getattr(self, name).max(initial=0) > MOST_CLAIM, f"{name} is above {MOST_CLAIM}")
        keys = np.sort(self.city * max(partners, 1) + self.partner)
        _refuse(bool((keys[1:] == keys[:-1]).any()), "a pair is given twice")


def _whole_numbers(name: str, values: ArrayLike) -> Whole:
    array = np.asarray(values)
    _refuse(array.ndim != 1, f"{name} is not a row of numbers")
    _refuse(array.size > 0 and array.dtype.kind not in "iu", f"{name} has something else than whole numbers")
    whole = array.astype(np.int64)
    _refuse(bool((whole != array).any()), f"{name} has numbers beyond 64 bits")
    whole.flags.writeable = False
    return whole


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise ValueError(sentence)
