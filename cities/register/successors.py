"""Where a dissolved municipality went, as far as the registers before and after tell it. Pure: knows no Django.

The register names no successors, so they are told from evidence, in this order; what none of it tells is left open,
since a wrong successor is worse than a question to the office:

1. `name`: a new municipality near by has the same name, or one of its shorter forms (Helmstedt got a new key).
2. `joined`: the new name is made of the old one and others (Aue, Bad Schlema → Aue-Bad Schlema).
3. `association`: the association the municipality belonged to became a municipality of that name (Grammetal).
4. `area`: a new or grown municipality near by grew by just the area of the dissolved one, of two of them, or of all
   that are left of one association (Bromskirchen → Allendorf (Eder)), and nothing else would fit.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from cities.geometry import Point, distance_km
from cities.place_names import name_keys, search_key
from cities.register.entries import MunicipalityEntry, Register

NEAR_KM = 25.0
LEAST_GROWTH_KM2 = 0.6  # what outlines and register differ by without a merger, in nine of ten municipalities
AREA_TOLERANCE = 0.02
LEAST_WHOLE = 3


@dataclass(frozen=True, slots=True)
class Successor:
    """The key of the municipality, and by which of the rules it was told."""

    ags: str
    told_by: str


@dataclass
class _Growing:
    """A municipality that is new or has grown, and how much of its growth is not explained yet."""

    entry: MunicipalityEntry
    is_new: bool
    point: Point | None
    left_km2: float
    from_names: set[str] = field(default_factory=set)


def successors(before: Register, after: Register, points: Mapping[str, Point]) -> dict[str, Successor]:
    """For each dissolved municipality whose successor can be told; `points` are those of the municipalities before."""
    return _Search(before, after, points).found


class _Search:
    def __init__(self, before: Register, after: Register, points: Mapping[str, Point]) -> None:
        self.before, self.points = before, points
        self.found: dict[str, Successor] = {}
        gone = before.municipalities.keys() - after.municipalities.keys()
        self.open = {ags: before.municipalities[ags] for ags in sorted(gone)}
        self.growing = list(self._growing(after))
        for told_by, tells in (("name", self._same_name), ("joined", self._joined), ("association", self._became)):
            self._tell(told_by, tells)
        while self._tell_by_area(self._wholes) or self._tell_by_area(self._choices):
            pass

    def _growing(self, after: Register) -> Iterator[_Growing]:
        for ags, entry in sorted(after.municipalities.items()):
            old = self.before.municipalities.get(ags)
            if old is None:
                yield _Growing(entry, True, None, entry.area_km2 or 0)
            elif old.area_km2 and entry.area_km2 and entry.area_km2 - old.area_km2 > LEAST_GROWTH_KM2:
                yield _Growing(entry, False, self.points.get(ags), entry.area_km2 - old.area_km2)

    def _tell(self, told_by: str, tells: Callable[[MunicipalityEntry, _Growing], bool]) -> None:
        """Those of which exactly one growing municipality is told."""
        told = {ags: [growing for growing in self._near(old) if tells(old, growing)] for ags, old in self.open.items()}
        for ags, candidates in told.items():
            here = [growing for growing in candidates if growing.entry.district == ags[:5]] or candidates
            if len(here) == 1 and self._has_room(here[0], self.open[ags]):
                self._settle([ags], here[0], told_by)

    def _same_name(self, old: MunicipalityEntry, growing: _Growing) -> bool:
        return growing.is_new and not name_keys(old.name).isdisjoint(name_keys(growing.entry.name))

    def _joined(self, old: MunicipalityEntry, growing: _Growing) -> bool:
        return growing.is_new and search_key(old.name) in _parts(growing.entry.name)

    def _became(self, old: MunicipalityEntry, growing: _Growing) -> bool:
        association = self.before.associations.get(old.association)
        return (
            growing.is_new
            and association is not None
            and growing.entry.district == old.district
            and search_key(association.name) in name_keys(growing.entry.name)
        )

    def _tell_by_area(self, choices: Callable[[list[str]], set[tuple[str, ...]]]) -> bool:
        """Settle every choice that is the only one, for the growing municipality and for all whom it takes."""
        fitting = [(growing, self._fitting(growing, choices)) for growing in self.growing]
        takers = Counter(ags for _growing, options in fitting for ags in {ags for option in options for ags in option})
        certain = [
            (growing, options[0])
            for growing, options in fitting
            if len(options) == 1 and all(takers[ags] == 1 for ags in options[0])
        ]
        for growing, choice in certain:
            self._settle(choice, growing, "area")
        return bool(certain)

    def _fitting(
        self, growing: _Growing, choices: Callable[[list[str]], set[tuple[str, ...]]]
    ) -> list[tuple[str, ...]]:
        """The choices whose area is what the municipality grew by."""
        if growing.left_km2 <= LEAST_GROWTH_KM2:
            return []
        near = [ags for ags, old in self.open.items() if old.area_km2 and self._is_near(old, growing)]
        return [choice for choice in sorted(choices(near)) if self._fills(choice, growing)]

    def _wholes(self, near: list[str]) -> set[tuple[str, ...]]:
        """All that are left of one association, or of a Kreis: three or more whose areas fit are no coincidence."""
        groups = defaultdict(list)
        for ags in near:
            groups[ags[:5]].append(ags)
            groups[self.open[ags].association].append(ags)
        return {tuple(group) for key, group in groups.items() if key and len(group) >= LEAST_WHOLE}

    def _choices(self, near: list[str]) -> set[tuple[str, ...]]:
        """One, two, or all that are left of an association."""
        return {*self._wholes(near), *((ags,) for ags in near), *combinations(near, 2)}

    def _fills(self, choice: tuple[str, ...], growing: _Growing) -> bool:
        area = sum(self.open[ags].area_km2 or 0 for ags in choice)
        return abs(area - growing.left_km2) <= max(LEAST_GROWTH_KM2, AREA_TOLERANCE * area)

    def _settle(self, choice: Iterable[str], growing: _Growing, told_by: str) -> None:
        for ags in choice:
            old = self.open.pop(ags)
            self.found[ags] = Successor(growing.entry.ags, told_by)
            growing.left_km2 -= old.area_km2 or 0
            growing.point = growing.point or self.points.get(ags)

    def _has_room(self, growing: _Growing, old: MunicipalityEntry) -> bool:
        area = old.area_km2 or 0
        return area - growing.left_km2 <= max(LEAST_GROWTH_KM2, AREA_TOLERANCE * area)

    def _near(self, old: MunicipalityEntry) -> list[_Growing]:
        return [growing for growing in self.growing if self._is_near(old, growing)]

    def _is_near(self, old: MunicipalityEntry, growing: _Growing) -> bool:
        """In the same Land and close by; of a new municipality without a point yet the Kreis says where it is."""
        if growing.entry.land != old.land:
            return False
        point = self.points.get(old.ags)
        if growing.point is None or point is None:
            return growing.entry.district == old.district or self._same_name(old, growing)
        return distance_km(point, growing.point) <= NEAR_KM


def _parts(name: str) -> set[str]:
    """„Aue-Bad Schlema“ is made of Aue and Bad Schlema."""
    parts = re.split(r"-|/| und ", name)
    return {search_key(part) for part in parts} if len(parts) > 1 else set()
