"""What Celery does for the outbox: it only looks for what is due."""

from celery import shared_task

from portal.mail import outbox


@shared_task
def deliver_due_mails() -> None:
    outbox.deliver_due_mails()
