import os
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cities import place_names
from cities.place_names import (
    alias_keys,
    designated_region,
    designated_town,
    label,
    land_label,
    name_keys,
    region_key,
    search_key,
)
from tests.cities.ambiguous_names import ambiguous_names


@pytest.mark.parametrize(
    ("typed", "official"),
    [
        ("MÜNCHEN", "München"),
        ("Muenchen", "München"),
        ("Mu\u0308nchen", "München"),
        ("Weisswasser/O.L.", "Weißwasser/O.L."),
        ("Weißwasser Oberlausitz", "Weißwasser/O.L."),
        ("Sankt Augustin", "St. Augustin"),
        ("st.augustin", "St. Augustin"),
        ("Neustadt an der Aisch", "Neustadt a.d.Aisch"),
        ("Neustadt a. d. Aisch", "Neustadt a.d.Aisch"),
        ("Neumarkt in der Oberpfalz", "Neumarkt i.d.OPf."),
        ("Neumarkt in der Oberpfalz", "Neumarkt i.d. OPf."),
        ("Weilheim in Oberbayern", "Weilheim i.OB"),
        ("Kirchheim in Schwaben", "Kirchheim i.Schw."),
        ("Schönau am Königssee", "Schönau a. Königssee"),
        ("Bad Königshofen im Grabfeld", "Bad Königshofen i. Grabfeld"),
        ("Neufahrn bei Freising", "Neufahrn b.Freising"),
        ("Rosbach vor der Höhe", "Rosbach v. d. Höhe"),
        ("Rothenburg o.d. Tauber", "Rothenburg ob der Tauber"),
        ("Halle (Westfalen)", "Halle (Westf.)"),
        ("Oelsnitz Erzgebirge", "Oelsnitz/Erzgeb."),
        ("Hannoversch Münden", "Hann. Münden"),
        ("garmisch partenkirchen", "Garmisch-Partenkirchen"),
        ("Jablonc", "Jabłońc"),
    ],
)
def test_spellings_of_one_name_have_one_key(typed, official):
    assert search_key(typed) == search_key(official)


@pytest.mark.parametrize(
    ("typed", "official"),
    [
        ("Munchen", "München"),
        ("Gottingen", "Göttingen"),
        ("Neustadt", "Neustadt an der Weinstraße"),
        ("Neustadt", "Neustadt i. Holstein"),
        ("Rheinfelden", "Rheinfelden (Baden)"),
        ("Weisswasser", "Weißwasser/O.L."),
        ("Weiswasser", "Weiswasser, Stadt"),
        ("Wittenberg", "Lutherstadt Wittenberg"),
        ("Wehlen", "Stadt Wehlen"),
        ("Budyšin", "Bautzen / Budyšin"),
        ("Lubnjow", "Lübbenau/Spreewald / Lubnjow/Błota"),
        ("Kirchheim", "Kirchheim unter Teck"),
        ("Neuhausen", "Neuhausen auf den Fildern"),
    ],
)
def test_shorter_and_bare_spellings_are_aliases(typed, official):
    assert search_key(typed) in alias_keys(official)


@pytest.mark.parametrize(
    ("one", "other"), [("Wittenberg", "Wittenberge"), ("Münster", "Munster"), ("Am Mellensee", "Mellensee")]
)
def test_other_names_stay_other_names(one, other):
    assert search_key(one) not in name_keys(other)


def test_the_first_word_is_never_a_preposition():
    assert search_key("An der Schmücke") == "an der schmuecke"


@pytest.mark.parametrize("name", ["Landkreis Rosenheim", "LK Rosenheim", "Lkr. Rosenheim", "Rosenheim"])
def test_a_kreis_is_found_with_and_without_its_designation(name):
    assert region_key(name) == "rosenheim"


def test_who_writes_kreis_means_the_kreis_and_who_writes_stadt_the_town():
    assert designated_region("Kreis Borken") == "borken"
    assert designated_town("Stadt Borken") == "borken"
    assert not designated_town("Kreis Borken")
    assert not designated_region("Borken")
    assert not designated_region("Kreis")
    assert region_key("Rhein-Pfalz-Kreis") == "rhein pfalz kreis"


def test_labels_name_kreis_and_land():
    assert label("Neustadt", "Landkreis Eichsfeld", "Thüringen") == "Neustadt (Landkreis Eichsfeld, Thüringen)"
    assert label("Fürth", "Fürth", "Bayern") == "Fürth (kreisfreie Stadt, Bayern)"
    assert land_label("Berlin") == "Berlin (Land)"


@pytest.mark.parametrize("abbreviation", ["NRW", "nw", " Nrw "])
def test_abbreviations_of_a_land(abbreviation):
    assert place_names.land_of_abbreviation(abbreviation) == "05"
    assert place_names.land_of_abbreviation("xy") == ""


@given(st.text(max_size=60))
def test_a_key_has_nothing_but_letters_digits_and_single_spaces(text):
    assert re.fullmatch(r"([a-z0-9]+( [a-z0-9]+)*)?", search_key(text))
    assert all(alias_keys(text))


@given(st.text("abcäöüßéÄÖÜ -/().", max_size=30))
def test_case_and_composition_do_not_matter(text):
    assert search_key(text) == search_key(text.upper().replace("SS", "ss")) == search_key(text.lower())
    assert search_key(text) == search_key(unicodedata.normalize("NFD", text))


@pytest.mark.skipif("PORTAL_REFERENCE_DATA" not in os.environ, reason="PORTAL_REFERENCE_DATA names no folder")
def test_every_ambiguous_name_of_the_register_is_a_name_or_alias():
    for row in ambiguous_names():
        name = row["name_amtlich"].split(",")[0]
        assert search_key(row["schluessel"]) in {search_key(name), *alias_keys(name)}, row
