"""All names under which places are found, as rows: made anew whenever places change, so that a search only reads."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction

from cities.models import Association, Locality, Municipality, PlaceName, Region
from cities.place_names import alias_keys, bare_vowel_key, name_keys, region_key, search_key

_BATCH = 5000
# As people write it: VG Daun, SG Elbtalaue.
_SHORT_KINDS = {"Verbandsgemeinde": "vg", "Verwaltungsgemeinschaft": "vg", "Samtgemeinde": "sg"}


@transaction.atomic
def rebuild() -> int:
    """Write all names; returns how many there are."""
    population = _population_by_region()
    names = [*_of_municipalities(), *_of_regions(population), *_of_associations(), *_of_localities()]
    PlaceName.objects.all().delete()
    PlaceName.objects.bulk_create(names, batch_size=_BATCH)
    return len(names)


def _of_municipalities() -> Iterator[PlaceName]:
    for row in Municipality.objects.current():
        own = name_keys(row.name)
        for key in (*own, *(set(alias_keys(row.name)) - own)):
            yield PlaceName(key=key, is_own=key in own, population=row.population, municipality=row)


def _of_regions(population: dict[str, int]) -> Iterator[PlaceName]:
    """Länder and Kreise; those that are one municipality are found as such."""
    alone = {
        ags[:5] for ags in Municipality.objects.current().filter(ags__endswith="000").values_list("ags", flat=True)
    }
    for row in Region.objects.current():
        if row.key.ljust(5, "0") not in alone:
            keys = {region_key(row.name): True}
            keys.setdefault(_bare(keys), False)
            for key, is_own in keys.items():
                yield PlaceName(key=key, is_own=is_own, population=population[row.key], region=row)


def _of_associations() -> Iterator[PlaceName]:
    """Found with its kind alone: „Daun“ is the town, „Verbandsgemeinde Daun“ the association."""
    for row in Association.objects.exclude(municipalities=None).distinct():
        kinds = filter(None, (search_key(row.kind), _SHORT_KINDS.get(row.kind, "")))
        for key in {f"{kind} {name}" for kind in kinds for name in name_keys(row.name)}:
            yield PlaceName(key=key, is_own=True, population=0, association=row)


def _of_localities() -> Iterator[PlaceName]:
    """Alone and with the town: „Mombach“, „Mainz-Mombach“."""
    for row in Locality.objects.select_related("municipality"):
        spellings = (row.name, f"{row.municipality.name} {row.name}")
        own = {search_key(row.name), *(f"{town} {search_key(row.name)}" for town in name_keys(row.municipality.name))}
        for key in own | {bare_vowel_key(spelling) for spelling in spellings}:
            yield PlaceName(key=key, is_own=key in own, population=row.population, locality=row)


def _population_by_region() -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for ags, population in Municipality.objects.current().values_list("ags", "population"):
        for length in (2, 3, 5):
            found[ags[:length]] += population
    return found


def _bare(keys: Iterable[str]) -> str:
    """Makes „Thuringen“ and „Thueringen“ alike."""
    return next(iter(keys)).replace("ae", "a").replace("oe", "o").replace("ue", "u")
