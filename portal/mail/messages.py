"""The message a row becomes; every copy of it is the same to the byte."""

from email.message import Message as RawMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email

from portal.mail.models import OutgoingMail

UNSUBSCRIBE = ("List-Unsubscribe", "List-Unsubscribe-Post")


class Message(EmailMultiAlternatives):
    """A message whose parts are separated by the same line in every copy."""

    boundary = ""

    def message(self) -> RawMessage:  # type: ignore[override]
        message = super().message()
        if message.is_multipart():
            message.set_boundary(self.boundary)
        return message


def build(mail: OutgoingMail) -> Message:
    """What the mail server gets; raises ValidationError or ValueError for a row no message can be made of."""
    validate_email(mail.to)
    message = Message(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to], headers=_headers(mail))
    message.boundary = f"=_{mail.message_id.hex}"
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def as_bytes(message: RawMessage) -> bytes:
    """As it goes over the line."""
    return message.as_bytes(linesep="\r\n")  # type: ignore[call-arg] # of Django's subclass


def _headers(mail: OutgoingMail) -> dict[str, str]:
    headers = {name: value for name, value in mail.headers.items() if name not in UNSUBSCRIBE}
    if mail.purpose and "List-Unsubscribe" in mail.headers:
        # One click (RFC 8058); what a person waits for is not a list one leaves.
        headers["List-Unsubscribe"] = mail.headers["List-Unsubscribe"]
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers | {
        "Message-ID": f"<{mail.message_id}@{urlsplit(settings.SITE_URL).hostname}>",
        "Date": format_datetime(mail.created_at),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
