"""Partners of Offensive Mittelstand: who they are, what they offer, and where they work."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.geometry import Circle, ServiceArea
from cities.models import Municipality, ResourceKind, Sector, Topic
from portal.accounts.entries import EntryQuerySet
from portal.accounts.models import Organisation
from portal.accounts.register import register


class PartnerCategory(models.Model):
    """One of the groups of OM partners, with the sector it usually stands for."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(_("Partnerkategorie"), max_length=100)
    examples = models.CharField(_("Beispiele"), max_length=200, blank=True)
    sector = models.CharField(_("Bereich"), max_length=20, choices=Sector)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    personal_data = register(impersonal=("code", "name", "examples", "sector", "position"))

    class Meta:
        verbose_name = _("Partnerkategorie")
        verbose_name_plural = _("Partnerkategorien")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class PartnerQuerySet(EntryQuerySet["Partner"]):
    """Partners; those the office approved are public."""


@pghistory.track()
class Partner(models.Model):
    """An intermediary organisation of the network Offensive Mittelstand."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="partner")
    slug = models.SlugField(max_length=120, unique=True)
    category = models.ForeignKey(PartnerCategory, models.PROTECT, related_name="partners", verbose_name=_("Kategorie"))
    sector = models.CharField(_("Bereich"), max_length=20, choices=Sector)
    description = models.TextField(_("Beschreibung"), max_length=3000, blank=True)
    website = models.URLField(_("Internetseite"), blank=True)
    seat = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name=_("Sitz"))
    topics = models.ManyToManyField(Topic, related_name="partners", verbose_name=_("Themen"))

    objects = PartnerQuerySet.as_manager()

    personal_data = register(
        mentions=("description",),
        impersonal=("id", "organisation", "slug", "category", "sector", "website", "seat", "topics"),
    )

    class Meta:
        verbose_name = _("OM-Partner")
        verbose_name_plural = _("OM-Partner")

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def name(self) -> str:
        return self.organisation.name

    @property
    def service_area(self) -> ServiceArea:
        """The parts as one value; uses prefetched parts (with their centres) where there are any."""
        parts = list(self.area_parts.all())
        return ServiceArea(
            keys=frozenset(part.key for part in parts if part.key),
            circles=tuple(
                Circle(part.centre.point, part.radius_km, part.centre.name)
                for part in parts
                if part.centre and part.radius_km
            ),
            nationwide=any(part.nationwide for part in parts),
        )


class ServiceAreaPart(models.Model):
    """One part of the region a partner works in: an official key, a circle around a place, or all of Germany."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="area_parts")
    key = models.CharField(_("Schlüssel"), max_length=8, blank=True)
    centre = models.ForeignKey(Municipality, models.PROTECT, null=True, blank=True, related_name="+")
    radius_km = models.PositiveSmallIntegerField(_("Umkreis in km"), null=True, blank=True)
    nationwide = models.BooleanField(_("bundesweit"), default=False)

    personal_data = register(impersonal=("id", "partner", "key", "centre", "radius_km", "nationwide"))

    class Meta:
        verbose_name = _("Teil des Einzugsgebiets")
        verbose_name_plural = _("Einzugsgebiet")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(nationwide=True, key="", centre__isnull=True, radius_km__isnull=True)
                    | Q(
                        nationwide=False,
                        key__regex=r"^[0-9]{2}([0-9]([0-9]{2}([0-9]{3})?)?)?$",
                        centre__isnull=True,
                        radius_km__isnull=True,
                    )
                    | Q(nationwide=False, key="", centre__isnull=False, radius_km__range=(1, 500))
                ),
                name="area_part_is_a_key_or_a_circle_or_nationwide",
            ),
            models.UniqueConstraint(
                fields=["partner", "key", "centre", "nationwide"],
                nulls_distinct=False,
                name="one_area_part_per_key_or_centre",
            ),
        ]

    def __str__(self) -> str:
        if self.nationwide:
            return str(_("bundesweit"))
        return self.key or f"{self.radius_km} km um {self.centre}"


class Offer(models.Model):
    """Something a partner can give."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="offers")
    kind = models.CharField(_("Angebot"), max_length=20, choices=ResourceKind)
    note = models.CharField(_("Was genau?"), max_length=300, blank=True)

    personal_data = register(mentions=("note",), impersonal=("id", "partner", "kind"))

    class Meta:
        verbose_name = _("Angebot")
        verbose_name_plural = _("Angebote")
        constraints = [models.UniqueConstraint(fields=["partner", "kind"], name="one_offer_per_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()
