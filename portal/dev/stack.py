"""`./dev run`: the whole portal on this machine, with demo data, until Ctrl-C.

It runs as in production (gunicorn, collected files, no debug mode), so that what one sees is what one gets.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from portal.dev import servers
from portal.dev.console import LOGS, ROOT, STATE, say
from portal.dev.environment import DEFAULT_PORT, embedded_servers, environment, mail_page_port, smtp_port

LOCK = STATE / "run.lock"  # held while the portal runs; says at which port
STOP_SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
READY_WITHIN = 60
STOP_WITHIN = 10


def run(port: int) -> None:
    for number in STOP_SIGNALS:  # SIGINT too: started in the background of a script, it would be ignored
        signal.signal(number, _interrupt)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        with _the_only_run(port), _servers() as locks:
            settings = environment(port)
            logins = _prepare(settings)
            say("· Starting web, worker, beat and mail page …")
            for name, command in commands(port).items():
                processes[name] = _start(name, command, settings, locks)
            try:
                _wait_until_ready(port, processes)
                _welcome(port, logins)
                _watch(processes)
            finally:
                _stop(processes)
    except KeyboardInterrupt:
        say("Stopped.")


def current_port() -> int:
    """The port of the portal that runs from this folder, else the usual one."""
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            return int(lock.read() or DEFAULT_PORT)
    return DEFAULT_PORT


def commands(port: int) -> dict[str, list[str]]:
    """What runs beside the servers, by name."""
    celery = [sys.executable, "-m", "celery", "-A", "portal", "--skip-checks"]
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--graceful-timeout", "5"]
    ports = [str(smtp_port(port)), str(mail_page_port(port))]
    return {
        "mail": [sys.executable, "-m", "portal.dev.mail_catcher", str(STATE / "mails"), *ports],
        "web": [sys.executable, "-m", "gunicorn", "portal.wsgi", "--preload", *bind, "--access-logfile", "-"],
        "worker": [*celery, "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "INFO"],
        "beat": [*celery, "beat", "--schedule", str(STATE / "beat-schedule"), "--pidfile", ""],
    }


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def _the_only_run(port: int) -> Iterator[None]:
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            sys.exit(
                f"The portal already runs from this folder: http://localhost:{lock.read()}. Stop it there with Ctrl-C."
            )
        _require_free([port, mail_page_port(port), smtp_port(port)])
        lock.truncate(0)
        lock.write(str(port))
        lock.flush()
        yield


@contextmanager
def _servers() -> Iterator[list[int]]:
    used = []
    try:
        for server in embedded_servers():
            say(f"· Starting {server.name} …")
            used.append((server, servers.use(server)))
        yield [lock for _, lock in used]
    finally:
        for server, lock in used:
            servers.leave(server, lock)


def _require_free(ports: list[int]) -> None:
    for port in ports:
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                sys.exit(
                    f"Port {port} is in use. Stop the program that uses it, or choose three free ports in a row: "
                    f"./dev run --port {ports[0] + 100}"
                )


def _prepare(settings: dict[str, str]) -> str:
    """Bring everything into the state of the code; return what the demo says about its logins."""
    command = servers.dying_with_parent("SIGTERM", [sys.executable, "-m", "portal.dev.preparation"])
    done = subprocess.run(
        command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True, check=False, start_new_session=True
    )
    if done.returncode:
        sys.exit("This step failed; the reason is above.")
    return done.stdout


def _start(name: str, command: list[str], settings: dict[str, str], locks: list[int]) -> subprocess.Popen[bytes]:
    """Each holds the servers' locks too, so that after a kill -9 of `./dev run` the servers outlive their last user."""
    with (LOGS / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            servers.dying_with_parent("SIGTERM", command),
            cwd=ROOT,
            env=settings,
            pass_fds=locks,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for `./dev run`, which stops them in order
        )


def _wait_until_ready(port: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not _is_ready(f"http://localhost:{port}/health/ready"):
        _require_alive(processes)
        if time.monotonic() > deadline:
            sys.exit(f"The portal does not answer. Its log is {LOGS / 'web.log'}.")
        time.sleep(0.1)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - always http://localhost
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _require_alive(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            log = LOGS / f"{name}.log"
            say(log.read_text(errors="replace")[-2000:])
            sys.exit(f"{name} has ended by itself; its last words are above, all of them in {log}.")


def _welcome(port: int, logins: str) -> None:
    say(f"\n{logins}")
    say(f"Portal   http://localhost:{port}")
    say(f"Mails    http://localhost:{mail_page_port(port)}")
    say(f"Logs     {LOGS}")
    say("Ctrl-C stops everything.")


def _watch(processes: dict[str, subprocess.Popen[bytes]]) -> NoReturn:
    while True:
        _require_alive(processes)
        time.sleep(0.5)


def _stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # it does not take long, and nothing shall be left behind
    say("\nStopping …")
    for process in processes.values():
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for process in processes.values():
        try:
            process.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
