"""When something is due that happens by the wall clock of the portal. Pure: knows no Django."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = 0


def next_weekly(after: datetime, *, weekday: int = MONDAY, at: time = time(6)) -> datetime:
    """The first such moment later than `after`, in UTC.

    06:00 in Berlin is 06:00 in summer and in winter; choose no time between 02:00 and 03:00, which one night a year
    does not have and another has twice.
    """
    day = after.astimezone(BERLIN).date()
    day += timedelta(days=(weekday - day.weekday()) % 7)
    moment = datetime.combine(day, at, BERLIN).astimezone(UTC)
    return moment if moment > after else datetime.combine(day + timedelta(days=7), at, BERLIN).astimezone(UTC)
