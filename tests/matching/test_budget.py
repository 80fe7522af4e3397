"""When a person may be asked: the rules one by one, and any history of questions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import budget
from matching.budget import Asked, Limits, Why
from matching.open_days import Break, OpenDays, berlin_day
from tests.matching.clock import berlin

NORTH_RHINE = OpenDays("05")
CHRISTMAS = OpenDays("05", (Break(date(2026, 12, 23), date(2027, 1, 6)),))
LIMITS = Limits(mails_per_week=1, batch_size=3, batch_working_days=5, open_yes=2)
MONDAY = berlin(2026, 11, 2, 10)


def turn(now=MONDAY, *, limits=LIMITS, is_town=True, days=NORTH_RHINE, **facts):
    found = budget.turn(Asked(days=days, is_town=is_town, **facts), limits, now=now)
    return found.at, found.why


def test_who_got_nothing_may_be_asked_now_also_on_a_weekend():
    assert turn(berlin(2026, 11, 7, 12)) == (berlin(2026, 11, 7, 12), None)


@pytest.mark.parametrize(("written", "day"), [((1, 23, 59), 9), ((2, 0, 1), 9), ((2, 23, 59), 9), ((3, 0, 1), 10)])
def test_a_week_is_seven_days_of_berlins_calendar(written, day):
    """What was written on Sunday night would be free on Sunday and waits for Monday."""
    assert turn(berlin(2026, 11, 3, 10), is_town=False, mails=(berlin(2026, 11, *written),)) == (
        berlin(2026, 11, day, 8),
        Why.WEEK,
    )


def test_the_week_ends_at_the_wall_clock_also_when_the_clocks_change():
    assert turn(berlin(2026, 10, 26), is_town=False, mails=(berlin(2026, 10, 20, 9),)) == (
        berlin(2026, 10, 27, 8),
        Why.WEEK,
    )


def test_more_mails_a_week_may_be_allowed():
    limits = Limits(mails_per_week=2, batch_size=3, batch_working_days=5, open_yes=2)
    mails = (MONDAY - timedelta(days=1), MONDAY - timedelta(days=3))
    assert turn(limits=limits, is_town=False, mails=mails[:1])[1] is None
    assert turn(limits=limits, is_town=False, mails=mails) == (berlin(2026, 11, 6, 8), Why.WEEK)


@pytest.mark.parametrize(
    ("asked_on", "why"), [(berlin(2026, 11, 1, 0, 1), Why.MONTH), (berlin(2026, 10, 31, 23, 59), None)]
)
def test_a_partner_is_asked_as_often_in_a_calendar_month_as_it_has_set(asked_on, why):
    now = berlin(2026, 11, 20, 10)
    assert turn(now, is_town=False, partner_mails=(asked_on,), capacity=1)[1] == why
    if why:
        assert turn(now, is_town=False, partner_mails=(asked_on,), capacity=1)[0] == berlin(2026, 12, 1, 8)


def test_the_next_batch_comes_after_five_working_days():
    asked = {"batch_at": berlin(2026, 12, 18, 10), "days": CHRISTMAS}
    assert turn(berlin(2026, 12, 19), **asked) == (berlin(2027, 1, 11, 8), Why.BATCH)


def test_a_town_with_two_open_yes_is_looked_at_again_the_next_working_day():
    assert turn(open_yes=1)[1] is None
    assert turn(berlin(2026, 11, 6, 10), open_yes=2) == (berlin(2026, 11, 9, 8), Why.OPEN_YES)
    assert turn(is_town=False, open_yes=2)[1] is None


def test_a_pause_ends_with_its_day_and_holidays_come_on_top():
    assert turn(paused_until=date(2026, 11, 2)) == (berlin(2026, 11, 3, 8), Why.PAUSE)
    assert turn(paused_until=date(2026, 11, 1))[1] is None
    holidays = OpenDays("05", (Break(date(2026, 11, 3), date(2026, 11, 13)),))
    assert turn(paused_until=date(2026, 11, 2), days=holidays) == (berlin(2026, 11, 16, 8), Why.HOLIDAYS)


def test_in_holidays_it_waits_for_their_end():
    assert turn(berlin(2026, 12, 24, 10), days=CHRISTMAS) == (berlin(2027, 1, 7, 8), Why.HOLIDAYS)


moments = st.integers(0, 240 * 24 * 60).map(lambda minutes: berlin(2026, 8, 1) + timedelta(minutes=minutes))
questions = st.lists(st.tuples(moments, st.booleans()), max_size=60)


@given(questions, st.integers(1, 3), st.integers(0, 10), st.integers(0, 4))
def test_whatever_comes_nobody_gets_more_than_the_budget_in_any_seven_days(asked, per_week, working_days, capacity):
    limits = Limits(mails_per_week=per_week, batch_size=3, batch_working_days=working_days, open_yes=2)
    towns, partners = [], []
    for now, is_town in sorted(asked):
        facts = Asked(
            days=NORTH_RHINE, is_town=is_town, mails=(*towns, *partners), partner_mails=tuple(partners),
            capacity=capacity, batch_at=max(towns, default=None),
        )  # fmt: skip
        if budget.turn(facts, limits, now=now).at <= now:
            (towns if is_town else partners).append(now)
    days = [berlin_day(at) for at in (*towns, *partners)]
    assert all(sum(day <= each < day + timedelta(days=7) for each in days) <= per_week for day in days)
    months = [(berlin_day(at).year, berlin_day(at).month) for at in partners]
    assert all(months.count(month) <= capacity for month in months)


@given(questions, moments)
def test_what_waits_has_a_day_to_come_that_is_a_working_day(asked, now):
    mails = tuple(at for at, _is_town in asked if at <= now)
    found = budget.turn(
        Asked(days=NORTH_RHINE, is_town=True, mails=mails, batch_at=max(mails, default=None)), LIMITS, now=now
    )
    assert (found.at > now) == (found.why is not None)
    assert found.why is None or NORTH_RHINE.is_working(berlin_day(found.at))
