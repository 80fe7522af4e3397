"""What partners and regional networks have in common: an area, made of parts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.geometry import Circle, is_key
from cities.models import Municipality, Region
from cities.service_areas import ServiceArea

RADIUS_RANGE = range(1, 501)


class HasServiceArea(models.Model):
    """An entry with rows of `area_parts`."""

    if TYPE_CHECKING:
        area_parts: Any
        area_labels: list[str]  # in words; only where a list has looked them up

    class Meta:
        abstract = True

    @property
    def service_area(self) -> ServiceArea:
        """The general area as one value; uses prefetched parts (with their centres) where there are any."""
        return area_of(part for part in self.area_parts.all() if part.topic_id is None)

    @property
    def topic_areas(self) -> dict[str, ServiceArea]:
        """The areas of topics that have one of their own, by code; uses prefetched parts, too."""
        parts: dict[str, list[AreaPartRow]] = {}
        for part in self.area_parts.all():
            if part.topic_id is not None:
                parts.setdefault(part.topic_id, []).append(part)
        return {topic: area_of(rows) for topic, rows in parts.items()}


class AreaPartRow(models.Model):
    """One part of an area: an official key, a circle around a place, or all of Germany."""

    key = models.CharField(_("Schlüssel"), max_length=8, blank=True)
    centre = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Mittelpunkt")
    )
    radius_km = models.PositiveSmallIntegerField(_("Umkreis in km"), null=True, blank=True)
    nationwide = models.BooleanField(_("bundesweit"), default=False)

    topic_id: str | None = None  # of the topic a part is for alone; only partners have such parts

    IS_ONE_KIND: ClassVar[Q] = (
        Q(nationwide=True, key="", centre__isnull=True, radius_km__isnull=True)
        | Q(
            nationwide=False,
            key__regex=r"^[0-9]{2}([0-9]([0-9]{2}([0-9]{3})?)?)?$",
            centre__isnull=True,
            radius_km__isnull=True,
        )
        | Q(nationwide=False, key="", centre__isnull=False, radius_km__range=(1, 500))
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        if self.nationwide:
            return str(_("bundesweit"))
        return self.key or f"{self.radius_km} km um {self.centre}"

    def clean(self) -> None:
        """What the constraint of the table says, as a sentence at the field; a key must exist, too."""
        if self.radius_km is not None and self.radius_km not in RADIUS_RANGE:
            raise ValidationError({"radius_km": gettext("Der Umkreis liegt zwischen 1 und 500 km.")})
        if (self.centre_id is None) != (self.radius_km is None):
            raise ValidationError({"radius_km": gettext("Mittelpunkt und Umkreis gehören zusammen.")})
        if [bool(self.key), self.centre_id is not None, self.nationwide].count(True) != 1:
            message = gettext("Bitte wählen Sie: Schlüssel, Mittelpunkt mit Umkreis oder „bundesweit“.")
            raise ValidationError({"key": message})
        if self.key and not _exists(self.key):
            raise ValidationError({"key": gettext("Diesen Schlüssel gibt es nicht.")})


def _exists(key: str) -> bool:
    """Regierungsbezirke have no rows of their own; they exist if a Kreis lies in them."""
    if not is_key(key):
        return False
    return Region.objects.filter(key__startswith=key).exists() or Municipality.objects.filter(ags=key).exists()


class _Part(Protocol):
    """A part as a row, or as it was read from a form."""

    @property
    def key(self) -> str: ...
    @property
    def centre(self) -> Municipality | None: ...
    @property
    def radius_km(self) -> int | None: ...
    @property
    def nationwide(self) -> bool: ...


def area_of(parts: Iterable[_Part]) -> ServiceArea:
    """The parts as the value that answers whether a town lies in the area."""
    rows = list(parts)
    return ServiceArea(
        keys=frozenset(part.key for part in rows if part.key),
        circles=tuple(
            Circle(part.centre.point, part.radius_km, part.centre.name)
            for part in rows
            if part.centre and part.radius_km
        ),
        nationwide=any(part.nationwide for part in rows),
    )
