"""The outbox: a mail is a row written in the transaction of its reason; what is due is handed to the mail server.

A sender claims mails by postponing them. If it dies, they are simply due again later and go out with the same
Message-ID. The promise: never lost, at most one extra copy per crash and sender.
"""

import logging
import time
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal import wakeup
from portal.accounts.models import User
from portal.accounts.refusals import Refusal
from portal.mail import addresses, claims
from portal.mail.models import OutgoingMail
from portal.mail.relay import Relay, Verdict

logger = logging.getLogger(__name__)

RETRIED = (OutgoingMail.Status.FAILED, OutgoingMail.Status.BLOCKED)
LONGEST_ADDRESS = 254
LIMIT = 200  # a task: bounded, so that a worker that shall stop soon can


class OutboxError(Refusal):
    """A mail cannot be handled as asked; the message is for the person."""


def queue_mail(  # noqa: PLR0913 - a mail has this many sides, and every one but three has a default
    key: str,
    to: str,
    *,
    subject: str,
    body: str,
    kind: OutgoingMail.Kind,
    html: str = "",
    user: User | None = None,
    purpose: str = "",
    priority: OutgoingMail.Priority = OutgoingMail.Priority.NORMAL,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> OutgoingMail:
    """The mail for this reason; the key names the reason, so asking again returns the mail that is there.

    `purpose` names the consent the mail rests on: without it at the moment of sending, it is not sent.
    """
    mail, created = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "to": _address(to),
            "subject": _one_line(subject, limit=300),
            "body": body.replace("\0", ""),
            "html": html.replace("\0", ""),
            "headers": {_one_line(name): _one_line(value) for name, value in (headers or {}).items()},
            "kind": kind,
            "user": user,
            "purpose": purpose,
            "priority": priority,
            "expires_at": expires_at,
            **({"due_at": due_at, "first_due_at": due_at} if due_at else {}),
        },
    )
    if created:
        wake()
    return mail


def deliver_due_mails(limit: int | None = LIMIT, *, shall_stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, outside any transaction; returns how many mails the server accepted.

    At most `limit` mails, and with a slow server fewer, so that others get their turn; where more may be waiting the
    next one is woken. None goes on until nothing is left or the server does not keep up. `shall_stop` is asked before
    each mail; what was not begun is due again at once.
    """
    sent = taken = 0
    until = time.monotonic() + claims.LEASE.total_seconds() / 2
    with Relay() as relay:
        while limit is None or (taken < limit and time.monotonic() < until):
            claim = claims.take(claims.BATCH if limit is None else min(claims.BATCH, limit - taken))
            taken += claim.size
            sent += _deliver(claim, relay, shall_stop)
            if not claim.size or claim.given_back:
                return sent
    wake()
    return sent


def retry(mail: OutgoingMail) -> None:
    """Try a mail again that did not go out, at the person's address of today; the three days begin anew."""
    again = OutgoingMail.objects.filter(pk=mail.pk, status__in=RETRIED).exclude(body="")
    to = mail.user.email if mail.user and mail.user.is_active else mail.to
    fresh = {"status": OutgoingMail.Status.QUEUED, "due_at": Now(), "first_due_at": Now(), "attempts": 0, "error": ""}
    if addresses.are_blocked([to]):
        raise OutboxError(_("Diese Adresse ist nicht erreichbar. Bitte klären Sie das zuerst."))
    if not again.update(to=to, **fresh):
        raise OutboxError(_("Nur nicht zustellbare Mails, deren Text noch da ist, lassen sich noch einmal senden."))
    wake()


def wake() -> None:
    """Have a worker look for due mails once the transaction is through."""
    wakeup.wake("portal.mail.tasks.deliver_due_mails")


def _deliver(claim: claims.Claim, relay: Relay, shall_stop: Callable[[], bool]) -> int:
    sent = 0
    for position, mail in enumerate(claim.mails):
        if claim.is_half_over() or relay.is_stuck or shall_stop():
            claim.give_back(claim.mails[position:])
            break
        result = relay.send(mail)
        if result.verdict is Verdict.UNREACHABLE:
            logger.warning("The mail server is away, mails wait: %s", result.detail)
            claim.give_back(claim.mails[position:], error=result.detail)
            break
        claim.settle(mail, result)
        sent += result.verdict is Verdict.SENT
    return sent


def _address(text: str) -> str:
    """Nothing for one that is too long: cut, it would be somebody else's. Such a mail fails and is seen."""
    address = _one_line(text)
    return address if len(address) <= LONGEST_ADDRESS else ""


def _one_line(text: str, limit: int | None = None) -> str:
    """Without line breaks and other control characters, so that no name can add a header."""
    visible = (" " if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"} else char for char in text)
    return " ".join("".join(visible).split())[:limit]
