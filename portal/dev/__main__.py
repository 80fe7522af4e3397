"""The commands of `./dev`."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

from portal import translations
from portal.dev import browser, checks, faults, locks, servers, stack
from portal.dev.console import LOGS, ROOT
from portal.dev.environment import embedded_servers, environment


def main(command: str, arguments: list[str]) -> None:
    commands: dict[str, Callable[[list[str]], None]] = {
        "run": _run,
        "test": _test,
        "check": lambda _: checks.check_all(),
        "manage": lambda words: _become([sys.executable, "manage.py", *words]),
        "bench": _bench,
        "faults": faults.run,
        "shots": lambda words: _become([sys.executable, "-m", "tests.shots", *words], CHROMIUM=browser.chromium()),
        "lock": lambda words: locks.write(upgrade="--upgrade" in words),
    }
    if command not in commands:
        sys.exit(f"./dev knows no command “{command}”; ./dev --help lists them.")
    os.chdir(ROOT)
    LOGS.mkdir(parents=True, exist_ok=True)
    translations.compile_all()
    commands[command](arguments)


def _run(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="./dev run", description="Start the whole portal with demo data.")
    parser.add_argument("--port", type=int, default=8000, help="of the portal; the mails are on the next one")
    port = parser.parse_args(arguments).port
    if not 1024 <= port <= 65533:
        parser.error("the port must lie between 1024 and 65533")
    stack.run(port)


def _test(arguments: list[str]) -> None:
    """All tests on all cores, each with a database of its own; what is asked for by name needs no such start."""
    chosen = arguments or ["--numprocesses=auto"]
    _become([sys.executable, "-m", "pytest", *chosen], CHROMIUM=browser.chromium())


def _bench(arguments: list[str]) -> None:
    for server in embedded_servers():
        servers.use(server)
    for words in (["migrate", "--verbosity=0"], ["load_reference"]):
        subprocess.run(
            [sys.executable, "manage.py", *words], check=True, env=environment(stack.current_port()), stdout=sys.stderr
        )
    _become([sys.executable, "manage.py", "bench", *arguments])


def _become(command: list[str], **extra: str) -> NoReturn:
    """Turn into the command, which holds the servers' locks for as long as it lives, however it ends."""
    for server in embedded_servers():
        servers.use(server)
    os.execve(command[0], command, environment(stack.current_port()) | extra)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
