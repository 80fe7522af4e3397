"""`manage.py apply_retention`: drop personal data whose time is over; with `--dry-run` only say what that would be."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts import retention


class Command(BaseCommand):
    help = "Drop personal data whose retention period is over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only report")

    def handle(self, *args: Any, **options: Any) -> None:
        for found in retention.expired():
            number = found.rows.count() if options["dry_run"] else retention.drop(found)
            self.stdout.write(f"{found.model._meta.label}\t{found.title}\t{number}")
