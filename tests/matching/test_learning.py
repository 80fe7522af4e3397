"""What answers say about the parts of the score, by hand and beside counting every comparison."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.learning import DEVIATIONS, FEWEST, Case, Outcome, report, separation

ACCEPTED, DECLINED, EXPIRED = Outcome
WEIGHTS = (35, 30, 15, 10, 10)
percents = st.lists(st.integers(0, 100), min_size=FEWEST, max_size=40)


def case(outcome, place=0, topics=0, weights=WEIGHTS):
    return Case(outcome, (place, topics, 0, 0, 0), weights)


def test_a_report_by_hand():
    cases = [
        case(ACCEPTED, 3500, 3000),  # 100 % of the place, 100 % of the topics
        case(ACCEPTED, 1400, 1500),  # 40 %, 50 %
        case(DECLINED, 700, 0),  # 20 %, 0 %
        case(EXPIRED, 0, 1000),  # 0 %, 33 %
    ]
    found = report(cases)
    assert list(found) == ["place", "topics", "gap", "fairness", "answers"]
    place, topics = found["place"].groups, found["topics"].groups
    assert [(place[outcome].number, place[outcome].mean) for outcome in Outcome] == [(2, 70), (1, 20), (1, 0)]
    assert [topics[outcome].mean for outcome in Outcome] == [75, 0, 33]
    assert found["place"].separation is None


def test_without_cases_there_is_nothing_to_say():
    found = report([])["place"]
    assert (found.groups[ACCEPTED].mean, found.separation) == (None, None)


def test_a_part_that_did_not_count_is_not_counted():
    cases = [case(ACCEPTED, 0, weights=(0, 65, 15, 10, 10)), case(ACCEPTED, 3500)]
    assert report(cases)["place"].groups[ACCEPTED].number == 1


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 100), st.integers(1, 100))
def test_the_same_share_of_thirds_and_eighths_is_the_same_under_all_weights(numerator, denominator, one, other):
    denominator = (1, 2, 3, 4, 5, 8)[denominator % 6]
    numerator = min(numerator, denominator)
    shares = [
        case(ACCEPTED, (200 * weight * numerator + denominator) // (2 * denominator), weights=(weight, 0, 0, 0, 0))
        for weight in (one, other)
    ]
    assert shares[0].percent(0) == shares[1].percent(0)


@given(percents, percents)
def test_the_chance_is_that_of_all_comparisons(accepted, declined):
    wins = [(a > d) + (a == d) / 2 for a in accepted for d in declined]
    found = separation(accepted, declined)
    assert found.chance == pytest.approx(sum(wins) / len(wins))
    assert 0 <= found.low <= found.chance <= found.high <= 1


@given(percents, percents)
def test_who_swaps_accepted_and_declined_sees_the_mirror_image(accepted, declined):
    found, mirrored = separation(accepted, declined), separation(declined, accepted)
    assert (found.chance, found.low, found.high) == pytest.approx(
        (1 - mirrored.chance, 1 - mirrored.high, 1 - mirrored.low)
    )
    assert found.direction == -mirrored.direction


def test_the_edges_deviate_by_so_many_of_their_own_standard_errors():
    found = separation(range(10, 30), range(20))
    assert found.chance == 350 / 400  # 10 to 19 have 150 of 200 comparisons, 20 to 29 all 200
    for edge in (found.low, found.high):
        spread = 1 + 19 * ((1 - edge) / (2 - edge) + edge / (1 + edge))
        error = (edge * (1 - edge) * spread / 400) ** 0.5
        assert abs(edge - found.chance) == pytest.approx(DEVIATIONS * error)


def test_even_a_perfect_separation_leaves_room_for_doubt():
    found = separation([90] * FEWEST, [10] * FEWEST)
    assert (found.chance, found.high, found.direction) == (1, 1, 1)
    assert found.low < 0.9


def test_what_is_equal_everywhere_tells_nothing():
    found = separation([50] * 40, [50] * 40)
    assert (found.chance, found.direction) == (0.5, 0)


@pytest.mark.parametrize(("accepted", "declined"), [(FEWEST - 1, 500), (500, FEWEST - 1), (0, 0)])
def test_too_few_on_one_side_are_too_few(accepted, declined):
    assert separation([90] * accepted, [10] * declined) is None


def test_the_more_answers_the_narrower_the_range():
    few, many = (separation(list(range(10, 30)) * n, list(range(20)) * n) for n in (1, 10))
    assert few.chance == many.chance
    assert few.low < many.low < many.high < few.high
