from dataclasses import replace
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cities.geometry import Circle, Place, Point, distance_km
from cities.service_areas import KEY_AREA_RADIUS_KM, ServiceArea
from matching.facts import CityFacts, PartnerFacts, TrackRecord
from matching.scoring import PARTS, Comparison, Weights, points
from tests.matching.worlds import compare, score, weightings

MUENSTER = Point(51.9624, 7.6256)
TELGTE = Place(Point(51.9819, 7.7856), ("05570044",))
BOCHOLT = Place(Point(51.8379, 6.6156), ("05554008",))
WEIGHTS = Weights()

PAIR = Comparison(
    same_municipality=False,
    same_district=False,
    distance_m=10_000,
    radius_m=50_000,
    shared_topics=0,
    needs=0,
    met_needs=0,
    fills_gap=False,
    network_is_described=True,
    partner=TrackRecord(),
    city=TrackRecord(),
)


@st.composite
def track_records(draw):
    asked = draw(st.integers(0, 200))
    return TrackRecord(draw(st.integers(0, 100)), draw(st.integers(0, 20)), asked, draw(st.integers(0, asked)))


@st.composite
def comparisons(draw):
    same_municipality = draw(st.booleans())
    needs = draw(st.integers(0, 5))
    return Comparison(
        same_municipality=same_municipality,
        same_district=same_municipality or draw(st.booleans()),
        distance_m=draw(st.integers(0, 900_000)),
        radius_m=draw(st.integers(1, 1_000_000)),
        shared_topics=draw(st.integers(0, 17)),
        needs=needs,
        met_needs=draw(st.integers(0, needs)),
        fills_gap=draw(st.booleans()),
        network_is_described=draw(st.booleans()),
        partner=draw(track_records()),
        city=draw(track_records()),
    )


german_points = st.builds(Point, st.floats(47, 55.1), st.floats(5.8, 15.1))


def partner_at(seat=MUENSTER, seat_key="05515000", **facts):
    area = facts.pop("area", ServiceArea(circles=(Circle(MUENSTER, 50, "Münster"),)))
    return PartnerFacts(seat=seat, seat_key=seat_key, area=area, sector=facts.pop("sector", "business"), **facts)


# --- Place ---------------------------------------------------------------------------------------------------
def test_the_same_municipality_gives_all_points_of_place():
    assert points(replace(PAIR, same_municipality=True, same_district=True), WEIGHTS).place == 3500


def test_the_same_kreis_gives_thirty():
    assert points(replace(PAIR, same_district=True, distance_m=40_000), WEIGHTS).place == 3000


@pytest.mark.parametrize(("metres", "expected"), [(0, 3000), (10_000, 2400), (50_000, 0), (60_000, 0)])
def test_elsewhere_points_fall_with_the_distance(metres, expected):
    assert points(replace(PAIR, distance_m=metres), WEIGHTS).place == expected


def test_halves_are_rounded_up():
    assert points(replace(PAIR, distance_m=1, radius_m=6000), WEIGHTS).place == 3000  # 2999.5
    assert points(replace(PAIR, distance_m=3, radius_m=6000), WEIGHTS).place == 2999  # 2998.5


def test_place_compares_the_seat_with_every_municipality_of_a_town():
    two = Place(TELGTE.point, ("07233224", "05570044"))
    here = compare(partner_at(TELGTE.point, "05570044"), CityFacts(two))
    beside = compare(partner_at(TELGTE.point, "05570045"), CityFacts(two))
    assert (here.same_municipality, here.same_district) == (True, True)
    assert (beside.same_municipality, beside.same_district) == (False, True)


def test_distance_counts_from_the_nearer_of_seat_and_circle():
    around_telgte = ServiceArea(circles=(Circle(TELGTE.point, 20, "Telgte"),))
    pair = compare(partner_at(area=around_telgte), CityFacts(TELGTE))
    assert (pair.distance_m, pair.radius_m) == (0, 20_000)


def test_closeness_ends_at_100_km_where_the_area_is_nationwide():
    pair = compare(partner_at(area=ServiceArea(nationwide=True)), CityFacts(TELGTE))
    assert pair.radius_m == KEY_AREA_RADIUS_KM * 1000


