"""A service area as people write it: one entry a line or between commas.

An entry is a place or postcode („Telgte“, „48291“), a Kreis or Land („Kreis Borken“, „NRW“), a place with a radius
(„Münster 50 km“, „40 km um Köln“) or „bundesweit“. An entry with several meanings is asked back as a list; nothing is
guessed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cities import places, typed_places
from cities.models import Municipality
from cities.place_names import search_key
from cities.typed_places import PlaceReader
from partners.models import AreaPartRow, HasServiceArea, Partner
from partners.models.areas import RADIUS_RANGE

MOST_ENTRIES = 100
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
        entries = _entries(text)
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


def number_of_entries(text: str) -> int:
    return len(_entries(text))


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in _SEPARATORS.split(text) if entry.strip()]


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


def written_in_one_line(parts: Iterable[AreaPart]) -> str:
    """The parts as one would type them where there is no box for nationwide."""
    listed = list(parts)
    nationwide = [_("bundesweit")] if any(part.nationwide for part in listed) else []
    return "; ".join([*nationwide, *written(listed).splitlines()])


def parts_of(owner: HasServiceArea) -> list[AreaPart]:
    """The general area of a partner or network as it stands, in the order it was entered."""
    return _by_topic(owner).get(None, [])


def topic_parts_of(partner: Partner) -> dict[str, list[AreaPart]]:
    """The areas of single topics as they stand, by the code of the topic."""
    return {topic: parts for topic, parts in _by_topic(partner).items() if topic is not None}


def write(owner: HasServiceArea, area: Iterable[AreaPart], *, topic: str | None = None) -> None:
    """Make the rows of the owner those of the area, in general or for one topic.

    Parts that stay keep their row: the history shows what changed.
    """
    wanted = list(area)
    stored = owner.area_parts.select_related("centre")
    rows = {AreaPart.of(row): row for row in stored if row.topic_id == topic}
    owner.area_parts.filter(pk__in=[row.pk for part, row in rows.items() if part not in wanted]).delete()
    of_topic = {} if topic is None else {"topic_id": topic}
    for part in wanted:
        if part not in rows:
            owner.area_parts.create(**vars(part), **of_topic)


def write_topics(partner: Partner, areas: Mapping[str, Iterable[AreaPart]]) -> None:
    """Make the areas of single topics these, by code; a topic that is not named has none of its own."""
    for topic in {*topic_parts_of(partner), *areas}:
        write(partner, areas.get(topic, ()), topic=topic)


def _by_topic(owner: HasServiceArea) -> dict[str | None, list[AreaPart]]:
    parts: dict[str | None, list[AreaPart]] = {}
    for row in owner.area_parts.select_related("centre").order_by("pk"):
        parts.setdefault(row.topic_id, []).append(AreaPart.of(row))
    return parts
