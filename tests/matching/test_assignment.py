"""The assignment of a round: most towns, then most points, then whose turn it is; beside other people's solvers."""

import re
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assignment import Market, Why, assign, certify
from portal.site.bench_rivals import greedy
from tests.matching.markets import least_cost_flow, linear_programme, most_towns, random_market

ENOUGH = 200_000  # hundredths: more than any chain of exchanges among so few can cost


def market(pairs, partners, cities, **more):
    partner, city, points = zip(*pairs, strict=True) if pairs else ((), (), ())
    return Market(partner, city, points, partner_capacity=partners, city_capacity=cities, **more)


def chosen_pairs(assignment):
    of = assignment.market
    return {(int(of.partner[pair]), int(of.city[pair])) for pair in assignment.chosen}


def merit(of, chosen):
    """What is maximised, most important first: claims met, points, turns."""
    chosen = np.array(chosen, int)
    partners, cities = np.unique(of.partner[chosen]), np.unique(of.city[chosen])
    claims = int(of.partner_claim[partners].sum() + of.city_claim[cities].sum())
    return claims, int(of.points[chosen].sum()), int(turns(of)[chosen].sum())


def turns(of):
    """What the ranks are worth: the first in turn most, the last of each side 1, and 1 for a pair as such."""
    places = [np.unique(rank, return_inverse=True) for rank in (of.partner_rank, of.city_rank)]
    partner, city = (values.size - place for values, place in places)
    return partner[of.partner] + city[of.city] - 1


def is_allowed(of, chosen):
    chosen = np.array(chosen, int)
    return (np.bincount(of.partner[chosen], minlength=of.partner_capacity.size) <= of.partner_capacity).all() and (
        np.bincount(of.city[chosen], minlength=of.city_capacity.size) <= of.city_capacity
    ).all()


@st.composite
def tiny_markets(draw):
    partners, cities = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    every = [(partner, city) for partner in range(partners) for city in range(cities)]
    pairs = draw(st.lists(st.sampled_from(every), unique=True, max_size=9))
    points = draw(st.lists(st.sampled_from((0, 1, 2, 5000, 10_000)), min_size=len(pairs), max_size=len(pairs)))

    def numbers(size, highest):
        return draw(st.lists(st.integers(0, highest), min_size=size, max_size=size))

    return market(
        [(*pair, one) for pair, one in zip(pairs, points, strict=True)],
        numbers(partners, 3),
        numbers(cities, 2),
        partner_rank=numbers(partners, 3),
        city_rank=numbers(cities, 3),
        partner_claim=numbers(partners, 2),
        city_claim=numbers(cities, 2),
    )


@given(tiny_markets())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_no_other_choice_is_better(of):
    pairs = range(of.partner.size)
    every = chain.from_iterable(combinations(pairs, size) for size in range(of.partner.size + 1))
    assignment = assign(of)
    assert is_allowed(of, assignment.chosen)
    assert merit(of, assignment.chosen) == max(merit(of, chosen) for chosen in every if is_allowed(of, chosen))
    assert assignment.bound == assignment.total
    certify(of, assignment)


@pytest.mark.parametrize("seed", range(0, 300, 50))
def test_or_tools_finds_nothing_better(seed):
    for each in range(seed, seed + 50):
        of = random_market(each, claims=each % 2 == 0)
        unit = (turns(of).max(initial=1) + 1) * (of.partner.size + 1)
        rival = least_cost_flow(of, of.points * unit + turns(of), ENOUGH * unit)
        assert merit(of, assign(of).chosen) == merit(of, rival), each


@pytest.mark.parametrize("seed", range(1000, 1200, 50))
def test_highs_and_a_maximum_flow_find_nothing_better(seed):
    for each in range(seed, seed + 50):
        of = random_market(each, most=20)
        assignment = assign(of)
        assert assignment.coverage == most_towns(of), each
        assert assignment.total + ENOUGH * assignment.coverage == linear_programme(of, ENOUGH), each
        assert assignment.total == assignment.bound
        certify(of, assignment)


def test_the_best_at_the_size_of_today():
    chance = np.random.default_rng(11)
    there = chance.random((300, 110)) < 0.06
    partner, city = np.nonzero(there)
    of = Market(
        partner,
        city,
        chance.integers(1000, 10_000, partner.size),
        partner_capacity=chance.integers(0, 6, 300),
        city_capacity=chance.integers(1, 4, 110),
        city_rank=chance.permutation(110),
    )
    assignment = assign(of)
    assert (assignment.coverage, assignment.gap) == (most_towns(of), 0)
    assert assignment.total == int(of.points[least_cost_flow(of, of.points, 10**7)].sum())
    certify(of, assignment)


