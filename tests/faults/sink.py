"""A mail server as a process of its own: it writes a line for every 250, and can be told to refuse, hang or break off.

python -m tests.faults.sink PORT LOG RULES
"""

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.smtp import SMTP

from portal.dev.servers import dying_with_parent
from tests.smtp_sink import free_port

PAUSES = {"hang": 3600, "slow": 0.05, "very slow": 0.25}  # seconds before a 250


@dataclass(frozen=True)
class Copy:
    """One mail the server took: said 250 to, or would have, had the connection not died."""

    at: float
    to: str
    message_id: str
    digest: str  # of all its bytes


@dataclass
class Sink:
    """The server as the tests see it. Rules are by the recipient's domain, "*" for all: a status line such as
    "550 no such user", the same for the whole message as "data: 451 later", one of PAUSES, or "drop" (after DATA)."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen | None = None
    _read: int = 0
    _copies: list[Copy] = field(default_factory=list)

    def start(self):
        self.set_rules()
        command = [sys.executable, "-m", __name__, str(self.port), str(self._log), str(self._rules)]
        self._process = subprocess.Popen(dying_with_parent("SIGKILL", command))
        _wait_for_port(self.port)

    def stop(self):
        self._process.kill()
        self._process.wait()

    def set_rules(self, **rules):
        """`everybody` stands for "*"; dots in domains are written as underscores."""
        named = {"*" if name == "everybody" else name.replace("_", "."): rule for name, rule in rules.items()}
        unfinished = self._rules.with_suffix(".new")
        unfinished.write_text(json.dumps(named))
        unfinished.rename(self._rules)

    def copies(self):
        """Everything taken so far."""
        with self._log.open("rb") if self._log.exists() else contextlib.nullcontext() as log:
            if log:
                log.seek(self._read)
                for line in log:
                    if not line.endswith(b"\n"):
                        break
                    self._copies.append(Copy(**json.loads(line)))
                    self._read += len(line)
        return self._copies

    def counts(self):
        return Counter(copy.message_id for copy in self.copies())

    def digests(self):
        """The different contents that came under one Message-ID."""
        found = defaultdict(set)
        for copy in self.copies():
            found[copy.message_id].add((copy.to, copy.digest))
        return found

    def wait_for(self, number, *, seconds=120):
        end = time.monotonic() + seconds
        while len(self.copies()) < number:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(self.copies())} of {number} mails arrived in {seconds} s")
            time.sleep(0.01)

    @property
    def _log(self):
        return self.folder / "taken.jsonl"

    @property
    def _rules(self):
        return self.folder / "rules.json"


class Handler:
    """What the process does with each command."""

    def __init__(self, log, rules):
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._path, self._seen, self._rules = rules, 0, {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        rule = self._rule(address)
        if rule[:1].isdigit():
            return rule
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        rule = self._rule(to)
        if rule.startswith("data:"):
            return rule.removeprefix("data:").strip()
        await asyncio.sleep(PAUSES.get(rule, 0))
        content = envelope.original_content
        copy = {
            "at": time.time(),
            "to": to,
            "message_id": BytesHeaderParser().parsebytes(content)["Message-ID"],
            "digest": hashlib.sha256(content).hexdigest(),
        }
        os.write(self._log, json.dumps(copy).encode() + b"\n")
        if rule == "drop":
            server.transport.abort()
        return "250 OK"

    def _rule(self, address):
        changed = os.stat(self._path).st_mtime_ns
        if changed != self._seen:
            self._rules, self._seen = json.loads(Path(self._path).read_text()), changed
        return self._rules.get(address.rpartition("@")[2], self._rules.get("*", ""))


async def serve(port, log, rules):
    handler = Handler(log, rules)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="sink.example", enable_SMTPUTF8=False, loop=loop), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


def _wait_for_port(port):
    import socket

    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError("the mail server does not start")


if __name__ == "__main__":
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
