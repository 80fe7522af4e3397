"""The committed baseline: whole, plausible, and close to the official register."""

import csv
import gzip
import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

from cities.baseline.tables import FOLDER, read_table
from cities.geometry import Point, distance_km, is_key
from cities.place_names import search_key

GERMANY = ((47.2, 55.1), (5.8, 15.1))
needs_register = pytest.mark.skipif(
    "PORTAL_REFERENCE_DATA" not in os.environ, reason="PORTAL_REFERENCE_DATA names no folder"
)


@pytest.fixture(scope="module")
def municipalities():
    return {row["ags"]: row for row in read_table(FOLDER / "municipalities.csv.gz")}


@pytest.fixture(scope="module")
def regions():
    return {row["key"]: row["name"] for row in read_table(FOLDER / "regions.csv.gz")}


def register(name):
    with (Path(os.environ["PORTAL_REFERENCE_DATA"]) / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def point(row, latitude="latitude", longitude="longitude"):
    return Point(float(row[latitude]), float(row[longitude]))


def test_every_file_is_small_and_names_its_source():
    for file in FOLDER.glob("*.gz"):
        assert file.stat().st_size < 1_500_000
        assert "©" in gzip.decompress(file.read_bytes()).decode()[:200]


def test_every_municipality_has_a_key_a_name_and_a_point_in_germany(municipalities, regions):
    for ags, row in municipalities.items():
        assert is_key(ags)
        assert search_key(row["name"])
        (south, north), (west, east) = GERMANY
        assert south < float(row["latitude"]) < north
        assert west < float(row["longitude"]) < east
        assert row["successor"] or (ags[:2] in regions and ags[:5] in regions)


def test_a_municipality_has_an_area_and_belongs_to_a_known_association_or_to_none(municipalities):
    associations = {row["key"]: row["name"] for row in read_table(FOLDER / "associations.csv.gz")}
    assert associations["072335001"] == "Daun"
    for row in municipalities.values():
        assert float(row["area_km2"]) > 0
        assert row["association"] in {"", *associations}
    assert sum(float(row["area_km2"]) for row in municipalities.values() if not row["successor"]) == pytest.approx(
        355_000, rel=0.02
    )  # Germany without uninhabited areas and the waters along its coast


def test_localities_lie_in_a_municipality_of_today_that_has_another_name(municipalities):
    localities = read_table(FOLDER / "localities.csv.gz")
    assert ("02000000", "Bergedorf") in {(row["ags"], row["name"]) for row in localities}
    for row in localities:
        assert not municipalities[row["ags"]]["successor"]
        assert search_key(row["name"])


def test_successors_exist_and_are_not_dissolved_themselves(municipalities):
    old = {row["ags"]: row["successor"] for row in municipalities.values() if row["successor"]}
    assert old["16056000"] == "16063105"
    assert old["03156009"] == "03159019"
    assert all(municipalities[successor]["successor"] == "" for successor in old.values())


def test_sixteen_laender_nineteen_government_regions_four_hundred_districts(regions):
    assert [sum(len(key) == length for key in regions) for length in (2, 3, 5)] == [16, 19, 400]
    assert regions["05554"] == "Kreis Borken"
    assert regions["03159"] == "Landkreis Göttingen"
    assert regions["08421"] == "Ulm"


def test_every_postcode_leads_to_a_current_municipality(municipalities):
    rows = read_table(FOLDER / "postcodes.csv.gz")
    assert len({row["postcode"] for row in rows}) > 8100
    assert all(not municipalities[row["ags"]]["successor"] for row in rows)


def test_outlines_of_all_laender():
    outlines = json.loads(gzip.decompress((FOLDER / "laender.geojson.gz").read_bytes()))
    assert len(outlines["features"]) == 16
    assert all(feature["geometry"]["coordinates"] for feature in outlines["features"])


def test_every_kreis_of_today_has_an_outline_and_no_other(regions):
    outlines = json.loads(gzip.decompress((FOLDER / "kreise.geojson.gz").read_bytes()))
    names = {feature["properties"]["key"]: feature["properties"]["name"] for feature in outlines["features"]}
    assert names == {key: name for key, name in regions.items() if len(key) == 5}
    assert all(feature["geometry"]["coordinates"] for feature in outlines["features"])


@needs_register
def test_the_baseline_holds_the_municipalities_of_the_register_close_to_their_official_points(municipalities):
    official = {row["ags"]: row for row in register("gemeinden.csv")}
    shared = [ags for ags in official if ags in municipalities and not municipalities[ags]["successor"]]
    assert len(shared) / len(official) > 0.995
    off = sorted(distance_km(point(official[ags], "lat", "lon"), point(municipalities[ags])) for ags in shared)
    assert off[len(off) // 2] < 0.5
    assert off[len(off) * 98 // 100] < 3


@needs_register
def test_postcodes_agree_with_those_of_openstreetmap(municipalities):
    ours, theirs = defaultdict(set), defaultdict(set)
    for row in read_table(FOLDER / "postcodes.csv.gz"):
        ours[row["postcode"]].add(row["ags"])
    for row in register("plz_gemeinde_osm.csv"):
        if row["ags"] in municipalities:
            theirs[row["plz"]].add(row["ags"])
    pairs = [(postcode, ags) for postcode, found in theirs.items() for ags in found]
    assert sum(ags in ours[postcode] for postcode, ags in pairs) / len(pairs) > 0.998


@needs_register
def test_districts_are_those_of_the_register(regions):
    assert {row["kreis_ags"] for row in register("kreise.csv")} == {key for key in regions if len(key) == 5}
