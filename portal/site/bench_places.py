"""Measures the place search beside what others do, in the same run: only the ratios mean something elsewhere."""

import difflib
import random
from collections.abc import Callable
from functools import partial

from django.db import connection, transaction
from django.db.utils import Error

from cities import places
from cities.models import Municipality, Region
from portal.site.bench import Measured, measure

_SEED = 4
_OF_EACH_KIND = 50
_SLOW = 40  # queries that are enough for what takes a tenth of a second each
_NONSENSE = ("Quxhausen", "asdfghjkl", "%%%", "Zzyzx", "12", "99999", "ßßßß", "Nirgendwo an der Nirgends")
_SIMILAR = "SELECT name FROM cities_municipality WHERE similarity(name, %s) > 0.3 ORDER BY similarity(name, %s) DESC"


def run() -> list[Measured]:
    """The search of this portal first, then the others with the same queries."""
    queries, names = _queries(), list(Municipality.objects.current().values_list("name", flat=True))
    results = [
        measure("places.find", places.find, queries),
        measure("ILIKE '%q%'", _containing, queries),
        measure("difflib.get_close_matches", partial(_close, names=names), queries[:: len(queries) // _SLOW]),
    ]
    if _has_trigrams():
        results.insert(2, measure("pg_trgm similarity", _similar, queries))
    return results


def _queries() -> list[str]:
    """As people type: names, beginnings, other spellings, postcodes, typing errors, Kreise, nonsense; in any order."""
    chance = random.Random(_SEED)  # noqa: S311 - the same queries in every run
    rows = Municipality.objects.current().order_by("-population", "ags")
    names = chance.sample(list(rows.values_list("name", flat=True)[:3000]), _OF_EACH_KIND)
    postcodes = Municipality.objects.filter(postcodes__isnull=False).order_by("pk", "postcodes__postcode")
    regions = list(Region.objects.order_by("key").values_list("name", flat=True))
    kinds: list[Callable[[str], str]] = [str, lambda name: name[:3], _without_umlauts, partial(_mistyped, chance)]
    queries = [kind(name) for kind in kinds for name in names]
    queries += chance.sample(list(postcodes.values_list("postcodes__postcode", flat=True)), _OF_EACH_KIND)
    queries += chance.sample(regions, min(_OF_EACH_KIND, len(regions)))
    queries += [f"{text}{number}" for text in _NONSENSE for number in ("", "x")]
    chance.shuffle(queries)
    return queries


def _without_umlauts(name: str) -> str:
    return name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")


def _mistyped(chance: random.Random, name: str) -> str:
    """Two neighbours in the wrong order."""
    at = chance.randrange(max(1, len(name) - 1))
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def _containing(query: str) -> list[str]:
    return list(Municipality.objects.filter(name__icontains=query).values_list("name", flat=True)[:20])


def _close(query: str, names: list[str]) -> list[str]:
    return difflib.get_close_matches(query, names, n=20)


def _similar(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_SIMILAR} LIMIT 20", [query, query])
        return [name for (name,) in cursor.fetchall()]


def _has_trigrams() -> bool:
    """Not every server has the extension, or lets this account create it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except Error:
        return False
    return True
