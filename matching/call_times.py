"""When somebody likes to be called: weekdays and a span of the wall clock, and the next such time. Pure: no Django."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY_TO_FRIDAY = "12345"  # ISO weekdays, as they are stored
FIRST, LAST = time(7), time(20)


@dataclass(frozen=True, slots=True)
class CallTime:
    """On each of these weekdays (digits of ISO weekdays, in order) from `start` to `end`, on Berlin's clocks."""

    days: str
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Slot:
    """One such time; both moments know their zone."""

    start: datetime
    end: datetime


def half_hours() -> list[time]:
    """From FIRST to LAST, both included."""
    steps = (LAST.hour - FIRST.hour) * 2 + 1
    return [time(FIRST.hour + step // 2, 30 * (step % 2)) for step in range(steps)]


def next_slot(call: CallTime, after: datetime) -> Slot:
    """The first that begins later than this moment; a change of the clocks moves no wall time."""
    today = after.astimezone(BERLIN).date()
    days = (today + timedelta(days=ahead) for ahead in range(8))
    return next(
        slot
        for slot in (_on(call, datetime.combine(day, time())) for day in days if str(day.isoweekday()) in call.days)
        if slot.start > after
    )


def _on(call: CallTime, day: datetime) -> Slot:
    return Slot(
        datetime.combine(day, call.start, tzinfo=BERLIN),
        datetime.combine(day, call.end, tzinfo=BERLIN),
    )
