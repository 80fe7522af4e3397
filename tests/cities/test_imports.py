import os
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cities import imports, spreadsheets
from cities.geometry import Point, distance_km
from cities.imports import load_network_towns
from cities.lines import ImportRefused
from cities.models import City, Municipality, Need
from portal.accounts.models import Organisation

HEADINGS = (
    "id,stadt,bundesland,gebietstyp,ags,ags_exakt,lat,lon,beitritt_jahr,status,traeger,traeger_typ,source,bemerkung"
)
BOCHOLT = "ES019,Bocholt,NW,Gemeinde,05554008,1,51.837931,6.61564,2015,mitglied,Verein e. V.,Verein,bocholt.de,"
DAUN = "ES056,Verbandsgemeinde Daun,RP,Verbandsgemeinde,07233501,0,50.196727,6.830555,2015,mitglied,,,rlp.de,Sitz Daun"
BERGEDORF = "ES006,Hamburg-Bergedorf,HH,Stadtteil/Bezirk,02000000,0,53.55,9.99,,mitglied (2021/22 belegt),,,creapolis,"
EISENACH = "ES200,Eisenach,TH,Gemeinde,16056000,1,50.976,10.324,2022,teilnehmer 2015-2019 belegt,,,eigene,"
AIBLING = "ES201,Bad Aibling,BY,Gemeinde,09187117,1,47.864,12.010,2022,aufgenommen 2022,,,eigene,"
GOOD = [BOCHOLT, DAUN, BERGEDORF, EISENACH, AIBLING]

pytestmark = pytest.mark.django_db
needs_register = pytest.mark.skipif(
    "PORTAL_REFERENCE_DATA" not in os.environ, reason="PORTAL_REFERENCE_DATA names no folder"
)


@pytest.fixture
def table(tmp_path):
    """Writes a table and gives its file."""

    def write(*rows, headings=HEADINGS, encoding="utf-8", end="\n"):
        file = tmp_path / "staedte.csv"
        file.write_bytes(end.join([headings, *rows, ""]).encode(encoding))
        return file

    return write


def import_cities(file, **options):
    return imports.import_cities(spreadsheets.content(file), **options)


def counts(outcome):
    return outcome.added, outcome.changed, outcome.unchanged


def refusal(file):
    with pytest.raises(ImportRefused) as refused:
        import_cities(file)
    assert not City.objects.exists()
    assert not Organisation.objects.exists()
    return str(refused.value)


