"""Finds the place somebody typed: municipalities, Kreise, Länder; by name, other spelling, beginning, postcode or key.

`find` serves a list while somebody types, `resolve` a form that was sent. Where a text has several meanings, all of
them are given back and none is chosen.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Case, F, Func, IntegerField, Min, Q, QuerySet, Sum, TextField, Value, When
from django.db.models.functions import Concat

from cities.models import Municipality, PostcodePlace, Region
from cities.place_names import (
    designated_region,
    designated_town,
    label,
    land_label,
    land_of_abbreviation,
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
MUNICIPALITY = "municipality"
# |neustadt|munchen: what begins with a text begins after a bar.
_BAR = Value("|", TextField())
_ALIASES = Concat(_BAR, Func(F("alias_keys"), _BAR, function="array_to_string", output_field=TextField()))

# How well a name fits; smaller is better.
_EXACT, _BARE_VOWELS, _BEGINNING = 0, 1, 2


@dataclass(frozen=True)
class Found:
    """A place that a text may mean; the key has 2 digits for a Land, 3, 5, or 8 for a municipality."""

    key: str
    label: str
    name: str
    kind: str  # MUNICIPALITY or one of Region.Kind
    population: int
    fit: int = _EXACT

    @property
    def is_municipality(self) -> bool:
        return self.kind == MUNICIPALITY

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        """Better fit first; of equal names the town before the Kreis; larger ones first."""
        return (self.fit, self.fit != _BEGINNING and not self.is_municipality, -self.population, self.key)


@dataclass(frozen=True)
class Resolution:
    """What a text means: one place, several candidates to choose from, or nothing."""

    candidates: tuple[Found, ...] = ()

    @cached_property
    def place(self) -> Found | None:
        """The one place that is meant; a mere beginning of a name means none yet."""
        return self.candidates[0] if len(self.candidates) == 1 and self.candidates[0].fit != _BEGINNING else None


@dataclass(frozen=True)
class _TypedRegion:
    """A text taken as the name of a Kreis or Land."""

    key: str
    land: str
    government_region: bool

    @classmethod
    def of(cls, query: str) -> "_TypedRegion":
        whole, designated = search_key(query), designated_region(query)
        return cls(designated or whole, land_of_abbreviation(query), "bezirk" in whole.removesuffix(designated))

    def fit(self, region: Region) -> int | None:
        """Regierungsbezirke only where they are called so, since most share their name with a town."""
        if region.kind == Region.Kind.GOVERNMENT_REGION and not self.government_region:
            return None
        if region.key == self.land or region.search_key == self.key:
            return _EXACT
        if _without_e(region.search_key) == _without_e(self.key):
            return _BARE_VOWELS
        return _BEGINNING if region.search_key.startswith(self.key) else None


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
    """The municipality of that key, or the one it was merged into."""
    municipality = Municipality.objects.select_related("successor", "district", "land").filter(pk=ags).first()
    while municipality and municipality.successor:
        municipality = municipality.successor
    return municipality


def _ranked(query: str) -> list[Found]:
    if not query or len(query) > LONGEST_QUERY or "\0" in query:
        return []
    if query[0].isascii() and query[0].isdigit():
        return _by_digits(query)
    key = search_key(query)
    found = _municipalities(key) + _regions(query) if key else []
    if not found and (town := designated_town(query)):
        found = _municipalities(town)
    return sorted(_told_apart(found), key=lambda place: place.rank)


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
    found = [_found(row) for row in _current().filter(postcodes__postcode=postcode)]
    named = [place for place in found if search_key(name) in name_keys(place.name)]
    return sorted(named or found, key=lambda place: place.rank)


def _municipalities(key: str) -> list[Found]:
    rows = (
        _current()
        .alias(aliases=_ALIASES)
        .filter(Q(search_key__startswith=key) | Q(aliases__contains=f"|{key}"))
        .annotate(
            beginning=Case(
                When(Q(search_key=key) | Q(alias_keys__contains=[key]), then=0),
                default=1,
                output_field=IntegerField(),
            )
        )
        .order_by("beginning", "-population", "ags")
    )
    return [_found(row, fit=_fit(key, row)) for row in rows[:_MOST_NAMESAKES]]


def _current() -> QuerySet[Municipality]:
    return Municipality.objects.filter(successor__isnull=True).select_related("district", "land")


def _fit(key: str, row: Municipality) -> int:
    if key in name_keys(row.name):
        return _EXACT
    return _BARE_VOWELS if key in row.alias_keys else _BEGINNING


def _found(row: Municipality, *, fit: int = _EXACT) -> Found:
    shown = label(row.name, row.district.name, row.land.name)
    return Found(row.ags, shown, row.name, MUNICIPALITY, row.population, fit)


def _regions(query: str) -> list[Found]:
    """Länder and Kreise that go by the name; those that are one municipality are found as such."""
    typed = _TypedRegion.of(query)
    alike = Region.objects.filter(Q(search_key__startswith=typed.key[:1]) | Q(key=typed.land))
    fits = [(region, fit) for region in alike if (fit := typed.fit(region)) is not None]
    if not fits:
        return []
    districts = list(
        Municipality.objects.filter(successor__isnull=True)
        .values_list("district_id")
        .annotate(Sum("population"), Min("ags"))
        .order_by()
    )
    alone = {first_ags for _, _, first_ags in districts}
    return [
        Found(region.key, _region_label(region), region.name, region.kind, _population(region, districts), fit)
        for region, fit in fits
        if region.key.ljust(8, "0") not in alone
    ]


def _without_e(key: str) -> str:
    """Makes „Thuringen“ and „Thueringen“ alike."""
    return key.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _region_label(region: Region) -> str:
    return land_label(region.name) if region.kind == Region.Kind.LAND else region.name


def _population(region: Region, districts: list[tuple[str, int, str]]) -> int:
    return sum(population for key, population, _ in districts if key.startswith(region.key))
