"""Who may send which mail: a claim postpones its mails, so that nobody else takes them while it lasts.

Times are the database's. A sender that dies leaves nothing to clean up: its mails are due again when the claim is over.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import office
from portal.accounts.models import Consent, OfficeTask, Organisation
from portal.mail import addresses
from portal.mail.models import BlockedAddress, OutgoingMail
from portal.mail.relay import Result, Verdict

Kind, Priority, Status = OutgoingMail.Kind, OutgoingMail.Priority, OutgoingMail.Status

BATCH = 50
LEASE = timedelta(minutes=3)
GIVE_UP_AFTER = timedelta(hours=72)
PAUSES = {  # after the first, second … attempt; the last one repeats
    Priority.URGENT: [timedelta(seconds=n) for n in (5, 10, 20, 30, 60)],
    Priority.NORMAL: [timedelta(minutes=n) for n in (1, 5, 15, 60, 120, 240)],
}
BLANK = {"body": "", "html": "", "headers": {}}


@dataclass
class Claim:
    """Mails one sender may send until the lease is over."""

    size: int  # rows taken, those that turned out expired or unwanted included
    mails: list[OutgoingMail]
    given_back: bool = False
    began: float = field(default_factory=time.monotonic)

    def is_half_over(self) -> bool:
        return time.monotonic() > self.began + LEASE.total_seconds() / 2

    def give_back(self, mails: Sequence[OutgoingMail], *, error: str = "") -> None:
        """Leave mails as they were found: they were not tried. Those that waited three days in vain end."""
        self.given_back = True
        self._insistently(lambda: _give_back(mails, error))

    def settle(self, mail: OutgoingMail, result: Result) -> None:
        """Write down what became of one mail; tried again while the lease lasts, or a second copy would go out."""
        self._insistently(lambda: _settle(mail, result))

    def _insistently(self, write: Callable[[], None]) -> None:
        pause = 0.1
        while True:
            try:
                return write()
            except (OperationalError, InterfaceError):
                if time.monotonic() + pause > self.began + LEASE.total_seconds():
                    raise
            connection.close()
            time.sleep(pause)
            pause = min(2 * pause, 5)


def take(limit: int) -> Claim:
    """Claim up to `limit` due mails, the urgent and the oldest first."""
    with transaction.atomic(durable=True):
        due = OutgoingMail.objects.filter(status=Status.QUEUED, due_at__lte=Now()).order_by("priority", "due_at", "pk")
        taken = list(due.select_for_update(skip_locked=True)[:limit])
        expired = _expired(taken)
        unwanted = without_consent(taken) - expired
        blocked = _to_blocked_addresses(taken) - expired - unwanted
        mails = [mail for mail in taken if mail.pk not in expired | unwanted | blocked]
        _rows(expired).update(status=Status.EXPIRED, **BLANK)
        _rows(unwanted).update(status=Status.SUPPRESSED, **BLANK)
        _rows(blocked).update(status=Status.BLOCKED)
        _rows({mail.pk for mail in mails}).update(due_at=Now() + LEASE, attempts=F("attempts") + 1)
    return Claim(len(taken), mails)


def without_consent(mails: Sequence[OutgoingMail]) -> set[int]:
    """Keys of the mails that rest on a consent which does not hold now."""
    asking = [mail for mail in mails if mail.purpose]
    people = {mail.user_id for mail in asking}
    given = set(Consent.objects.valid().filter(user__in=people).values_list("user", "purpose"))
    return {mail.pk for mail in asking if (mail.user_id, mail.purpose) not in given}


def _rows(keys: set[int]) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(pk__in=keys, status=Status.QUEUED)


def _expired(mails: Sequence[OutgoingMail]) -> set[int]:
    return set(_rows({mail.pk for mail in mails}).filter(expires_at__lte=Now()).values_list("pk", flat=True))


def _to_blocked_addresses(mails: Sequence[OutgoingMail]) -> set[int]:
    """Codes go out all the same: who asks for one may just have repaired the mailbox."""
    optional = [mail for mail in mails if mail.kind != Kind.ACCOUNT]
    blocked = addresses.are_blocked({mail.to for mail in optional}) if optional else set()
    return {mail.pk for mail in optional if mail.to in blocked}


def _give_back(mails: Sequence[OutgoingMail], error: str) -> None:
    waiting = [mail for mail in mails if not (error and _has_waited_long(mail))]
    with transaction.atomic():
        for mail in waiting:
            _rows({mail.pk}).update(due_at=mail.due_at, attempts=mail.attempts, error=error or mail.error)
        for mail in set(mails) - set(waiting):
            _fail(mail, error)


def _settle(mail: OutgoingMail, result: Result) -> None:
    if result.verdict is Verdict.SENT:
        done = BLANK if mail.kind == Kind.ACCOUNT else {}
        _rows({mail.pk}).update(status=Status.SENT, sent_at=Now(), error="", **done)
        return
    with transaction.atomic():
        if result.verdict is Verdict.NO_SUCH_ADDRESS:  # the person is locked before the mail, as erasing does
            reason = BlockedAddress.Reason.REFUSED
            told = addresses.block(mail.to, reason=reason, source=addresses.SMTP, detail=result.detail)
            _fail(mail, result.detail, told=told)
        elif result.verdict is Verdict.REFUSED or _has_waited_long(mail):
            _fail(mail, result.detail)
        else:
            pauses = PAUSES[Priority(mail.priority)]
            pause = pauses[min(mail.attempts, len(pauses) - 1)]
            _rows({mail.pk}).update(due_at=Now() + pause, error=result.detail)


def _has_waited_long(mail: OutgoingMail) -> bool:
    return mail.first_due_at < timezone.now() - GIVE_UP_AFTER


def _fail(mail: OutgoingMail, detail: str, *, told: bool = False) -> None:
    """Nothing ends silently; only codes do: anybody can type a wrong address, and the office could not help.

    `told`: the office has a task about the address already.
    """
    done = BLANK if mail.kind == Kind.ACCOUNT else {}
    failed = _rows({mail.pk}).update(status=Status.FAILED, error=detail, **done)
    if failed and not told and mail.kind != Kind.ACCOUNT:
        text = _("Eine Mail konnte nicht zugestellt werden (Postausgang Nr. %(number)d: „%(subject)s“).")
        office.open_task(
            f"undeliverable:{mail.pk}:{mail.first_due_at:%Y%m%d%H%M%S}",
            OfficeTask.Kind.DELIVERY,
            organisation=_organisation_of(mail),
            text=text % {"number": mail.pk, "subject": mail.subject},
        )


def _organisation_of(mail: OutgoingMail) -> Organisation | None:
    """Without an account none: a comparison with null would find the organisations that have no members."""
    return Organisation.objects.of(mail.user).order_by("pk").first() if mail.user else None
