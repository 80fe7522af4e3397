"""The books at the end of a case: what the portal owed against what the mail server took."""

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count

from matching.models import Introduction
from portal.mail.models import OutgoingMail


@dataclass(frozen=True)
class Account:
    """Mails owed and taken, by Message-ID."""

    owed: int
    lost: int
    extra: int  # copies beyond the first
    most: int  # copies of one mail
    altered: int  # mails whose copies differ in a single byte, or in the recipient
    foreign: int  # taken without being owed


def of(sink, mails=None):
    """The account of these mails, of all of them if not said otherwise."""
    rows = OutgoingMail.objects.all() if mails is None else mails
    host = urlsplit(settings.SITE_URL).hostname
    owed = {f"<{message_id}@{host}>" for message_id in rows.values_list("message_id", flat=True)}
    counts = sink.counts()
    return Account(
        owed=len(owed),
        lost=len(owed - set(counts)),
        extra=sum(counts.values()) - len(counts),
        most=max(counts.values(), default=0),
        altered=sum(len(contents) > 1 for contents in sink.digests().values()),
        foreign=len(set(counts) - owed) if mails is None else 0,
    )


def wait_until_drained(seconds):
    """Until no mail waits; returns how long that took."""
    began = time.monotonic()
    while waiting := OutgoingMail.objects.filter(status="queued").count():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{waiting} mails still wait after {seconds} s")
        time.sleep(0.2)
    return round(time.monotonic() - began, 1)


def every_introduction_has_its_mails():
    """Two sides asked, two mails: neither introductions without mails nor mails without introductions."""
    mails = set(OutgoingMail.objects.filter(key__startswith="invitation:").values_list("key", flat=True))
    asked = Introduction.objects.annotate(sides=Count("invitations")).values_list("sides", flat=True)
    sides = {f"invitation:{pk}" for pk in Introduction.objects.values_list("invitations", flat=True)}
    return set(asked) <= {2} and sides == mails
