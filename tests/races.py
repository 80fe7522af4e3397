"""Several steps at the same moment, each on a connection of its own: what a race looks like."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from portal.accounts.refusals import Refusal


def at_once(*steps: Callable[[], object], refusal: type[Refusal] | tuple[()] = ()) -> list[Any]:
    """Run all steps at the same moment and return what each returned, or the refusal the test expects.

    Every other error is raised.
    """
    barrier = Barrier(len(steps))

    def run(step: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return step()
        except refusal as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))