def test_closeness_ends_at_the_towns_own_reach_if_that_is_nearer():
    assert compare(partner_at(), CityFacts(TELGTE, reach_km=30)).radius_m == 30_000
    assert compare(partner_at(), CityFacts(TELGTE, reach_km=80)).radius_m == 50_000


def test_a_radius_of_less_than_a_metre_is_no_division_by_zero():
    area = ServiceArea(circles=(Circle(TELGTE.point, 0.0001),))
    assert score(partner_at(area=area), CityFacts(TELGTE), WEIGHTS).place == 3000


# --- Topics --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("shared", "expected"), [(0, 0), (1, 1000), (2, 2000), (3, 3000), (9, 3000)])
def test_without_needs_up_to_three_shared_topics_count(shared, expected):
    assert points(replace(PAIR, shared_topics=shared), WEIGHTS).topics == expected


@pytest.mark.parametrize(
    ("shared", "met", "needs", "expected"), [(3, 2, 2, 3000), (0, 1, 2, 600), (2, 1, 3, 1600), (3, 0, 1, 1800)]
)
def test_with_needs_topics_give_eighteen_and_needs_twelve(shared, met, needs, expected):
    assert points(replace(PAIR, shared_topics=shared, met_needs=met, needs=needs), WEIGHTS).topics == expected


def test_only_an_offer_of_the_same_kind_meets_a_need():
    partner = partner_at(offers=frozenset({"rooms", "time"}), topics=frozenset({"climate", "youth"}))
    pair = compare(partner, CityFacts(TELGTE, frozenset({"climate"}), frozenset({"rooms", "knowledge"})))
    assert (pair.shared_topics, pair.needs, pair.met_needs) == (1, 2, 1)


# --- Gap -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("present", "missing", "expected"),
    [((), ("business",), 1500), ((), (), 700), (("business",), (), 0), ((), ("science",), 0)],
)
def test_a_missing_sector_counts_and_an_unknown_network_counts_half(present, missing, expected):
    city = CityFacts(TELGTE, sectors_present=frozenset(present), sectors_missing=frozenset(missing))
    assert score(partner_at(sector="business"), city, WEIGHTS).gap == expected


# --- Fairness ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("partner", "city", "expected"),
    [((0, 2), (0, 2), 1000), ((3, 2), (1, 2), 833), ((12, 2), (12, 2), 0), ((30, 1), (0, 3), 0), ((6, 2), (0, 9), 750)],
)
def test_fairness_falls_with_the_mean_use_of_six_months_capacity(partner, city, expected):
    pair = replace(PAIR, partner=TrackRecord(*partner), city=TrackRecord(*city))
    assert points(pair, WEIGHTS).fairness == expected


def test_whoever_takes_no_introductions_counts_as_full():
    pair = replace(PAIR, partner=TrackRecord(capacity=0))
    assert points(pair, WEIGHTS).fairness == 500
    assert points(replace(pair, city=TrackRecord(capacity=0)), WEIGHTS).fairness == 0


# --- Answers -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("partner", "city", "expected"), [((0, 0), (0, 0), 500), ((4, 3), (0, 0), 583), ((2, 0), (2, 0), 250)]
)
def test_answers_are_the_mean_of_both_sides_and_newcomers_stand_at_half(partner, city, expected):
    pair = replace(PAIR, partner=TrackRecord(0, 2, *partner), city=TrackRecord(0, 2, *city))
    assert points(pair, WEIGHTS).answers == expected


def test_more_answers_than_questions_are_refused():
    with pytest.raises(ValueError, match="more answers than questions"):
        TrackRecord(asked=1, answered=2)


# --- Weights and the whole -----------------------------------------------------------------------------------
@pytest.mark.parametrize("weights", [(35, 30, 15, 10, 11), (110, -10, 0, 0, 0)])
def test_weights_are_five_parts_of_a_hundred(weights):
    with pytest.raises(ValueError, match="five parts of 100"):
        Weights(*weights)


def test_doubled_weights_double_the_points_of_a_part():
    pair = replace(PAIR, distance_m=20_000, shared_topics=2, needs=2, met_needs=1)
    usual, other = points(pair, WEIGHTS), points(pair, Weights(70, 15, 5, 5, 5))
    assert (other.place, other.topics) == (2 * usual.place, usual.topics / 2)


