"""What a round found: the chosen pairs, the prices that prove it, and why any other pair was left out."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from matching.assignment.market import Market, Whole


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What one more introduction of each would gain the round, in 1/`unit` of a hundredth of a point.

    `premium` is what a first introduction counts beyond its points, for each unit of claim, in hundredths of a point.
    """

    partner: Whole
    city: Whole
    unit: int
    premium: int


class Why(StrEnum):
    """Why a pair is not among the chosen ones."""

    PARTNER_FULL = "partner_full"
    CITY_FULL = "city_full"
    BETTER_PAIRS = "better_pairs"


_WHY = {(True, False): Why.PARTNER_FULL, (False, True): Why.CITY_FULL, (True, True): Why.BETTER_PAIRS}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The reason; `cost`: what the round would lose at least with the pair, in 1/100; `instead`: who has the room now.

    PARTNER_FULL: the town has room; CITY_FULL: the partner has; BETTER_PAIRS: neither has, both are in better pairs.
    A cost counts first introductions too: who would lose one by it counts as the premium says.
    """

    why: Why
    cost: int
    instead: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """The chosen pairs, as rising indices into the market's; points in 1/100; coverage counts towns with a pair.

    `bound` is what no assignment can exceed that gives as many a first introduction, proved by `prices`.
    """

    market: Market = field(repr=False)
    chosen: Whole
    total: int
    coverage: int
    bound: int
    prices: Prices = field(repr=False)

    @property
    def gap(self) -> float:
        """How far from the best this may be, as a share of the bound; 0 where it is the best."""
        return (self.bound - self.total) / max(self.bound, 1)

    def why_not(self, pair: int) -> LeftOut | None:
        """None if the pair is chosen; IndexError if there is none of this number."""
        market = self.market
        if not 0 <= pair < market.partner.size:
            raise IndexError(f"there is no pair {pair}")
        if pair in self.chosen:
            return None
        partner, city = market.partner[pair], market.city[pair]
        of_partner = self.chosen[market.partner[self.chosen] == partner]
        of_city = self.chosen[market.city[self.chosen] == city]
        full = of_partner.size == market.partner_capacity[partner], of_city.size == market.city_capacity[city]
        instead = [one for one, is_full in zip((of_partner, of_city), full, strict=True) if is_full]
        return LeftOut(_WHY[full], self._cost(pair), tuple(np.unique(np.concatenate(instead)).tolist()))

    def _cost(self, pair: int) -> int:
        """What both sides are worth to the round beyond the pair's points: who takes the pair takes them elsewhere."""
        prices, market = self.prices, self.market
        worth = int(prices.partner[market.partner[pair]]) + int(prices.city[market.city[pair]])
        return max(0, worth // prices.unit - int(market.points[pair]))
