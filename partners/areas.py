"""A service area as people write it: one entry a line or between commas.

An entry is a place or postcode („Telgte“, „48291“), a Kreis or Land („Kreis Borken“, „NRW“), a place with a radius
(„Münster 50 km“, „40 km um Köln“) or „bundesweit“. An entry with several meanings is asked back as a list; nothing is
guessed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from cities import places
from cities.geometry import MUNICIPALITY_KEY_LENGTH, Circle, ServiceArea
from cities.models import Municipality, Region
from cities.place_names import label, land_label, search_key
from cities.places import Found
from partners.models import ServiceAreaPart

MOST_ENTRIES = 100
RADIUS_RANGE = range(1, 501)
PICK_PREFIX = "pick-"
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
    def of(cls, row: ServiceAreaPart) -> "AreaPart":
        return cls(row.key, row.centre, row.radius_km, row.nationwide)


@dataclass(frozen=True)
class Question:
    """Something typed that has several meanings; `name` is the form field that holds the answer, a key or nothing."""

    name: str
    typed: str
    candidates: tuple[Found, ...]
    answer: str = ""


class Reader:
    """Understands what was typed; `picks` maps the name of a question to the key that was chosen.

    Afterwards `questions` has everything with several meanings, answered or not, and `errors` a sentence for each entry
    that means nothing.
    """

    def __init__(self, picks: Mapping[str, str]) -> None:
        self.picks = picks
        self.questions: dict[str, Question] = {}
        self.errors: list[str] = []

    def parts(self, text: str) -> tuple[AreaPart, ...]:
        """The parts that were understood, in the order typed."""
        entries = [entry.strip() for entry in _SEPARATORS.split(text) if entry.strip()]
        if len(entries) > MOST_ENTRIES:
            self.errors.append(_("Bitte nennen Sie höchstens %(count)d Orte.") % {"count": MOST_ENTRIES})
            return ()
        return merged(part for part in map(self._part, entries) if part)

    def municipality(self, text: str) -> Municipality | None:
        """The one municipality that is meant, if it is clear which."""
        found = self._chosen(text, places.resolve_municipality(text))
        return Municipality.objects.get(pk=found.key) if found else None

    def _part(self, entry: str) -> AreaPart | None:
        if search_key(entry) in _NATIONWIDE:
            return AreaPart(nationwide=True)
        match = next(filter(None, (form.fullmatch(entry) for form in _CIRCLE_FORMS)), None)
        if match is None:
            found = self._chosen(entry, places.resolve(entry))
            return AreaPart(key=found.key) if found else None
        return self._circle(entry, match["place"], int(match["km"]))

    def _circle(self, entry: str, place: str, radius_km: int) -> AreaPart | None:
        if radius_km not in RADIUS_RANGE:
            self.errors.append(_("„%(entry)s“: Der Umkreis liegt zwischen 1 und 500 km.") % {"entry": entry[:80]})
            return None
        centre = self.municipality(place)
        return AreaPart(centre=centre, radius_km=radius_km) if centre else None

    def _chosen(self, typed: str, resolution: places.Resolution) -> Found | None:
        """The one place that is meant, or the one picked; else a question or an error."""
        if not resolution.candidates:
            sentence = _("„%(place)s“ haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise.")
            self.errors.append(sentence % {"place": typed[:80]})
        if resolution.place or not resolution.candidates:
            return resolution.place
        name = _pick_name(typed)
        picked = next((found for found in resolution.candidates if found.key == self.picks.get(name)), None)
        self.questions[name] = Question(name, typed, resolution.candidates, picked.key if picked else "")
        return picked


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
    names = _names({part.key for part in listed} | {part.centre.pk for part in listed if part.centre})
    lines = (
        f"{names[part.centre.pk]} {part.radius_km} km" if part.centre else names.get(part.key, part.key)
        for part in listed
    )
    return "\n".join(lines)


def municipality_label(municipality: Municipality) -> str:
    """The name with Kreis and Land, as it can be typed again without a question back."""
    return _names({municipality.pk})[municipality.pk]


def service_area(parts: tuple[AreaPart, ...]) -> ServiceArea:
    """The parts as the value that answers whether a town lies in the area."""
    circles = [
        Circle(part.centre.point, part.radius_km, part.centre.name) for part in parts if part.centre and part.radius_km
    ]
    keys = frozenset(part.key for part in parts if part.key)
    return ServiceArea(keys=keys, circles=tuple(circles), nationwide=any(part.nationwide for part in parts))


def _pick_name(typed: str) -> str:
    """The same for every spelling of the same words, so that an answer is found again when the form comes back."""
    return PICK_PREFIX + sha256(search_key(typed).encode()).hexdigest()[:10]


def _names(keys: set[str]) -> dict[str, str]:
    """How each key is written; a Land or Kreis that is a single town (Hamburg, Münster) goes by that town's name."""
    towns = {key: key.ljust(MUNICIPALITY_KEY_LENGTH, "0") for key in keys}
    names = {region.key: _region_name(region) for region in Region.objects.filter(key__in=keys)}
    rows = Municipality.objects.filter(ags__in=towns.values()).select_related("district", "land")
    labels = {row.ags: label(row.name, row.district.name, row.land.name) for row in rows}
    return names | {key: labels[ags] for key, ags in towns.items() if ags in labels}


def _region_name(region: Region) -> str:
    return land_label(region.name) if region.kind == Region.Kind.LAND else region.name
