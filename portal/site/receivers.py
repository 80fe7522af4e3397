"""What the portal does when a lower app reports something; the only place where it listens."""

from typing import Any

from django.dispatch import receiver

from portal.accounts.models import User
from portal.accounts.signals import address_confirmed_by_code
from portal.site import registration


@receiver(address_confirmed_by_code)
def finish_registration(sender: type[User], user: User, **kwargs: Any) -> None:
    """Within the transaction of the confirmation: either both are written or none."""
    registration.complete(user)
