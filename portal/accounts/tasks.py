"""What Celery does for accounts: it only asks what is due."""

from celery import shared_task

from portal.accounts import retention


@shared_task
def apply_retention() -> None:
    """Drop personal data whose time is over; a second run finds nothing."""
    for found in retention.expired():
        retention.drop(found)
