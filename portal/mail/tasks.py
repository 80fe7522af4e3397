"""What Celery does for the outbox: it only looks for what is due."""

from celery import shared_task

from portal.mail import outbox


@shared_task
def deliver_due_mails() -> None:
    """Send a bounded batch; where it was full, more may be waiting, and the next worker goes on at once."""
    if outbox.deliver_due_mails() == outbox.LIMIT:
        outbox.wake()


@shared_task
def blank_old_bodies() -> None:
    outbox.blank_old_bodies()
