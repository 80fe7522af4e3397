"""A stored round asked again under other weights."""

from dataclasses import replace
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.assignment import assign
from matching.backtest import reweighted, tried
from matching.round_question import Pair, Question
from matching.scoring import PARTS, Weights
from tests.matching.test_round_question import random_question, someone

OLD = Weights(35, 30, 15, 10, 10)


@st.composite
def weights(draw, least=0):
    """Five parts of 100."""
    cuts = sorted(draw(st.lists(st.integers(0, 100 - 5 * least), min_size=4, max_size=4)))
    edges = zip([0, *cuts], [*cuts, 100 - 5 * least], strict=True)
    return Weights(*(high - low + least for low, high in edges))


def one_pair(*parts):
    return Question.of([someone(1)], [someone(2)], [Pair(1, 2, parts)])


@pytest.mark.parametrize("seed", range(5))
def test_under_the_same_weights_nothing_is_different(seed):
    question = Question.of(*random_question(seed))
    all_to_place = Weights(100, 0, 0, 0, 0)
    again = reweighted(question, all_to_place, all_to_place)
    assert (again, again.digest()) == (question, question.digest())
    trial = tried(question, all_to_place, all_to_place)
    assert (
        trial.before == trial.after == {(pair.partner, pair.city) for pair in question.chosen(assign(question.market))}
    )
    assert (trial.kept, trial.missing, trial.new) == (trial.before, frozenset(), frozenset())


@given(weights(), st.data())
def test_any_points_stay_under_the_same_weights(old, data):
    parts = [data.draw(st.integers(0, 100 * getattr(old, part))) for part in PARTS]
    assert reweighted(one_pair(*parts), old, old) == one_pair(*parts)


def test_each_part_scales_with_its_weight_and_is_rounded_half_up():
    question = one_pair(2330, 1800, 1500, 833, 583)  # the example of docs/matching.md
    again = reweighted(question, OLD, Weights(20, 45, 15, 15, 5))
    # 23.30 · 20/35 = 13.314…; 18 · 45/30 = 27; 15; 8.33 · 15/10 = 12.495, up; 5.83 · 5/10 = 2.915, up
    assert again.pairs[0].parts == (1331, 2700, 1500, 1250, 292)


@given(weights(least=1), weights(), st.data())
def test_what_is_scaled_is_as_near_to_the_facts_as_said(old, new, data):
    denominator = data.draw(st.integers(1, 3000))
    shares = [(data.draw(st.integers(0, denominator)), denominator) for _ in PARTS]
    before, exact = (
        [
            floor(100 * getattr(each, part) * top / bottom + 0.5)
            for part, (top, bottom) in zip(PARTS, shares, strict=True)
        ]
        for each in (old, new)
    )
    found = reweighted(one_pair(*before), old, new).pairs[0].parts
    for part, got, wanted in zip(PARTS, found, exact, strict=True):
        most = getattr(new, part)
        assert 0 <= got <= 100 * most
        assert abs(got - wanted) <= ceil(most / (2 * getattr(old, part)))


def test_what_did_not_count_then_is_not_known():
    only_place = Weights(100, 0, 0, 0, 0)
    with pytest.raises(ValueError, match="topics, gap"):
        reweighted(one_pair(5000, 0, 0, 0, 0), only_place, Weights(90, 5, 5, 0, 0))
    assert reweighted(one_pair(3500, 3000, 1500, 1000, 1000), OLD, only_place).pairs[0].points == 10_000


def test_nothing_but_points_is_changed():
    question = Question.of(*random_question(1), partners_first=True)
    again = reweighted(question, Weights(96, 1, 1, 1, 1), Weights(48, 49, 1, 1, 1))
    assert replace(again, pairs=question.pairs) == question
    assert [pair.parts[0] for pair in again.pairs] == [(pair.parts[0] + 1) // 2 for pair in question.pairs]


def test_a_trial_tells_who_stays_who_is_missing_and_who_is_new():
    near, kindred = Pair(1, 1, (3500, 0, 0, 0, 0)), Pair(2, 1, (0, 3000, 0, 0, 0))
    alone = Pair(3, 2, (100, 0, 0, 0, 0))
    question = Question.of(
        [someone(1), someone(2), someone(3)], [someone(1, room=1), someone(2, room=1)], [near, kindred, alone]
    )
    trial = tried(question, OLD, Weights(20, 45, 15, 10, 10))
    assert (trial.kept, trial.missing, trial.new) == ({(3, 2)}, {(1, 1)}, {(2, 1)})
    assert trial.coverage == (2, 2)
