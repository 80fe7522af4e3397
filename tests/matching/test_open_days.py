"""Which days count, and when what falls on none of them happens. The dates are those of the calendar, by hand."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.open_days import Break, OpenDays, when_working
from matching.schedule import BERLIN

NRW = OpenDays("05", (Break(date(2026, 10, 17), date(2026, 10, 31)), Break(date(2026, 12, 23), date(2027, 1, 6))))
BAVARIA = OpenDays("09", (Break(date(2026, 11, 2), date(2026, 11, 6)), Break(date(2026, 12, 24), date(2027, 1, 8))))
UNKNOWN = OpenDays("05")


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("asked", "days", "expected"),
    [
        (berlin(2026, 11, 23, 12), 7, berlin(2026, 11, 30, 8)),
        (berlin(2026, 11, 23, 23, 59), 7, berlin(2026, 11, 30, 8)),  # a day is a day, whatever the hour
        (berlin(2026, 11, 21, 12), 7, berlin(2026, 11, 30, 8)),  # a Saturday becomes the Monday after
        (berlin(2026, 10, 12, 12), 7, berlin(2026, 11, 3, 8)),  # 13–16 and 1–3 November; the holidays do not count
        (berlin(2026, 12, 18, 12), 7, berlin(2027, 1, 11, 8)),  # 19–22 December and 7–9 January, a Saturday
        (berlin(2026, 10, 21, 12), 1, berlin(2026, 11, 2, 8)),  # All Saints is a Sunday, and a holiday in this Land
    ],
)
def test_days_of_the_school_holidays_do_not_count(asked, days, expected):
    assert NRW.morning_after(asked, days) == expected


def test_public_holidays_are_those_of_the_land():
    epiphany = date(2027, 1, 6)
    assert not OpenDays("09", (Break(date(2026, 12, 24), date(2026, 12, 31)),)).is_working(epiphany)
    assert OpenDays("11", (Break(date(2026, 12, 24), date(2026, 12, 31)),)).is_working(epiphany)
    assert not OpenDays("", (Break(date(2026, 12, 24), date(2026, 12, 31)),)).is_working(date(2027, 5, 17))


@pytest.mark.parametrize("asked", [berlin(2026, 10, 5, 9), berlin(2027, 3, 8, 9)])
def test_a_period_across_a_change_of_the_clock_ends_at_the_same_hour(asked):
    end = OpenDays("11").end_after(asked, 21).astimezone(BERLIN)
    assert (end.date() - asked.date()).days == (21 if asked.year == 2026 else 22)  # 29 March 2027 is Easter Monday
    assert (end.hour, end.minute) == (23, 59)


def test_in_winter_and_in_summer_it_is_eight_in_the_morning():
    assert UNKNOWN.morning_after(berlin(2026, 10, 20, 9), 7).astimezone(UTC).hour == 7
    assert UNKNOWN.morning_after(berlin(2026, 10, 12, 9), 7).astimezone(UTC).hour == 6


def test_what_falls_into_school_holidays_waits_for_the_first_working_day_after_them():
    assert NRW.outside_breaks(berlin(2026, 10, 20, 15)) == berlin(2026, 11, 2, 8)
    assert NRW.outside_breaks(berlin(2026, 11, 7, 15)) == berlin(2026, 11, 7, 15)  # a Saturday is no obstacle


def test_what_concerns_two_laender_waits_until_both_work():
    assert when_working([NRW, BAVARIA], berlin(2026, 10, 30, 9)) == berlin(2026, 11, 9, 8)


@pytest.mark.winter_break
@pytest.mark.parametrize(
    ("day", "is_break"),
    [
        (date(2026, 12, 22), False),
        (date(2026, 12, 23), True),
        (date(2027, 1, 6), True),
        (date(2027, 1, 7), False),
        (date(2027, 7, 20), False),
    ],
)
def test_where_nothing_is_entered_there_are_holidays_around_new_year(day, is_break):
    assert UNKNOWN.is_break(day) is is_break


@pytest.mark.winter_break
def test_what_is_entered_for_a_winter_replaces_what_is_assumed_of_it():
    known = OpenDays("05", (Break(date(2026, 12, 24), date(2027, 1, 2)),))
    assert not known.is_break(date(2026, 12, 23))
    assert not known.is_break(date(2027, 1, 4))
    assert known.is_break(date(2027, 12, 23))  # of the next one nothing is known


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 90),
    st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(0, 45)), max_size=12),
)
def test_counting_never_loses_a_day_and_always_ends_on_a_working_day(start, days, entered):
    breaks = tuple(Break(first, date.fromordinal(first.toordinal() + length)) for first, length in entered)
    calendar = OpenDays("14", breaks)
    end = calendar.end_after(start, days).astimezone(BERLIN)
    first = start.astimezone(BERLIN).date().toordinal()
    between = [date.fromordinal(day) for day in range(first + 1, end.date().toordinal() + 1)]
    assert sum(not calendar.is_break(day) for day in between) >= days
    assert calendar.is_working(end.date())
    assert (end.hour, end.minute) == (23, 59)
    assert calendar.morning_after(start, days).astimezone(BERLIN).date() == end.date()
