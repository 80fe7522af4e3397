"""Celery turns the crank: what must happen stands in PostgreSQL, a task only looks for what is due."""

import os
from typing import Any

from celery import Celery
from kombu.transport import redis
from redis.exceptions import ConnectionError as RedisConnectionError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class Channel(redis.Channel):
    """A channel that says of a connection it has lost that it is lost.

    Celery 5.7 closes a lost connection twice. The second time kombu asks what is gone for its address, and that
    AttributeError, unlike an error of connections, ends the worker: docs/reliability.md, R2.
    """

    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection.client is None:
            raise RedisConnectionError("the connection to Redis was given up")
        return super()._connparams(asynchronous=asynchronous)  # type: ignore[misc] # kombu's, without types


redis.Transport.Channel = Channel

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
