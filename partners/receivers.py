"""What partners, networks and companies do when a lower app reports something; the only place where they listen."""

from collections.abc import Collection, Mapping
from typing import Any

from django.dispatch import receiver

from cities.models import Municipality
from cities.signals import places_dissolved
from partners import dissolutions


@receiver(places_dissolved)
def lead_on(
    sender: type[Municipality],
    successors: Mapping[str, str],
    left_open: Collection[str],
    members: Mapping[str, list[str]],
    **kwargs: Any,
) -> set[str]:
    """Within the transaction in which the register changed."""
    dissolutions.lead_on(successors, members=members)
    return dissolutions.keys_in_areas(left_open)
