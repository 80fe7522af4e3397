"""The portal's processes as the system sees them: each a group of its own, to be ended in any way."""

import os
import signal
import subprocess
import sys
import time

from django.conf import settings

from portal.dev.servers import dying_with_parent
from tests.stack import environment

SENDERS = 2  # threads of a worker, as `celery worker -P threads -c 2`: each may hold one claim
CELERY = ["celery", "-A", "portal", "--skip-checks"]
WORKER = ["worker", "-P", "threads", "-c", str(SENDERS), "--without-gossip", "--without-mingle", "-l", "INFO"]


class Process:
    """One process and its children."""

    def __init__(self, module, *, env, log):
        self._log = log
        command = dying_with_parent("SIGKILL", [sys.executable, "-m", "tests.faults.launch", *module])
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, env=env, cwd=settings.BASE_DIR, stdout=output, stderr=output, start_new_session=True
            )

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """As a deployment does; returns after how many seconds it was gone."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(60)
        return time.monotonic() - began

    def is_alive(self):
        return self.process.poll() is None

    def wait(self, seconds):
        return self.process.wait(seconds)

    def wait_until_ready(self):
        """A worker that takes tasks says so."""
        for _ in range(600):
            assert self.is_alive(), self.words()
            if " ready." in self.words():
                return
            time.sleep(0.05)
        raise TimeoutError("the worker does not get ready")

    def words(self):
        return self._log.read_text(errors="replace")


class Processes:
    """All that one case has started."""

    def __init__(self, *, sink_port, folder):
        self._sink_port, self._folder = sink_port, folder
        self._all, self._begun = [], {}

    def start(self, *module, **variables):
        env = environment(sink_port=self._sink_port, ALLOWED_HOSTS="localhost", **variables)
        log = self._folder / f"{len(self._all)}-{module[0]}.log"
        self._all.append(Process(module, env=env, log=log))
        self._begun[self._all[-1]] = module, variables
        return self._all[-1]

    def worker(self, **variables):
        return self.start(*CELERY, *WORKER, "-n", f"w{len(self._all)}@faults", **variables)

    def beat(self, **variables):
        schedule = str(self._folder / f"beat-{len(self._all)}")
        return self.start(*CELERY, "beat", "--schedule", schedule, "--pidfile", "", "-l", "WARNING", **variables)

    def web(self, port):
        bind = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
        return self.start("gunicorn", "portal.wsgi", *bind, SITE_URL=f"http://localhost:{port}")

    def replace(self, process):
        """Start the same command again in place of one that is gone."""
        module, variables = self._begun[process]
        return self.start(*module, **variables)

    def kill_all(self):
        for process in self._all:
            if process.is_alive():
                process.kill()