@pytest.mark.parametrize("seed", range(5))
def test_order_does_not_matter_and_a_second_run_is_the_same(seed):
    chance = np.random.default_rng(seed)
    of = random_market(seed + 77, most=30)
    order = chance.permutation(of.partner.size)
    sides = {
        name: getattr(of, name)
        for name in ("partner_capacity", "city_capacity", "partner_rank", "city_rank", "partner_claim", "city_claim")
    }
    first, second = assign(of), assign(of)
    shuffled = assign(Market(of.partner[order], of.city[order], of.points[order], **sides))
    assert first.chosen.tobytes() == second.chosen.tobytes()
    assert np.sort(order[shuffled.chosen]).tobytes() == first.chosen.tobytes()
    for one in (second, shuffled):
        assert one.prices.partner.tobytes() == first.prices.partner.tobytes()
        assert (one.total, one.coverage, one.bound) == (first.total, first.coverage, first.bound)


def test_towns_come_before_points():
    """Partner 0 gives up 90 points at town 0, so that town 1, which only it can serve, gets 1 point."""
    of = market([(0, 0, 9000), (0, 1, 100), (1, 0, 10)], [1, 1], [1, 1])
    assert chosen_pairs(assign(of)) == {(0, 1), (1, 0)}


def test_the_example_of_the_documentation():
    """Points, both columns and the proof by prices, as docs/matching.md has them."""
    section = (Path(__file__).parents[2] / "docs" / "matching.md").read_text(encoding="utf-8").split("## Rounds")[1]
    rows = re.findall(r"^\| (\w)–(\w) \| (\d+) \| (✓?) ?\| (✓?) ?\|$", section, re.MULTILINE)
    of = market([("AB".index(p), "XYZ".index(c), 100 * int(points)) for p, c, points, _, _ in rows], [1, 2], [1, 1, 1])
    assert [pair for pair, row in enumerate(rows) if row[4]] == assign(of).chosen.tolist()
    assert [pair for pair, row in enumerate(rows) if row[3]] == greedy(of).tolist()
    _, of_greedy, best = re.search(r"\| \*\*(total)\*\* \| \| (\d+) \| (\d+) \|", section).groups()
    assert (100 * int(of_greedy), 100 * int(best)) == (int(of.points[greedy(of)].sum()), assign(of).total)
    price = dict(re.findall(r"([ABXYZ]) (\d+)[,.]", section))
    assert all(int(price[p]) + int(price[c]) >= int(points) for p, c, points, _, _ in rows)
    assert sum(map(int, price.values())) + int(price["B"]) == int(best)


def test_a_town_is_reached_whatever_the_chain_of_exchanges_costs():
    """Forty towns each lose 100 points so that one more gets 0: the first premium is too small for that."""
    length = 40
    pairs = [(0, 0, 0)]
    pairs += [pair for town in range(1, length) for pair in ((town - 1, town, 10_000), (town, town, 0))]
    of = market(pairs, [1] * length, [1] * length)
    assignment = assign(of)
    assert (assignment.coverage, assignment.total, assignment.bound) == (length, 0, 0)
    certify(of, assignment)


@pytest.mark.timeout(60)
def test_strong_claims_and_no_points_are_no_price_war():
    """Claims are worth far more than any pair here; steps that were measured by the pairs took minutes."""
    chance = np.random.default_rng(5)
    partner, city = np.nonzero(chance.random((80, 40)) < 0.7)
    of = Market(
        partner,
        city,
        np.zeros_like(partner),
        partner_capacity=chance.integers(0, 5, 80),
        city_capacity=chance.integers(0, 4, 40),
        partner_claim=chance.integers(0, 101, 80),
        city_claim=chance.integers(0, 101, 40),
    )
    certify(of, assign(of))


def test_partners_first_introductions_are_the_offices_choice():
    pairs = [(0, 0, 9000), (0, 1, 9000), (1, 0, 1000), (1, 1, 1000)]
    assert chosen_pairs(assign(market(pairs, [2, 1], [1, 1]))) == {(0, 0), (0, 1)}
    assert assign(market(pairs, [2, 1], [1, 1], partner_claim=[1, 1])).total == 10_000


def test_a_stronger_claim_comes_before_points_and_never_costs_a_town():
    pairs = [(0, 0, 9000), (0, 1, 100)]
    assert chosen_pairs(assign(market(pairs, [1], [1, 1]))) == {(0, 0)}
    assert chosen_pairs(assign(market(pairs, [1], [1, 1], city_claim=[1, 2]))) == {(0, 1)}
    assert assign(market([*pairs, (1, 0, 1)], [1, 1], [1, 1], city_claim=[1, 9])).coverage == 2


@pytest.mark.parametrize(("ranks", "first"), [([0, 1, 2], 0), ([1, 0, 2], 1), ([2, 1, 0], 2)])
def test_among_equals_the_first_in_turn_is_served(ranks, first):
    of = market([(0, town, 5000) for town in range(3)], [1], [1, 1, 1], city_rank=ranks)
    assert chosen_pairs(assign(of)) == {(0, first)}


@pytest.mark.parametrize(("ranks", "first"), [([0, 1], 0), ([1, 0], 1)])
def test_among_equal_partners_the_first_in_turn_is_asked(ranks, first):
    assert chosen_pairs(assign(market([(0, 0, 10), (1, 0, 10)], [1, 1], [1], partner_rank=ranks))) == {(first, 0)}


