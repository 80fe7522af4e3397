"""The portal's wiring; importing it makes the Celery application known to Django."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
