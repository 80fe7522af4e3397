"""What happens by the calendar; beat asks every few minutes, PostgreSQL knows what is due."""

from celery import shared_task

from matching import introductions, proposals, rounds


@shared_task
def close_expired() -> None:
    """End what nobody answered in time."""
    introductions.close_expired()
    proposals.close_expired()


@shared_task
def run_rounds() -> None:
    """Begin the round of the week when it is due, and compute whatever waits."""
    rounds.start_if_due()
    rounds.run_waiting()
