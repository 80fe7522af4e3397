"""The answer of a round: claims to a first introduction, then points, then whose turn it is, in one worth a pair."""

import numpy as np

from matching.assignment.auction import Side, auction
from matching.assignment.certificate import upper_bound
from matching.assignment.exchanges import claims_can_be_met_better
from matching.assignment.market import Market, Mask, Whole
from matching.assignment.result import Assignment, Prices

_FIRST_PREMIUM = 2  # of the greatest points: enough in most markets, and raised where it is not
_HIGHER = 8
_FINE = 2  # all steps of 1 together stay below a unit of worth
_LIMIT = 2**61  # two numbers below it still add up within 64 bits


def assign(market: Market) -> Assignment:
    """The assignment that meets claims best, then has most points, then prefers the first in turn.

    The same market gives the same pairs, whatever order they are given in. ValueError where the numbers would leave
    64 bits, which takes a market far larger than Germany.
    """
    order = _usable_in_order(market)
    premium = _FIRST_PREMIUM * max(1, int(market.points.max(initial=0)))
    while True:
        chosen, prices = _sold(market, order, premium)
        if not claims_can_be_met_better(market, chosen):
            break
        premium *= _HIGHER
    return Assignment(
        market,
        np.flatnonzero(chosen),
        total=int(market.points[chosen].sum()),
        coverage=np.unique(market.city[chosen]).size,
        bound=upper_bound(market, chosen, prices),
        prices=prices,
    )


def _usable_in_order(market: Market) -> Whole:
    """The pairs both of whose sides take introductions, by town and partner: so their order given does not matter."""
    order = np.argsort(market.city * market.partner_capacity.size + market.partner)
    return order[market.usable[order]]


def _sold(market: Market, order: Whole, premium: int) -> tuple[Mask, Prices]:
    """The pairs chosen where a first introduction counts `premium` hundredths more for each unit of claim."""
    partner, city = market.partner[order], market.city[order]
    turn = _turn(market.partner_rank)[partner] + _turn(market.city_rank)[city] - 1
    most = _most_pairs(market, partner, city)
    hundredth = (int(turn.max(initial=1)) + 1) * (most + 1)  # more than all turns together can ever outweigh
    claim = int(market.partner_claim.max(initial=0) + market.city_claim.max(initial=0))
    greatest = (int(market.points.max(initial=0)) + 1 + premium * claim) * hundredth
    fine = min(_FINE * (most + 1), _LIMIT // greatest)
    if fine < 1:
        raise ValueError("the market is too large for whole numbers of 64 bits")
    worth = (market.points[order] * hundredth + turn) * fine
    unit = hundredth * fine
    partners = Side(partner, market.partner_capacity, market.partner_claim * (premium * unit))
    cities = Side(city, market.city_capacity, market.city_claim * (premium * unit))
    in_order, partner_prices, city_prices = auction(partners, cities, worth)
    chosen = np.zeros(market.partner.size, bool)
    chosen[order[in_order]] = True
    return chosen, Prices(partner_prices, city_prices, unit, premium)


def _turn(rank: Whole) -> Whole:
    """The first in turn has the greatest number, the last 1; equal ranks are equal."""
    places, place = np.unique(rank, return_inverse=True)
    return places.size - place


def _most_pairs(market: Market, partner: Whole, city: Whole) -> int:
    """No assignment has more pairs than this."""
    of_partners = np.minimum(np.bincount(partner, minlength=market.partner_capacity.size), market.partner_capacity)
    of_cities = np.minimum(np.bincount(city, minlength=market.city_capacity.size), market.city_capacity)
    return int(min(of_partners.sum(), of_cities.sum()))
