"""Places of Germany (reference data) and the towns of the network Engagierte Stadt."""

from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.geometry import Place, Point
from portal.accounts.entries import EntryQuerySet
from portal.accounts.models import Organisation
from portal.accounts.register import register


class Region(models.Model):
    """A Land (2 digits), Regierungsbezirk (3) or Kreis (5), known by its official key."""

    class Kind(models.TextChoices):
        LAND = "land", _("Land")
        GOVERNMENT_REGION = "government_region", _("Regierungsbezirk")
        DISTRICT = "district", _("Kreis")

    key = models.CharField(_("Schlüssel"), max_length=5, primary_key=True)
    kind = models.CharField(_("Art"), max_length=20, choices=Kind)
    name = models.CharField(_("Name"), max_length=100)
    search_key = models.CharField(max_length=100, db_index=True)

    personal_data = register(impersonal=("key", "kind", "name", "search_key"))

    class Meta:
        verbose_name = _("Region")
        verbose_name_plural = _("Regionen")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """A Gemeinde of the official register; nobody edits it by hand. A dissolved one names its successor."""

    ags = models.CharField(_("Gemeindeschlüssel"), max_length=8, primary_key=True)
    name = models.CharField(_("Name"), max_length=150)
    kind = models.CharField(_("Art"), max_length=60, blank=True)
    land = models.ForeignKey(Region, models.PROTECT, related_name="+")
    district = models.ForeignKey(Region, models.PROTECT, related_name="municipalities", verbose_name=_("Kreis"))
    population = models.PositiveIntegerField(_("Einwohner"), default=0)
    latitude = models.FloatField(_("Breite"))
    longitude = models.FloatField(_("Länge"))
    search_key = models.CharField(max_length=150)
    alias_keys = ArrayField(models.CharField(max_length=150), default=list, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    personal_data = register(
        impersonal=(
            *("ags", "name", "kind", "land", "district", "population", "latitude", "longitude"),
            *("search_key", "alias_keys", "successor"),
        )
    )

    class Meta:
        verbose_name = _("Gemeinde")
        verbose_name_plural = _("Gemeinden")
        indexes = [
            models.Index(OpClass("search_key", "text_pattern_ops"), name="municipality_search_key"),
            GinIndex(fields=["alias_keys"], name="municipality_alias_keys"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)


class PostcodePlace(models.Model):
    """A postcode covers (part of) a municipality; a table of its own because its licence is the ODbL."""

    postcode = models.CharField(_("Postleitzahl"), max_length=5, db_index=True)
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="postcodes")

    personal_data = register(impersonal=("id", "postcode", "municipality"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["postcode", "municipality"], name="one_row_per_postcode_and_municipality")
        ]

    def __str__(self) -> str:
        return f"{self.postcode} {self.municipality_id}"


class Topic(models.Model):
    """A subject shared by partners, towns and projects."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(_("Thema"), max_length=80)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    personal_data = register(impersonal=("code", "name", "position"))

    class Meta:
        verbose_name = _("Thema")
        verbose_name_plural = _("Themen")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class ResourceKind(models.TextChoices):
    """What is needed and offered; money is not a kind."""

    TIME = "time", _("Zeit")
    KNOWLEDGE = "knowledge", _("Wissen")
    ROOMS = "rooms", _("Räume")
    MATERIAL = "material", _("Material")
    CONTACTS = "contacts", _("Kontakte")


class Sector(models.TextChoices):
    ADMINISTRATION = "administration", _("Verwaltung")
    CIVIL_SOCIETY = "civil_society", _("Zivilgesellschaft")
    BUSINESS = "business", _("Wirtschaft")
    SCIENCE = "science", _("Wissenschaft")


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
    reach_km = models.PositiveSmallIntegerField(_("Umkreis für Partner in km"), null=True, blank=True)

    objects = CityQuerySet.as_manager()

    personal_data = register(
        mentions=("note", "description", "source", "host"),
        impersonal=(
            *("id", "organisation", "slug", "code", "area_kind", "municipalities", "district", "land", "latitude"),
            *("longitude", "status", "taking_part", "joined_year", "verified_on", "host_kind", "website", "topics"),
            *("sectors_present", "sectors_missing", "reach_km"),
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


class Need(models.Model):
    """Something a town looks for."""

    city = models.ForeignKey(City, models.CASCADE, related_name="needs")
    kind = models.CharField(_("Bedarf"), max_length=20, choices=ResourceKind)
    note = models.CharField(_("Was genau?"), max_length=300, blank=True)

    personal_data = register(mentions=("note",), impersonal=("id", "city", "kind"))

    class Meta:
        verbose_name = _("Bedarf")
        verbose_name_plural = _("Bedarfe")
        constraints = [models.UniqueConstraint(fields=["city", "kind"], name="one_need_per_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()
