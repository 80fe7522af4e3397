"""School holidays from a calendar file: the file speaks for its Land from its first to its last day.

Whatever else was entered for these days is replaced, so a corrected file corrects; a second import changes nothing.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cities import ical
from cities.ical import Days, IcalRefused
from cities.models import Region, SchoolHoliday
from cities.models.school_holidays import MOST_DAYS
from cities.signals import school_holidays_changed


@dataclass(frozen=True)
class Changes:
    """What an import added and took away, in words; and how many rows were there already."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0


@transaction.atomic
def import_file(content: bytes, *, land: str, source: str, dry_run: bool = False) -> Changes:
    """Bring the school holidays of the Land (key of two digits) in line with the file.

    IcalRefused, and nothing is written, where the file or the Land cannot be read.
    """
    region = Region.objects.current().filter(key=land, kind=Region.Kind.LAND).first()
    if region is None:
        raise IcalRefused(_("Ein Land mit dem Schlüssel „{key}“ gibt es nicht. Beispiel: 05.").format(key=land))
    rows = ical.read(content)
    _require_short(rows)
    wanted = {(row.first, row.last): row for row in rows}
    there = _entered(region, first=rows[0].first, last=max(row.last for row in rows))
    gone = [row for days, row in there.items() if days not in wanted]
    new = [
        SchoolHoliday(land=region, name=row.name, first_day=row.first, last_day=row.last, source=source[:200])
        for days, row in wanted.items()
        if days not in there
    ]
    if not dry_run and (gone or new):
        SchoolHoliday.objects.filter(pk__in=[row.pk for row in gone]).delete()
        SchoolHoliday.objects.bulk_create(new)
        school_holidays_changed.send(sender=SchoolHoliday)
    return Changes([str(row) for row in new], [str(row) for row in gone], len(wanted) - len(new))


def _entered(land: Region, *, first: date, last: date) -> dict[tuple[date, date], SchoolHoliday]:
    rows = SchoolHoliday.objects.filter(land=land, first_day__lte=last, last_day__gte=first)
    return {(row.first_day, row.last_day): row for row in rows.select_for_update()}


def _require_short(rows: list[Days]) -> None:
    long = next((row for row in rows if (row.last - row.first).days >= MOST_DAYS), None)
    if long:
        raise IcalRefused(
            _("„{name}“ dauert länger als {most} Tage: keine Schulferien.").format(name=long.name, most=MOST_DAYS)
        )
