"""Imports the school holidays of one Land from a calendar file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cities import school_holidays
from cities.ical import IcalRefused


class Command(BaseCommand):
    help = (
        "Übernimmt die Schulferien eines Landes aus einer Kalenderdatei (iCal). Die Datei gilt von ihrem ersten bis zu "
        "ihrem letzten Tag; ein zweiter Lauf ändert nichts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Kalenderdatei (.ics)")
        parser.add_argument("--land", required=True, help="Schlüssel des Landes, zwei Ziffern, etwa 05")
        parser.add_argument("--dry-run", action="store_true", help="nur zeigen, was sich ändern würde")

    def handle(self, *args: Any, file: Path, land: str, dry_run: bool, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(_("Die Datei {file} lässt sich nicht lesen.").format(file=file)) from error
        try:
            changes = school_holidays.import_file(content, land=land, source=file.name, dry_run=dry_run)
        except IcalRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for row in changes.removed:
            self.stdout.write(f"- {row}")
        for row in changes.added:
            self.stdout.write(f"+ {row}")
        counts = (len(changes.added), len(changes.removed), changes.unchanged)
        self.stdout.write(_("Schulferien: %d neu, %d entfernt, %d unverändert") % counts)