def run(*arguments, **options):
    out, err = StringIO(), StringIO()
    call_command("import_cities", *map(str, arguments), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_the_towns_arrive_and_a_second_run_changes_nothing(small_world, table):
    assert counts(import_cities(table(*GOOD))) == (5, 0, 0)
    assert counts(import_cities(table(*GOOD))) == (0, 0, 5)


def test_a_town_is_approved_by_the_import_but_not_confirmed(small_world, table):
    import_cities(table(BOCHOLT))
    city = City.objects.get(code="ES019")
    assert city.organisation.kind == Organisation.Kind.CITY
    assert city.organisation.approved_at
    assert city.organisation.confirmed_at is None
    assert (city.slug, city.joined_year, city.host) == ("bocholt", 2015, "Verein e. V.")
    assert (city.district_id, city.land_id) == ("05554", "05")


def test_members_and_newly_admitted_ones_take_part_and_the_others_are_kept(small_world, table):
    import_cities(table(*GOOD))
    taking_part = set(City.objects.filter(taking_part=True).values_list("code", flat=True))
    assert taking_part == {"ES019", "ES056", "ES006", "ES201"}
    assert not City.objects.get(code="ES200").taking_part


def test_a_dissolved_key_leads_to_its_successor(small_world, table):
    import_cities(table(EISENACH))
    assert [m.ags for m in City.objects.get().municipalities.all()] == ["16063105"]


def test_a_district_of_a_city_carries_the_city(small_world, table):
    import_cities(table(BERGEDORF))
    assert [m.name for m in City.objects.get().municipalities.all()] == ["Hamburg"]


def test_an_association_consists_of_its_municipalities(small_world, table):
    """The baseline names 38 members of the Verbandsgemeinde Daun; two of them are in the small world."""
    import_cities(table(DAUN))
    city = City.objects.get()
    assert "Daun" in {m.name for m in city.municipalities.all()}
    assert city.district_id == "07233"


def test_an_unknown_association_stands_for_the_nearest_municipality_of_its_kreis(small_world, table):
    import_cities(table(DAUN.replace("Verbandsgemeinde Daun", "Verbandsgemeinde Neu")))
    assert [m.name for m in City.objects.get().municipalities.all()] == ["Daun"]


def test_changed_facts_are_written_and_what_people_keep_is_not_touched(small_world, table):
    import_cities(table(BOCHOLT, DAUN))
    city = City.objects.get(code="ES019")
    City.objects.filter(pk=city.pk).update(description="Unser Netzwerk", reach_km=40, note="angerufen")
    Need.objects.create(city=city, kind="time")
    city.topics.add("climate")
    changed = BOCHOLT.replace("Verein e. V.", "Stadt Bocholt").replace("2015", "2016")
    assert counts(import_cities(table(changed, DAUN))) == (0, 1, 1)
    city = City.objects.get(code="ES019")
    assert (city.host, city.joined_year) == ("Stadt Bocholt", 2016)
    assert (city.description, city.reach_km, city.note, city.slug) == ("Unser Netzwerk", 40, "angerufen", "bocholt")
    assert city.needs.count() == city.topics.count() == 1


def test_who_hosts_the_network_is_the_towns_own_once_it_has_confirmed_its_entry(small_world, table):
    import_cities(table(BOCHOLT))
    City.objects.update(host="Freiwilligenagentur", host_kind="Agentur")
    Organisation.objects.update(confirmed_at=timezone.now())
    assert counts(import_cities(table(BOCHOLT))) == (0, 0, 1)
    assert counts(import_cities(table(BOCHOLT.replace("2015", "2016")))) == (0, 1, 0)
    city = City.objects.get()
    assert (city.host, city.host_kind, city.joined_year) == ("Freiwilligenagentur", "Agentur", 2016)


def test_a_row_names_all_of_its_faults(small_world, table):
    message = refusal(table(BOCHOLT.replace("Bocholt", "", 1).replace("51.837931", "x").replace("2015", "bald")))
    assert [line.split(":")[0] for line in message.splitlines()] == [
        "Zeile 2, Spalte stadt", "Zeile 2, Spalte lat", "Zeile 2, Spalte beitritt_jahr",
    ]  # fmt: skip


def test_towns_that_are_not_named_any_more_stay(small_world, table):
    import_cities(table(*GOOD))
    assert counts(import_cities(table(BOCHOLT))) == (0, 0, 1)
    assert City.objects.count() == 5


def test_two_towns_of_one_name_get_two_addresses(small_world, table):
    import_cities(table(BOCHOLT, BOCHOLT.replace("ES019", "ES999")))
    assert set(City.objects.values_list("slug", flat=True)) == {"bocholt", "bocholt-es999"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("05554008", "05554999", "Zeile 3, Spalte ags: Der Gemeindeschlüssel 05554999 ist nicht bekannt."),
        ("05554008", "5554008", "Zeile 3, Spalte ags: „5554008“ ist kein Gemeindeschlüssel mit 8 Ziffern."),
        ("51.837931", "fünfzig", "Zeile 3, Spalte lat: „fünfzig“ ist keine Zahl in Grad."),
        ("51.837931", "nan", "Zeile 3, Spalte lat: „nan“ ist keine Zahl in Grad."),
        ("51.837931", "1e400", "Zeile 3, Spalte lat: „1e400“ ist keine Zahl in Grad."),
        ("51.837931", "", "Zeile 3, Spalte lat: „“ ist keine Zahl in Grad."),
        ("6.61564", "2.35", "Zeile 3, Spalte lon: Der Punkt liegt nicht in Deutschland."),
        ("51.837931", "48.1", "Zeile 3, Spalte lat: Der Punkt liegt 416 km von Bocholt entfernt."),
        ("2015", "bald", "Zeile 3, Spalte beitritt_jahr: „bald“ ist keine ganze Zahl von 2000 bis 2100."),
        ("2015", "1015", "Zeile 3, Spalte beitritt_jahr: „1015“ ist keine ganze Zahl von 2000 bis 2100."),
        ("Bocholt", "", "Zeile 3, Spalte stadt: Die Angabe fehlt."),
        ("Bocholt", "B" * 201, "Zeile 3, Spalte stadt: Die Angabe hat 201 Zeichen, erlaubt sind 200."),
        ("Bocholt", "B" * 100_000, "Zeile 3, Spalte stadt: Die Angabe hat 100000 Zeichen, erlaubt sind 200."),
        ("Bocholt", "Boch\0olt", "Zeile 3, Spalte stadt: Die Zelle enthält ein unlesbares Zeichen."),
        ("mitglied", "", "Zeile 3, Spalte status: Die Angabe fehlt."),
        ("ES019", "", "Zeile 3, Spalte id: Die Angabe fehlt."),
        ("ES019", "<script>", "Zeile 3, Spalte id: „<script>“ ist keine Kennung wie ES001."),
        ("ES019", "ES056", "Zeile 3, Spalte id: Die Kennung steht schon in Zeile 2."),
        (",1,", ",ja,", "Zeile 3, Spalte ags_exakt: Hier steht 1 oder 0."),
        (",Verein,", ",", "Zeile 3: Die Zeile hat 13 Zellen, die Überschrift 14."),
    ],
)
def test_a_fault_names_row_and_column_and_nothing_is_written(small_world, table, old, new, message):
    assert refusal(table(DAUN, BOCHOLT.replace(old, new, 1), BERGEDORF)) == message


