"""What Celery does for the outbox: it only looks for what is due."""

from threading import Event

from celery import shared_task
from celery.signals import worker_shutting_down

from portal.mail import outbox

_shutting_down = Event()


@shared_task
def deliver_due_mails() -> None:
    outbox.deliver_due_mails(shall_stop=_shutting_down.is_set)


@worker_shutting_down.connect
def _give_back_what_is_not_begun(**_of_signal: object) -> None:
    """A deployment waits for the mail that is handed over just now, however slow the server is, and for no other."""
    _shutting_down.set()
