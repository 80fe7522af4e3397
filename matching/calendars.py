"""The calendars of the Länder as they are entered: which days count for a town or a partner there."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from cities.models import SchoolHoliday
from matching.models import Introduction, Side
from matching.open_days import Break, OpenDays

REACHES_BACK = timedelta(days=400)  # no date of an open case is counted from earlier holidays


def of(*lands: str) -> Mapping[str, OpenDays]:
    """By key of the Land; one query for all of them."""
    since = timezone.localdate() - REACHES_BACK
    rows = SchoolHoliday.objects.filter(land__in=lands, last_day__gte=since)
    breaks: dict[str, list[Break]] = {land: [] for land in lands}
    for land, first, last in rows.values_list("land", "first_day", "last_day"):
        breaks[land].append(Break(first, last))
    return {land: OpenDays(land, tuple(sorted(rows, key=lambda each: each.first))) for land, rows in breaks.items()}


def land_of(introduction: Introduction, side: Side) -> str:
    """Where the side is at home: the town, or the partner's seat."""
    return introduction.partner.seat.land_id if side == Side.PARTNER else introduction.city.land_id