def test_the_best_pair_there_is_has_a_hundred_points_less_what_no_record_can_prove():
    best = replace(
        PAIR, same_municipality=True, same_district=True, shared_topics=3, needs=1, met_needs=1, fills_gap=True
    )
    assert points(best, WEIGHTS).total == 9500


@given(comparisons(), weightings())
def test_no_part_is_negative_or_above_its_maximum(pair, weights):
    result = points(pair, weights)
    for part in PARTS:
        assert 0 <= getattr(result, part) <= 100 * getattr(weights, part)
    assert 0 <= result.total <= 10_000


@given(comparisons(), weightings())
def test_points_are_the_exact_fraction_rounded_half_up(pair, weights):
    """The formulas of the design once more, in fractions: the integers must be these, rounded once."""
    exact = _exact_shares(pair)
    result = points(pair, weights)
    for part in PARTS:
        assert getattr(result, part) == floor(100 * getattr(weights, part) * exact[part] + Fraction(1, 2))


def _exact_shares(pair):
    near = Fraction(6, 7) * max(Fraction(0), 1 - Fraction(pair.distance_m, pair.radius_m))
    place = 1 if pair.same_municipality else Fraction(6, 7) if pair.same_district else near
    shared = min(Fraction(1), Fraction(pair.shared_topics, 3))
    met = Fraction(pair.met_needs, pair.needs) if pair.needs else None
    sides = (pair.partner, pair.city)
    use = [Fraction(side.introductions, 6 * side.capacity) if side.capacity else 1 for side in sides]
    replies = [Fraction(side.answered + 1, side.asked + 2) for side in sides]
    return {
        "place": Fraction(place),
        "topics": shared if met is None else Fraction(18, 30) * shared + Fraction(12, 30) * met,
        "gap": Fraction(1) if pair.fills_gap else Fraction(0) if pair.network_is_described else Fraction(7, 15),
        "fairness": max(Fraction(0), 1 - Fraction(sum(use)) / 2),
        "answers": Fraction(sum(replies)) / 2,
    }


@given(comparisons(), st.integers(0, 900_000))
def test_a_nearer_town_never_has_fewer_points(pair, metres):
    nearer, farther = sorted([pair.distance_m, metres])
    assert (
        points(replace(pair, distance_m=nearer), WEIGHTS).place
        >= points(replace(pair, distance_m=farther), WEIGHTS).place
    )


@given(comparisons(), st.integers(0, 17))
def test_more_shared_topics_never_cost_points(pair, shared):
    few, many = sorted([pair.shared_topics, shared])
    assert (
        points(replace(pair, shared_topics=few), WEIGHTS).topics
        <= points(replace(pair, shared_topics=many), WEIGHTS).topics
    )


@given(comparisons())
def test_one_more_introduction_never_adds_points(pair):
    busier = replace(pair, partner=replace(pair.partner, introductions=pair.partner.introductions + 1))
    assert points(busier, WEIGHTS).fairness <= points(pair, WEIGHTS).fairness


@given(comparisons())
def test_an_answer_never_costs_points_and_silence_never_adds_any(pair):
    side = pair.city
    answered = replace(pair, city=replace(side, asked=side.asked + 1, answered=side.answered + 1))
    silent = replace(pair, city=replace(side, asked=side.asked + 1))
    now = points(pair, WEIGHTS).answers
    assert points(silent, WEIGHTS).answers <= now <= points(answered, WEIGHTS).answers


@given(comparisons(), weightings())
def test_both_sides_weigh_the_same(pair, weights):
    turned = replace(pair, partner=pair.city, city=pair.partner)
    assert points(turned, weights) == points(pair, weights)


@given(german_points, german_points, st.floats(1, 500))
def test_the_stated_distance_is_the_great_circle_to_the_metre(seat, anchor, radius):
    area = ServiceArea(circles=(Circle(seat, radius),))
    result = score(partner_at(seat, area=area), CityFacts(Place(anchor, ("01001000",))), WEIGHTS)
    assert result.distance_km == pytest.approx(distance_km(seat, anchor), abs=0.00051)


def test_bocholt_from_muenster_by_hand():
    """70.7 km by the haversine formula; outside the circle, so closeness ends at 100 km: 30 · (1 − 0.7073)."""
    result = score(partner_at(), CityFacts(BOCHOLT), WEIGHTS)
    assert (result.distance_km, result.place) == (pytest.approx(70.7, abs=0.1), pytest.approx(880, abs=5))
