"""Embedded servers: started by whoever needs one first, stopped when nobody uses it any more.

Nothing here remembers a process id, so nothing can be stale. Two locks in .dev tell the truth, because the kernel
releases them when their holders are gone, even after kill -9:

    NAME.users   shared, held by all who use the server; its guardian stops it on getting this lock exclusively
    NAME.alive   exclusive, held by the guardian and the server's own processes
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from portal.dev import guardian
from portal.dev.console import LOGS, ROOT, STATE

GUARDIAN = [sys.executable, "-I", guardian.__file__]
START_WITHIN = 60  # seconds; a database that was killed has to read its journal first
STOP_WITHIN = 20


class Server(Protocol):
    """What has to be known about a server to run it."""

    name: str
    stop_signal: str

    def prepare(self) -> None:
        """Make what the server needs before it starts; called while it certainly does not run."""

    def command(self) -> list[str]:
        """The command line that runs the server in the foreground."""

    def answers(self) -> bool:
        """Whether the server can be used now."""


def use(server: Server) -> int:
    """Start the server unless it runs, and return the lock that keeps it running while somebody holds it open.

    The lock survives `exec` and is handed to children by `pass_fds`.
    """
    users = _open_lock(server, "users")
    fcntl.flock(users, fcntl.LOCK_SH)  # waits where the guardian is just stopping the server
    with _alone(_open_lock(server, "start")):
        deadline = time.monotonic() + START_WITHIN
        while not server.answers():
            _start_unless_alive(server)
            if time.monotonic() > deadline:
                sys.exit(f"{server.name} does not start; its log is {_log(server)}.")
            time.sleep(0.1)
    os.set_inheritable(users, True)
    return users


def leave(server: Server, users: int) -> None:
    """Give up the use of the server; the last user waits until it has stopped."""
    is_last = guardian.try_lock(users)
    os.close(users)
    alive = _open_lock(server, "alive")
    deadline = time.monotonic() + STOP_WITHIN
    while is_last and not guardian.try_lock(alive) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.close(alive)


def socket_folder(instance: str = "") -> Path:
    """A folder that only this account may enter, with a short name: the path of a socket has 107 bytes at most."""
    folder = socket_folder_of(ROOT)
    if instance:
        folder = folder.with_name(f"{folder.name}-{instance}")
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != os.getuid() or status.st_mode & 0o077:
        sys.exit(f"{folder} belongs to somebody else or is open to others; remove it and run ./dev again.")
    return folder


def socket_folder_of(checkout: Path) -> Path:
    key = hashlib.sha256(bytes(checkout)).hexdigest()[:8]
    return Path(f"/tmp/portal-{os.getuid()}-{key}")  # noqa: S108 - socket_folder checks owner and mode


def dying_with_parent(stop_signal: str, command: list[str]) -> list[str]:
    """The command, told by the kernel to stop when the process that starts it is gone, kill -9 included."""
    return ["setpriv", "--pdeathsig", stop_signal.removeprefix("SIG"), "--", *command]


def _start_unless_alive(server: Server) -> None:
    alive = _open_lock(server, "alive")
    try:
        if not guardian.try_lock(alive):
            return
        server.prepare()
        os.set_inheritable(alive, True)
        with _log(server).open("wb") as log:
            guard = subprocess.Popen(
                [*GUARDIAN, str(_lock(server, "users")), server.stop_signal, *server.command()],
                pass_fds=[alive],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is not meant for it
            )
        _wait_for_answer(server, guard)
    finally:
        os.close(alive)


def _wait_for_answer(server: Server, guard: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while not server.answers() and time.monotonic() < deadline:
        if guard.poll() is not None:
            sys.exit(f"{server.name} ended while starting; its log is {_log(server)}.")
        time.sleep(0.05)


def _log(server: Server) -> Path:
    return LOGS / f"{server.name}.log"


def _lock(server: Server, kind: str) -> Path:
    return STATE / f"{server.name}.{kind}"


def _open_lock(server: Server, kind: str) -> int:
    return os.open(_lock(server, kind), os.O_RDWR | os.O_CREAT, 0o600)


@contextmanager
def _alone(lock: int) -> Iterator[None]:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
