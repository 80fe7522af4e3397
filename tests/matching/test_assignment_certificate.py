"""What a round may not be released with: one test for everything that can be wrong, since each must be found."""

from dataclasses import replace

import numpy as np
import pytest

from matching.assignment import Market, NotCertified, assign, certify, violations
from matching.assignment.certificate import upper_bound
from tests.matching.markets import least_cost_flow, random_market


@pytest.fixture
def market():
    """Partners of capacity 1 and 2, towns of 1 and 2; partner 2 works nowhere else than in town 0."""
    pairs = [(0, 0, 9000), (0, 1, 8000), (1, 0, 6500), (1, 1, 6000), (1, 2, 5000), (2, 0, 900)]
    partner, city, points = zip(*pairs, strict=True)
    return Market(partner, city, points, partner_capacity=[1, 2, 1], city_capacity=[1, 2, 1])


@pytest.fixture
def good(market):
    assignment = assign(market)
    assert assignment.chosen.tolist() == [0, 3, 4]
    assert violations(market, assignment) == []
    return assignment


def with_pairs(assignment, pairs):
    """As somebody would who wants to be believed: figures and bound are those of these pairs."""
    market, chosen = assignment.market, np.zeros(assignment.market.city.size, bool)
    chosen[pairs] = True
    return replace(
        assignment,
        chosen=np.array(pairs, int),
        total=int(market.points[chosen].sum()),
        coverage=np.unique(market.city[chosen]).size,
        bound=upper_bound(market, chosen, assignment.prices),
    )


@pytest.mark.parametrize("chosen", [[0, 3, 6], [-1, 3, 4], [0.0, 3.0], [[0, 3, 4]]])
def test_only_pairs_that_were_given(market, good, chosen):
    assert violations(market, replace(good, chosen=np.array(chosen))) == ["a chosen pair is not among those given"]


def test_no_pair_twice(market, good):
    assert violations(market, replace(good, chosen=np.array([0, 3, 4, 4]))) == ["a pair is chosen twice"]


@pytest.mark.parametrize(
    ("pairs", "side"), [([0, 1, 3, 4], "partner"), ([0, 2, 4], "town"), ([1, 2, 3, 4, 5], "partner")]
)
def test_no_capacity_is_exceeded(market, good, pairs, side):
    found = violations(market, with_pairs(good, pairs))
    assert f"a {side} has more introductions than its capacity" in found


@pytest.mark.parametrize("change", [{"total": 20_001}, {"total": 19_999}])
def test_the_total_is_the_sum(market, good, change):
    assert violations(market, replace(good, **change)) == ["the total is not the sum of the chosen pairs"]


@pytest.mark.parametrize("coverage", [2, 4])
def test_the_coverage_is_counted(market, good, coverage):
    wrong = replace(good, coverage=coverage)
    assert violations(market, wrong) == ["the coverage is not the number of towns with a pair"]


@pytest.mark.parametrize("pairs", [[0, 3], [0], [1, 2], [2, 3], []])
def test_every_town_that_can_be_served_is(market, good, pairs):
    found = violations(market, with_pairs(good, pairs))
    assert "more could have a first introduction, or somebody with a stronger claim" in found


def test_the_stronger_claim_is_met(market, good):
    pairs = {"partner": [0, 0], "city": [0, 1], "points": [9000, 100], "partner_capacity": [1], "city_capacity": [1, 1]}
    equal, stronger = Market(**pairs), Market(**pairs, city_claim=[1, 2])
    assignment = assign(equal)
    assert violations(equal, assignment) == []
    found = violations(stronger, with_pairs(replace(assignment, market=stronger), [0]))
    assert "more could have a first introduction, or somebody with a stronger claim" in found


def test_partners_with_a_claim_are_served(market, good):
    pairs = {"partner": [0, 0, 1], "city": [0, 1, 1], "points": [90, 90, 10]}
    choice = Market(**pairs, partner_capacity=[2, 1], city_capacity=[1, 1], partner_claim=[1, 1])
    assert assign(choice).chosen.tolist() == [0, 2]
    assert violations(choice, assign(choice)) == []
    found = violations(choice, with_pairs(assign(choice), [0, 1]))
    assert "more could have a first introduction, or somebody with a stronger claim" in found


def test_fewer_points_than_possible_have_no_proof(market, good):
    for pairs in ([1, 2, 4], [1, 4, 5], [1, 3, 4, 5]):
        worse = with_pairs(good, pairs)
        assert (worse.coverage, worse.bound) == (3, good.bound)
        assert violations(market, worse) == ["the prices do not prove that less than a thousandth is missing"]


def test_what_is_just_as_good_is_proved_by_the_same_prices():
    twins = Market([0, 0], [0, 1], [50, 50], partner_capacity=[1], city_capacity=[1, 1])
    assert [violations(twins, with_pairs(assign(twins), [pair])) for pair in (0, 1)] == [[], []]


def test_the_bound_follows_from_the_prices(market, good):
    assert violations(market, replace(good, bound=good.bound + 1)) == ["the bound does not follow from the prices"]
    assert violations(market, replace(good, bound=good.bound - 1)) == ["the bound does not follow from the prices"]


@pytest.mark.parametrize(
    "change",
    [
        {"unit": 0},
        {"unit": 2**62},
        {"premium": -1},
        {"premium": 2**62},
        {"partner": np.array([0, 0])},
        {"city": np.array([0])},
        {"partner": np.array([2**62, 0, 0])},
        {"city": np.array([0, 0, -(2**62)])},
    ],
)
def test_prices_belong_to_the_market(market, good, change):
    wrong = replace(good, prices=replace(good.prices, **change))
    assert violations(market, wrong) == ["the prices are not those of this market"]


@pytest.mark.parametrize("seed", range(100))
def test_no_prices_whatever_prove_less_than_the_best(seed):
    """A bound below the optimum would let anything pass."""
    chance = np.random.default_rng(seed)
    market = random_market(seed, claims=True)
    best = least_cost_flow(market, market.points, 200_000)
    chosen = np.zeros(market.partner.size, bool)
    chosen[best] = True
    prices = assign(market).prices
    off = [chance.integers(-3000, 3000, side.size) * chance.integers(0, 2) for side in (prices.partner, prices.city)]
    made_up = replace(prices, partner=prices.partner + off[0] * prices.unit, city=prices.city + off[1] * prices.unit)
    assert upper_bound(market, chosen, made_up) >= int(market.points[chosen].sum())


@pytest.mark.parametrize("seed", range(100))
def test_whatever_is_taken_away_or_exchanged_is_noticed(seed):
    """One pair less, or another instead: refused, unless it is just as good."""
    market = random_market(seed, claims=True)
    assignment = assign(market)
    for pair in assignment.chosen:
        fewer = [one for one in assignment.chosen if one != pair]
        lost = market.points[pair] > 0.001 * assignment.bound
        assert not lost or violations(market, with_pairs(assignment, fewer))


def test_the_result_of_another_round_is_refused(market, good):
    another = Market(
        market.partner,
        market.city,
        market.points[::-1],
        partner_capacity=market.partner_capacity,
        city_capacity=market.city_capacity,
    )
    with pytest.raises(
        NotCertified, match=r"the total is not the sum of the chosen pairs; .*the bound does not follow"
    ):
        certify(another, good)
