"""Takes our places to the state of the official register, with everything that points to a place that is no more."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities import place_index
from cities.models import RegisterSync
from cities.register import dissolutions, gv100ad, questions, stored
from cities.register.diff import Diff, compare
from cities.register.entries import MunicipalityEntry, Register
from cities.register.gv100ad import LARGEST_FILE, RegisterError

LEAST_SHARE = 0.9  # of the municipalities we know; more than a tenth never went in one step
LEAST_AREA = 0.998  # of each Land we know: municipalities merge, but land stays
_LOCK = 4_100_230


def read_file(file: Path) -> Register:
    """The register in the file; RegisterError where it is none."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise RegisterError(
                _("Die Datei ist zu groß für ein Gemeindeverzeichnis. Bitte prüfen Sie, welche es ist.")
            )
        return gv100ad.read(file.read_bytes())
    except OSError as error:
        message = _("Die Datei %(file)s kann nicht gelesen werden: %(reason)s.")
        raise RegisterError(message % {"file": file, "reason": error.strerror}) from error


def difference(register: Register) -> Diff:
    """What the register changes; RegisterError where it is older than what we know, or lacks too much of it."""
    before = stored.register()
    _check_follows(before, register)
    return compare(before, register, stored.points())


def guessed(diff: Diff) -> tuple[MunicipalityEntry, ...]:
    """The new municipalities of whose point only the Kreis is known, before the diff is written."""
    return stored.guessed(diff, stored.points())


@transaction.atomic
def synchronise(register: Register) -> Diff:
    """Write what changed; all of it or nothing, one run at a time."""
    wait_for_others()
    diff = difference(register)
    if diff.is_empty or register.day is None:
        return diff
    questions.ask_for_points(guessed(diff), day=register.day)
    stored.write(diff, day=register.day, known_points=stored.points())
    still_led_to = dissolutions.lead_on(
        diff.successors, left_open=[entry.ags for entry in diff.left_open], districts=_keys(diff)
    )
    questions.ask_for_successors(diff.left_open, still_led_to, day=register.day)
    place_index.rebuild()
    _note(diff, day=register.day)
    return diff


def wait_for_others() -> None:
    """One at a time, to the end of the transaction: a successor that is named must not be dissolved meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _check_follows(before: Register, register: Register) -> None:
    if register.day is None or (before.day and register.day < before.day):
        days = {"day": _day(register.day), "known": _day(before.day)}
        message = _(
            "Die Datei ist vom %(day)s, bekannt ist schon der Stand vom %(known)s. Bitte laden Sie eine neuere."
        )
        raise RegisterError(message % days)
    count, known = len(register.municipalities), len(before.municipalities)
    if count < LEAST_SHARE * known:
        message = _("Die Datei nennt nur %(count)d Gemeinden, bekannt sind %(known)d. Sie ist nicht vollständig.")
        raise RegisterError(message % {"count": count, "known": known})
    for land, area_km2 in before.areas().items():
        if register.areas().get(land, 0) < LEAST_AREA * area_km2:
            message = _("Im Land %(land)s fehlt ein Teil der Fläche; die Datei ist nicht vollständig.")
            raise RegisterError(message % {"land": register.regions[land].name})


def _keys(diff: Diff) -> Iterable[str]:
    return [entry.key for entry in diff.dissolved_regions if entry.kind == "district"]


def _day(day: date | None) -> str:
    return date_format(day, "d.m.Y") if day else "?"


def _note(diff: Diff, *, day: date) -> None:
    RegisterSync.objects.create(
        register_day=day,
        new=len(diff.new),
        renamed=len(diff.renamed),
        dissolved=len(diff.dissolved),
        left_open=len(diff.left_open),
    )
