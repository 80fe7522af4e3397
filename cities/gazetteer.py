"""All municipalities in memory, for work on many rows: by key, by name, and the nearest one."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from cities.geometry import Point, distance_km
from cities.models import Municipality
from cities.place_names import name_keys, search_key


@dataclass(frozen=True)
class Entry:
    ags: str
    name: str
    district: str
    point: Point
    successor: str
    association: str
    is_current: bool


class Gazetteer:
    """Read once from the database; a dissolved municipality leads to its successor."""

    def __init__(self) -> None:
        columns = ("name", "district_id", "latitude", "longitude", "successor_id", "association__name", "dissolved_on")
        self._entries = {
            ags: Entry(
                ags, name, district, Point(latitude, longitude), successor or "", association or "", not dissolved
            )
            for ags, name, district, latitude, longitude, successor, association, dissolved in (
                Municipality.objects.values_list("ags", *columns)
            )
        }

    def current(self, ags: str) -> Entry | None:
        entry = self._entries.get(ags)
        while entry and entry.successor:
            entry = self._entries.get(entry.successor)
        return entry if entry and entry.is_current else None

    def nearest(self, point: Point, *, district: str) -> Entry | None:
        """The municipality of a Kreis whose centre is nearest."""
        entries = self._by_district.get(district, [])
        return min(entries, key=lambda entry: distance_km(entry.point, point), default=None)

    def named(self, name: str, *, within: str) -> list[Entry]:
        """Municipalities of that name below a Land or Kreis; those of the full name alone, if there are any."""
        found = [entry for entry in self.called(name) if entry.district.startswith(within)]
        return [entry for entry in found if search_key(entry.name) == search_key(name)] or found

    def called(self, name: str) -> list[Entry]:
        """Municipalities that go by the name, be it their full or a shorter one."""
        return self._by_name.get(search_key(name), [])

    def members(self, association: str, *, district: str) -> list[Entry]:
        """The municipalities of an Amt, a Verbandsgemeinde and the like, if it is known; else none."""
        return self._by_association.get((district, search_key(association)), [])

    @cached_property
    def _by_association(self) -> dict[tuple[str, str], list[Entry]]:
        entries = defaultdict(list)
        for entry in self._entries.values():
            if entry.association and entry.is_current:
                entries[entry.district, search_key(entry.association)].append(entry)
        return entries

    @cached_property
    def _by_district(self) -> dict[str, list[Entry]]:
        entries = defaultdict(list)
        for entry in self._entries.values():
            if entry.is_current:
                entries[entry.district].append(entry)
        return entries

    @cached_property
    def _by_name(self) -> dict[str, list[Entry]]:
        entries = defaultdict(list)
        for entry in self._entries.values():
            for key in name_keys(entry.name) if entry.is_current else ():
                entries[key].append(entry)
        return entries
