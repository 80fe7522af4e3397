"""Places of Germany (reference data), and the words that partners, towns, projects and companies share."""

from typing import Self, TypeVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.geometry import Point
from cities.place_names import land_slug
from portal.accounts.register import register

Dated = TypeVar("Dated", bound=models.Model)


class PlaceQuerySet(models.QuerySet[Dated]):
    def current(self) -> Self:
        """Those of today; dissolved ones are kept as history."""
        return self.filter(dissolved_on=None)


class RegionQuerySet(PlaceQuerySet["Region"]):
    pass


class MunicipalityQuerySet(PlaceQuerySet["Municipality"]):
    pass


class Region(models.Model):
    """A Land (2 digits), Regierungsbezirk (3) or Kreis (5), known by its official key."""

    class Kind(models.TextChoices):
        LAND = "land", _("Land")
        GOVERNMENT_REGION = "government_region", _("Regierungsbezirk")
        DISTRICT = "district", _("Kreis")

    key = models.CharField(_("Schlüssel"), max_length=5, primary_key=True)
    kind = models.CharField(_("Art"), max_length=20, choices=Kind)
    name = models.CharField(_("Name"), max_length=100)
    dissolved_on = models.DateField(_("aufgelöst am"), null=True, blank=True)

    objects = RegionQuerySet.as_manager()

    personal_data = register(impersonal=("key", "kind", "name", "dissolved_on"))

    class Meta:
        verbose_name = _("Region")
        verbose_name_plural = _("Regionen")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of a Land or Kreis."""
        return reverse("region_detail", args=[self.slug])

    @property
    def slug(self) -> str:
        """What stands in the address of a Land or Kreis; a Land goes by its abbreviation."""
        return land_slug(self.key) if self.kind == self.Kind.LAND else self.key


class Association(models.Model):
    """An Amt, a Verbandsgemeinde, Samtgemeinde or Verwaltungsgemeinschaft: municipalities that share an administration.

    Its key has 9 digits: those of the Kreis and four of its own.
    """

    key = models.CharField(_("Schlüssel"), max_length=9, primary_key=True)
    name = models.CharField(_("Name"), max_length=150)
    kind = models.CharField(_("Art"), max_length=60, blank=True)

    personal_data = register(impersonal=("key", "name", "kind"))

    class Meta:
        verbose_name = _("Gemeindeverband")
        verbose_name_plural = _("Gemeindeverbände")

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


class Municipality(models.Model):
    """A Gemeinde of the official register; nobody edits it by hand. A dissolved one names its successor."""

    ags = models.CharField(_("Gemeindeschlüssel"), max_length=8, primary_key=True)
    name = models.CharField(_("Name"), max_length=150)
    kind = models.CharField(_("Art"), max_length=60, blank=True)
    land = models.ForeignKey(Region, models.PROTECT, related_name="+")
    district = models.ForeignKey(Region, models.PROTECT, related_name="municipalities", verbose_name=_("Kreis"))
    association = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, related_name="municipalities", verbose_name=_("Verband")
    )
    population = models.PositiveIntegerField(_("Einwohner"), default=0)
    area_km2 = models.FloatField(_("Fläche in km²"), null=True, blank=True)
    latitude = models.FloatField(_("Breite"))
    longitude = models.FloatField(_("Länge"))
    seat_postcode = models.CharField(_("Postleitzahl der Verwaltung"), max_length=5, blank=True)
    dissolved_on = models.DateField(_("aufgelöst am"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("Nachfolgerin")
    )

    objects = MunicipalityQuerySet.as_manager()

    personal_data = register(
        impersonal=(
            *("ags", "name", "kind", "land", "district", "association", "population", "area_km2"),
            *("latitude", "longitude", "seat_postcode", "dissolved_on", "successor"),
        )
    )

    class Meta:
        verbose_name = _("Gemeinde")
        verbose_name_plural = _("Gemeinden")
        constraints = [
            models.CheckConstraint(
                condition=Q(successor=None) | Q(dissolved_on__isnull=False), name="only_a_dissolved_one_has_a_successor"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)


class Locality(models.Model):
    """A part of a municipality that has a name of its own: a district of a town, a village."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="localities")
    name = models.CharField(_("Name"), max_length=150)
    population = models.PositiveIntegerField(_("Einwohner"), default=0)
    latitude = models.FloatField(_("Breite"))
    longitude = models.FloatField(_("Länge"))

    personal_data = register(impersonal=("id", "municipality", "name", "population", "latitude", "longitude"))

    class Meta:
        verbose_name = _("Ortsteil")
        verbose_name_plural = _("Ortsteile")

    def __str__(self) -> str:
        return self.name


class PlaceName(models.Model):
    """A name under which a place is found, and all a list shows of it; cities.place_index makes these rows anew.

    `key` is written as cities.place_names does it, `place_key` the official key, `kind` one of Region.Kind or
    `municipality`, `locality` (of the municipality of that key).
    """

    key = models.CharField(max_length=320)
    is_own = models.BooleanField()  # False for Munchen, which might be another place's own name
    kind = models.CharField(max_length=20)
    place_key = models.CharField(max_length=8)
    name = models.CharField(max_length=150)
    label = models.CharField(max_length=400)
    population = models.PositiveIntegerField()

    personal_data = register(impersonal=("id", "key", "is_own", "kind", "place_key", "name", "label", "population"))

    class Meta:
        indexes = [
            models.Index(OpClass("key", "text_pattern_ops"), name="place_name_beginning"),
            models.Index(OpClass(Reverse("key"), "text_pattern_ops"), name="place_name_end"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.label}"


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


class RegisterSync(models.Model):
    """One run in which the official register changed our places: its day, and how many it changed."""

    register_day = models.DateField(_("Stand des Verzeichnisses"))
    synced_at = models.DateTimeField(_("übernommen am"), default=timezone.now)
    new = models.PositiveIntegerField(_("neu"))
    renamed = models.PositiveIntegerField(_("umbenannt"))
    dissolved = models.PositiveIntegerField(_("aufgelöst"))
    left_open = models.PositiveIntegerField(_("davon ohne bekannte Nachfolgerin"))

    personal_data = register(impersonal=("id", "register_day", "synced_at", "new", "renamed", "dissolved", "left_open"))

    class Meta:
        verbose_name = _("Abgleich mit dem Gemeindeverzeichnis")
        verbose_name_plural = _("Abgleiche mit dem Gemeindeverzeichnis")
        ordering = ["-register_day", "-pk"]

    def __str__(self) -> str:
        return f"{self.register_day:%d.%m.%Y}"


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


class Skill(models.Model):
    """Something people in a network can do, and another network lacks."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(_("Fähigkeit"), max_length=80)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    personal_data = register(impersonal=("code", "name", "position"))

    class Meta:
        verbose_name = _("Fähigkeit")
        verbose_name_plural = _("Fähigkeiten")
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


class Resource(models.Model):
    """Something that is needed or offered: one row a kind, with a note that says what exactly."""

    kind = models.CharField(_("Art"), max_length=20, choices=ResourceKind)
    note = models.CharField(_("Was genau?"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.get_kind_display()
