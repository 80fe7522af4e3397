"""A Chromium for tests and screenshots: the installed one, else the one of the npm package @sparticuz/chromium."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from portal.dev.console import ROOT, STATE, say

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
DECOMPRESS = """
const { createReadStream, createWriteStream } = require("node:fs");
const { createBrotliDecompress } = require("node:zlib");
const [source, target] = process.argv.slice(1);
require("node:stream").pipeline(createReadStream(source), createBrotliDecompress(), createWriteStream(target),
  (error) => { if (error) throw error; });
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""
# The package's own libraries are those a bare Linux lacks. No sandbox: it needs rights that containers do not have.
START = """#!/bin/sh
export LD_LIBRARY_PATH="{folder}/lib" FONTCONFIG_FILE="{folder}/fonts.conf"
exec "{folder}/chromium" --no-sandbox "$@"
"""


def chromium() -> str:
    """The path of a Chromium that runs headless; `CHROMIUM` names another one."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if named:
        return named
    start = STATE / "chromium" / "start"
    with (STATE / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not start.exists():
            say("· Unpacking the test browser …")
            _unpack(start.parent)
    return str(start)


def _unpack(folder: Path) -> None:
    """Everything in place first, the script that starts it last: where it is missing, unpacking begins anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _decompress("chromium", folder / "chromium")
    (folder / "chromium").chmod(0o755)
    for archive in ("al2023.tar", "fonts.tar", "swiftshader.tar"):
        _decompress(archive, folder / archive)
        subprocess.run(["tar", "-xf", archive], cwd=folder, check=True)
        (folder / archive).unlink()
    (folder / "fonts.conf").write_text(FONTS.format(folder=folder))
    unfinished = folder / "start.new"
    unfinished.write_text(START.format(folder=folder))
    unfinished.chmod(0o755)
    unfinished.rename(folder / "start")


def _decompress(name: str, target: Path) -> None:
    node = Path(sys.executable).with_name("node")
    unpacked = subprocess.run([node, "-e", DECOMPRESS, PACKAGE / f"{name}.br", target], check=False, stderr=sys.stderr)
    if unpacked.returncode:
        sys.exit("Unpacking the test browser failed. Remove node_modules and run ./dev again, or set CHROMIUM.")
