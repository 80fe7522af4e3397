import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

from cities import place_index, places
from cities.models import Association, Locality, Municipality, PlaceName, Region
from cities.place_names import land_label
from tests.cities.ambiguous_names import ambiguous_names

needs_register = pytest.mark.skipif(
    "PORTAL_REFERENCE_DATA" not in os.environ, reason="PORTAL_REFERENCE_DATA names no folder"
)


def keys(query):
    return [place.key for place in places.find(query)]


def register(name):
    with (Path(os.environ["PORTAL_REFERENCE_DATA"]) / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Muenchen", ["09162000"]),
        ("Munchen", ["09162000"]),
        ("MÜNCHEN", ["09162000"]),
        ("Mu\u0308n", ["09162000"]),
        ("Stadt München", ["09162000"]),
        ("Neustadt", ["07316000", "09575153", "09575"]),  # larger first; exact ones before beginnings
        ("Neustadt an der Aisch", ["09575153", "09575"]),
        ("Rosenheim", ["09163000", "09187"]),  # the town before the Kreis of the same name
        ("Landkreis Rosenheim", ["09187"]),
        ("LK Rosen", ["09187"]),
        ("Bo", ["05554", "05554008", "05554012"]),
        ("Kreis Borken", ["05554"]),
        ("NRW", ["05"]),
        ("Nordrhein Westfalen", ["05"]),
        ("Thuringen", ["16"]),
        ("Hamburg", ["02000000"]),  # Land, Kreis and municipality at once: offered once
        ("33790", ["05754012"]),
        ("33790 Halle", ["05754012"]),
        ("22145", ["02000000", "01062011"]),
        ("22145 Braak", ["01062011"]),
        ("221", ["02000000", "01062011"]),
        ("01062001", ["01062001"]),
        ("16056000", ["16063105"]),
        ("Eisenach", ["16063105"]),
    ],
)
def test_what_people_type_is_found(small_world, typed, expected):
    assert keys(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "%",
        "_",
        "%%%",
        "\\",
        "'",
        "\0",
        "Mün\0chen",
        "a" * 10_000,
        "9" * 10_000,
        "()",
        ")",
        "(",
        "12 34",
        "٣٣٧٩٠",
    ],
)
def test_what_cannot_be_a_place_gives_an_empty_list(small_world, typed):
    assert places.find(typed) == []
    assert places.resolve(typed).candidates == ()
    assert places.resolve_municipality(typed).candidates == ()


def test_labels_tell_namesakes_apart(small_world):
    labels = [place.label for place in places.find("Neustadt")]
    assert labels[:2] == [
        "Neustadt an der Weinstraße (kreisfreie Stadt, Rheinland-Pfalz)",
        "Neustadt a.d. Aisch (Landkreis Neustadt a.d. Aisch-Bad Windsheim, Bayern)",
    ]
    assert [place.label for place in places.find("Hamburg")] == ["Hamburg (kreisfreie Stadt, Hamburg)"]


def test_an_ambiguous_name_is_asked_back_and_its_label_is_an_answer(small_world):
    resolution = places.resolve("Neustadt")
    assert resolution.place is None
    assert [place.key for place in resolution.candidates] == ["07316000", "09575153"]
    for candidate in resolution.candidates:
        assert places.resolve(candidate.label).place == candidate


def test_a_label_is_an_answer_though_name_and_kreis_have_brackets_of_their_own(small_world):
    Region.objects.filter(key="05754").update(name="Landkreis Altenkirchen (Westerwald)")
    place_index.rebuild()
    label = "Halle (Westf.) (Landkreis Altenkirchen (Westerwald), Nordrhein-Westfalen)"
    assert places.resolve_municipality("Halle").place.label == label
    assert places.resolve_municipality(label).place.key == "05754012"


def test_a_town_and_its_namesake_kreis_are_ambiguous_unless_only_a_municipality_can_be_meant(small_world):
    assert len(places.resolve("Rosenheim").candidates) > 1
    assert places.resolve_municipality("Rosenheim").place.key == "09163000"
    assert places.resolve("Stadt Rosenheim").place.key == "09163000"
    assert places.resolve_municipality("NRW").candidates == ()


def test_an_exact_name_wins_over_longer_ones_but_a_beginning_is_only_offered(small_world):
    assert places.resolve("Borken").candidates[0].key == "05554012"
    beginning = places.resolve("Boch")
    assert [place.key for place in beginning.candidates] == ["05554008"]
    assert beginning.place is None


def test_a_postcode_of_several_municipalities_is_asked_back(small_world):
    assert len(places.resolve("22145").candidates) > 1
    assert places.resolve("33790").place.name == "Halle (Westf.)"


def test_a_dissolved_municipality_leads_to_its_successor(small_world):
    assert places.current("16056000").ags == "16063105"
    assert places.current("99999999") is None


def test_a_label_is_an_answer_for_every_kind_of_place(small_world):
    for typed in ("Hamburg", "Halle (Westf.)", "Landkreis Rosenheim", "NRW", "33790"):
        place = places.resolve(typed).place
        assert places.resolve(place.label).place.key == place.key


def test_a_list_has_a_limit(small_world):
    assert len(places.find("B", limit=2)) == 2


