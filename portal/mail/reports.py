"""What the mail provider reports about mails that had already left: bounces, complaints, people who unsubscribed.

Each report is heard once; one that is older than two weeks says nothing about an address of today.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db import transaction
from django.utils import timezone

from portal.mail import addresses
from portal.mail.models import BlockedAddress, ProviderEvent

STALE_AFTER = timedelta(days=14)


class Meaning(Enum):
    BOUNCED = auto()  # for good: no mail will reach this address
    COMPLAINED = auto()
    UNSUBSCRIBED = auto()
    NOTHING = auto()  # delivered, delayed, opened: of no use here


@dataclass(frozen=True, kw_only=True)
class Report:
    """One event of the provider; `identity` is the same for the same event."""

    meaning: Meaning
    address: str
    provider: str
    identity: str
    happened_at: datetime | None
    detail: str = ""


@transaction.atomic
def hear(report: Report) -> bool:
    """Do what the report asks for; False where it was heard before, is stale or asks for nothing."""
    digest = hashlib.sha256(f"{report.provider}\0{report.identity}".encode(errors="replace")).hexdigest()
    _event, is_new = ProviderEvent.objects.get_or_create(digest=digest)
    if not is_new or _is_stale(report):
        return False
    if report.meaning is Meaning.BOUNCED:
        _block(report, BlockedAddress.Reason.BOUNCED)
    elif report.meaning is Meaning.COMPLAINED:
        _block(report, BlockedAddress.Reason.COMPLAINED)
    elif report.meaning is Meaning.UNSUBSCRIBED:
        addresses.unsubscribe(report.address)
    return report.meaning is not Meaning.NOTHING


def _block(report: Report, reason: BlockedAddress.Reason) -> None:
    addresses.block(report.address, reason=reason, source=report.provider, detail=report.detail)


def _is_stale(report: Report) -> bool:
    return report.happened_at is not None and report.happened_at < timezone.now() - STALE_AFTER
