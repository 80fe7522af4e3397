"""`dev` itself: what it says where something is missing, and that half an installation is not taken for a whole one."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("dev", "requirements-dev.txt", "package-lock.json", "package.json", ".npmrc"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def dev(checkout, *words, **settings):
    home = checkout.parent / "home"
    home.mkdir(exist_ok=True)
    empty = {"PATH": os.environ["PATH"], "HOME": str(home), "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run([checkout / "dev", *words], env=empty | settings, capture_output=True, text=True, check=False)


def test_help_needs_nothing_installed(checkout):
    answer = dev(checkout, "--help")
    assert answer.returncode == 0
    assert "./dev run" in answer.stdout
    assert not (checkout / ".venv").exists()


def test_without_a_network_one_sentence_says_what_to_do_and_the_next_run_begins_anew(checkout):
    nowhere = "http://127.0.0.1:9"
    answer = dev(checkout, "manage", "check", HTTPS_PROXY=nowhere, https_proxy=nowhere, PIP_RETRIES="0")
    assert answer.returncode == 1
    last = answer.stderr.splitlines()[-1]
    assert last.startswith("Downloading the Python packages failed. Check network and disk space and run ./dev again")
    assert "Traceback" not in answer.stderr
    assert not (checkout / ".venv" / "installed").exists()


def test_without_the_venv_module_the_package_to_install_is_named(checkout, tmp_path):
    (tmp_path / "sitecustomize.py").write_text('import sys; sys.modules["ensurepip"] = None')
    answer = dev(checkout, "run", PYTHONPATH=str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr.strip() == (
        "Python's venv module is missing; on Debian or Ubuntu, install it with `apt-get install python3-venv`."
    )


def test_an_older_python_can_read_the_file_as_far_as_being_told():
    assert ast.parse((ROOT / "dev").read_text(), feature_version=(3, 7))


def test_an_unknown_command_is_named():
    command = [sys.executable, "-m", "portal.dev", "fly"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert answer.stderr.strip() == "./dev knows no command “fly”; ./dev --help lists them."
