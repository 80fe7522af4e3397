"""Other ways to assign a round, for comparison: simple ones, and the solvers that are installed for development."""

import heapq
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

from matching.assignment import Market, assign
from matching.assignment.market import Whole

if find_spec("ortools"):
    from ortools.graph.python import min_cost_flow
if find_spec("scipy"):
    from scipy import optimize, sparse

_PREMIUM = 20_000  # hundredths for a town's first introduction, with which both solvers reach as many towns as we do


def ours(market: Market) -> Whole:
    return assign(market).chosen


def top_k(market: Market) -> Whole:
    """Every town its best, whatever the partners' capacity: what a recommender does."""
    order = np.lexsort((-market.points, market.city))
    city = market.city[order]
    place = np.arange(city.size) - np.searchsorted(city, city)
    return np.sort(order[place < market.city_capacity[city]])


def greedy(market: Market) -> Whole:
    """The best pair first, then the next for which both have room."""
    partner_room, city_room = market.partner_capacity.tolist(), market.city_capacity.tolist()
    chosen = []
    order = np.argsort(-market.points, kind="stable")
    rows = zip(order.tolist(), market.partner[order].tolist(), market.city[order].tolist(), strict=True)
    for pair, partner, city in rows:
        if partner_room[partner] and city_room[city]:
            partner_room[partner] -= 1
            city_room[city] -= 1
            chosen.append(pair)
    return np.sort(np.array(chosen, np.int64))


def deferred_acceptance(market: Market) -> Whole:
    """Towns ask from their best partner down, partners keep the best who asked (Gale and Shapley)."""
    partner, city, points = market.partner.tolist(), market.city.tolist(), market.points.tolist()
    wishes: list[list[int]] = [[] for _ in range(market.city_capacity.size)]
    for pair in np.argsort(market.points, kind="stable").tolist():
        wishes[city[pair]].append(pair)
    kept: list[list[tuple[int, int]]] = [[] for _ in range(market.partner_capacity.size)]
    asking = np.repeat(np.arange(market.city_capacity.size), market.city_capacity).tolist()
    while asking:
        town = asking.pop()
        if not wishes[town]:
            continue
        pair = wishes[town].pop()
        heapq.heappush(kept[partner[pair]], (points[pair], pair))
        if len(kept[partner[pair]]) > market.partner_capacity[partner[pair]]:
            asking.append(city[heapq.heappop(kept[partner[pair]])[1]])
    return np.sort(np.array([pair for held in kept for _, pair in held], np.int64))


def or_tools(market: Market) -> Whole:
    """Minimum cost flow; a town's first introduction costs less by a premium."""
    partners, cities = market.partner_capacity.size, market.city_capacity.size
    source, sink = partners + cities, partners + cities + 1
    flow = min_cost_flow.SimpleMinCostFlow()
    pairs = flow.add_arcs_with_capacity_and_unit_cost(
        market.partner, market.city + partners, np.ones_like(market.points), -market.points
    )
    towns, first = partners + np.arange(cities), np.minimum(market.city_capacity, 1)
    for tail, head, capacity, premium in (
        (np.full(partners, source), np.arange(partners), market.partner_capacity, 0),
        (towns, np.full(cities, sink), first, _PREMIUM),
        (towns, np.full(cities, sink), market.city_capacity - first, 0),
    ):
        flow.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, np.full(capacity.size, -premium))
    everything = int(market.partner_capacity.sum())
    flow.add_arc_with_capacity_and_unit_cost(source, sink, everything, 0)
    flow.set_nodes_supplies(np.array([source, sink]), np.array([everything, -everything]))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("OR-Tools found no optimum")
    return np.flatnonzero(flow.flows(pairs))


def highs(market: Market) -> Whole:
    """Linear programme by HiGHS' dual simplex; its corners are whole numbers."""
    pairs, cities = market.points.size, market.city_capacity.size
    one, column = np.ones(pairs), np.arange(pairs)
    of_partner = sparse.csr_matrix((one, (market.partner, column)), shape=(market.partner_capacity.size, pairs))
    of_city = sparse.csr_matrix((one, (market.city, column)), shape=(cities, pairs))
    limits = sparse.bmat([[of_partner, None], [of_city, None], [-of_city, sparse.identity(cities)]], format="csr")
    room = np.concatenate((market.partner_capacity, market.city_capacity, np.zeros(cities)))
    gain = np.concatenate((market.points, np.full(cities, _PREMIUM)))
    found = optimize.linprog(-gain, A_ub=limits, b_ub=room, bounds=(0, 1), method="highs-ds")
    return np.flatnonzero(found.x[:pairs] > 0.5)


RIVALS: dict[str, Callable[[Market], Whole] | None] = {
    "top k, without capacities": top_k,
    "greedy": greedy,
    "deferred acceptance": deferred_acceptance,
    "OR-Tools SimpleMinCostFlow": or_tools if find_spec("ortools") else None,
    "HiGHS, linear programme": highs if find_spec("scipy") else None,
}
