"""`manage.py send_outbox`: send what is due without Celery."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.mail import outbox


class Command(BaseCommand):
    help = "Send the mails that are due, until none is left or the mail server is away."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(outbox.deliver_due_mails(limit=None)))
