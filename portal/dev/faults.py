"""`./dev faults`: the test suite that kills, stops and confuses real processes, on servers of its own."""

import argparse
import fcntl
import os
import secrets
import sys
from typing import NoReturn

from portal.dev import browser
from portal.dev.console import STATE, say
from portal.dev.environment import environment
from portal.dev.postgres import Postgres
from portal.dev.valkey import Valkey

INSTANCE = "faults"
# As in production: what was committed survives a server that dies.
POSTGRES, VALKEY = Postgres(INSTANCE, synchronous_commit="on"), Valkey(INSTANCE)
LOCK = STATE / "faults.lock"


def run(arguments: list[str]) -> NoReturn:
    """Turn into pytest, which starts the servers and ends them, however it ends itself."""
    parser = argparse.ArgumentParser(prog="./dev faults", description="Real faults, one after another.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of cases, or parts of them; all of them if not given")
    parser.add_argument("--short", action="store_true", help="the same faults with a tenth of the mails, as in .ci/run")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of everything that is random")
    chosen = parser.parse_args(arguments)
    lock = LOCK.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("Another ./dev faults runs from this folder already.")
    os.set_inheritable(lock.fileno(), True)
    say(f"· {'Short' if chosen.short else 'Full'} run, seed {chosen.seed} …")
    theirs = environment() | {
        "DATABASE_URL": POSTGRES.url(),
        "REDIS_URL": VALKEY.url(),
        "CHROMIUM": browser.chromium(),
        "FAULTS": "short" if chosen.short else "full",
        "FAULTS_SEED": str(chosen.seed),
    }
    cases = ["-k", " or ".join(chosen.names)] if chosen.names else []
    pytest = [sys.executable, "-m", "pytest", "tests/faults", "--timeout=3600", "-v", "-p", "no:cacheprovider", *cases]
    os.execve(pytest[0], pytest, theirs)
