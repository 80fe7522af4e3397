"""Reading school holidays from an iCalendar file: whole days, each event one row."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from portal.accounts.refusals import Refusal

MOST_EVENTS = 2_000
NAME_LENGTH = 80


class IcalRefused(Refusal):
    """The file cannot be read as school holidays; the message says why."""


@dataclass(frozen=True, order=True)
class Days:
    """One event of the file, both days included."""

    first: date
    last: date
    name: str


def read(content: bytes) -> list[Days]:
    """All events of the file in order, each period once; IcalRefused where one cannot be read."""
    try:
        calendar = Calendar.from_ical(content.decode("utf-8-sig"))
    except (ValueError, IndexError, KeyError) as error:  # whatever the parser makes of a file that is none
        raise IcalRefused(
            _("Das ist keine lesbare Kalenderdatei. Gebraucht wird eine Datei im Format iCal (.ics).")
        ) from error
    events = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
    if not events:
        raise IcalRefused(_("In der Kalenderdatei stehen keine Termine."))
    if len(events) > MOST_EVENTS:
        raise IcalRefused(_("Die Kalenderdatei enthält mehr als {most} Termine.").format(most=MOST_EVENTS))
    rows = {(row.first, row.last): row for row in map(_days, events)}
    return sorted(rows.values())


def _days(event: Event) -> Days:
    name = " ".join(str(event.get("SUMMARY", "")).split())[:NAME_LENGTH] or _("Schulferien")
    try:
        first, end = event.start, event.end
    except Exception as error:  # the library names each fault of a date differently
        raise IcalRefused(_("Der Termin „{name}“ hat kein lesbares Datum.").format(name=name)) from error
    if isinstance(first, datetime) or isinstance(end, datetime):
        raise IcalRefused(_("Der Termin „{name}“ hat eine Uhrzeit. Ferien sind ganze Tage.").format(name=name))
    if "RRULE" in event:
        raise IcalRefused(_("Der Termin „{name}“ wiederholt sich. Ferien haben feste Tage.").format(name=name))
    return Days(first, max(first, end - timedelta(days=1)), name)  # the end of an event is the day after it
