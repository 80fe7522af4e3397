"""The running portal for tests: web, worker and beat as processes of their own, on the test database."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.smtp_sink import free_port

# A Redis database of its own for each process of the tests, so that a portal running beside them keeps its workers.
BROKER = 15 - int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 15


def environment(*, sink_port, **more):
    """What a process needs to see the test database and to send to the sink."""
    return os.environ | {
        "DATABASE_URL": _database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink_port}",
        **more,
    }


@contextlib.contextmanager
def running_portal(*, sink_port, static_root):
    """Start everything, yield the address of the portal, and leave no process behind."""
    call_command("collectstatic", interactive=False, verbosity=0)
    port = free_port()
    env = environment(
        sink_port=sink_port,
        SITE_URL=f"http://localhost:{port}",
        ALLOWED_HOSTS="localhost",
        REDIS_URL=_broker_url(),
        STATIC_ROOT=str(static_root),
    )
    celery = [sys.executable, "-m", "celery", "-A", "portal", "--skip-checks"]
    commands = [
        [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"],
        [*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"],
        [*celery, "beat", "--schedule", str(static_root / "beat"), "--pidfile", "", "--loglevel", "WARNING"],
    ]
    processes = [_start(command, env) for command in commands]
    try:
        wait_for(f"http://localhost:{port}/health/ready", processes)
        yield f"http://localhost:{port}"
    finally:
        for process in processes:
            _end(process)


def _start(command, env):
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, start_new_session=True)


def _end(process):
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(url, processes):
    for _ in range(300):
        assert all(process.poll() is None for process in processes), "a process of the portal has ended"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer")


def _database_url():
    db = connection.settings_dict
    host = db["HOST"] or "localhost"
    where = f"/{host}" if host.startswith("/") else f"{host}:{db['PORT'] or 5432}"  # a folder is a Unix socket
    user = f"{quote(db['USER'])}:{quote(db['PASSWORD'] or '')}@" if db["USER"] else ""
    return f"postgres://{user}{where}/{db['NAME']}"


def _broker_url():
    url = settings.CELERY_BROKER_URL
    if url.startswith("redis+socket://"):
        return f"{url.partition('?')[0]}?virtual_host={BROKER}"
    return f"{url.rpartition('/')[0]}/{BROKER}" if url.count("/") > 2 else f"{url}/{BROKER}"
