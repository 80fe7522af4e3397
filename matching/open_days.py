"""Which days count for somebody who is asked, and the moments that follow from them. Pure: knows no Django.

A day of the school holidays of the Land does not count. What would then fall on a weekend or a public holiday happens
on the next working day, as § 193 BGB has it. Moments are UTC, days and hours those of Berlin's wall clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType

import holidays

from matching.schedule import BERLIN

MORNING, LAST_MINUTE = time(8), time(23, 59)
# Assumed of a Land whose school holidays around a New Year nobody has entered: every Land has some then.
WINTER_BREAK = ((12, 23), (1, 6))
SUBDIVISIONS = MappingProxyType(
    {
        **{"01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW"},
        **{"09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH"},
    }
)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Break:
    """School holidays from the first to the last day, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class OpenDays:
    """The calendar of one Land, by its key of two digits; a key that is none has the holidays all Länder share."""

    land: str
    breaks: tuple[Break, ...] = ()

    def is_break(self, day: date) -> bool:
        """Whether school holidays are on."""
        return any(each.first <= day <= each.last for each in self.breaks) or self._is_assumed(day)

    def is_working(self, day: date) -> bool:
        """Neither weekend nor public holiday nor school holidays."""
        return day.weekday() < 5 and day not in _public_holidays(self.land) and not self.is_break(day)

    def morning_after(self, start: datetime, days: int) -> datetime:
        """08:00 on the n-th day that counts; the day of the start is not the first."""
        return _at(self._counted(start, days), MORNING)

    def end_after(self, start: datetime, days: int) -> datetime:
        """The last minute of the n-th day that counts."""
        return _at(self._counted(start, days), LAST_MINUTE)

    def working_morning_after(self, start: datetime, days: int) -> datetime:
        """08:00 on the n-th working day; the day of the start is not the first."""
        day = berlin_day(start)
        while days > 0:
            day += A_DAY
            days -= self.is_working(day)
        return _at(day, MORNING)

    def outside_breaks(self, moment: datetime) -> datetime:
        """The moment itself, or 08:00 on the first working day after the school holidays it falls into."""
        return self.when_working(moment) if self.is_break(berlin_day(moment)) else moment

    def when_working(self, moment: datetime) -> datetime:
        """The moment itself, or 08:00 on the next working day."""
        return when_working([self], moment)

    def _counted(self, start: datetime, days: int) -> date:
        day = berlin_day(start)
        while days > 0:
            day += A_DAY
            days -= not self.is_break(day)
        while not self.is_working(day):
            day += A_DAY
        return day

    def _is_assumed(self, day: date) -> bool:
        begin, end = WINTER_BREAK
        year = day.year if day.month > end[0] else day.year - 1
        first, last = date(year, *begin), date(year + 1, *end)
        return first <= day <= last and not any(each.first <= last and each.last >= first for each in self.breaks)


def when_working(calendars: Sequence[OpenDays], moment: datetime) -> datetime:
    """The moment itself, or 08:00 on the next day that is a working day in all of these calendars."""
    day = start = berlin_day(moment)
    while not all(each.is_working(day) for each in calendars):
        day += A_DAY
    return moment if day == start else _at(day, MORNING)


def days_later(start: datetime, days: int) -> datetime:
    """08:00 so many days later, whatever days these are."""
    return _at(berlin_day(start) + timedelta(days=days), MORNING)


def morning_of(day: date) -> datetime:
    """08:00 of this day."""
    return _at(day, MORNING)


def berlin_day(moment: datetime) -> date:
    return moment.astimezone(BERLIN).date()


def _at(day: date, wall_clock: time) -> datetime:
    return datetime.combine(day, wall_clock, BERLIN).astimezone(UTC)


@cache
def _public_holidays(land: str) -> holidays.HolidayBase:
    return holidays.country_holidays("DE", subdiv=SUBDIVISIONS.get(land))
