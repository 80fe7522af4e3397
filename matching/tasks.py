"""What happens by the calendar; beat asks every few minutes, PostgreSQL knows what is due."""

from celery import shared_task

from matching import introductions, suggestions


@shared_task
def do_what_is_due() -> None:
    """End what nobody answered, refresh the suggestions once a week; running twice or late does no harm."""
    introductions.close_expired()
    suggestions.refresh_if_due()
