"""Where things lie, and how `./dev` talks: on standard error, so that standard output stays the command's own."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".dev"
LOGS = STATE / "log"


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
