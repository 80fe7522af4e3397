"""What happens to projects by the calendar; beat asks every hour, PostgreSQL knows what is due."""

from celery import shared_task

from portal.site import publishing


@shared_task
def keep_projects_current() -> None:
    """Tell towns of projects that end soon, and end those whose time is over."""
    publishing.keep_current()
