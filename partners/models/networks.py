"""Regional networks of Offensive Mittelstand."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.areas import AreaPartRow, HasServiceArea
from partners.models.partners import Partner
from portal.accounts.entries import EntryQuerySet
from portal.accounts.models import Organisation
from portal.accounts.register import register


class NetworkQuerySet(EntryQuerySet["RegionalNetwork"]):
    """Regional networks; those the office approved are public."""


@pghistory.track()
class RegionalNetwork(HasServiceArea):
    """Partners of one region that work together; one of them coordinates. Who belongs to it: see Affiliation."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="network")
    slug = models.SlugField(max_length=120, unique=True)
    code = models.CharField(_("Kennung"), max_length=20, unique=True, null=True, blank=True)
    coordinator = models.ForeignKey(
        Partner, models.PROTECT, related_name="coordinated_networks", verbose_name=_("koordinierende Organisation")
    )
    description = models.TextField(_("Beschreibung"), max_length=3000, blank=True)
    website = models.URLField(_("Internetseite"), blank=True)

    objects = NetworkQuerySet.as_manager()

    personal_data = register(
        mentions=("description",), impersonal=("id", "organisation", "slug", "code", "coordinator", "website")
    )

    class Meta:
        verbose_name = _("regionales OM-Netzwerk")
        verbose_name_plural = _("regionale OM-Netzwerke")

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def name(self) -> str:
        return self.organisation.name


class NetworkAreaPart(AreaPartRow):
    """One part of the region a network covers."""

    network = models.ForeignKey(RegionalNetwork, models.CASCADE, related_name="area_parts")

    personal_data = register(impersonal=("id", "network", "key", "centre", "radius_km", "nationwide"))

    class Meta:
        verbose_name = _("Teil des Netzwerkgebiets")
        verbose_name_plural = _("Gebiet des Netzwerks")
        constraints = [
            models.CheckConstraint(
                condition=AreaPartRow.IS_ONE_KIND, name="network_area_part_is_a_key_or_a_circle_or_nationwide"
            ),
            models.UniqueConstraint(
                fields=["network", "key", "centre", "nationwide"],
                nulls_distinct=False,
                name="one_network_area_part_per_key_or_centre",
            ),
        ]
