"""The towns of the network Engagierte Stadt, and what their coordinators say about them."""

from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.geometry import Place, Point
from cities.models.places import Municipality, Region, Resource, Sector, Skill, Topic
from portal.accounts.entries import EntryQuerySet
from portal.accounts.models import Organisation
from portal.accounts.register import register


class CityQuerySet(EntryQuerySet["City"]):
    def taking_part(self) -> Self:
        """Towns that are members of the network today; the others are kept, but not suggested or shown."""
        return super().public().filter(taking_part=True)

    def public(self) -> Self:
        return self.taking_part()


@pghistory.track()
class City(models.Model):
    """A town, district or association in the network Engagierte Stadt: n municipalities and one anchor point."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="city")
    slug = models.SlugField(max_length=120, unique=True)
    code = models.CharField(_("Kennung"), max_length=10, unique=True, null=True, blank=True)
    area_kind = models.CharField(_("Gebietstyp"), max_length=60, default="Gemeinde")
    municipalities = models.ManyToManyField(Municipality, related_name="cities", verbose_name=_("Gemeinden"))
    district = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("Kreis"))
    land = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("Land"))
    latitude = models.FloatField(_("Breite"))
    longitude = models.FloatField(_("Länge"))
    status = models.CharField(_("Stand im Netzwerk"), max_length=80, blank=True)
    taking_part = models.BooleanField(_("nimmt teil"), default=False)
    joined_year = models.PositiveSmallIntegerField(_("dabei seit"), null=True, blank=True)
    source = models.TextField(_("Quelle"), blank=True)
    verified_on = models.DateField(_("geprüft am"), null=True, blank=True)
    host = models.CharField(_("Träger"), max_length=200, blank=True)
    host_kind = models.CharField(_("Art des Trägers"), max_length=60, blank=True)
    note = models.TextField(_("Bemerkung der Geschäftsstelle"), blank=True)
    # What the coordinators keep; imports never touch it.
    description = models.TextField(_("Beschreibung"), max_length=3000, blank=True)
    website = models.URLField(_("Internetseite"), blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="cities", verbose_name=_("Themen"))
    sectors_present = ArrayField(
        models.CharField(max_length=20, choices=Sector), default=list, blank=True, verbose_name=_("vertretene Bereiche")
    )
    sectors_missing = ArrayField(
        models.CharField(max_length=20, choices=Sector), default=list, blank=True, verbose_name=_("fehlende Bereiche")
    )
    skills_missing = models.ManyToManyField(Skill, blank=True, related_name="+", verbose_name=_("fehlende Fähigkeiten"))
    reach_km = models.PositiveSmallIntegerField(_("Umkreis für Partner in km"), null=True, blank=True)

    objects = CityQuerySet.as_manager()

    personal_data = register(
        mentions=("note", "description", "source", "host"),
        impersonal=(
            *("id", "organisation", "slug", "code", "area_kind", "municipalities", "district", "land", "latitude"),
            *("longitude", "status", "taking_part", "joined_year", "verified_on", "host_kind", "website", "topics"),
            *("sectors_present", "sectors_missing", "skills_missing", "reach_km"),
        ),
    )

    class Meta:
        verbose_name = _("Engagierte Stadt")
        verbose_name_plural = _("Engagierte Städte")
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(47, 56), longitude__range=(5, 16)), name="city_lies_in_germany"
            ),
            models.CheckConstraint(condition=Q(reach_km__range=(1, 1000)), name="city_reach_from_1_to_1000_km"),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def name(self) -> str:
        return self.organisation.name

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)

    @property
    def place(self) -> Place:
        """The town as the pure modules see it; uses prefetched municipalities where there are any."""
        return Place(self.point, tuple(m.ags for m in self.municipalities.all()))


class Need(Resource):
    """Something a town looks for."""

    city = models.ForeignKey(City, models.CASCADE, related_name="needs")

    personal_data = register(mentions=("note",), impersonal=("id", "city", "kind"))

    class Meta:
        verbose_name = _("Bedarf")
        verbose_name_plural = _("Bedarfe")
        constraints = [models.UniqueConstraint(fields=["city", "kind"], name="one_need_per_kind")]


class CityActors(models.Model):
    """Who belongs to a town's network in one sector, in the town's own words."""

    city = models.ForeignKey(City, models.CASCADE, related_name="actors")
    sector = models.CharField(_("Bereich"), max_length=20, choices=Sector)
    names = models.CharField(_("Wer ist dabei?"), max_length=500)

    personal_data = register(mentions=("names",), impersonal=("id", "city", "sector"))

    class Meta:
        verbose_name = _("Beteiligte eines Bereichs")
        verbose_name_plural = _("Beteiligte nach Bereichen")
        constraints = [models.UniqueConstraint(fields=["city", "sector"], name="one_row_of_actors_per_sector")]

    def __str__(self) -> str:
        return f"{self.get_sector_display()}: {self.names}"


class CityOffer(Resource):
    """Something a town can give to partners and companies."""

    city = models.ForeignKey(City, models.CASCADE, related_name="offers")

    personal_data = register(mentions=("note",), impersonal=("id", "city", "kind"))

    class Meta:
        verbose_name = _("Angebot der Stadt")
        verbose_name_plural = _("Angebote der Stadt")
        constraints = [models.UniqueConstraint(fields=["city", "kind"], name="one_city_offer_per_kind")]


class CityLink(models.Model):
    """A page elsewhere that tells more about the town's network."""

    city = models.ForeignKey(City, models.CASCADE, related_name="links")
    label = models.CharField(_("Beschriftung"), max_length=80)
    url = models.URLField(_("Internetadresse"))

    personal_data = register(mentions=("label", "url"), impersonal=("id", "city"))

    class Meta:
        verbose_name = _("Link")
        verbose_name_plural = _("Links")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["city", "url"], name="one_link_per_address")]

    def __str__(self) -> str:
        return self.label
