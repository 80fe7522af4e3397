"""Partners of Offensive Mittelstand: who they are, what they offer, and where they work."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from cities.models import Municipality, Resource, Sector, Skill, Topic
from partners.models.areas import AreaPartRow, HasServiceArea
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
class Partner(HasServiceArea):
    """An intermediary organisation of the network Offensive Mittelstand."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="partner")
    slug = models.SlugField(max_length=120, unique=True)
    code = models.CharField(_("Kennung"), max_length=20, unique=True, null=True, blank=True)
    category = models.ForeignKey(PartnerCategory, models.PROTECT, related_name="partners", verbose_name=_("Kategorie"))
    sector = models.CharField(_("Bereich"), max_length=20, choices=Sector)
    description = models.TextField(_("Beschreibung"), max_length=3000, blank=True)
    website = models.URLField(_("Internetseite"), blank=True)
    seat = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name=_("Sitz"))
    topics = models.ManyToManyField(Topic, related_name="partners", verbose_name=_("Themen"))
    skills = models.ManyToManyField(Skill, blank=True, related_name="+", verbose_name=_("Fähigkeiten"))

    objects = PartnerQuerySet.as_manager()

    personal_data = register(
        mentions=("description",),
        impersonal=(
            *("id", "organisation", "slug", "code", "category", "sector", "website", "seat", "topics", "skills"),
        ),
    )

    class Meta:
        verbose_name = _("OM-Partner")
        verbose_name_plural = _("OM-Partner")

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def name(self) -> str:
        return self.organisation.name


class ServiceAreaPart(AreaPartRow):
    """One part of the region a partner works in, or of the other region it works in on one topic."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="area_parts")
    topic = models.ForeignKey(
        Topic, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("nur für das Thema")
    )

    personal_data = register(impersonal=("id", "partner", "topic", "key", "centre", "radius_km", "nationwide"))

    class Meta:
        verbose_name = _("Teil des Einzugsgebiets")
        verbose_name_plural = _("Einzugsgebiet")
        constraints = [
            models.CheckConstraint(
                condition=AreaPartRow.IS_ONE_KIND, name="area_part_is_a_key_or_a_circle_or_nationwide"
            ),
            models.UniqueConstraint(
                fields=["partner", "topic", "key", "centre", "nationwide"],
                nulls_distinct=False,
                name="one_area_part_per_topic_and_key_or_centre",
            ),
        ]


class Offer(Resource):
    """Something a partner can give."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="offers")

    personal_data = register(mentions=("note",), impersonal=("id", "partner", "kind"))

    class Meta:
        verbose_name = _("Angebot")
        verbose_name_plural = _("Angebote")
        constraints = [models.UniqueConstraint(fields=["partner", "kind"], name="one_offer_per_kind")]
