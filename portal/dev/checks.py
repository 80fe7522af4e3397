"""`./dev check`: everything about the code that can be said without running it."""

import subprocess
import sys

from portal.dev import servers
from portal.dev.console import say
from portal.dev.environment import embedded_servers, environment, production_environment

PYTHON_CODE = ["manage.py", "portal", "cities", "partners", "matching"]
CONCISE = ["--output-format", "concise"]


def check_all() -> None:
    """Run all checks, also after one has failed; exit with the names of those that did."""
    for server in embedded_servers():
        servers.use(server)  # until this process ends
    ours, theirs = environment(), production_environment()
    python = [sys.executable, "-m"]
    manage = [sys.executable, "manage.py"]
    lint_imports = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    checks: dict[str, tuple[list[str], dict[str, str]]] = {
        "format": ([*python, "ruff", "format", "--check", "--quiet", *CONCISE], ours),
        "rules": ([*python, "ruff", "check", "--quiet", *CONCISE], ours),
        "templates": ([*python, "djlint", "templates", "--lint", "--quiet"], ours),
        "import directions": ([sys.executable, "-c", lint_imports], ours),
        "types": ([*python, "mypy", *PYTHON_CODE], ours),
        "migrations": ([*manage, "makemigrations", "--check", "--dry-run"], ours),
        "production settings": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], theirs),
    }
    failed = [name for name, (command, settings) in checks.items() if not _passes(name, command, settings)]
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}.")
    say("All checks passed.")


def _passes(name: str, command: list[str], settings: dict[str, str]) -> bool:
    say(f"· {name}")
    return subprocess.run(command, env=settings, check=False).returncode == 0
