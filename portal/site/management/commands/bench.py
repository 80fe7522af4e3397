"""Measures how quick the portal is; the data must be loaded (`load_reference`)."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cities.models import PlaceName
from portal.site import (
    bench_assignment,
    bench_at_once,
    bench_companies,
    bench_matching,
    bench_outbox,
    bench_places,
    bench_quality,
)

BENCHMARKS: dict[str, Callable[[], Sequence[Any]]] = {
    "places": bench_places.run,
    **{f"matching_{sizes[0]}x{sizes[1]}": partial(bench_matching.run, *sizes) for sizes in bench_matching.SIZES},
    "matching_others": bench_matching.run_others,
    "matching_at_once": bench_matching.run_at_once,
    **{f"companies_{size}": partial(bench_companies.run, size) for size in bench_companies.SIZES},
    "at_once": bench_at_once.run,
    "round": bench_at_once.run_round,
    "outbox": bench_outbox.run,
    "assignment": bench_assignment.run,
    "quality": bench_quality.run,
}


class Command(BaseCommand):
    help = "Misst, wie schnell das Portal ist, neben anderen Wegen zum selben Ziel."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
        parser.add_argument("--json", action="store_true", dest="as_json", help="Ausgabe als JSON")

    def handle(self, *args: Any, names: list[str], as_json: bool = False, **options: Any) -> None:
        if unknown := set(names) - set(BENCHMARKS):
            raise CommandError(_("Unbekannt: %(names)s") % {"names": ", ".join(sorted(unknown))})
        chosen = names or list(BENCHMARKS)
        if {"places", "at_once", "round"} & set(chosen) and not PlaceName.objects.exists():
            raise CommandError(_("Es sind keine Orte geladen. Bitte zuerst: load_reference"))
        results = {name: BENCHMARKS[name]() for name in chosen}
        if as_json:
            rows = {name: [asdict(measured) for measured in found] for name, found in results.items()}
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for name, found in results.items():
            self._print(name, found)

    def _print(self, name: str, found: Sequence[Any]) -> None:
        """Ratios to the first row: what the portal does."""
        rows = [(row.name, row.columns(found[0])) for row in found]
        self.stdout.write(f"{name:<40}" + "".join(f"{heading:>12}" for heading in rows[0][1]))
        for label, cells in rows:
            self.stdout.write(f"{label:<40}" + "".join(f"{cell:>12}" for cell in cells.values()))
