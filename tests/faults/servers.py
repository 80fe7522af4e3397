"""PostgreSQL and Valkey of the suite's own, which it may kill and start again."""

import os
import signal
import subprocess
import time


class OwnServer:
    """One of the embedded servers, run by this process and ended with it."""

    def __init__(self, server, folder):
        self._server = server
        self._log = folder / f"{server.name}.log"
        self._process = None

    def start(self):
        self._server.prepare()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._server.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + 60
        while not self._server.answers():
            assert self._process.poll() is None, f"{self._server.name} ended; its log is {self._log}"
            assert time.monotonic() < end, f"{self._server.name} does not answer"
            time.sleep(0.05)

    def stop(self):
        self._end(signal.Signals[self._server.stop_signal])

    def kill(self):
        """As a power cut for the server: nothing is written in good order any more."""
        self._end(signal.SIGKILL)

    def restart_immediately(self):
        """As `pg_ctl restart -m immediate`: every connection breaks, the journal is read at the next start."""
        self._end(signal.SIGQUIT)
        self.start()

    def _end(self, number):
        os.kill(self._process.pid, number)
        self._process.wait(30)
