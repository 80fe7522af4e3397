"""Whether a person may be asked now, or from when on: from the mails they got, the rules and the calendar. Pure: knows
no Django.

Whatever the portal suggests counts: a question about one introduction, a mail about several, an idea of a company. A
week is any seven days of Berlin's calendar, a month a calendar month there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from matching import open_days
from matching.open_days import OpenDays

WEEK = 7


class Why(StrEnum):
    """What a question waits for."""

    HOLIDAYS = "holidays"
    PAUSE = "pause"
    WEEK = "week"  # the mails of a week are used up
    MONTH = "month"  # a partner was asked as often this month as it has set itself
    BATCH = "batch"  # the last question to the town is too recent
    OPEN_YES = "open_yes"  # the town has agreed to so many contacts that are still open


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """As the office has set them."""

    mails_per_week: int
    batch_size: int
    batch_working_days: int
    open_yes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The contact person of an organisation, and what has reached both so far."""

    days: OpenDays
    is_town: bool
    mails: tuple[datetime, ...] = ()  # to the person, for whichever organisation
    partner_mails: tuple[datetime, ...] = ()  # those of them for partners
    capacity: int = 2
    batch_at: datetime | None = None  # the town's last question, whoever got it
    open_yes: int = 0
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """From when on a question may go out, and what it waits for; `why` is None where it may go out now."""

    at: datetime
    why: Why | None = None


def turn(asked: Asked, limits: Limits, *, now: datetime) -> Turn:
    """Now, or 08:00 on the first working day on which nothing known today stands against it."""
    against = [each for each in _against(asked, limits, now) if each.at > now]
    if not against:
        at = asked.days.outside_breaks(now)
        return Turn(at, Why.HOLIDAYS if at > now else None)
    last = max(against, key=lambda each: each.at)
    in_break = asked.days.is_break(open_days.berlin_day(last.at))
    return Turn(asked.days.when_working(last.at), Why.HOLIDAYS if in_break else last.why)


def _against(asked: Asked, limits: Limits, now: datetime) -> Iterator[Turn]:
    if asked.paused_until:
        yield Turn(open_days.morning_of(asked.paused_until + timedelta(days=1)), Why.PAUSE)
    mails = sorted(asked.mails, reverse=True)
    if len(mails) >= limits.mails_per_week:
        yield Turn(open_days.days_later(mails[limits.mails_per_week - 1], WEEK), Why.WEEK)
    if asked.is_town:
        yield from _against_town(asked, limits, now)
    elif sum(_month(each) == _month(now) for each in asked.partner_mails) >= asked.capacity:
        yield Turn(_next_month(now), Why.MONTH)


def _against_town(asked: Asked, limits: Limits, now: datetime) -> Iterator[Turn]:
    if asked.batch_at:
        yield Turn(asked.days.working_morning_after(asked.batch_at, limits.batch_working_days), Why.BATCH)
    if asked.open_yes >= limits.open_yes:  # nobody knows until when: looked at again the next day
        yield Turn(open_days.days_later(now, 1), Why.OPEN_YES)


def _month(moment: datetime) -> tuple[int, int]:
    day = open_days.berlin_day(moment)
    return day.year, day.month


def _next_month(moment: datetime) -> datetime:
    first = open_days.berlin_day(moment).replace(day=1)
    return open_days.morning_of((first + timedelta(days=31)).replace(day=1))
