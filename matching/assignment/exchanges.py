"""Whether claims to a first introduction could be met better: a proof that they are not, whoever chose the pairs.

If one more could be served, or somebody with a stronger claim, then by a chain of exchanges from somebody without a
pair to one who can do without (Berge 1957). For claims the best on the spot is the best there is, since those who can
be served together form a matroid; and what is best for the partners is never in the way of what is best for the towns
(Mendelsohn and Dulmage 1958). So each side is searched for itself, along all chains at once.
"""

from typing import NamedTuple

import numpy as np

from matching.assignment.market import Market, Mask, Whole


class _Side(NamedTuple):
    node: Whole
    capacity: Whole
    claim: Whole


def claims_can_be_met_better(market: Market, chosen: Mask) -> bool:
    """Whether some exchange gives a first introduction to one more with a claim, or to a stronger claim instead."""
    partners = _Side(market.partner, market.partner_capacity, market.partner_claim)
    cities = _Side(market.city, market.city_capacity, market.city_claim)
    free = market.usable & ~chosen
    return _can_improve(cities, partners, free, chosen) or _can_improve(partners, cities, free, chosen)


def _can_improve(side: _Side, other: _Side, free: Mask, chosen: Mask) -> bool:
    count = np.bincount(side.node[chosen], minlength=side.claim.size)
    has_room = np.bincount(other.node[chosen], minlength=other.claim.size) < other.capacity
    without = (count == 0) & (side.capacity > 0)
    for level in np.unique(side.claim[without & (side.claim > 0)]):
        can_give = (count > 1) | ((count == 1) & (side.claim < level))
        if _chain_exists(
            without & (side.claim == level), (side.node, other.node), (free, chosen), (can_give, has_room)
        ):
            return True
    return False


def _chain_exists(start: Mask, nodes: tuple[Whole, Whole], links: tuple[Mask, Mask], ends: tuple[Mask, Mask]) -> bool:
    """From `start` over free pairs to the other side, back over chosen ones, and so on, until an end or nothing new."""
    (node, opposite), (free, chosen), (can_give, has_room) = nodes, links, ends
    seen, asked_before, new = start, np.zeros(has_room.size, bool), start
    while new.any():
        asked = _reached(opposite, free & new[node], asked_before)
        new = _reached(node, chosen & asked[opposite], seen)
        if has_room[asked].any() or can_give[new].any():
            return True
        asked_before, seen = asked_before | asked, seen | new
    return False


def _reached(node: Whole, through: Mask, before: Mask) -> Mask:
    reached = np.zeros(before.size, bool)
    reached[node[through]] = True
    return reached & ~before
