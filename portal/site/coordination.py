"""Another member coordinates a network from now on, and its contact person is told."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from partners import networks
from partners.models import Partner, RegionalNetwork
from portal.accounts.models import User
from portal.mail.notices import tell


@transaction.atomic
def hand_over(network: RegionalNetwork, partner: Partner, *, by: User) -> RegionalNetwork:
    """As `networks.hand_over`; one mail a day is enough, however often it goes back and forth."""
    handed = networks.hand_over(network, partner, by=by)
    contact = partner.organisation.contact
    if contact and contact.is_active and contact != by:
        occasion = f"network-handed-over:{handed.pk}:{partner.pk}:{timezone.localdate():%Y%m%d}"
        tell("network_handed_over", contact, occasion=occasion, context=about(handed, partner))
    return handed


def about(network: RegionalNetwork, partner: Partner) -> dict[str, Any]:
    """What the mail says."""
    page = settings.SITE_URL + reverse("network_members", args=[network.slug])
    return {"network": network.organisation, "partner": partner.organisation, "page_url": page}
