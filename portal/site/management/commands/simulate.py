"""Plays some weeks of introductions with invented people; the data must be loaded (`load_reference`)."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cities.models import Municipality
from portal.site.simulation import days, report

MOST_TOWNS = 200  # around four cities


class Command(BaseCommand):
    help = (
        "Spielt Wochen von Vermittlungen mit erfundenen Menschen durch und zählt, was nie geschehen darf. Alles wird "
        "zurückgenommen; solange es läuft, warten andere Schreibende: bitte nicht neben einem laufenden Portal."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--weeks", type=int, default=26, help="Wochen, bis 26 mit Ferien")
        parser.add_argument("--seed", type=int, default=1, help="derselbe Wert, derselbe Verlauf")
        parser.add_argument("--partners", type=int, default=60)
        parser.add_argument("--towns", type=int, default=30)
        parser.add_argument("--json", action="store_true", dest="as_json", help="Ausgabe als JSON")

    def handle(self, *args: Any, as_json: bool = False, **options: Any) -> None:
        """Ends with 1 where a figure that must be 0 is not."""
        if not days.IS_INSTALLED:
            raise CommandError(_("Für die Simulation fehlt time-machine (steht in requirements-dev.txt)."))
        if not Municipality.objects.exists():
            raise CommandError(_("Es sind keine Orte geladen. Bitte zuerst: load_reference"))
        wanted = {name: options[name] for name in ("weeks", "seed", "partners", "towns")}
        if min(wanted["weeks"], wanted["partners"], wanted["towns"]) < 1 or wanted["towns"] > MOST_TOWNS:
            raise CommandError(_("Bitte mindestens 1 von allem, und höchstens %(most)d Städte.") % {"most": MOST_TOWNS})
        found = days.simulate(**wanted)
        if as_json:
            self.stdout.write(json.dumps(asdict(found), indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(report.lines(found)))
        if not found.is_clean:
            sys.exit(1)
