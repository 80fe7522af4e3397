"""The door on the command line to each kind of list."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cities import import_runs, spreadsheets
from cities.lines import ImportRefused
from portal.site import imports


class ImportCommand(BaseCommand):
    """Brings what is in the portal in line with a list; `kind` says which of `imports.LISTS`."""

    kind: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="DATEI", help="CSV (UTF-8) oder XLSX")
        parser.add_argument("--dry-run", action="store_true", help="Nur prüfen, nichts speichern.")
        parser.add_argument("--skip-faulty", action="store_true", help="Fehlerhafte Zeilen auslassen.")

    def handle(self, *args: Any, file: Path, dry_run: bool, skip_faulty: bool, **options: Any) -> None:
        try:
            content = spreadsheets.content(file)
            outcome = imports.bring_in(self.kind, content, dry_run=dry_run, skip_faulty=skip_faulty)
        except ImportRefused as refused:
            raise CommandError("\n".join([*map(str, refused.faults), _("Nichts wurde gespeichert.")])) from refused
        for line in (*map(str, outcome.skipped), *outcome.notes):
            self.stderr.write(line)
        for line in import_runs.report(outcome, dry_run=dry_run):
            self.stdout.write(line)
