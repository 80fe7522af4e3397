"""Prints what the daily job would make a task of: open introductions that do not go on, and missing school holidays."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import case_watch


class Command(BaseCommand):
    help = "Nennt offene Vermittlungen ohne nächsten Schritt oder mit überfälligem, und Länder ohne Schulferien."

    def handle(self, *args: Any, **options: Any) -> None:
        stuck = [case_watch.why(introduction) for introduction in case_watch.stuck()]
        lands = case_watch.lands_without_calendar(timezone.localdate() + case_watch.AHEAD)
        if lands:
            names = ", ".join(land.name for land in lands)
            self.stdout.write(_("Schulferien fehlen: {lands}").format(lands=names))
        if stuck:
            raise CommandError("\n".join(stuck))
        self.stdout.write(_("Alle offenen Vermittlungen haben einen nächsten Schritt."))
