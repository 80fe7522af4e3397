"""An embedded server runs exactly as long as somebody uses it, however its users end."""

import os
import signal
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.setup.processes import running_in, wait_until

ROOT = Path(__file__).resolve().parents[2]
# A server that writes down its start and its end, and a program that uses it until its input closes.
USER = """
import sys
from pathlib import Path
from portal.dev import servers

class Recorder:
    stop_signal = "SIGTERM"

    def __init__(self, folder):
        self.folder, self.name = Path(folder), Path(folder).name

    def prepare(self):
        self.ready = self.folder / "ready"
        self.ready.unlink(missing_ok=True)

    def command(self):
        script = 'echo start >> starts; touch ready; trap "echo end >> ends; exit" TERM; while :; do sleep 0.05; done'
        return servers.dying_with_parent("TERM", ["sh", "-c", f"cd {self.folder}; {script}"])

    def answers(self):
        return (self.folder / "ready").exists()

server = Recorder(sys.argv[1])
lock = servers.use(server)
print("using", flush=True)
sys.stdin.read()
servers.leave(server, lock)
"""


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / f"recorder-{uuid.uuid4().hex[:8]}"
    place.mkdir()
    (ROOT / ".dev" / "log").mkdir(parents=True, exist_ok=True)
    yield place
    for file in [*(ROOT / ".dev").glob(f"{place.name}.*"), *(ROOT / ".dev" / "log").glob(f"{place.name}.*")]:
        file.unlink()


def begin_to_use(folder):
    command = [sys.executable, "-c", USER, str(folder)]
    user = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert user.stdout.readline() == b"using\n"
    return user


def finish(user):
    user.communicate()
    assert user.returncode == 0


def count(folder, event):
    file = folder / event
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_the_last_user_waits_until_the_server_has_stopped(folder):
    finish(begin_to_use(folder))
    assert (count(folder, "starts"), count(folder, "ends")) == (1, 1)
    assert running_in(folder) == []


def test_users_that_start_at_once_share_one_server(folder):
    with ThreadPoolExecutor(4) as pool:
        users = list(pool.map(begin_to_use, [folder] * 4))
    first, *others = users
    finish(first)
    assert count(folder, "ends") == 0
    for user in others:
        finish(user)
    assert (count(folder, "starts"), count(folder, "ends")) == (1, 1)


def test_a_user_that_is_killed_lets_go_of_the_server(folder):
    with begin_to_use(folder) as user:
        user.kill()
    assert wait_until(lambda: count(folder, "ends") == 1)
    assert wait_until(lambda: running_in(folder) == [])


def test_a_program_that_a_user_turns_into_keeps_the_server(folder):
    becoming = USER.replace(
        'print("using"', 'import os; os.execvp("sh", ["sh", "-c", "echo using; cat"])\nprint("never"'
    )
    command = [sys.executable, "-c", becoming, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        assert user.stdout.readline() == b"using\n"
        finish(begin_to_use(folder))
        assert count(folder, "ends") == 0
    assert wait_until(lambda: count(folder, "ends") == 1)


def test_a_server_whose_guardian_is_killed_ends_too_and_the_next_user_has_a_new_one(folder):
    user = begin_to_use(folder)
    os.kill(guardian_of(folder), signal.SIGKILL)
    assert wait_until(lambda: count(folder, "ends") == 1)
    (folder / "ready").unlink()
    finish(begin_to_use(folder))
    assert count(folder, "starts") == 2
    finish(user)


def guardian_of(folder):
    for process in Path("/proc").glob("[0-9]*"):
        words = (process / "cmdline").read_bytes().split(b"\0")
        if any(word.endswith(b"guardian.py") for word in words) and f"{folder.name}.users".encode() in b" ".join(words):
            return int(process.name)
    pytest.fail("no guardian runs")
