"""Finds the place somebody typed: municipalities, Kreise, Länder; by name, other spelling, beginning, postcode or key.

`find` serves a list while somebody types, `resolve` a form that was sent. Where a text has several meanings, all of
them are given back and none is chosen.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.db.models.functions import Length, Reverse

from cities.geometry import MUNICIPALITY_KEY_LENGTH
from cities.models import Municipality, PlaceName, PostcodePlace, Region
from cities.place_index import LOCALITY, MUNICIPALITY, Fit
from cities.place_names import (
    designated_region,
    designated_town,
    land_of_abbreviation,
    name_keys,
    search_key,
)
from cities.typing_errors import SHORTEST, Halves, one_apart

LONGEST_QUERY = 200
_MOST_SPELLINGS = 300  # a place has about five
_POSTCODE = re.compile(r"(?P<digits>\d{5})\b[\s,]*(?P<name>.*)", re.DOTALL)
_BEGINNING_OF_POSTCODE = re.compile(r"\d{2,4}")
_MUNICIPALITY_KEY = re.compile(r"\d{8}")
_TOWNS = (MUNICIPALITY, LOCALITY)


@dataclass(frozen=True)
class Found:
    """A place that a text may mean; the key has 2 digits for a Land, 3, 5, or 8 for a municipality.

    A district of a town has the key of the town, and its population where its own is not known.
    """

    key: str
    label: str
    name: str
    kind: str  # MUNICIPALITY, LOCALITY or one of Region.Kind
    population: int
    fit: int = Fit.EXACT

    @property
    def is_municipality(self) -> bool:
        return len(self.key) == MUNICIPALITY_KEY_LENGTH

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        """Better fit first; of equal names the town before the Kreis; larger ones first, districts of towns last."""
        later = self.kind == LOCALITY or (self.fit != Fit.BEGINNING and not self.is_municipality)
        return (self.fit, later, -self.population, self.key)


@dataclass(frozen=True)
class Resolution:
    """What a text means: one place, several candidates to choose from, or nothing."""

    candidates: tuple[Found, ...] = ()

    @cached_property
    def place(self) -> Found | None:
        """The one place that is meant; a member of an association, a beginning or a typing error mean none yet."""
        return self.candidates[0] if len(self.candidates) == 1 and self.candidates[0].fit <= Fit.PART else None


@dataclass(frozen=True)
class _Typed:
    """A text as it is compared: as any name, and as that of a Kreis or Land („Kreis Borken“, „NRW“)."""

    key: str
    region: str
    land: str

    @classmethod
    def of(cls, query: str) -> "_Typed":
        return cls(search_key(query), designated_region(query), land_of_abbreviation(query))

    @property
    def kinds(self) -> list[str]:
        """Regierungsbezirke only where they are called so, since most share their name with a town."""
        bezirk = "bezirk" in self.key.removesuffix(self.region)
        return [kind for kind in Region.Kind.values if bezirk or kind != Region.Kind.GOVERNMENT_REGION]

    def fit(self, row: PlaceName) -> int:
        whole = row.spelling == self.key or (row.kind not in _TOWNS and row.spelling == self.region)
        return row.fit if whole or row.place == self.land else Fit.BEGINNING


def find(query: str, limit: int = 20) -> list[Found]:
    """Candidates for a text, better fits and larger places first; empty for what cannot be a place."""
    return _ranked(query)[:limit]


def resolve(text: str, limit: int = 40) -> Resolution:
    """What a text means. „Neustadt“ gives all Neustadts, „Neustadt (Landkreis Eichsfeld, Thüringen)“ the one."""
    return _best(_ranked(text), limit)


def resolve_municipality(text: str, limit: int = 40) -> Resolution:
    """As `resolve`, but Kreise and Länder are not meant: the seat of an organisation, the centre of a circle."""
    return _best([place for place in _ranked(text) if place.is_municipality], limit)


def current(ags: str) -> Municipality | None:
    """The municipality of that key, or the one it was merged into."""
    municipality = Municipality.objects.select_related("successor", "district", "land").filter(pk=ags).first()
    while municipality and municipality.successor:
        municipality = municipality.successor
    return municipality


def _best(found: list[Found], limit: int) -> Resolution:
    return Resolution(tuple(place for place in found if place.fit == found[0].fit)[:limit])


def _ranked(query: str) -> list[Found]:
    query = query.strip()
    if not query or len(query) > LONGEST_QUERY or "\0" in query:
        return []
    if query[0].isascii() and query[0].isdigit():
        return _by_digits(query)
    typed = _Typed.of(query)
    if not typed.key:
        return []
    return _named(typed) or _called_town(designated_town(query)) or _with_typing_error(typed)


def _named(typed: _Typed) -> list[Found]:
    """Exact spellings come first, so that the limit cuts off beginnings only."""
    of_region = Q(kind__in=typed.kinds)
    wanted = Q(spelling__startswith=typed.key) & (of_region | Q(kind__in=_TOWNS))
    whole = Q(spelling=typed.key)
    if typed.region:
        wanted |= Q(spelling__startswith=typed.region) & of_region
        whole |= Q(spelling=typed.region) & of_region
    if typed.land:
        wanted |= Q(place=typed.land, kind=Region.Kind.LAND)
        whole |= Q(place=typed.land)
    beginning = Case(When(whole, then=0), default=1, output_field=IntegerField())
    rows = PlaceName.objects.filter(wanted).order_by(beginning, "fit", "-population", "spelling")[:_MOST_SPELLINGS]
    return _each_once(_shown(row, typed.fit(row)) for row in rows)


def _called_town(key: str) -> list[Found]:
    """„Stadt Borken“ is no Kreis."""
    rows = _named(_Typed(key, "", "")) if key else []
    return [found for found in rows if found.is_municipality]


def _with_typing_error(typed: _Typed) -> list[Found]:
    rows = _alike(typed.region, typed.kinds) if typed.region else []
    rows = rows or _alike(typed.key, [*typed.kinds, *_TOWNS])
    return _each_once(_shown(row, Fit.TYPING_ERROR) for row in rows)


def _alike(key: str, kinds: list[str]) -> list[PlaceName]:
    """Both halves are looked up in an index, and the few rows that remain compared letter by letter."""
    if len(key) < SHORTEST:
        return []
    halves = Halves.of(key)
    backwards = Q(backwards__startswith=halves.end[::-1])
    alike = Q(spelling__startswith=halves.beginning) | backwards | Q(spelling=halves.swapped)
    rows = PlaceName.objects.alias(backwards=Reverse("spelling"), length=Length("spelling"))
    rows = rows.filter(alike, length__gte=len(key) - 1, length__lte=len(key) + 1, kind__in=kinds)
    spellings = {spelling for spelling in rows.values_list("spelling", flat=True) if one_apart(key, spelling)}
    return list(PlaceName.objects.filter(spelling__in=spellings, kind__in=kinds, fit__lte=Fit.PART))


def _each_once(found: Iterable[Found]) -> list[Found]:
    """A place goes by several spellings; the one that fits best stands for it."""
    best: dict[str, Found] = {}
    for place in sorted(found, key=lambda place: place.rank):
        best.setdefault(place.key, place)
    return list(best.values())


def _by_digits(query: str) -> list[Found]:
    if _MUNICIPALITY_KEY.fullmatch(query):
        municipality = current(query)
        return _of_municipalities([municipality.pk], Fit.EXACT) if municipality else []
    if match := _POSTCODE.fullmatch(query):
        return _by_postcode(match["digits"], match["name"])
    if _BEGINNING_OF_POSTCODE.fullmatch(query):
        places = PostcodePlace.objects.filter(postcode__startswith=query).values_list("municipality")
        return _of_municipalities(places, Fit.BEGINNING)
    return []


def _by_postcode(postcode: str, name: str) -> list[Found]:
    """All municipalities of the postcode; of „33790 Halle“ the one of that name."""
    found = _of_municipalities(PostcodePlace.objects.filter(postcode=postcode).values_list("municipality"), Fit.EXACT)
    named = [place for place in found if search_key(name) in name_keys(place.name)]
    return named or found


def _of_municipalities(keys: QuerySet[PostcodePlace, tuple[str]] | list[str], fit: Fit) -> list[Found]:
    rows = PlaceName.objects.filter(place__in=keys, kind=MUNICIPALITY, fit=Fit.EXACT).order_by("-population", "place")
    return _each_once(_shown(row, fit) for row in rows[:_MOST_SPELLINGS])


def _shown(row: PlaceName, fit: int) -> Found:
    return Found(row.place, row.label, row.name, row.kind, row.population, fit)
