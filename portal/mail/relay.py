"""The mail server the outbox hands mails to, and what its answers mean."""

import smtplib
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from portal.mail import bounces, messages
from portal.mail.models import OutgoingMail


class Verdict(Enum):
    SENT = "sent"
    LATER = "later"  # the server asks for patience, or the connection broke while this mail was handed over
    REFUSED = "refused"  # trying again would not help
    NO_SUCH_ADDRESS = "no such address"  # nor would any other mail to it
    UNREACHABLE = "unreachable"  # no connection: this says nothing about the mail


@dataclass(frozen=True)
class Result:
    verdict: Verdict
    detail: str = ""


class Relay:
    """One connection for many mails, opened with the first and again after a fault."""

    def __init__(self) -> None:
        server = settings.MAIL_RELAY
        self.is_stuck = False  # the server hangs: every further mail would cost a whole timeout
        self._backend = EmailBackend(
            host=server["EMAIL_HOST"],
            port=server["EMAIL_PORT"],
            username=server["EMAIL_HOST_USER"] or "",
            password=server["EMAIL_HOST_PASSWORD"] or "",
            use_tls=server.get("EMAIL_USE_TLS", False),
            use_ssl=server.get("EMAIL_USE_SSL", False),
            timeout=settings.EMAIL_TIMEOUT,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def send(self, mail: OutgoingMail) -> Result:
        """Hand one mail over; whatever is wrong with it or with the server is a result, not an exception."""
        try:
            message = messages.build(mail).message()
            content = messages.as_bytes(message)  # once: it is half of what a mail costs us
        except Exception as error:  # one unreadable row must not stop the mails behind it
            return Result(Verdict.REFUSED, f"{type(error).__name__}: {error}")
        try:
            self._backend.open()
        except OSError as error:  # SMTPException is one
            self._close()
            return Result(Verdict.UNREACHABLE, str(error))
        return self._hand_over(message["From"], message["To"], content)

    def _hand_over(self, sender: str, recipient: str, content: bytes) -> Result:
        try:
            assert self._backend.connection  # noqa: S101 - open since just now; tells the type checker
            self._backend.connection.sendmail(sender, [recipient], content)
        except (OSError, ValueError) as error:
            self.is_stuck = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
            self._close()
            return Result(_verdict(error), _detail(error))
        return Result(Verdict.SENT)

    def _close(self) -> None:
        try:
            self._backend.close()
        except OSError:
            self._backend.connection = None


def _verdict(error: Exception) -> Verdict:
    """A refusal for good is one that names this mail: 5xx for its recipient or its content, or a faulty address."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Verdict.LATER  # our own address: a fault of the set-up, not of this mail
    if isinstance(error, ValueError):
        return Verdict.REFUSED
    if isinstance(error, smtplib.SMTPRecipientsRefused) and bounces.means_no_such_address(*_answer(error)):
        return Verdict.NO_SUCH_ADDRESS
    return Verdict.REFUSED if 500 <= _code(error) < 600 else Verdict.LATER


def _code(error: Exception) -> int:
    return _answer(error)[0]


def _detail(error: Exception) -> str:
    """The server's words without the address, which stands in the row anyway."""
    code, words = _answer(error)
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}" if code else str(error)


def _answer(error: Exception) -> tuple[int, bytes | str]:
    """Code and words of the server; code 0 where it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, error.smtp_error
    return 0, ""
