"""Brings the towns of the network in line with the office's list."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cities.csv_rows import ImportRefused
from cities.imports import Outcome, import_cities


class Command(BaseCommand):
    help = "Liest die Liste der Engagierten Städte (CSV); bei einem Fehler wird nichts gespeichert."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="DATEI")
        parser.add_argument("--dry-run", action="store_true", help="Nur prüfen, nichts speichern.")
        parser.add_argument("--skip-faulty", action="store_true", help="Fehlerhafte Zeilen auslassen.")

    def handle(self, *args: Any, file: Path, dry_run: bool, skip_faulty: bool, **options: Any) -> None:
        try:
            outcome = import_cities(file, dry_run=dry_run, skip_faulty=skip_faulty)
        except ImportRefused as refused:
            raise CommandError("\n".join([*map(str, refused.faults), _("Nichts wurde gespeichert.")])) from refused
        self._report(outcome, dry_run=dry_run)

    def _report(self, outcome: Outcome, *, dry_run: bool) -> None:
        for fault in outcome.skipped:
            self.stderr.write(str(fault))
        counts = {"added": outcome.added, "changed": outcome.changed, "unchanged": outcome.unchanged}
        self.stdout.write(_("%(added)d neu, %(changed)d geändert, %(unchanged)d unverändert") % counts)
        if outcome.skipped:
            self.stdout.write(_("%d fehlerhaft und ausgelassen") % len(outcome.skipped))
        if dry_run:
            self.stdout.write(_("Probelauf: nichts wurde gespeichert."))
