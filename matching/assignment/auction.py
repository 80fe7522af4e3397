"""An auction that finds the best pairs and, as it goes, the prices that prove it. Pure numpy.

The towns bid for partners: each raises its best partner to the price at which its second best would do as well. Who is
outbid bids again, until everybody has what it wants at these prices. Then the partners who still have room although
they are not to be had for nothing bid for towns in the same way, and so their prices fall. Every bid adds a `step`, so
that it ends, and is therefore off by at most a step; large steps first and ever smaller ones make it quick. With whole
numbers, no step larger than 1 and a unit of worth larger than all steps together, what is found is the best there is.

D. P. Bertsekas, Auction algorithms for network flow problems (1992); forward and reverse auction for inequalities:
Bertsekas, Castañon, Tsaknakis (1993). All who bid do so at once, as Jacobi did, which is what makes it an array affair.
"""

from dataclasses import dataclass, field

import numpy as np

from matching.assignment.market import Mask, Whole

_FASTER = 32  # each turn divides the step by this
_FIRST_STEP = 64  # this part of the greatest bid there can be
_NEVER = -(2**62)  # a profit nobody wants


class Side:
    """One side: `node` int64[m] is that of each pair; `premium` what a node's first pair is worth beyond its own."""

    def __init__(self, node: Whole, capacity: Whole, premium: Whole) -> None:
        self.node, self.capacity, self.premium = node, capacity, premium
        self.degree = np.bincount(node, minlength=capacity.size)
        self.units = _Row(np.minimum(capacity, self.degree))
        self._row = _Row(self.degree)
        self._pairs = np.argsort(node * node.size + np.arange(node.size))

    def pairs_of(self, nodes: Whole) -> tuple[Whole, Whole, Whole]:
        """The pairs of the nodes in one row, for each the place of its node in `nodes`, and where each node begins."""
        at, owner, begin = self._row.entries_of(nodes)
        return self._pairs[at], owner, begin


class _Row:
    """The entries of all nodes in one row, node after node."""

    def __init__(self, lengths: Whole) -> None:
        self.lengths, self.size = lengths, int(lengths.sum())
        self.start = lengths.cumsum() - lengths

    def entries_of(self, nodes: Whole) -> tuple[Whole, Whole, Whole]:
        """Where the entries of these nodes are, the place of each one's node in `nodes`, and where each node begins."""
        length = self.lengths[nodes]
        owner = np.arange(nodes.size).repeat(length)
        begin = length.cumsum() - length
        return np.arange(owner.size) + (self.start[nodes] - begin)[owner], owner, begin


