"""A service area as people write it: one entry a line or between commas.

An entry is a place or postcode („Telgte“, „48291“), a Kreis or Land („Kreis Borken“, „NRW“), a place with a radius
(„Münster 50 km“, „40 km um Köln“) or „bundesweit“. An entry with several meanings is asked back as a list; nothing is
guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cities import places, typed_places
from cities.geometry import Circle
from cities.models import Municipality
from cities.place_names import search_key
from cities.service_areas import ServiceArea
from cities.typed_places import PlaceReader
from partners.models import AreaPartRow, HasServiceArea

MOST_ENTRIES = 100
RADIUS_RANGE = range(1, 501)
# A comma separates neither within „(Kreis, Land)“ nor before the radius of „Münster, 50 km“.
_SEPARATORS = re.compile(r"[\n;]|,(?![^(\n]*\))(?!\s*(?:umkreis\s*)?\d{1,4}\s*km\.?\s*(?:[\n;,]|$))", re.IGNORECASE)
_CIRCLE_FORMS = (
    re.compile(r"(?P<place>.+?)[\s,+]+(?:umkreis\s*)?(?P<km>\d{1,4})\s*km\.?", re.IGNORECASE),
    re.compile(r"(?:umkreis\s*)?(?P<km>\d{1,4})\s*km\s+(?:um|rund um)\s+(?P<place>.+)", re.IGNORECASE),
)
_NATIONWIDE = {"bundesweit", "deutschlandweit", "deutschland", "ganz deutschland", "bundesrepublik deutschland"}


@dataclass(frozen=True)
class AreaPart:
    """One part of a service area: a key, or a centre with a radius, or all of Germany."""

    key: str = ""
    centre: Municipality | None = None
    radius_km: int | None = None
    nationwide: bool = False

    @classmethod
    def of(cls, row: AreaPartRow) -> "AreaPart":
        return cls(row.key, row.centre, row.radius_km, row.nationwide)


class AreaReader(PlaceReader):
    """Understands areas, too; entries with several meanings are asked back like places."""

    def parts(self, text: str) -> tuple[AreaPart, ...]:
        """The parts that were understood, in the order typed."""
        entries = [entry.strip() for entry in _SEPARATORS.split(text) if entry.strip()]
        if len(entries) > MOST_ENTRIES:
            self.errors.append(_("Bitte nennen Sie höchstens %(count)d Orte.") % {"count": MOST_ENTRIES})
            return ()
        return merged(part for part in map(self._part, entries) if part)

    def _part(self, entry: str) -> AreaPart | None:
        if search_key(entry) in _NATIONWIDE:
            return AreaPart(nationwide=True)
        match = next(filter(None, (form.fullmatch(entry) for form in _CIRCLE_FORMS)), None)
        if match is None:
            found = self.chosen(entry, places.resolve(entry))
            return AreaPart(key=found.key) if found else None
        return self._circle(entry, match["place"], int(match["km"]))

    def _circle(self, entry: str, place: str, radius_km: int) -> AreaPart | None:
        if radius_km not in RADIUS_RANGE:
            self.errors.append(_("„%(entry)s“: Der Umkreis liegt zwischen 1 und 500 km.") % {"entry": entry[:80]})
            return None
        centre = self.municipality(place)
        return AreaPart(centre=centre, radius_km=radius_km) if centre else None


def merged(parts: Iterable[AreaPart]) -> tuple[AreaPart, ...]:
    """None twice, and of several circles around one place the largest."""
    kept: dict[tuple[str, Municipality | None, bool], AreaPart] = {}
    for part in parts:
        subject = (part.key, part.centre, part.nationwide)
        if subject not in kept or (kept[subject].radius_km or 0) < (part.radius_km or 0):
            kept[subject] = part
    return tuple(kept.values())


def written(parts: Iterable[AreaPart]) -> str:
    """The parts as one would type them, one a line; the opposite of reading. Nationwide has a box of its own."""
    listed = [part for part in parts if not part.nationwide]
    names = typed_places.written({part.key for part in listed} | {part.centre.pk for part in listed if part.centre})
    lines = (
        f"{names[part.centre.pk]} {part.radius_km} km" if part.centre else names.get(part.key, part.key)
        for part in listed
    )
    return "\n".join(lines)


def parts_of(owner: HasServiceArea) -> list[AreaPart]:
    """The area of a partner or network as it stands, in the order it was entered."""
    return [AreaPart.of(row) for row in owner.area_parts.select_related("centre").order_by("pk")]


def write(owner: HasServiceArea, area: tuple[AreaPart, ...]) -> None:
    """Make the rows of the owner those of the area; parts that stay keep their row: the history shows what changed."""
    rows = {AreaPart.of(row): row for row in owner.area_parts.select_related("centre")}
    owner.area_parts.filter(pk__in=[row.pk for part, row in rows.items() if part not in area]).delete()
    for part in area:
        if part not in rows:
            owner.area_parts.create(
                key=part.key, centre=part.centre, radius_km=part.radius_km, nationwide=part.nationwide
            )


def service_area(parts: tuple[AreaPart, ...]) -> ServiceArea:
    """The parts as the value that answers whether a town lies in the area."""
    circles = [
        Circle(part.centre.point, part.radius_km, part.centre.name) for part in parts if part.centre and part.radius_km
    ]
    keys = frozenset(part.key for part in parts if part.key)
    return ServiceArea(keys=keys, circles=tuple(circles), nationwide=any(part.nationwide for part in parts))
