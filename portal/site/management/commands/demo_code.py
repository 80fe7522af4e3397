"""Print the demo office's current second factor."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.site import demo


class Command(BaseCommand):
    help = "Zeigt den aktuellen Einmalcode der Demo-Geschäftsstelle."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(demo.office_code())