def test_every_faulty_row_is_named(small_world, table):
    message = refusal(table(BOCHOLT.replace("05554008", "x"), DAUN, BERGEDORF.replace("53.55", "y")))
    assert [line.split(":")[0] for line in message.splitlines()] == ["Zeile 2, Spalte ags", "Zeile 4, Spalte lat"]


def test_faulty_rows_can_be_left_out(small_world, table):
    file = table(BOCHOLT.replace("05554008", "05554999"), DAUN, BERGEDORF)
    outcome = import_cities(file, skip_faulty=True)
    assert counts(outcome) == (2, 0, 0)
    assert [fault.row for fault in outcome.skipped] == [2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Die Datei ist leer."),
        (b" \n\n", "Die Datei ist leer."),
        (HEADINGS.encode(), "Die Datei enthält nur Überschriften."),
        (HEADINGS.replace("ags,", "").encode() + b"\n", "Zeile 1, Spalte ags: Diese Spalte fehlt."),
        (HEADINGS.encode() + b",id\n", "Zeile 1, Spalte id: Diese Spalte steht zweimal da."),
        (f"{HEADINGS}\nES1,Münster".encode("cp1252"), "Zeile 2: Die Datei ist nicht in UTF-8 gespeichert."),
        (HEADINGS.encode("utf-16"), "Zeile 1: Die Datei ist nicht in UTF-8 gespeichert."),
        (HEADINGS.encode() + b'\n"ES1,offen', "Zeile 2: Die Zeile ist nicht lesbar"),
        (b"\x00\x01\x02", "Zeile 1, Spalte id: Diese Spalte fehlt."),
    ],
)
def test_a_file_that_is_no_such_table_is_always_refused(small_world, tmp_path, content, message):
    file = tmp_path / "staedte.csv"
    file.write_bytes(content)
    assert refusal(file).startswith(message)
    with pytest.raises(ImportRefused):
        import_cities(file, skip_faulty=True)


