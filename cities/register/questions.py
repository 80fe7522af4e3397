"""What the register does not say becomes a task of the office: where a municipality went, and where a new one lies."""

from collections.abc import Collection, Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import Municipality
from cities.register.entries import MunicipalityEntry
from portal.accounts import office
from portal.accounts.models import OfficeTask, User

MOST_NAMED = 60
_SUCCESSOR, _POINT = "dissolved-municipality", "guessed-point"  # what is asked


def ask_for_successors(left_open: Iterable[MunicipalityEntry], still_led_to: Collection[str], *, day: date) -> None:
    """A task for each one to which something leads, and one that names the others."""
    others = []
    for entry in left_open:
        if entry.ags in still_led_to:
            text = _("%(name)s (%(ags)s) gibt es seit %(day)s nicht mehr. Eingetragene Orte zeigen noch darauf. Bitte "
                     "nennen Sie unter „Gemeinden“ die Nachfolgerin.")  # fmt: skip
            _ask(_SUCCESSOR, entry, text, day=day)
        else:
            others.append(f"{entry.name} ({entry.ags})")
    if others:
        text = _("Bei %(count)d aufgelösten Gemeinden ist nicht bekannt, wohin sie gehören. Nichts zeigt auf sie; es "
                 "eilt nicht. Unter „Gemeinden“ (Filter „ohne Nachfolgerin“) stehen alle: %(names)s")  # fmt: skip
        named = ", ".join(others[:MOST_NAMED]) + (" …" if len(others) > MOST_NAMED else "")
        _open_task(f"places-left-open:{day:%Y-%m-%d}", text % {"count": len(others), "names": named[:1500]})


def ask_for_points(guessed: Iterable[MunicipalityEntry], *, day: date) -> None:
    """A task for each new one of which only the Kreis is known."""
    for entry in guessed:
        text = _("%(name)s (%(ags)s) ist neu; ihre Lage ist nur geschätzt, aus den Gemeinden ringsum. Bitte prüfen Sie "
                 "unter „Gemeinden“ Breite und Länge.")  # fmt: skip
        _ask(_POINT, entry, text, day=day)


def answered_successor(municipality: Municipality, *, by: User) -> None:
    _finish(_SUCCESSOR, municipality, by=by)


def answered_point(municipality: Municipality, *, by: User) -> None:
    _finish(_POINT, municipality, by=by)


def _ask(question: str, entry: MunicipalityEntry, text: str, *, day: date) -> None:
    """The day belongs to the reason: a key may be used again, and dissolved again."""
    facts = {"name": entry.name, "ags": entry.ags, "day": date_format(day, "d.m.Y")}
    _open_task(f"{question}:{entry.ags}:{day:%Y-%m-%d}", text % facts)


def _open_task(key: str, text: str) -> None:
    office.open_task(key, OfficeTask.Kind.PLACE, organisation=None, text=text, due_in_days=14)


def _finish(question: str, municipality: Municipality, *, by: User) -> None:
    """All that was asked, whatever the day."""
    for task in OfficeTask.objects.filter(key__startswith=f"{question}:{municipality.pk}", done_at=None):
        office.finish(task, by=by)
