"""Reading the official register: what is in it, and what is refused with a sentence."""

import os
from datetime import date
from pathlib import Path

import pytest

from cities.register import gv100ad
from cities.register.entries import AssociationEntry, MunicipalityEntry, RegionEntry
from cities.register.gv100ad import RegisterError
from tests.cities.register_lines import germany, line, municipality

needs_register = pytest.mark.skipif(
    "PORTAL_REFERENCE_DATA" not in os.environ, reason="PORTAL_REFERENCE_DATA names no folder"
)
BORKEN = line("40", "05554", "Borken", text_key="43")
DAUN = line("50", "07233", "Daun", association="5001", text_key="53")
VULKANEIFEL = line("40", "07233", "Vulkaneifel", text_key="44")


def test_places_are_read_with_their_kind_area_population_and_postcode():
    bocholt = municipality(
        "05554008", "Bocholt, Stadt", text_key="63", hectares=11940, population=71930, postcode="46399"
    )
    register = gv100ad.read(germany(bocholt, districts=[BORKEN]))
    assert register.day == date(2023, 11, 30)
    assert register.municipalities["05554008"] == MunicipalityEntry(
        "05554008", "Bocholt", "Stadt", "", 71930, 119.4, "46399"
    )
    assert register.regions["05554"] == RegionEntry("05554", "district", "Kreis Borken")
    assert register.regions["05"].kind == "land"


def test_a_municipality_belongs_to_its_association_but_one_of_its_own_is_none():
    own = line("50", "05554", "Bocholt", association="0008", text_key="50")
    register = gv100ad.read(
        germany(
            municipality("07233501", "Daun, Stadt", association="5001"),
            municipality("05554008", "Bocholt", association="0008"),
            districts=[BORKEN, VULKANEIFEL],
            associations=[DAUN, own],
        )
    )
    assert register.associations == {"072335001": AssociationEntry("072335001", "Daun", "Verbandsgemeinde")}
    assert register.municipalities["07233501"].association == "072335001"
    assert register.municipalities["05554008"].association == ""


def test_regions_of_statistics_and_of_former_times_are_left_out_and_others_called_in_full():
    names = [("051", "Reg.-Bez. Düsseldorf"), ("091", "Oberbayern"), ("031", "Statistische Region Braunschweig"),
             ("071", "früher: Reg.-Bez. Koblenz")]  # fmt: skip
    register = gv100ad.read(germany(districts=[line("20", key, name) for key, name in names]))
    governments = {entry.key: entry.name for entry in register.regions.values() if entry.kind == "government_region"}
    assert governments == {"051": "Regierungsbezirk Düsseldorf", "091": "Regierungsbezirk Oberbayern"}


def test_where_nobody_lives_is_no_municipality():
    forest = municipality("05554900", "Forst, gemfr. Gebiet", text_key="66", population=0)
    register = gv100ad.read(germany(municipality("05554008", "Bocholt"), forest, districts=[BORKEN]))
    assert "05554900" not in register.municipalities


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "verschiedene Tage"),
        (b"ags;name\n05554008;Bocholt\n", "keine Zeile des Gemeindeverzeichnisses"),
        (b"PK\x03\x04" + bytes(400), "keine Zeile des Gemeindeverzeichnisses"),
        (germany().decode().encode("cp1252").replace(b"Land 05", b"M\xfcnster"), "nicht in UTF-8"),
        (germany()[:-30], "Zeichen; die Datei ist nicht vollständig"),
        (germany()[: 221 * 10 - 1], "nicht vollständig"),
        (germany(municipality("05554008", "Bocholt")), "gehört zu keinem Kreis"),
        (germany(districts=[BORKEN]), "Kreise ohne Gemeinden"),
        (germany() + b"\n" + line("10", "01", "Land 01", day="20240101").encode(), "verschiedene Tage"),
        (germany(day="20231399"), "ist kein Tag"),
        (germany().replace(b"00000000500", b"0000000x500"), "statt einer Zahl"),
        (b"1" * (gv100ad.LARGEST_FILE + 1), "zu groß"),
    ],
    ids=[
        "empty",
        "csv",
        "zip",
        "cp1252",
        "last line",
        "half",
        "no Kreis",
        "empty Kreis",
        "days",
        "day",
        "figure",
        "huge",
    ],
)
def test_what_is_not_a_whole_register_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(RegisterError, match=sentence):
        gv100ad.read(content)


@needs_register
def test_the_official_file_is_read_as_it_is():
    content = (Path(os.environ["PORTAL_REFERENCE_DATA"]) / "GV100AD_301123.txt").read_bytes()
    register = gv100ad.read(content)
    assert len(register.municipalities) == 10_775
    assert sum(entry.population for entry in register.municipalities.values()) == 84_358_845
    assert sum(entry.kind == "district" for entry in register.regions.values()) == 400
    for cut in (1_000_000, 3_000_000, len(content) - 100):
        with pytest.raises(RegisterError, match="nicht vollständig"):
            gv100ad.read(content[:cut])
