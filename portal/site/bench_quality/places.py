"""The real places of the made-up world: the towns of the network, and cities where partners may have their seat.

Read from the files of the baseline, so that the world needs no database.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from statistics import fmean

from cities.baseline.tables import FOLDER, read_table
from cities.geometry import DISTRICT_KEY_LENGTH, Place, Point
from cities.place_names import land_of_abbreviation, name_keys, search_key

_LEAST_POPULATION = 20_000  # of a city that is a seat


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A town of the network, by its name in the network's list."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Seat:
    """A city; `key` is the AGS of its municipality."""

    name: str
    key: str
    point: Point
    population: int


def towns() -> list[NamedPlace]:
    """All towns of the network's list, each with its anchor and the keys of its municipalities."""
    districts = {(row["land"], row["district"]): row["key"] for row in _districts()}
    return [_town(row, districts) for row in read_table(FOLDER / "network_towns.csv")]


def seats() -> list[Seat]:
    """Cities in the order of their keys."""
    rows = sorted(_municipalities(), key=lambda row: row["ags"])
    return [
        Seat(row["name"], row["ags"], _point(row), int(row["population"]))
        for row in rows
        if int(row["population"]) >= _LEAST_POPULATION
    ]


@cache
def district_centres() -> dict[str, Point]:
    """By key of a Kreis, the mean of its municipalities' centres."""
    points = defaultdict(list)
    for row in _municipalities():
        points[row["ags"][:DISTRICT_KEY_LENGTH]].append(_point(row))
    return {
        key: Point(fmean(point.latitude for point in found), fmean(point.longitude for point in found))
        for key, found in sorted(points.items())
    }


def _town(row: dict[str, str], districts: dict[tuple[str, str], str]) -> NamedPlace:
    """The only municipality of that name in its Land, or its Kreis; the full name goes before shorter ones."""
    land = land_of_abbreviation(row["land"])
    within = districts[land, row["district"]] if row["district"] else land
    name = row["municipality"] or row["town"]
    found = [seat for seat in _by_name().get(search_key(name), []) if seat["ags"].startswith(within)]
    (seat,) = [one for one in found if search_key(one["name"]) == search_key(name)] or found
    members = _members_of(row["town"], row["area_kind"], district=seat["ags"][:DISTRICT_KEY_LENGTH])
    keys = (seat["ags"], *sorted(set(members) - {seat["ags"]}))
    return NamedPlace(row["town"], Place(_point(seat), keys))


def _members_of(town: str, area_kind: str, *, district: str) -> Iterator[str]:
    """Keys of the municipalities of an Amt, a Verbandsgemeinde and the like."""
    if area_kind == "Gemeinde":
        return
    for association in read_table(FOLDER / "associations.csv.gz"):
        names = association["name"], f"{association['kind']} {association['name']}"
        if association["key"].startswith(district) and town in names:
            yield from (row["ags"] for row in _municipalities() if row["association"] == association["key"])


@cache
def _municipalities() -> list[dict[str, str]]:
    """Those that are not dissolved."""
    return [row for row in read_table(FOLDER / "municipalities.csv.gz") if not row["successor"]]


@cache
def _by_name() -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    for row in _municipalities():
        for key in name_keys(row["name"]):
            found[key].append(row)
    return found


def _districts() -> Iterable[dict[str, str]]:
    rows = read_table(FOLDER / "regions.csv.gz")
    return ({"land": row["key"][:2], "district": row["name"], "key": row["key"]} for row in rows)


def _point(row: dict[str, str]) -> Point:
    return Point(float(row["latitude"]), float(row["longitude"]))
