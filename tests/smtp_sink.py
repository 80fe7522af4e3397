"""A real mail server for tests: it keeps what it accepts, and can be told to refuse, to hang or to break off."""

import asyncio
import logging
import socket
import threading
import time
from collections import Counter
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

logging.getLogger("mail.log").setLevel(logging.ERROR)


class Sink:
    """Answers are set per recipient: a status line such as "550 no such user", the same after the word "data" (refuses
    the text), "hang", or "drop" (after DATA).
    """

    def __init__(self):
        self.answers = {}  # recipient → what to do; "*" for everybody else
        self.delay = 0.0
        self.accepted = []  # (recipient, parsed message, raw bytes), once per copy
        self.connections = 0
        self._lock = threading.Lock()

    def answer_to(self, address):
        return self.answers.get(address, self.answers.get("*", ""))

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answer_to(address)
        if answer[:1].isdigit():
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.delay:
            await asyncio.sleep(self.delay)
        for address in envelope.rcpt_tos:
            if self.answer_to(address) == "hang":
                await asyncio.sleep(60)
            if self.answer_to(address).startswith("data "):
                return self.answer_to(address).removeprefix("data ")
            with self._lock:
                message = message_from_bytes(envelope.content, policy=policy.default)
                self.accepted.append((address, message, envelope.content))
            if self.answer_to(address) == "drop":
                server.transport.abort()
        return "250 OK"

    def copies(self):
        """How often each message arrived."""
        return Counter(message["Message-ID"] for _address, message, _raw in self.accepted)

    def recipients(self):
        return sorted(address for address, _message, _raw in self.accepted)

    def wait_for(self, number, *, seconds=30):
        """Until at least this many copies have arrived."""
        end = time.monotonic() + seconds
        while len(self.accepted) < number:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(self.accepted)} of {number} mails arrived in {seconds} s")
            time.sleep(0.01)


class _Controller(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="sink.example", enable_SMTPUTF8=False)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(sink, *, port=None):
    """Serve on a port of this machine; the result has `.port` and `.stop()`."""
    controller = _Controller(sink, hostname="127.0.0.1", port=port or free_port(), ready_timeout=10)
    controller.start()
    return controller
