"""`./dev run` as a whole, in a checkout of its own: what it starts, what it refuses, and that nothing of it remains."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.dev import servers
from tests.setup.processes import running_in, wait_until

ROOT = Path(__file__).resolve().parents[2]
OURS = ["DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "STATIC_ROOT"]
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not (ROOT / "node_modules").exists(), reason="needs the embedded servers that ./dev installs"),
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The files of this checkout, with state and servers of their own."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.check_output(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT)
    for name in listed.decode().splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    yield folder
    assert running_in(folder) == []


def begin(checkout, *words):
    settings = {name: value for name, value in os.environ.items() if name not in OURS} | {"DEMO": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "portal.dev", *words],
        cwd=checkout,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process):
    output, messages = process.communicate()
    return process.returncode, output, messages


@contextmanager
def running(checkout, port):
    process = begin(checkout, "run", "--port", str(port))
    said = []
    for line in process.stderr:
        said.append(line)
        if "Ctrl-C stops everything" in line:
            break
    else:
        pytest.fail("".join(said))
    yield process
    if process.poll() is None:
        process.terminate()
    process.communicate()


@pytest.fixture
def port():
    """The first of three free ports in a row."""
    for candidate in range(18000, 19000, 10):
        if all(is_free(number) for number in range(candidate, candidate + 3)):
            return candidate
    pytest.fail("no free ports")


def is_free(port):
    with socket.socket() as listener:
        return listener.connect_ex(("127.0.0.1", port)) != 0


def fetch(port, path):
    with urllib.request.urlopen(f"http://localhost:{port}{path}") as response:
        return response.status


def test_a_port_in_use_is_named_with_what_to_do(checkout, port):
    with socket.create_server(("127.0.0.1", port + 1)):
        code, output, messages = end(begin(checkout, "run", "--port", str(port)))
    assert (code, output) == (1, "")
    assert messages.strip() == (
        f"Port {port + 1} is in use. Stop the program that uses it, or choose three free ports in a row: "
        f"./dev run --port {port + 100}"
    )


def test_everything_answers_is_shared_and_stops_together(checkout, port):
    with running(checkout, port) as portal:
        assert fetch(port, "/health/ready") == 200
        assert fetch(port + 1, "/") == 200

        code, _, messages = end(begin(checkout, "run", "--port", str(port + 10)))
        assert code == 1
        assert f"already runs from this folder: http://localhost:{port}." in messages

        beside = "from django.conf import settings; print(settings.SITE_URL)"
        code, output, _ = end(begin(checkout, "manage", "shell", "-v0", "-c", beside))
        assert (code, output) == (0, f"http://localhost:{port}\n")
        assert fetch(port, "/health/ready") == 200

        portal.send_signal(signal.SIGINT)
        portal.wait(60)
    assert portal.returncode == 0
    assert running_in(checkout) == []
    assert not [*servers.socket_folder_of(checkout).glob("*")]


def test_a_stale_id_of_another_process_does_not_hinder_and_kill_9_leaves_nothing(checkout, port):
    left_behind = checkout / ".dev" / "postgres-18" / "postmaster.pid"
    left_behind.write_text(f"{os.getpid()}\n{left_behind.parent}\n0\n5432\n\n\n\n\n")
    with running(checkout, port) as portal:
        assert len(running_in(checkout)) > 8
        portal.kill()
        portal.wait()
    assert wait_until(lambda: running_in(checkout) == [], seconds=60)
