"""Waking a worker for what is due. Nothing depends on it: without Redis, beat has workers look for themselves."""

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SILENT_SECONDS = 30


def wake(task: str) -> None:
    """Have a worker run the task once the transaction is through."""
    transaction.on_commit(partial(_bell.ring, task), robust=True)


class _Bell:
    """After a failure it stays silent for a while: a Redis that hangs must not slow every page."""

    silent_until = 0.0

    def ring(self, task: str) -> None:
        if time.monotonic() < self.silent_until:
            return
        try:
            current_app.send_task(task, retry=False)
        except (BrokerError, RedisError, OSError) as error:
            self.silent_until = time.monotonic() + SILENT_SECONDS
            logger.warning("Redis is away, %s waits until beat asks for it: %s", task, error)


_bell = _Bell()
