"""Looking after the clock itself: nothing may be left open without a step, and the calendars must be known ahead."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, Region, SchoolHoliday
from matching import planning, step_words
from matching.models import Introduction
from partners.models import Partner
from portal.accounts import office
from portal.accounts.models import OfficeTask

GRACE = timedelta(days=1)  # the clock looks every five minutes
AHEAD = timedelta(days=183)


def stuck(now: datetime | None = None) -> QuerySet[Introduction]:
    """Open introductions without a next step, or whose step was due more than a day ago."""
    rows = Introduction.objects.without_a_step(due_before=(now or timezone.now()) - GRACE)
    return rows.select_related("partner__organisation", "city__organisation")


def why(introduction: Introduction) -> str:
    """What is wrong with a stuck one."""
    if introduction.next_step_at is None or not introduction.next_step:
        return _("{introduction}: kein nächster Schritt").format(introduction=introduction)
    step = step_words.for_office(introduction)
    return _("{introduction}: überfällig ist {step}").format(introduction=introduction, step=step)


def look_after(now: datetime | None = None) -> None:
    """Once a day: a task for each case that is stuck and for calendars that end soon; all others are planned anew."""
    moment = now or timezone.now()
    for introduction in stuck(moment):
        since = introduction.next_step_at or introduction.asked_at
        text = _("{why}. Bitte sagen Sie der Technik Bescheid und fragen Sie bei den Beteiligten nach.")
        office.open_task(
            f"stuck:{introduction.pk}:{since:%Y%m%d}",
            OfficeTask.Kind.DATES,
            organisation=None,
            text=text.format(why=why(introduction)),
        )
    _ask_for_school_holidays(timezone.localdate(moment) + AHEAD)
    planning.plan_all_anew(moment)


def lands_without_calendar(until: date) -> Sequence[Region]:
    """Länder with towns or partners whose school holidays are known only up to an earlier day."""
    at_home = set(City.objects.taking_part().values_list("land", flat=True))
    at_home |= set(Partner.objects.public().values_list("seat__land", flat=True))
    last = dict(SchoolHoliday.objects.values_list("land").annotate(Max("last_day")).order_by())
    missing = [land for land in at_home if last.get(land, date.min) < until]
    return list(Region.objects.filter(key__in=missing).order_by("name"))


def _ask_for_school_holidays(until: date) -> None:
    """One task a year for all Länder: the office imports them in one go."""
    lands = lands_without_calendar(until)
    if lands:
        text = _(
            "Schulferien für {year} fehlen: {lands}. Bitte übernehmen Sie die Kalenderdateien der Länder. Bis dahin "
            "gelten nur die Tage vom {first} bis zum {last} als Ferien."
        ).format(year=until.year, lands=", ".join(land.name for land in lands), first="23.12.", last="06.01.")
        office.open_task(
            f"school-holidays:{until.year}", OfficeTask.Kind.DATES, organisation=None, text=text, due_in_days=30
        )
