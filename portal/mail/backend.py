"""The mail backend that writes rows instead of sending, so that every mail survives a mail server that is away."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from portal.mail import outbox
from portal.mail.models import OutgoingMail


class OutboxBackend(BaseEmailBackend):
    """For mails of Django and allauth: codes and confirmations. Everything else calls `outbox.queue_mail`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for address in message.recipients():
                _queue(message, address)
        return len(email_messages)


def _queue(message: EmailMessage, address: str) -> None:
    if message.attachments:
        raise ValueError("The portal's mails carry no attachments.")
    reply_to = {"Reply-To": ", ".join(message.reply_to)} if message.reply_to else {}
    outbox.queue_mail(
        f"account:{uuid.uuid4()}",
        address,
        subject=str(message.subject),
        body=str(message.body),
        html=_html(message),
        kind=OutgoingMail.Kind.ACCOUNT,
        priority=OutgoingMail.Priority.URGENT,
        expires_at=_expiry(message),
        headers=message.extra_headers | reply_to,
    )


def _expiry(message: EmailMessage) -> datetime | None:
    """A code is worthless after its time; that a password was changed is not."""
    return parsedate_to_datetime(message.extra_headers["Expires"]) if "Expires" in message.extra_headers else None


def _html(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(content) for content, kind in message.alternatives if kind == "text/html"), "")
