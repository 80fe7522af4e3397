"""The proof of an assignment, from the question and the answer alone; it knows nothing of how the answer was found.

The bound is the dual of the linear programme: whatever the prices, no assignment is worth more than what both sides
take at these prices, together with what single pairs give beyond the prices of both. Prices may be wrong; then the
bound is too high, and the proof fails. Sums are in Python's unlimited whole numbers.
"""

import numpy as np

from matching.assignment.exchanges import claims_can_be_met_better
from matching.assignment.market import MOST_POINTS, Market, Mask, Whole
from matching.assignment.result import Assignment, Prices

MOST_GAP = 1e-3
_MOST = 2**61  # three such numbers add up within 64 bits


class NotCertified(ValueError):
    """A result that may not be released; says everything that is wrong with it."""


def certify(market: Market, assignment: Assignment) -> None:
    """Raises NotCertified unless the assignment keeps all rules and is proved to be the best, to a thousandth."""
    if found := violations(market, assignment):
        raise NotCertified("; ".join(found))


def violations(market: Market, assignment: Assignment) -> list[str]:
    """What is wrong, in sentences; empty if nothing is."""
    pairs = np.asarray(assignment.chosen)
    if pairs.ndim != 1 or pairs.dtype.kind != "i" or not ((pairs >= 0) & (pairs < market.city.size)).all():
        return ["a chosen pair is not among those given"]
    if np.unique(pairs).size != pairs.size:
        return ["a pair is chosen twice"]
    chosen = np.zeros(market.city.size, bool)
    chosen[pairs] = True
    return _broken_limits(market, chosen) or [
        *_wrong_figures(market, assignment, chosen),
        *_claims_not_met(market, chosen),
        *_weak_proof(market, assignment, chosen),
    ]


def upper_bound(market: Market, chosen: Mask, prices: Prices) -> int:
    """Points, in 1/100, that no assignment exceeds which meets claims as well as the chosen pairs do."""
    premium = prices.premium * prices.unit
    surplus = market.points * prices.unit - prices.partner[market.partner] - prices.city[market.city]
    most = (
        _takings(prices.partner, market.partner_capacity, market.partner_claim * premium)
        + _takings(prices.city, market.city_capacity, market.city_claim * premium)
        + sum(surplus[market.usable & (surplus > 0)].tolist())
    )
    met = _met(market.partner, market.partner_claim, chosen) + _met(market.city, market.city_claim, chosen)
    return int(most // prices.unit - prices.premium * met)


def _takings(price: Whole, capacity: Whole, premium: Whole) -> int:
    """What a side takes at most: for each unit its price, for the first its premium too, and nothing below 0."""
    rows = zip(price.tolist(), capacity.tolist(), premium.tolist(), strict=True)
    return int(sum(max(one + first, 0) + (units - 1) * max(one, 0) for one, units, first in rows if units))


def _met(node: Whole, claim: Whole, chosen: Mask) -> int:
    return int(claim[np.unique(node[chosen])].sum())


def _broken_limits(market: Market, chosen: Mask) -> list[str]:
    found = []
    if (np.bincount(market.partner[chosen], minlength=market.partner_capacity.size) > market.partner_capacity).any():
        found.append("a partner has more introductions than its capacity")
    if (np.bincount(market.city[chosen], minlength=market.city_capacity.size) > market.city_capacity).any():
        found.append("a town has more introductions than its capacity")
    return found


def _wrong_figures(market: Market, assignment: Assignment, chosen: Mask) -> list[str]:
    found = []
    if assignment.total != int(market.points[chosen].sum()):
        found.append("the total is not the sum of the chosen pairs")
    if assignment.coverage != np.unique(market.city[chosen]).size:
        found.append("the coverage is not the number of towns with a pair")
    return found


def _claims_not_met(market: Market, chosen: Mask) -> list[str]:
    if claims_can_be_met_better(market, chosen):
        return ["more could have a first introduction, or somebody with a stronger claim"]
    return []


def _weak_proof(market: Market, assignment: Assignment, chosen: Mask) -> list[str]:
    if not _are_of(market, assignment.prices):
        return ["the prices are not those of this market"]
    bound = upper_bound(market, chosen, assignment.prices)
    found = []
    if assignment.bound != bound:
        found.append("the bound does not follow from the prices")
    if bound - int(market.points[chosen].sum()) > MOST_GAP * bound:
        found.append("the prices do not prove that less than a thousandth is missing")
    return found


def _are_of(market: Market, prices: Prices) -> bool:
    """One price each, and numbers that can be added up within 64 bits."""
    claim = int(market.partner_claim.max(initial=0) + market.city_claim.max(initial=0))
    return (
        prices.partner.shape == market.partner_capacity.shape
        and prices.city.shape == market.city_capacity.shape
        and prices.unit > 0
        and prices.premium >= 0
        and (MOST_POINTS + prices.premium * claim) * prices.unit <= _MOST
        and all(abs(price) <= _MOST for side in (prices.partner, prices.city) for price in side.tolist())
    )
