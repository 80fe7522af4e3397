"""A mail scanner: it opens the links of every mail three times, and what was written meanwhile is counted.

PostgreSQL counts the rows each transaction inserts, changes and deletes, in all tables; so even a row that is written
back as it was is noticed, which a checksum over the tables would not see.
"""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.mail.models import OutgoingMail

TIMES = 3
OWN = ("/antwort/", "/abmelden/")
_ADDRESS = re.compile(r"https?://[^\s<>\"')]+")


@dataclass(frozen=True, slots=True)
class Scan:
    """What opening the links of one mail has done; `failed` are links that ended in an error of ours."""

    opened: int
    writes: int
    failed: list[str]


class Scanner:
    """Opens every link to an answer or to unsubscribe; what is the same for everybody only once a week, for time's
    sake.
    """

    def __init__(self) -> None:
        self._known: set[tuple[str, int]] = set()

    def scan(self, mail: OutgoingMail) -> Scan:
        before = writes()
        client = browser()
        pages = [page for page in links_of(mail) if self._is_due(page)]
        failed = [page for page in pages for _ in range(TIMES) if client.get(page, follow=True).status_code >= 500]
        return Scan(TIMES * len(pages), writes() - before, failed)

    def _is_due(self, page: str) -> bool:
        week = page, timezone.localdate().isocalendar().week
        is_due = page.startswith(OWN) or week not in self._known
        self._known.add(week)
        return is_due


def links_of(mail: OutgoingMail) -> list[str]:
    """Paths of the portal, in the text, the HTML part and the header."""
    text = " ".join([mail.body, unescape(mail.html), *map(str, mail.headers.values())])
    addresses = {found.rstrip(".,;:") for found in _ADDRESS.findall(text)}
    return sorted(address.removeprefix(settings.SITE_URL) or "/" for address in addresses if _is_ours(address))


def browser() -> Client:
    """Without cookies, as whoever opens a link from a mail."""
    site = urlsplit(settings.SITE_URL)
    client = Client(raise_request_exception=False, headers={"host": site.netloc})
    client.defaults["wsgi.url_scheme"] = site.scheme
    return client


def writes() -> int:
    """Rows written in the current transaction, in all tables. RuntimeError where PostgreSQL does not count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        [count] = cursor.fetchone()
    if not count:
        raise RuntimeError("PostgreSQL counts no rows: is track_counts off?")
    return int(count)


def _is_ours(address: str) -> bool:
    return address == settings.SITE_URL or address.startswith(f"{settings.SITE_URL}/")
