"""Finds the place somebody typed, by name, other spelling, beginning, with a typing error, by postcode or key.

`find` serves a list while somebody types, `resolve` a form that was sent. Where a text has several meanings, all of
them are given back and none is chosen.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Case, IntegerField, Min, Q, QuerySet, When
from django.db.models.functions import Length, Reverse

from cities.models import Locality, Municipality, PlaceName, PostcodePlace, Region
from cities.place_names import (
    designated_region,
    designated_town,
    is_one_edit_apart,
    label,
    land_label,
    land_of_abbreviation,
    locality_label,
    name_keys,
    search_key,
)

LONGEST_QUERY = 120
_MOST_BRACKETS = 3  # a name, a Kreis and the label itself
_MOST_NAMESAKES = 60  # more than any name has
_POSTCODE = re.compile(r"(?P<digits>\d{5})\b[\s,]*(?P<name>.*)", re.DOTALL)
_BEGINNING_OF_POSTCODE = re.compile(r"\d{2,4}")
_MUNICIPALITY_KEY = re.compile(r"\d{8}")
_POSTCODE_IN_LABEL = re.compile(r", \d{5}\)$")
MUNICIPALITY, LOCALITY = "municipality", "locality"
# How well a name fits; smaller is better.
_EXACT, _BARE_VOWELS, _LOCALITY, _BEGINNING, _MISTYPED = range(5)
_GUESSES = (_BEGINNING, _MISTYPED)
_SHORTEST_MISTYPED = 4


@dataclass(frozen=True)
class Found:
    """A place that a text may mean; the key has 2 digits for a Land, 3, 5, or 8 for a municipality."""

    key: str
    label: str
    name: str
    kind: str  # MUNICIPALITY, LOCALITY (of the municipality of that key), or one of Region.Kind
    population: int
    fit: int = _EXACT

    @property
    def is_municipality(self) -> bool:
        return self.kind in (MUNICIPALITY, LOCALITY)

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        """Better fit first; of equal names the town before the Kreis; larger ones first."""
        is_region = self.fit not in _GUESSES and not self.is_municipality
        return (self.fit, is_region, -self.population, self.key)


@dataclass(frozen=True)
class Resolution:
    """What a text means: one place, several candidates to choose from, or nothing."""

    candidates: tuple[Found, ...] = ()

    @cached_property
    def place(self) -> Found | None:
        """The one place that is meant; the beginning of a name, or one with an error in it, means none yet."""
        return self.candidates[0] if len(self.candidates) == 1 and self.candidates[0].fit not in _GUESSES else None


def find(query: str, limit: int = 20) -> list[Found]:
    """Candidates for a text, better fits and larger places first; empty for what cannot be a place."""
    return _ranked(query.strip())[:limit]


def resolve(text: str, limit: int = 40) -> Resolution:
    """What a text means. „Neustadt“ gives all Neustadts, „Neustadt (Landkreis Eichsfeld, Thüringen)“ the one."""
    text = text.strip()
    named = _by_label(text)
    found = named or _ranked(text)
    best = [place for place in found if place.fit == found[0].fit]
    return Resolution(tuple(best[:limit]))


def resolve_municipality(text: str, limit: int = 40) -> Resolution:
    """As `resolve`, but Kreise and Länder are not meant: the seat of an organisation, the centre of a circle."""
    text = text.strip()
    found = [place for place in _by_label(text) or _ranked(text) if place.is_municipality]
    best = [place for place in found if place.fit == found[0].fit]
    return Resolution(tuple(best[:limit]))


def current(ags: str) -> Municipality | None:
    """The municipality of that key, or the one it was merged into; None where nobody knows which that is."""
    municipality = Municipality.objects.select_related("successor", "district", "land").filter(pk=ags).first()
    while municipality and municipality.successor:
        municipality = municipality.successor
    return municipality if municipality and municipality.dissolved_on is None else None


def _ranked(query: str) -> list[Found]:
    if not query or len(query) > LONGEST_QUERY or "\0" in query:
        return []
    if query[0].isascii() and query[0].isdigit():
        return _by_digits(query)
    found = _named(query) or _mistyped_region(query) or _mistyped(search_key(query))
    return sorted(_told_apart(_once_each(found)), key=lambda place: place.rank)


def _named(query: str) -> list[Found]:
    """Everything that goes by the name, or begins with it."""
    key = search_key(query)
    if not key:
        return []
    found = _members_of_association(key) or [
        *_municipalities(key), *_regions(query), *_localities(key), *_land_of_abbreviation(query)
    ]  # fmt: skip
    town = "" if found else designated_town(query)
    return found or (_municipalities(town) if town else [])


def _once_each(found: list[Found]) -> list[Found]:
    """A municipality may go by its name and by that of a locality, too."""
    best: dict[str, Found] = {}
    for place in sorted(found, key=lambda place: place.rank):
        best.setdefault(place.key, place)
    return list(best.values())


def _told_apart(found: list[Found]) -> list[Found]:
    """Two Neuenkirchens lie in one Kreis; they show their postcode, too."""
    labels = Counter(place.label for place in found)
    return [_with_postcode(place) if labels[place.label] > 1 else place for place in found]


def _with_postcode(place: Found) -> Found:
    postcode = PostcodePlace.objects.filter(municipality=place.key).aggregate(first=Min("postcode"))["first"]
    return replace(place, label=f"{place.label.removesuffix(')')}, {postcode})") if postcode else place


def _by_label(text: str) -> list[Found]:
    """The places whose label was typed or sent back as it was shown, which fits exactly.

    A name may have brackets of its own, „Halle (Westf.)“, and so may a Kreis, „Altenkirchen (Westerwald)“.
    """
    if not text.endswith(")") or len(text) > LONGEST_QUERY:
        return []
    names = [text[: bracket.start()] for bracket in re.finditer(r" \(", text)][-_MOST_BRACKETS:]
    return next(filter(None, (_labelled(text, name) for name in reversed(names))), [])


def _labelled(text: str, name: str) -> list[Found]:
    return [
        replace(place, fit=_EXACT)
        for place in _ranked(name)
        if search_key(text) in (search_key(place.label), search_key(_POSTCODE_IN_LABEL.sub(")", place.label)))
    ]


def _by_digits(query: str) -> list[Found]:
    if _MUNICIPALITY_KEY.fullmatch(query):
        municipality = current(query)
        return [_found(municipality)] if municipality else []
    if match := _POSTCODE.fullmatch(query):
        return _by_postcode(match["digits"], match["name"])
    if _BEGINNING_OF_POSTCODE.fullmatch(query):
        rows = _current().filter(postcodes__postcode__startswith=query).distinct()
        return sorted((_found(row, fit=_BEGINNING) for row in rows[:_MOST_NAMESAKES]), key=lambda place: place.rank)
    return []


def _by_postcode(postcode: str, name: str) -> list[Found]:
    """All municipalities of the postcode; of „33790 Halle“ the one of that name."""
    at_postcode = Q(postcodes__postcode=postcode) | Q(seat_postcode=postcode)
    found = [_found(row) for row in _current().filter(at_postcode).distinct()]
    named = [place for place in found if search_key(name) in name_keys(place.name)]
    return sorted(named or found, key=lambda place: place.rank)


def _names(key: str) -> QuerySet[PlaceName]:
    """Names that begin so: the whole name first, then larger places."""
    is_whole = Case(When(key=key, then=0), default=1, output_field=IntegerField())
    return PlaceName.objects.filter(key__startswith=key).annotate(is_whole=is_whole).order_by(
        "is_whole", "-population", "pk"
    )  # fmt: skip


def _municipalities(key: str) -> list[Found]:
    rows = _names(key).filter(municipality__isnull=False).select_related("municipality__district", "municipality__land")
    return [_found(row.municipality, fit=_fit(key, row)) for row in rows[:_MOST_NAMESAKES] if row.municipality]


def _localities(key: str) -> list[Found]:
    """Districts of towns and villages; never before a municipality of that name."""
    rows = _names(key).filter(locality__isnull=False).select_related("locality__municipality__land")
    return [
        _found_locality(row.locality, fit=max(_LOCALITY, _fit(key, row)))
        for row in rows[:_MOST_NAMESAKES]
        if row.locality
    ]


def _regions(query: str) -> list[Found]:
    """Länder and Kreise; Regierungsbezirke only where they are called so, since most share their name with a town."""
    whole, designated = search_key(query), designated_region(query)
    key = designated or whole
    rows = _names(key).filter(region__isnull=False).select_related("region")
    if "bezirk" not in whole.removesuffix(designated):
        rows = rows.exclude(region__kind=Region.Kind.GOVERNMENT_REGION)
    return [_found_region(row.region, row.population, fit=_fit(key, row)) for row in rows if row.region]


def _land_of_abbreviation(query: str) -> list[Found]:
    """NRW, BW and the like."""
    key = land_of_abbreviation(query)
    rows = PlaceName.objects.filter(region=key, is_own=True).select_related("region") if key else ()
    return [_found_region(row.region, row.population, fit=_EXACT) for row in rows if row.region]


def _members_of_association(key: str) -> list[Found]:
    """An association is no place one could be at: its municipalities are, and all of them are offered."""
    keys = PlaceName.objects.filter(key=key, association__isnull=False).values("association")
    return [_found(row) for row in _current().filter(association__in=keys)]


def _mistyped(key: str) -> list[Found]:
    """Names with one typing error, where nothing else was found.

    Whatever the error, the name is intact before or after the middle: exchanged neighbours may lie across it, so the
    first half gives one letter away.
    """
    if len(key) < _SHORTEST_MISTYPED:
        return []
    half = len(key) // 2
    rows = PlaceName.objects.alias(backwards=Reverse("key"), length=Length("key")).filter(
        Q(key__startswith=key[: half - 1]) | Q(backwards__startswith=key[half:][::-1]),
        length__in=[len(key) - 1, len(key), len(key) + 1],
    )
    alike = {name for name in rows.values_list("key", flat=True) if is_one_edit_apart(key, name)}
    found = [place for name in sorted(alike) for place in (*_municipalities(name), *_localities(name), *_regions(name))]
    return [replace(place, fit=_MISTYPED) for place in found if place.fit not in _GUESSES]


def _mistyped_region(query: str) -> list[Found]:
    """„Kreis Borcken“ is no town."""
    return [place for place in _mistyped(designated_region(query)) if not place.is_municipality]


def _current() -> QuerySet[Municipality]:
    return Municipality.objects.current().select_related("district", "land")


def _fit(key: str, row: PlaceName) -> int:
    if row.key != key:
        return _BEGINNING
    return _EXACT if row.is_own else _BARE_VOWELS


def _found(row: Municipality, *, fit: int = _EXACT) -> Found:
    shown = label(row.name, row.district.name, row.land.name)
    return Found(row.ags, shown, row.name, MUNICIPALITY, row.population, fit)


def _found_locality(row: Locality, *, fit: int) -> Found:
    shown = locality_label(row.name, row.municipality.name, row.municipality.land.name)
    return Found(row.municipality_id, shown, row.name, LOCALITY, row.population, fit)


def _found_region(row: Region, population: int, *, fit: int) -> Found:
    shown = land_label(row.name) if row.kind == Region.Kind.LAND else row.name
    return Found(row.key, shown, row.name, row.kind, population, fit)
