"""What introductions do when a lower app reports something; the only place where they listen."""

from typing import Any

from django.dispatch import receiver

from cities.signals import school_holidays_changed
from matching import planning


@receiver(school_holidays_changed)
def plan_anew(sender: type, **kwargs: Any) -> None:
    """By a worker once the transaction is through; without Redis the daily job does it."""
    planning.wake()