def test_a_turn_never_outweighs_a_hundredth_of_a_point():
    of = market([(0, 0, 5001), (0, 1, 5000)], [1], [1, 1], city_rank=[1, 0])
    assert chosen_pairs(assign(of)) == {(0, 0)}


def test_all_turns_together_never_outweigh_a_hundredth_of_a_point():
    """Eight towns last in turn and one hundredth ahead, against eight first in turn."""
    towns = range(16)
    pairs = [(town % 8, town, 5000 + (town == 0)) for town in towns]
    assignment = assign(market(pairs, [1] * 8, [1] * 16, city_rank=[15 - town for town in towns]))
    assert chosen_pairs(assignment) == {(0, 0)} | {(town % 8, town) for town in range(9, 16)}


def test_a_pair_is_chosen_once_even_where_both_have_room():
    assert assign(market([(0, 0, 5000)], [5], [3])).chosen.tolist() == [0]


@pytest.mark.parametrize(
    "of",
    [
        market([], [], []),
        market([], [1], []),
        market([], [], [1]),
        market([], [1, 2], [3]),
        market([(0, 0, 10), (0, 1, 20)], [0], [1, 1]),
        market([(0, 0, 10), (1, 0, 20)], [1, 1], [0]),
    ],
)
def test_where_nothing_is_possible_nothing_is_chosen(of):
    assignment = assign(of)
    assert (assignment.chosen.size, assignment.total, assignment.coverage, assignment.bound) == (0, 0, 0, 0)
    certify(of, assignment)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"partner": [0, 0], "city": [1, 1], "points": [5, 6]}, "a pair is given twice"),
        ({"points": [-1]}, "points is below 0"),
        ({"points": [10_001]}, "points are above"),
        ({"points": [float("nan")]}, "points has something else than whole numbers"),
        ({"points": [70.46]}, "points has something else than whole numbers"),
        ({"points": [True]}, "points has something else than whole numbers"),
        ({"points": ["70"]}, "points has something else than whole numbers"),
        ({"points": np.array([2**64 - 1], np.uint64)}, "numbers beyond 64 bits"),
        ({"points": [5, 5]}, "points has not as many entries as partner"),
        ({"partner": [2]}, "a partner that does not exist"),
        ({"city": [2]}, "a town that does not exist"),
        ({"city": [-1]}, "city is below 0"),
        ({"partner": [[0]]}, "partner is not a row of numbers"),
        ({"city_capacity": [1, -1]}, "city_capacity is below 0"),
        ({"partner_rank": [0]}, "partner_rank has not as many entries as partner_capacity"),
        ({"city_claim": [1, 101]}, "city_claim is above 100"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(given, sentence):
    fitting = {"partner": [0], "city": [1], "points": [50], "partner_capacity": [1, 1], "city_capacity": [1, 1]}
    Market(**fitting)
    with pytest.raises(ValueError, match=sentence):
        Market(**fitting | given)


def test_what_was_given_can_change_without_changing_the_market():
    points = np.array([50])
    of = Market([0], [0], points, partner_capacity=[1], city_capacity=[1])
    points[0] = 60
    assert of.points.tolist() == [50]
    with pytest.raises(ValueError, match="read-only"):
        of.points[0] = 70


PAIRS = [(0, 0, 9000), (0, 1, 6000), (1, 1, 5000), (1, 2, 100), (2, 2, 4000)]


@pytest.mark.parametrize(
    ("partners", "cities", "pair", "why", "instead"),
    [
        ([1, 1, 1], [1, 2, 1], 1, Why.PARTNER_FULL, (0,)),
        ([2, 2, 1], [1, 2, 1], 3, Why.CITY_FULL, (4,)),
        ([1, 1, 1], [1, 1, 1], 3, Why.BETTER_PAIRS, (2, 4)),
        ([0, 1, 1], [1, 1, 1], 0, Why.PARTNER_FULL, ()),
    ],
)
def test_every_pair_left_out_can_say_why(partners, cities, pair, why, instead):
    left_out = assign(market(PAIRS, partners, cities)).why_not(pair)
    assert (left_out.why, left_out.instead) == (why, instead)


def test_the_cost_is_what_forcing_the_pair_would_lose_at_least():
    assignment = assign(market(PAIRS, [1, 1, 1], [1, 1, 1]))
    assert assignment.total == 18_000
    with_pair_3 = 9000 + 100  # town 1 and partner 2 go without
    assert 0 < assignment.why_not(3).cost <= 18_000 - with_pair_3 + assignment.prices.premium


@pytest.mark.parametrize("seed", range(30))
def test_who_is_left_out_had_no_room_on_one_side(seed):
    assignment = assign(random_market(seed + 500, most=25))
    for pair in range(assignment.market.partner.size):
        left_out = assignment.why_not(pair)
        assert (left_out is None) == (pair in assignment.chosen)
        assert left_out is None or left_out.cost >= 0


def test_there_is_no_reason_for_a_pair_that_does_not_exist():
    with pytest.raises(IndexError, match="no pair 5"):
        assign(market(PAIRS, [1, 1, 1], [1, 1, 1])).why_not(5)
