"""`./dev lock`: write the lock files: versions and hashes, but no address, which is for those to choose who install."""

import subprocess
import sys
from pathlib import Path

from portal.dev.console import ROOT, say

BIN = Path(sys.executable).parent
PRODUCTION, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
# For all platforms and from the oldest Python on; what is locked already stays as it is.
COMPILE = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version=3.11", "--generate-hashes"]
QUIET = ["--no-header", "--quiet"]


def write(*, upgrade: bool) -> None:
    newest = ["--upgrade"] if upgrade else []
    _attempt([*COMPILE, *QUIET, *newest, "--output-file", PRODUCTION])
    _attempt([*COMPILE, *QUIET, *newest, "--output-file", DEVELOPMENT, "--group=dev", "--constraint", PRODUCTION])
    _attempt(["npm", "update" if upgrade else "install", "--package-lock-only"])
    say("requirements.txt, requirements-dev.txt and package-lock.json are up to date.")


def _attempt(command: list[str]) -> None:
    program, *arguments = command
    if subprocess.run([BIN / program, *arguments], cwd=ROOT, stdout=sys.stderr, check=False).returncode:
        sys.exit(f"{program} could not write the lock; see above.")
