"""Writes the table in which places are found: every spelling of every municipality, region, association and district.

It repeats what other tables say, so that a search reads one table; whoever changes those calls `rebuild` afterwards.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from enum import IntEnum

from django.db import connection, transaction
from django.db.models import Min

from cities.models import Locality, Municipality, PlaceName, PostcodePlace, Region
from cities.place_names import (
    alias_keys,
    bare_vowel_key,
    label,
    land_label,
    name_keys,
    part_label,
    region_key,
    search_key,
)

MUNICIPALITY = "municipality"
LOCALITY = "locality"
_COLUMNS = ("spelling", "place", "kind", "fit", "name", "label", "population")


class Fit(IntEnum):
    """How well a name fits what was typed; smaller is better. Only the first three are stored or mean one place."""

    EXACT = 0
    BARE_VOWELS = 1  # Munchen
    PART = 2  # Mombach, a part of Mainz
    MEMBER = 3  # of the association that was typed; stored, but never the one place that is meant
    BEGINNING = 4
    TYPING_ERROR = 5


@dataclass(frozen=True)
class _Row:
    """In the order of the columns."""

    spelling: str
    place: str
    kind: str
    fit: int
    name: str
    label: str
    population: int


@transaction.atomic
def rebuild() -> int:
    """Write all spellings anew, and return how many there are. Searches go on meanwhile with the old ones."""
    table = connection.ops.quote_name(PlaceName._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")  # two at once would write everything twice
        PlaceName.objects.all().delete()
        rows = set(_rows())
        with cursor.copy(f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
            for row in sorted(rows, key=astuple):
                copy.write_row(astuple(row))
        cursor.execute(f"ANALYZE {table}")
    return len(rows)


def _rows() -> Iterator[_Row]:
    everything = Municipality.objects.select_related("district", "land", "association")
    stored = {row.ags: row for row in everything}
    municipalities = [row for row in stored.values() if not row.successor_id]
    labels = _labels(municipalities)
    for municipality in municipalities:
        yield from _of_municipality(municipality, labels[municipality.ags])
    yield from _of_regions(municipalities)
    for ags, name, population in Locality.objects.values_list("municipality_id", "name", "population"):
        if town := _current(stored, ags):
            yield from _of_locality(town, name, population)


def _of_municipality(row: Municipality, shown: str) -> Iterator[_Row]:
    base = _Row("", row.ags, MUNICIPALITY, Fit.EXACT, row.name, shown, row.population)
    yield from _spelled(base, row.name)
    for text in {shown, label(row.name, row.district.name, row.land.name)}:
        yield replace(base, spelling=search_key(text))
    if row.association:
        yield replace(base, spelling=search_key(str(row.association)), fit=Fit.MEMBER)


def _of_regions(municipalities: list[Municipality]) -> Iterator[_Row]:
    """A Land or Kreis that is one municipality, Hamburg or Münster, is found as that."""
    people: Counter[str] = Counter()
    members: Counter[str] = Counter()
    for row in municipalities:
        for key in (row.district_id[:2], row.district_id[:3], row.district_id):
            people[key] += row.population
            members[key] += 1
    alone = {row.ags for row in municipalities if row.ags.endswith("000")}
    for region in Region.objects.all():
        if region.key.ljust(8, "0") not in alone:
            yield from _of_region(region, people[region.key])


def _of_region(region: Region, population: int) -> Iterator[_Row]:
    shown = land_label(region.name) if region.kind == Region.Kind.LAND else region.name
    base = _Row("", region.key, region.kind, Fit.EXACT, region.name, shown, population)
    plain = region_key(region.name)
    yield from (replace(base, spelling=key) for key in {plain, search_key(region.name), search_key(shown)})
    bare = region_key(bare_vowel_key(region.name))
    if bare != plain:
        yield replace(base, spelling=bare, fit=Fit.BARE_VOWELS)


def _of_locality(town: Municipality, name: str, population: int) -> Iterator[_Row]:
    """„Mombach“ and „Mainz-Mombach“; of districts whose size is not known, those of larger towns come first."""
    if search_key(name) in name_keys(town.name):
        return
    shown = part_label(name, town.name, town.land.name)
    base = _Row("", town.ags, LOCALITY, Fit.PART, name, shown, population or town.population)
    keys = {search_key(name), *alias_keys(name)}
    yield from (replace(base, spelling=key) for key in {*keys, search_key(shown)})
    for key in {search_key(town.name), *alias_keys(town.name)}:
        yield from (replace(base, spelling=f"{key} {part}") for part in keys)


def _spelled(base: _Row, name: str) -> Iterator[_Row]:
    exact = name_keys(name)
    for key in {search_key(name), *alias_keys(name)}:
        yield replace(base, spelling=key, fit=Fit.EXACT if key in exact else Fit.BARE_VOWELS)


def _labels(municipalities: Iterable[Municipality]) -> dict[str, str]:
    """Two Neuenkirchens lie in one Kreis; they show their postcode, too."""
    labels = {row.ags: label(row.name, row.district.name, row.land.name) for row in municipalities}
    keys = defaultdict(list)
    for ags, shown in labels.items():
        keys[shown].append(ags)
    twins = [ags for namesakes in keys.values() if len(namesakes) > 1 for ags in namesakes]
    rows = PostcodePlace.objects.filter(municipality__in=twins).values_list("municipality")
    first = rows.annotate(first=Min("postcode"))
    return labels | {ags: f"{labels[ags].removesuffix(')')}, {postcode})" for ags, postcode in first}


def _current(stored: dict[str, Municipality], ags: str) -> Municipality | None:
    row = stored.get(ags)
    return _current(stored, row.successor_id) if row and row.successor_id else row
