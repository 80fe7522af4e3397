"""Measures how quickly the outbox drains beside loops over smtplib: the same mails to the same mail server.

The outbox works on empty copies of its tables, in a schema of this connection that is dropped afterwards: neither mails
nor workers of a portal that runs beside it are touched. Each commit reaches the disk, as in production.
"""

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time
from typing import Self

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.accounts import consents
from portal.accounts.models import Consent, Purpose, User
from portal.mail import letters, messages, outbox
from portal.mail.models import OutgoingMail

MAILS = 1_000
RUNS = 5
_SCHEMA = "outbox_measured"
_SINK = """
import asyncio, sys
from aiosmtpd.smtp import SMTP

class Taker:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"

async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Taker(), hostname="sink", loop=loop), "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()

asyncio.run(serve())
"""
Messages = list[tuple[str, bytes]]


@dataclass(frozen=True)
class Drain:
    """How long one way took for all mails: the median of some runs in turn, and the most memory of the process."""

    name: str
    mails: int
    seconds: float
    busy_seconds: float  # of the processor, without the mail server's and the database's
    peak_mib: int

    def columns(self, first: Self) -> dict[str, str]:
        """Numbers as text by heading; the ratio says how much longer the first row takes."""
        return {
            "mails/s": f"{self.mails / self.seconds:.0f}",
            "ms a mail": f"{1000 * self.seconds / self.mails:.2f}",
            "CPU ms": f"{1000 * self.busy_seconds / self.mails:.2f}",
            "first ÷ it": f"{first.seconds / self.seconds:.2f}",
            "MiB": str(self.peak_mib),
        }


def run() -> list[Drain]:
    """One connection each: the outbox, a loop with all messages built before, and one that builds them itself."""
    if find_spec("aiosmtpd") is None:
        return [Drain("outbox: no aiosmtpd here, see ./dev bench", 1, 1.0, 1.0, 0)]
    ways: dict[str, Callable[[int], None]] = {
        "the outbox": _drain,
        "the same, waiting for no disk": _drain_without_disk,
        "smtplib, messages built before": lambda port: _send(_CACHE, port),
        "smtplib, building each message": lambda port: _send(_built(), port),
        "smtplib, a connection for each": _send_apart,
    }
    with _own_tables(), _sink() as port:
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(RUNS):
            for name, way in ways.items():
                _fill()
                times[name].append(_time(way, port))
        peak = _peak_mib()
    return [Drain(name, MAILS, *sorted(found)[RUNS // 2], peak) for name, found in times.items()]


_CACHE: Messages = []


def _drain(port: int) -> None:
    settings.MAIL_RELAY = settings.MAIL_RELAY | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port}
    if outbox.deliver_due_mails(limit=None) != MAILS:
        raise RuntimeError("the outbox did not deliver all mails")


def _drain_without_disk(port: int) -> None:
    _execute("SET synchronous_commit TO off")
    _drain(port)
    _execute("SET synchronous_commit TO on")


def _send(built: Iterator[tuple[str, bytes]] | Messages, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for to, content in built:
            server.sendmail(settings.DEFAULT_FROM_EMAIL, [to], content)


def _send_apart(port: int) -> None:
    for to, content in _CACHE:
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.sendmail(settings.DEFAULT_FROM_EMAIL, [to], content)


def _built() -> Iterator[tuple[str, bytes]]:
    for mail in OutgoingMail.objects.order_by("pk").iterator():
        yield mail.to, messages.as_bytes(messages.build(mail).message())


def _fill() -> None:
    """Invitations that wait, to one person who agreed; the messages of the loop are built from them."""
    _execute(f"TRUNCATE {_SCHEMA}.mail_outgoingmail")
    person = User.objects.get()
    text = _text()
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            key=f"invitation:{number}",
            to=f"person{number}@verein.example",
            subject=text.subject,
            body=text.text,
            html=text.html,
            headers={"List-Unsubscribe": "<http://localhost:8000/abmelden/abc/>"},
            kind=OutgoingMail.Kind.SUGGESTION,
            user=person,
            purpose=Purpose.SUGGESTIONS,
        )
        for number in range(MAILS)
    )
    _execute(f"ANALYZE {_SCHEMA}.mail_outgoingmail")
    _CACHE[:] = _built()


def _text() -> letters.Rendered:
    url = f"{settings.SITE_URL}/antwort/{'x' * 43}/"
    reasons = [{"text": f"Grund {number}: gemeinsame Themen, und 12 km liegen dazwischen."} for number in range(4)]
    names = {"greeting": "Guten Tag Alex Beispiel,", "own": "Telgte", "other": "Kammer für Handwerk Münster"}
    return letters.render("invitation", names | {"reasons": reasons, "answer_url": url, "unsubscribe_url": url})


def _time(way: Callable[[int], None], port: int) -> tuple[float, float]:
    began, busy = perf_counter(), process_time()
    way(port)
    return perf_counter() - began, process_time() - busy


@contextmanager
def _own_tables() -> Iterator[None]:
    _execute(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE; CREATE SCHEMA {_SCHEMA}")
    for model in (OutgoingMail, User, Consent):
        table = model._meta.db_table
        _execute(f"CREATE TABLE {_SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)")
    _execute(f"SET search_path TO {_SCHEMA}, public; SET synchronous_commit TO on")
    try:
        person = User.objects.create(email="person@verein.example")
        version, _wording = consents.current_text(Purpose.SUGGESTIONS)
        Consent.objects.create(
            user=person, purpose=Purpose.SUGGESTIONS, text_version=version, confirmed_at=timezone.now()
        )
        yield
    finally:
        _execute(f"DROP SCHEMA {_SCHEMA} CASCADE; RESET search_path; RESET synchronous_commit")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _sink() -> Iterator[int]:
    """A mail server as a process of its own, so that it takes no time of the one that is measured."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", _SINK, str(port)])  # noqa: S603 - our own few lines
    try:
        _wait_for(port)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the mail server does not start")


def _peak_mib() -> int:
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
