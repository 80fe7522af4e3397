"""Keep one server running for as long as anybody uses it, then stop it in an orderly way.

    guardian.py USERS_LOCK SIGNAL COMMAND…

Whoever uses the server holds a shared lock on the file USERS_LOCK. Once the guardian gets it exclusively, nobody is
left, however they ended. A script of its own, so that it starts at once and needs nothing but the standard library.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time

PATIENCE = 20  # seconds until a server that does not stop is killed


def guard(users_lock: str, stop_signal: signal.Signals, command: list[str]) -> None:
    # Every open file is inherited: one of them is the lock that says "this server is alive".
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False)
    users = os.open(users_lock, os.O_RDWR)
    while server.poll() is None and not try_lock(users):
        time.sleep(0.2)
    server.send_signal(stop_signal)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def try_lock(lock: int) -> bool:
    """Take the lock exclusively if nobody else holds it in any way."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    guard(sys.argv[1], signal.Signals[sys.argv[2]], sys.argv[3:])
