from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cities.geometry import Circle, Place, Point, distance_km
from cities.service_areas import ServiceArea
from matching.facts import CityFacts, PartnerFacts
from matching.gates import FIT, SENDABLE, PairHistory, Standing, fit, months_before, quiet_until, sendable

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 31, 12, tzinfo=BERLIN)
MUENSTER = Point(51.9624, 7.6256)
TELGTE = Place(Point(51.9819, 7.7856), ("05570044",))
CITY = CityFacts(TELGTE, topics=frozenset({"climate"}))
PARTNER = PartnerFacts(
    MUENSTER, "05515000", ServiceArea(circles=(Circle(MUENSTER, 50),)), "business", frozenset({"climate"})
)
GOOD = Standing(confirmed_at=NOW - timedelta(days=30))
NOTHING = PairHistory()


def closed(partner=GOOD, city=GOOD, history=NOTHING, **rules):
    return {gate for gate, holds in sendable(partner, city, history, now=NOW, **rules).items() if not holds}


def test_gates_come_in_the_order_of_the_design():
    assert tuple(fit(PARTNER, CITY)) == FIT
    assert tuple(sendable(GOOD, GOOD, NOTHING, now=NOW)) == SENDABLE


# --- Fit -----------------------------------------------------------------------------------------------------
def test_a_pair_that_fits_passes_every_gate():
    assert all(fit(PARTNER, CITY).values())


@pytest.mark.parametrize(
    "area", [ServiceArea(), ServiceArea(frozenset({"01"})), ServiceArea(circles=(Circle(MUENSTER, 5),))]
)
def test_a_town_outside_the_area_does_not_fit(area):
    assert fit(replace(PARTNER, area=area), CITY) == {"area": False, "reach": True, "topics": True}


def test_a_partner_outside_the_towns_reach_does_not_fit():
    assert not fit(PARTNER, replace(CITY, reach_km=5))["reach"]
    assert fit(PARTNER, replace(CITY, reach_km=20))["reach"]


def test_reach_counts_to_the_partners_nearest_point_and_holds_its_edge():
    km = distance_km(MUENSTER, TELGTE.point)
    assert fit(PARTNER, replace(CITY, reach_km=km))["reach"]
    assert not fit(PARTNER, replace(CITY, reach_km=km - 0.001))["reach"]


def test_without_a_shared_topic_a_pair_does_not_fit():
    assert not fit(replace(PARTNER, topics=frozenset({"youth"})), CITY)["topics"]


def test_a_missing_sector_stands_in_for_a_topic():
    stranger = replace(PARTNER, topics=frozenset({"youth"}))
    assert fit(stranger, replace(CITY, sectors_missing=frozenset({"business"})))["topics"]
    assert not fit(stranger, replace(CITY, sectors_missing=frozenset({"science"})))["topics"]


def test_a_town_without_topics_passes():
    assert fit(PARTNER, replace(CITY, topics=frozenset()))["topics"]


# --- Sendable ------------------------------------------------------------------------------------------------
def test_two_sides_in_good_standing_are_sendable():
    assert closed() == set()


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"approved": False}, "approved"),
        ({"takes_part": False}, "approved"),
        ({"confirmed_at": None}, "confirmed"),
        ({"confirmed_at": datetime(2025, 3, 31, 11, 59, tzinfo=BERLIN)}, "confirmed"),
        ({"has_contact": False}, "consent"),
        ({"consent": False}, "consent"),
        ({"capacity": 0}, "capacity"),
        ({"introductions": 2}, "capacity"),
        ({"paused_until": date(2026, 3, 31)}, "pause"),
        ({"paused_until": date(2026, 6, 1)}, "pause"),
    ],
)
def test_either_side_closes_a_gate(change, gate):
    assert closed(partner=replace(GOOD, **change)) == {gate}
    assert closed(city=replace(GOOD, **change)) == {gate}


@pytest.mark.parametrize(
    "change",
    [
        {"confirmed_at": datetime(2025, 3, 31, 12, tzinfo=BERLIN)},
        {"introductions": 1},
        {"paused_until": date(2026, 3, 30)},
    ],
)
def test_a_side_just_within_the_rule_keeps_the_gate_open(change):
    assert closed(partner=replace(GOOD, **change)) == set()


def test_a_pair_in_touch_is_quiet():
    assert closed(history=PairHistory(ongoing=True)) == {"history"}


def test_quiet_ends_the_months_after_the_last_no():
    history = PairHistory(refused_at=NOW - timedelta(days=300), rejected_at=NOW - timedelta(days=31))
    assert quiet_until(history, months_of_quiet=2) == datetime(2026, 4, 28, 12, tzinfo=BERLIN)
    assert quiet_until(NOTHING) is None


@pytest.mark.parametrize("kind", ["refused_at", "rejected_at"])
def test_a_no_is_kept_for_the_months_of_quiet(kind):
    assert closed(history=PairHistory(**{kind: NOW - timedelta(days=364)})) == {"history"}
    assert closed(history=PairHistory(**{kind: NOW - timedelta(days=366)})) == set()
    assert closed(history=PairHistory(**{kind: NOW - timedelta(days=40)}), months_of_quiet=1) == set()


@given(
    st.builds(
        Standing,
        takes_part=st.booleans(),
        approved=st.booleans(),
        confirmed_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        has_contact=st.booleans(),
        consent=st.booleans(),
        capacity=st.integers(0, 20),
        introductions=st.integers(0, 20),
        paused_until=st.none() | st.dates(),
    )
)
def test_both_sides_count_alike(standing):
    assert sendable(standing, GOOD, NOTHING, now=NOW) == sendable(GOOD, standing, NOTHING, now=NOW)


# --- Months --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        (datetime(2026, 3, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2024, 3, 31, tzinfo=UTC), 1, datetime(2024, 2, 29, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), 12, datetime(2023, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 1, datetime(2025, 12, 15, tzinfo=UTC)),
        (datetime(2026, 1, 31, tzinfo=UTC), 2, datetime(2025, 11, 30, tzinfo=UTC)),
        (datetime(2026, 6, 1, tzinfo=UTC), 0, datetime(2026, 6, 1, tzinfo=UTC)),
        (datetime(2025, 11, 30, tzinfo=UTC), -3, datetime(2026, 2, 28, tzinfo=UTC)),
    ],
)
def test_months_back_keep_the_day_where_there_is_one(moment, months, expected):
    assert months_before(moment, months) == expected


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(0, 240))  # noqa: DTZ001 (hypothesis wants naive bounds)
def test_months_back_are_that_many_months(moment, months):
    earlier = months_before(moment, months)
    assert (moment.year - earlier.year) * 12 + moment.month - earlier.month == months
    assert earlier.day == moment.day or (earlier + timedelta(days=1)).day == 1