def test_the_number_of_queries_is_small(small_world, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        places.find("Rosenheim")


def test_no_two_places_share_a_label(all_places):
    by_label = defaultdict(set)
    for row in Municipality.objects.current().select_related("district", "land"):
        by_label[row.name, row.district.name].add(row.ags)
    namesakes = [(name, keys) for (name, _), keys in by_label.items() if len(keys) > 1]
    assert namesakes  # Neuenkirchen in Vorpommern-Greifswald
    for name, keys_of_name in namesakes:
        labels = [place.label for place in places.find(name, limit=60) if place.key in keys_of_name]
        assert len(set(labels)) == len(keys_of_name)
        assert all(places.resolve(label).place for label in labels)


def test_every_land_and_kreis_is_found_by_the_label_it_is_shown_with(all_places):
    """But those that are a single town, such as Hamburg or Münster: they are shown and found as the town."""
    towns = set(Municipality.objects.filter(ags__endswith="000").values_list("ags", flat=True))
    for region in Region.objects.exclude(kind=Region.Kind.GOVERNMENT_REGION):
        if region.key.ljust(8, "0") not in towns:
            label = land_label(region.name) if region.kind == Region.Kind.LAND else region.name
            assert places.resolve(label).place.key == region.key


@needs_register
def test_the_collected_cases(all_places):
    typed = {row["nr"]: row["eingabe"] for row in register("geo_testfaelle.csv")}
    first = {"1": "09162000", "2": "09162000", "3": "14626600", "5": "09575153", "6": "09373147", "7": "08336069",
             "9": "15091375", "19": "14625020", "20": "09563000", "21": "14713000", "22": "01062001"}  # fmt: skip
    assert {nr: keys(typed[nr])[0] for nr in first} == first
    assert {place.key for place in places.resolve(typed["19"]).candidates} == {"14625020", "14625"}
    assert {place.key for place in places.resolve(typed["20"]).candidates} == {"09563000", "06431007", "09573"}
    for name in typed["8"].split(" = "):
        assert places.resolve(name).place.key == "05382056"
    assert places.resolve(typed["10"]).place.key == "06414000"
    assert set(keys(typed["11"])) == {"02000000", "01062011", "01062071"}
    assert {key[:2] for key in keys(typed["12"])} == {"08", "09"}
    assert {key[:2] for key in keys(typed["13"])} == {"08", "06"}
    assert len(keys(typed["14"])) == 8
    assert places.resolve(typed["15"]).place.key == "11000000"
    assert Municipality.objects.get(pk="11000000").postcodes.count() >= 190
    assert places.resolve(typed["18"].split()[1]).place.key == "16063105"
    assert places.resolve(typed["23"]).place.key == "07315000"
    daun = places.resolve(typed["24"])
    assert daun.place is None
    assert "07233018" not in {place.key for place in daun.candidates} or len(daun.candidates) > 10
    assert len(daun.candidates) > 10
    assert keys(typed["17"]) == []  # the leading digits of a large receiver's postcode say nothing about the place


@needs_register
def test_every_ambiguous_name_gives_all_its_places(all_places):
    known = set(Municipality.objects.filter(successor=None).values_list("ags", flat=True))
    expected = defaultdict(set)
    for row in ambiguous_names():
        if row["ags"] in known:
            expected[row["schluessel"]].add(row["ags"])
    missing = {
        (key, ags)
        for key, municipalities in expected.items()
        for ags in municipalities - {place.key for place in places.resolve_municipality(key, limit=60).candidates}
    }
    assert missing == set()


@pytest.mark.parametrize("typed", ["Bohcolt", "Bochotl", "Bochol", "Bochult", "Ocholt"])
def test_one_typing_error_is_offered_but_not_taken_for_the_place(small_world, typed):
    resolution = places.resolve(typed)
    assert [place.key for place in resolution.candidates] == ["05554008"]
    assert resolution.place is None


def test_a_typing_error_in_a_kreis(small_world):
    assert keys("Kreis Borcken") == ["05554"]


def test_a_typing_error_is_only_thought_of_where_nothing_else_fits(small_world):
    assert keys("Ulmen") == ["07233242"]
    assert keys("Ulm") == ["07233242"]
    assert keys("Ulx") == []


@pytest.fixture
def districts(small_world):
    for ags, name in (("09162000", "Schwabing"), ("02000000", "Neustadt"), ("02000000", "Bergedorf")):
        Locality.objects.create(municipality_id=ags, name=name, latitude=50, longitude=10)
    place_index.rebuild()


@pytest.mark.parametrize("typed", ["Schwabing", "München-Schwabing", "Muenchen Schwabing"])
def test_a_district_means_its_town(districts, typed):
    place = places.resolve(typed).place
    assert (place.key, place.kind, place.label) == ("09162000", "locality", "Schwabing (Ortsteil von München, Bayern)")
    assert places.resolve(place.label).place.key == place.key


def test_a_town_comes_before_a_district_of_its_name(districts):
    assert "02000000" not in {place.key for place in places.resolve("Neustadt").candidates}
    assert keys("Neustadt")[-1] == "09575"


def test_an_association_means_each_of_its_members(small_world):
    association = Association.objects.create(key="072335001", name="Daun", kind="Verbandsgemeinde")
    Municipality.objects.filter(pk__in=("07233224", "07233242")).update(association=association)
    place_index.rebuild()
    resolution = places.resolve("Verbandsgemeinde Daun")
    assert [place.key for place in resolution.candidates] == ["07233224", "07233242"]
    assert resolution.place is None
    assert places.resolve("Daun").place.key == "07233224"


def test_writing_the_spellings_twice_changes_nothing(small_world):
    before = PlaceName.objects.count()
    assert place_index.rebuild() == before == PlaceName.objects.count()
