"""Loads municipalities, Kreise, Länder and postcodes from the baseline."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cities import reference
from cities.reference import BaselineError


class Command(BaseCommand):
    help = "Lädt Gemeinden, Kreise, Länder und Postleitzahlen; ein zweiter Lauf ändert nichts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--refresh", action="store_true", help="Vorhandene Zeilen auf den mitgelieferten Stand zurücksetzen."
        )

    def handle(self, *args: Any, refresh: bool = False, **options: Any) -> None:
        try:
            changes = reference.load(refresh=refresh)
        except BaselineError as refusal:
            raise CommandError(str(refusal)) from refusal
        counts = {"added": changes.added, "changed": changes.changed, "unchanged": changes.unchanged}
        self.stdout.write(_("Ortsdaten: %(added)d neu, %(changed)d geändert, %(unchanged)d unverändert") % counts)
