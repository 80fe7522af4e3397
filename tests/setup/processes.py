"""What runs on this machine, read from /proc."""

import time
from pathlib import Path


def running_in(folder):
    """The command lines of all processes that name the folder or work inside it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            place = (process / "cwd").readlink()
        except OSError:  # ended meanwhile, or somebody else's
            continue
        if words and (str(folder) in words or place.is_relative_to(folder)):
            found.append(words)
    return found


def wait_until(condition, *, seconds=20):
    deadline = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return value
