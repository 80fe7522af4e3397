"""What introductions do when a lower app reports something; the only place where they listen."""

from typing import Any

from django.dispatch import receiver

from cities.signals import school_holidays_changed
from matching import leaving, planning
from portal.accounts.models import Organisation
from portal.accounts.signals import organisation_left


@receiver(school_holidays_changed)
def plan_anew(sender: type, **kwargs: Any) -> None:
    """By a worker once the transaction is through; without Redis the daily job does it."""
    planning.wake()


@receiver(organisation_left)
def end_its_cases(sender: type[Organisation], organisation: Organisation, **kwargs: Any) -> None:
    """Within the transaction in which it leaves."""
    leaving.end_all(organisation)
