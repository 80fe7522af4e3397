"""All names under which places are found, as rows: made anew whenever places change, so that a search only reads."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db import transaction
from django.db.models import QuerySet

from cities.models import Association, Locality, Municipality, PlaceName, Region
from cities.place_names import (
    alias_keys,
    bare_vowel_key,
    label,
    land_abbreviations,
    land_label,
    locality_label,
    name_keys,
    region_key,
    search_key,
)

MUNICIPALITY, LOCALITY = "municipality", "locality"
_BATCH = 5000
# As people write it: VG Daun, SG Elbtalaue.
_SHORT_KINDS = {"Verbandsgemeinde": "vg", "Verwaltungsgemeinschaft": "vg", "Samtgemeinde": "sg"}


@transaction.atomic
def rebuild() -> int:
    """Write all names; returns how many there are."""
    names = [
        *_of_municipalities(Municipality.objects.current()),
        *_of_regions(_population_by_region()),
        *_of_localities(Locality.objects.all()),
    ]
    PlaceName.objects.all().delete()
    PlaceName.objects.bulk_create(names, batch_size=_BATCH)
    return len(names)


@transaction.atomic
def rebuild_of(municipalities: Collection[str]) -> None:
    """Write the names of these municipalities (by key) and their localities; no other name shows anything of them.

    Not for new, renamed or grown ones: their Kreis and Land may be found otherwise then.
    """
    names = [
        *_of_municipalities(Municipality.objects.current().filter(pk__in=municipalities)),
        *_of_localities(Locality.objects.filter(municipality__in=municipalities)),
    ]
    PlaceName.objects.filter(place_key__in=municipalities).delete()
    PlaceName.objects.bulk_create(names)


def _of_municipalities(rows: QuerySet[Municipality]) -> Iterator[PlaceName]:
    """By their own name, and all members of an association by that of the association with its kind.

    „Daun“ is the town; „Verbandsgemeinde Daun“ is no place one could be at: all of its municipalities are offered.
    """
    for row in rows.select_related("district", "land", "association"):
        shown = {
            "kind": MUNICIPALITY,
            "place_key": row.pk,
            "name": row.name,
            "label": label(row.name, row.district.name, row.land.name),
            "population": row.population,
        }
        own = name_keys(row.name)
        for key in (*own, *(set(alias_keys(row.name)) - own)):
            yield PlaceName(key=key, is_own=key in own, **shown)
        for key in _association_keys(row.association):
            yield PlaceName(key=key, is_own=True, **shown)


def _association_keys(association: Association | None) -> set[str]:
    if association is None:
        return set()
    kinds = [search_key(association.kind), *filter(None, [_SHORT_KINDS.get(association.kind)])]
    return {f"{kind} {name}" for kind in kinds for name in name_keys(association.name)}


def _of_regions(population: dict[str, int]) -> Iterator[PlaceName]:
    """Länder and Kreise; those that are one municipality are found as such."""
    towns = Municipality.objects.current().filter(ags__endswith="000")
    alone = {ags[:5] for ags in towns.values_list("ags", flat=True)}
    for row in Region.objects.current():
        if row.key.ljust(5, "0") not in alone:
            shown = land_label(row.name) if row.kind == Region.Kind.LAND else row.name
            own = region_key(row.name)
            for key in {own, _without_e(own)} | land_abbreviations(row.pk):
                yield PlaceName(
                    key=key,
                    is_own=key != _without_e(own) or key == own,
                    kind=row.kind,
                    place_key=row.pk,
                    name=row.name,
                    label=shown,
                    population=population[row.pk],
                )


def _of_localities(rows: QuerySet[Locality]) -> Iterator[PlaceName]:
    """Alone and with the town: „Mombach“, „Mainz-Mombach“."""
    for row in rows.select_related("municipality__land"):
        town = row.municipality
        spellings = (row.name, f"{town.name} {row.name}")
        own = {search_key(row.name), *(f"{key} {search_key(row.name)}" for key in name_keys(town.name))}
        for key in own | {bare_vowel_key(spelling) for spelling in spellings}:
            yield PlaceName(
                key=key,
                is_own=key in own,
                kind=LOCALITY,
                place_key=town.pk,
                name=row.name,
                label=locality_label(row.name, town.name, town.land.name),
                population=row.population,
            )


def _population_by_region() -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for ags, population in Municipality.objects.current().values_list("ags", "population"):
        for length in (2, 3, 5):
            found[ags[:length]] += population
    return found


def _without_e(key: str) -> str:
    """Makes „Thuringen“ and „Thueringen“ alike."""
    return key.replace("ae", "a").replace("oe", "o").replace("ue", "u")
