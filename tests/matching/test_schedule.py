from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from matching import rounds
from matching.models import DueJob, MatchingRound
from matching.schedule import BERLIN, next_weekly
from tests.factories import make_city, make_partner


def begun(now):
    """Whether a round was due, which is then computed."""
    row = rounds.start_if_due(now)
    return row is not None and rounds.run(row) is not None


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (berlin(2026, 11, 22, 12), berlin(2026, 11, 23, 6)),  # a Sunday
        (berlin(2026, 11, 23, 5, 59), berlin(2026, 11, 23, 6)),
        (berlin(2026, 11, 23, 6), berlin(2026, 11, 30, 6)),
        (berlin(2026, 12, 30, 12), berlin(2027, 1, 4, 6)),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), berlin(2026, 11, 23, 6)),  # Monday in Berlin already
    ],
)
def test_a_weekly_job_is_due_on_monday_at_six(after, expected):
    assert next_weekly(after) == expected


@pytest.mark.parametrize(
    ("friday", "utc_hour"), [(berlin(2026, 10, 23), 5), (berlin(2027, 3, 26), 4), (berlin(2026, 10, 16), 4)]
)
def test_six_in_the_morning_stays_six_when_the_clock_changes(friday, utc_hour):
    due = next_weekly(friday)
    assert (due.tzinfo, due.hour, due.astimezone(BERLIN).hour) == (UTC, utc_hour, 6)


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (hypothesis wants naive bounds)
def test_the_next_time_is_always_ahead_and_within_a_week(after):
    due = next_weekly(after)
    local = due.astimezone(BERLIN)
    assert after < due <= after + timedelta(days=7, hours=1)
    assert (local.weekday(), local.hour, local.minute) == (0, 6, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("start", [berlin(2026, 10, 19, 6), berlin(2027, 3, 22, 6)])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_each_week_has_one_round_across_the_change_of_the_clock(start, zone):
    begin = start.astimezone(ZoneInfo(zone))
    begun(begin)
    ticks = [begin + timedelta(hours=tick) for tick in range(1, 2 * 7 * 24 + 3)]
    done = [tick for tick in ticks if begun(tick)]
    assert done == [start + timedelta(days=7), start + timedelta(days=14)]  # wall clock of Berlin


@pytest.mark.django_db
def test_a_round_that_was_missed_is_made_up_for_once():
    assert not begun(berlin(2026, 11, 20))
    wednesday = berlin(2026, 12, 9, 10)
    assert begun(wednesday)
    job = DueJob.objects.get()
    assert (job.done_at, job.due_at) == (wednesday, berlin(2026, 12, 14, 6))
    assert not begun(wednesday + timedelta(minutes=5))


@pytest.mark.django_db
def test_whether_a_round_is_due_is_asked_by_the_clock_of_the_database():
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert rounds.start_if_due() is None  # this says when the first one is
        assert DueJob.objects.get().due_at < timezone.now() - timedelta(days=22)
        assert rounds.start_if_due() is None


@pytest.mark.django_db
def test_the_round_of_the_week_waits_for_one_that_is_under_way():
    rounds.start_if_due(berlin(2026, 11, 20))
    under_way = rounds.start(by=None)
    assert rounds.start_if_due(berlin(2026, 11, 23, 6)) is None
    rounds.run(under_way)
    assert rounds.start_if_due(berlin(2026, 11, 23, 6, 5)) is not None


@pytest.mark.django_db(transaction=True)
def test_many_ticks_at_once_begin_one_round():
    make_partner(), make_city()
    monday = berlin(2026, 11, 23, 6)

    def tick(now):
        try:
            return rounds.start_if_due(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(tick, [monday - timedelta(hours=1)] * 6)) == [None] * 6
        done = list(pool.map(tick, [monday] * 6))
    assert MatchingRound.objects.get() in done
    assert done.count(None) == 5
