"""Markets at random, and other people's solvers for them."""

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy import optimize, sparse
from scipy.sparse import csgraph

from matching.assignment import Market


def random_market(seed, *, most=12, claims=False):
    """Small and awkward: ties, scarcity, zero capacities, sides without pairs."""
    chance = np.random.default_rng(seed)
    partners, cities = chance.integers(1, most + 1, 2)
    there = chance.random((partners, cities)) < chance.choice([0.1, 0.3, 0.7])
    partner, city = np.nonzero(there)
    step = chance.choice([1, 500, 5000])  # the larger, the more ties
    highest = chance.choice([1, 2, 4])
    given = {
        "partner_capacity": chance.integers(0, highest + 1, partners),
        "city_capacity": chance.integers(0, 4, cities),
        "partner_rank": chance.permutation(partners),
        "city_rank": chance.integers(0, cities, cities),
    }
    if claims:
        given |= {"partner_claim": chance.integers(0, 3, partners), "city_claim": chance.integers(0, 4, cities)}
    return Market(partner, city, chance.integers(0, 10_000 // step + 1, partner.size) * step, **given)


def most_towns(market):
    """How many towns can have an introduction: a maximum flow."""
    partners, cities = market.partner_capacity.size, market.city_capacity.size
    source, sink = partners + cities, partners + cities + 1
    arcs = [
        (np.full(partners, source), np.arange(partners), market.partner_capacity),
        (market.partner, market.city + partners, np.ones(market.partner.size, int)),
        (partners + np.arange(cities), np.full(cities, sink), np.minimum(market.city_capacity, 1)),
    ]
    tail, head, capacity = (np.concatenate(parts) for parts in zip(*arcs, strict=True))
    graph = sparse.csr_matrix((capacity.astype(np.int32), (tail, head)), shape=(sink + 1, sink + 1))
    return int(csgraph.maximum_flow(graph, source, sink).flow_value)


def least_cost_flow(market, worth, premium):
    """The pairs that OR-Tools chooses where a first introduction is worth `premium` for each unit of claim."""
    partners, cities = market.partner_capacity.size, market.city_capacity.size
    source, sink = partners + cities, partners + cities + 1
    flow = min_cost_flow.SimpleMinCostFlow()
    pairs = flow.add_arcs_with_capacity_and_unit_cost(
        market.partner, market.city + partners, np.ones(worth.size, int), -worth
    )
    sides = (
        (np.full(partners, source), np.arange(partners), market.partner_capacity, market.partner_claim),
        (partners + np.arange(cities), np.full(cities, sink), market.city_capacity, market.city_claim),
    )
    for tail, head, capacity, claim in sides:
        first = np.minimum(capacity, 1)
        flow.add_arcs_with_capacity_and_unit_cost(tail, head, first, -claim * premium)
        flow.add_arcs_with_capacity_and_unit_cost(tail, head, capacity - first, 0 * capacity)
    everything = int(market.partner_capacity.sum())
    flow.add_arc_with_capacity_and_unit_cost(source, sink, everything, 0)
    flow.set_nodes_supplies(np.array([source, sink]), np.array([everything, -everything]))
    assert flow.solve() == flow.OPTIMAL
    return np.flatnonzero(flow.flows(pairs)) if worth.size else np.zeros(0, int)


def linear_programme(market, premium):
    """Points and towns of the best assignment by HiGHS; a town's first introduction is worth `premium` more."""
    partners, cities, pairs = market.partner_capacity.size, market.city_capacity.size, market.partner.size
    one, columns = np.ones(pairs), np.arange(pairs)
    of_partner = sparse.csr_matrix((one, (market.partner, columns)), shape=(partners, pairs))
    of_city = sparse.csr_matrix((one, (market.city, columns)), shape=(cities, pairs))
    served = sparse.identity(cities)
    rows = sparse.bmat([[of_partner, None], [of_city, None], [-of_city, served]], format="csr")
    limits = np.concatenate((market.partner_capacity, market.city_capacity, np.zeros(cities)))
    gain = np.concatenate((market.points, np.full(cities, premium)))
    found = optimize.linprog(-gain, A_ub=rows, b_ub=limits, bounds=(0, 1), method="highs-ds")
    assert found.status == 0
    return round(-found.fun)
