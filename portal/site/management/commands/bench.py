"""Measures how quick the portal is; the data must be loaded (`load_reference`)."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cities.models import PlaceName
from portal.site import bench_places
from portal.site.bench import Measured

BENCHMARKS: dict[str, Callable[[], list[Measured]]] = {"places": bench_places.run}


class Command(BaseCommand):
    help = "Misst, wie schnell das Portal ist, neben anderen Wegen zum selben Ziel."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
        parser.add_argument("--json", action="store_true", dest="as_json", help="Ausgabe als JSON")

    def handle(self, *args: Any, names: list[str], as_json: bool = False, **options: Any) -> None:
        if unknown := set(names) - set(BENCHMARKS):
            raise CommandError(_("Unbekannt: %(names)s") % {"names": ", ".join(sorted(unknown))})
        if not PlaceName.objects.exists():
            raise CommandError(_("Es sind keine Orte geladen. Bitte zuerst: load_reference"))
        results = {name: BENCHMARKS[name]() for name in names or BENCHMARKS}
        if as_json:
            rows = {name: [asdict(measured) for measured in found] for name, found in results.items()}
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for name, found in results.items():
            self._print(name, found)

    def _print(self, name: str, found: list[Measured]) -> None:
        """Ratios to the first row: what the portal does."""
        self.stdout.write(f"{name:<28}{'n':>6}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}{'p95 ×':>9}")
        for row in found:
            ratio = row.p95_ms / found[0].p95_ms
            numbers = f"{row.calls:>6}{row.p50_ms:>10.2f}{row.p95_ms:>10.2f}{row.max_ms:>10.2f}{ratio:>9.1f}"
            self.stdout.write(f"{row.name:<28}{numbers}")
