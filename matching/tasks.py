"""What happens by the calendar; beat asks every few minutes, PostgreSQL knows what is due."""

from celery import shared_task

from matching import introductions, proposals, suggestions


@shared_task
def close_expired() -> None:
    """End what nobody answered in time."""
    introductions.close_expired()
    proposals.close_expired()


@shared_task
def refresh_suggestions() -> None:
    """Once a week, however often it is asked."""
    suggestions.refresh_if_due()
