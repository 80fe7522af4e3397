"""Seeing that another connection waits for a lock, instead of sleeping and hoping."""

from time import sleep

from django.db import connection

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def wait_until_somebody_waits():
    """For a lock that this connection holds."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
        sleep(0.05)
    raise AssertionError("nobody waits")
