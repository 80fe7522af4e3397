"""What happens by the calendar; beat asks every few minutes, PostgreSQL knows what is due."""

from celery import shared_task

from matching import carrying_on, case_watch, planning, proposals, rounds


@shared_task
def carry_on() -> None:
    """Take the steps that are due, mail the ideas that waited, and end the proposals nobody answered in time."""
    carrying_on.carry_on_due()
    proposals.ask_waiting()
    proposals.close_expired()


@shared_task
def look_after_cases() -> None:
    """Make a task of what does not go on by itself; plan the rest anew."""
    case_watch.look_after()


@shared_task
def plan_all_anew() -> None:
    """After rules or school holidays have changed."""
    planning.plan_all_anew()


@shared_task
def run_rounds() -> None:
    """Begin the round of the week when it is due, and compute whatever waits."""
    rounds.start_if_due()
    rounds.run_waiting()
