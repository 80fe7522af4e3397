"""Load or remove the demo world, and print who can sign in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.site import demo
from portal.site.demo_world import OFFICE_SECRET, PASSWORD


class Command(BaseCommand):
    help = "Lädt die Demodaten (bei jedem Lauf dieselben) und nennt die Zugänge; --remove nimmt sie wieder weg."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="alles Erfundene entfernen, die Städte bleiben")

    def handle(self, *args: Any, remove: bool, **options: Any) -> None:
        try:
            if remove:
                demo.remove()
                self.stdout.write("Die Demodaten sind entfernt.")
                return
            demo.load()
        except demo.DemoRefused as error:
            raise CommandError(str(error)) from error
        self._print_logins()

    def _print_logins(self) -> None:
        for role, email in demo.logins():
            self.stdout.write(f"{role:29} {email}   Passwort: {PASSWORD}")
        self.stdout.write(
            f"Zweiter Faktor der Geschäftsstelle: {OFFICE_SECRET} (aktueller Code: ./dev manage demo_code)"
        )
