"""The mail backend that writes rows instead of sending, so that every mail survives a mail server that is away."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from portal.mail import outbox
from portal.mail.models import OutgoingMail

CODES_ARE_VALID = timedelta(minutes=30)


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
        expires_at=timezone.now() + CODES_ARE_VALID,
        headers=message.extra_headers | reply_to,
    )


def _html(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(content) for content, kind in message.alternatives if kind == "text/html"), "")
