"""Finds the place somebody typed, by name, other spelling, beginning, with a typing error, by postcode or key.

`find` serves a list while somebody types, `resolve` a form that was sent. Where a text has several meanings, all of
them are given back and none is chosen.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, Min, Q, QuerySet, When
from django.db.models.functions import Length, Reverse

from cities.models import Municipality, PlaceName, PostcodePlace, Region
from cities.place_index import LOCALITY, MUNICIPALITY
from cities.place_names import (
    designated_region,
    designated_town,
    is_one_edit_apart,
    label,
    name_keys,
    search_key,
)

LONGEST_QUERY = 200  # a name with its Kreis and Land
_MOST_BRACKETS = 3  # a name, a Kreis and the label itself
_MOST_NAMES = 120  # more than any name has, with all its spellings
_POSTCODE = re.compile(r"(?P<digits>\d{5})\b[\s,]*(?P<name>.*)", re.DOTALL)
_BEGINNING_OF_POSTCODE = re.compile(r"\d{2,4}")
_MUNICIPALITY_KEY = re.compile(r"\d{8}")
_POSTCODE_IN_LABEL = re.compile(r", \d{5}\)$")
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
    region = designated_region(query)
    found = [*_beginning_with(key), *(_regions_called(region, query) if region else ())]
    town = "" if found else designated_town(query)
    return found or ([place for place in _beginning_with(town) if place.is_municipality] if town else [])


def _regions_called(key: str, query: str) -> list[Found]:
    """„Kreis Borken“; Regierungsbezirke where they are called so, since most share their name with a town."""
    wants_government_region = "bezirk" in search_key(query).removesuffix(key)
    regions = [row for row in _rows_beginning_with(key) if row.kind in Region.Kind.values]
    return [
        _found(row, fit=_fit(key, row))
        for row in regions
        if wants_government_region or row.kind != Region.Kind.GOVERNMENT_REGION
    ]


def _beginning_with(key: str) -> list[Found]:
    """A locality never comes before a municipality of that name, and a Regierungsbezirk only where it is called so."""
    return [
        _found(row, fit=max(_LOCALITY, _fit(key, row)) if row.kind == LOCALITY else _fit(key, row))
        for row in _rows_beginning_with(key)
        if row.kind != Region.Kind.GOVERNMENT_REGION
    ]


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
        return [_found_municipality(municipality)] if municipality else []
    if match := _POSTCODE.fullmatch(query):
        return _by_postcode(match["digits"], match["name"])
    if _BEGINNING_OF_POSTCODE.fullmatch(query):
        rows = _current().filter(postcodes__postcode__startswith=query).distinct().order_by("-population", "ags")
        return sorted(
            (_found_municipality(row, fit=_BEGINNING) for row in rows[:_MOST_NAMES]), key=lambda place: place.rank
        )
    return []


def _by_postcode(postcode: str, name: str) -> list[Found]:
    """All municipalities of the postcode; of „33790 Halle“ the one of that name."""
    at_postcode = Q(postcodes__postcode=postcode) | Q(seat_postcode=postcode)
    found = [_found_municipality(row) for row in _current().filter(at_postcode).distinct()]
    named = [place for place in found if search_key(name) in name_keys(place.name)]
    return sorted(named or found, key=lambda place: place.rank)


class _Row(NamedTuple):
    """What is read of a PlaceName."""

    key: str
    is_own: bool
    kind: str
    place_key: str
    name: str
    label: str
    population: int


def _rows() -> "QuerySet[PlaceName, Any]":
    return PlaceName.objects.values_list(*_Row._fields)


def _rows_beginning_with(key: str) -> list[_Row]:
    """The whole name first, then larger places."""
    is_whole = Case(When(key=key, then=0), default=1, output_field=IntegerField())
    rows = _rows().filter(key__startswith=key).order_by(is_whole, "-population", "place_key")
    return [_Row(*row) for row in rows[:_MOST_NAMES]]


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
    found = [_Row(*row) for row in _rows().filter(key__in=alike).exclude(kind=Region.Kind.GOVERNMENT_REGION)]
    return [_found(row, fit=_MISTYPED) for row in found]


def _mistyped_region(query: str) -> list[Found]:
    """„Kreis Borcken“ is no town."""
    return [place for place in _mistyped(designated_region(query)) if not place.is_municipality]


def _current() -> QuerySet[Municipality]:
    return Municipality.objects.current().select_related("district", "land")


def _fit(key: str, row: _Row) -> int:
    if row.key != key:
        return _BEGINNING
    return _EXACT if row.is_own else _BARE_VOWELS


def _found(row: _Row, *, fit: int) -> Found:
    return Found(row.place_key, row.label, row.name, row.kind, row.population, fit)


def _found_municipality(row: Municipality, *, fit: int = _EXACT) -> Found:
    shown = label(row.name, row.district.name, row.land.name)
    return Found(row.ags, shown, row.name, MUNICIPALITY, row.population, fit)
