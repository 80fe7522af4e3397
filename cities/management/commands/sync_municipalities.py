"""Takes all places to the state of the official register, after saying what that changes."""

from argparse import ArgumentParser
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.register import sync
from cities.register.diff import Diff, Dissolved
from cities.register.entries import MunicipalityEntry
from cities.register.gv100ad import RegisterError


class Command(BaseCommand):
    help = "Gleicht die Orte mit dem amtlichen Gemeindeverzeichnis (GV100AD) ab; ein zweiter Lauf ändert nichts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Datei GV100AD des Statistischen Bundesamts (Text, UTF-8)")
        parser.add_argument("--dry-run", action="store_true", help="Nur sagen, was sich ändern würde.")

    def handle(self, *args: Any, file: Path, dry_run: bool = False, **options: Any) -> None:
        try:
            register = sync.read_file(file)
            diff = sync.difference(register)
            day = date_format(register.day, "d.m.Y") if register.day else ""
            self.stdout.write(_("Gemeindeverzeichnis vom %s") % day)
            for line in _lines(diff, sync.guessed(diff)):
                self.stdout.write(line)
            if not dry_run:
                sync.synchronise(register)
        except RegisterError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_outcome(diff, dry_run=dry_run))


def _outcome(diff: Diff, *, dry_run: bool) -> str:
    if diff.is_empty:
        return _("Nichts zu ändern.")
    return _("Probelauf: Es wurde nichts geändert.") if dry_run else _("Alles übernommen.")


def _lines(diff: Diff, guessed: Collection[MunicipalityEntry]) -> Iterator[str]:
    for region in diff.new_regions:
        yield _("+ %(key)s %(name)s") % {"key": region.key, "name": region.name}
    for was, region in diff.renamed_regions:
        yield _("~ %(key)s %(was)s heißt jetzt %(name)s") % {"key": region.key, "was": was, "name": region.name}
    for region in diff.dissolved_regions:
        yield _("− %(key)s %(name)s") % {"key": region.key, "name": region.name}
    for entry in diff.new:
        text = _("+ %(key)s %(name)s: Lage nur geschätzt") if entry in guessed else _("+ %(key)s %(name)s")
        yield text % {"key": entry.ags, "name": entry.name}
    for was, entry in diff.renamed:
        yield _("~ %(key)s %(was)s heißt jetzt %(name)s") % {"key": entry.ags, "was": was, "name": entry.name}
    yield from map(_dissolved, diff.dissolved)
    yield from _counts(diff)


def _dissolved(gone: Dissolved) -> str:
    facts = {"key": gone.entry.ags, "name": gone.entry.name}
    if gone.successor is None:
        return _("− %(key)s %(name)s: Nachfolgerin nicht bekannt") % facts
    facts |= {"successor": gone.successor.ags, "how": _told_by(gone.successor.told_by)}
    if gone.changed_district:
        return _("− %(key)s %(name)s → %(successor)s, in einem anderen Kreis (erkannt %(how)s)") % facts
    return _("− %(key)s %(name)s → %(successor)s (erkannt %(how)s)") % facts


def _told_by(rule: str) -> str:
    return {
        "name": _("am Namen"),
        "joined": _("am zusammengesetzten Namen"),
        "association": _("am Verband"),
        "area": _("an der Fläche"),
    }[rule]


def _counts(diff: Diff) -> Iterator[str]:
    counts = {
        "new": len(diff.new),
        "renamed": len(diff.renamed),
        "dissolved": len(diff.dissolved),
        "open": len(diff.left_open),
        "moved": sum(gone.changed_district for gone in diff.dissolved),
        "refigured": len(diff.refigured),
    }
    yield (
        _(
            "Gemeinden: %(new)d neu, %(renamed)d umbenannt, %(dissolved)d aufgelöst (%(moved)d in einen anderen Kreis, "
            "%(open)d ohne bekannte Nachfolgerin), %(refigured)d mit anderen Angaben"
        )
        % counts
    )