def test_a_file_that_is_not_there_is_named(small_world, tmp_path):
    assert "lässt sich nicht öffnen" in refusal(tmp_path / "fehlt.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_as_spreadsheets_write_them(small_world, table, encoding, end):
    semicolons = [row.replace(",", ";").replace(".", ",") for row in (HEADINGS, BOCHOLT.replace("bocholt.de", "Netz"))]
    assert counts(import_cities(table(semicolons[1], headings=semicolons[0], encoding=encoding, end=end))) == (1, 0, 0)
    assert City.objects.get().latitude == pytest.approx(51.837931)


def test_the_command_counts_and_a_dry_run_writes_nothing(small_world, table):
    file = table(*GOOD)
    assert run(file, dry_run=True)[0].splitlines() == [
        "5 neu, 0 geändert, 0 unverändert",
        "Probelauf: nichts wurde gespeichert.",
    ]
    assert not City.objects.exists()
    assert run(file)[0] == "5 neu, 0 geändert, 0 unverändert\n"
    assert run(file)[0] == "0 neu, 0 geändert, 5 unverändert\n"


def test_the_command_names_faults_and_says_that_nothing_was_written(small_world, table):
    file = table(BOCHOLT.replace("05554008", "x"), DAUN)
    with pytest.raises(CommandError, match=r"Zeile 2, Spalte ags: (.*\n)+Nichts wurde gespeichert\."):
        run(file)
    out, err = run(file, skip_faulty=True)
    assert "1 neu" in out
    assert "1 fehlerhaft und ausgelassen" in out
    assert "Zeile 2, Spalte ags" in err


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_turns(small_world, table):
    file = table(*GOOD)

    def work(_):
        try:
            return counts(import_cities(file))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [(0, 0, 5), (5, 0, 0)]
    assert City.objects.count() == 5


def test_the_list_of_our_own_leads_to_all_towns_once(all_places):
    assert counts(load_network_towns()) == (108, 0, 0)
    assert counts(load_network_towns()) == (0, 0, 0)
    assert City.objects.filter(verified_on=None, note="ungeprüft").count() == 108
    members = City.objects.get(code="ES056").municipalities.values_list("name", flat=True)
    assert len(members) > 30
    assert "Daun" in members


def test_the_list_of_our_own_never_overwrites_what_the_office_imported(all_places, table):
    import_cities(table(BOCHOLT))
    load_network_towns()
    assert City.objects.get(code="ES019").host == "Verein e. V."


@needs_register
def test_the_real_list_arrives_whole_and_a_second_run_changes_nothing(all_places):
    file = Path(os.environ["PORTAL_REFERENCE_DATA"]) / "engagierte_staedte.csv"
    assert run(file)[0] == "108 neu, 0 geändert, 0 unverändert\n"
    assert run(file)[0] == "0 neu, 0 geändert, 108 unverändert\n"
    assert City.objects.filter(taking_part=True).count() == 98
    assert not City.objects.filter(municipalities=None).exists()
    assert not Municipality.objects.filter(cities__isnull=False, successor__isnull=False).exists()


@needs_register
def test_both_lists_lead_to_the_same_towns(all_places):
    load_network_towns()
    ours = {city.code: _described(city) for city in City.objects.all()}
    City.objects.all().delete()
    import_cities(Path(os.environ["PORTAL_REFERENCE_DATA"]) / "engagierte_staedte.csv")
    theirs = {city.code: _described(city) for city in City.objects.all()}
    assert len(ours) == 108
    for code, (*facts, point) in ours.items():
        *official, official_point = theirs[code]
        assert facts == official
        assert distance_km(point, official_point) < 6


def _described(city) -> list[object]:
    municipalities = sorted(m.ags for m in city.municipalities.all())
    point = Point(city.latitude, city.longitude)
    return [city.organisation.name, municipalities, city.district_id, city.taking_part, city.joined_year, point]