def auction(partners: Side, cities: Side, worth: Whole) -> tuple[Mask, Whole, Whole]:
    """Which pairs are chosen (bool[m]), the partners' prices and the towns', in the unit of `worth`.

    Worth is above 0, and with both premiums below 2**61. The result is the best but for as many units as pairs fit in.
    """
    price = np.zeros_like(partners.capacity)
    greatest = worth.max(initial=1) + partners.premium.max(initial=0) + cities.premium.max(initial=0)
    step = max(1, int(greatest) // _FIRST_STEP)
    while True:
        chosen, price, city_price = _both_bid(partners, cities, worth, price, step)
        if step == 1:
            return chosen, price, city_price
        step = max(1, step // _FASTER)


def _both_bid(partners: Side, cities: Side, worth: Whole, price: Whole, step: int) -> tuple[Mask, Whole, Whole]:
    """From prices of the partners to chosen pairs and better prices, those of the partners first."""
    chosen = np.zeros(worth.size, bool)
    reserve = np.maximum(price, -partners.premium), np.maximum(price, 0)
    towns_bid = _Auction(cities, partners, worth, reserve, step, chosen, np.zeros_like(worth))
    towns_bid.run()
    profit = worth - towns_bid.price[partners.node]
    partners_bid = _Auction(partners, cities, worth, _nothing(cities), step, chosen, profit)
    partners_bid.run()
    profit = (worth - partners_bid.price[cities.node])[chosen]
    return chosen, _price(partners.node[chosen], profit, partners.capacity, _nothing(partners)), partners_bid.price


def _nothing(side: Side) -> tuple[Whole, Whole]:
    """What having one more is worth to whoever gets nothing else: a first pair its premium below 0, a further one 0."""
    return -side.premium, np.zeros_like(side.premium)


@dataclass
class _Auction:
    """One side bids and the other sells to the highest; `reserve` is the least price of a first and of a further unit.

    `chosen` and, for chosen pairs, `bid` are what was agreed so far, and change as it goes.
    """

    bidders: Side
    sellers: Side
    worth: Whole
    reserve: tuple[Whole, Whole]
    step: int
    chosen: Mask
    bid: Whole
    price: Whole = field(init=False)
    _room: Whole = field(init=False)
    _held: Whole = field(init=False)

    def run(self) -> None:
        self.price = self.reserve[0].copy()
        self._held = np.full(self.sellers.units.size, -1)
        self._sell(np.flatnonzero(self.chosen))
        taken = np.bincount(self.bidders.node[self.chosen], minlength=self.bidders.capacity.size)
        self._room = self.bidders.capacity - taken
        active = np.flatnonzero((self._room > 0) & (self.bidders.degree > 0))
        while active.size:
            bidders, pairs = self._place_bids(active)
            outbid = self.bidders.node[self._sell(pairs)]
            self._room[bidders] -= 1
            np.add.at(self._room, outbid, 1)
            active = _distinct(np.concatenate((bidders, outbid)))
            active = active[self._room[active] > 0]

    def _place_bids(self, active: Whole) -> tuple[Whole, Whole]:
        """Each bids for one pair, up to where its second best is as good; those who want nothing more drop out."""
        pairs, owner, begin = self.bidders.pairs_of(active)
        profit = self.worth[pairs] - self.price[self.sellers.node[pairs]]
        profit[self.chosen[pairs]] = _NEVER
        best = np.maximum.reduceat(profit, begin)
        is_best = (profit == best[owner]).nonzero()[0]
        choice = is_best[owner[is_best].searchsorted(np.arange(active.size))]
        profit[choice] = _NEVER
        empty = self._room[active] == self.bidders.capacity[active]
        without = np.where(empty, -self.bidders.premium[active], 0)
        second = np.maximum(np.maximum.reduceat(profit, begin), without)
        wants = best > without
        chosen = pairs[choice[wants]]
        self.bid[chosen] = self.worth[chosen] - second[wants] + self.step
        self.chosen[chosen] = True
        return active[wants], chosen

    def _sell(self, offered: Whole) -> Whole:
        """The sellers keep the highest bids they have room for, and set their price; returns the pairs refused."""
        seller = self.sellers.node[offered]
        nodes = _distinct(seller)
        units, owner, _ = self.sellers.units.entries_of(nodes)
        held = self._held[units]
        pairs = np.concatenate((held[held >= 0], offered))
        owner = np.concatenate((owner[held >= 0], nodes.searchsorted(seller)))
        order = np.lexsort((-self.bid[pairs], owner))
        pairs, owner = pairs[order], owner[order]
        place = np.arange(owner.size) - owner.searchsorted(owner)
        reserve = self.reserve[0][nodes], self.reserve[1][nodes]
        fits = place < self.sellers.capacity[nodes][owner]
        kept = fits & (self.bid[pairs] >= np.where(place == 0, reserve[0][owner], reserve[1][owner]))
        self.chosen[pairs] = kept
        self._held[units] = -1
        self._held[(self.sellers.units.start[nodes][owner] + place)[kept]] = pairs[kept]
        self.price[nodes] = _price(owner[kept], self.bid[pairs[kept]], self.sellers.capacity[nodes], reserve)
        return pairs[~kept]


def _distinct(nodes: Whole) -> Whole:
    """Each once, in order: np.unique, and several times as quick for numbers of rows."""
    there = np.zeros(int(nodes.max(initial=-1)) + 1, bool)
    there[nodes] = True
    return there.nonzero()[0]


def _price(owner: Whole, bid: Whole, capacity: Whole, reserve: tuple[Whole, Whole]) -> Whole:
    """What one more would have to outbid: the lowest bid of who is full, else the reserve of the next unit."""
    taken = np.bincount(owner, minlength=capacity.size)
    lowest = np.full(capacity.size, -_NEVER)
    np.minimum.at(lowest, owner, bid)
    with_room = np.where(taken > 0, np.minimum(lowest, reserve[1]), reserve[0])
    return np.where((taken > 0) & (taken == capacity), lowest, with_room)
