"""The synchronisation with the official register: what it says, what it writes, and what leads on."""

import csv
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pghistory.models import Event

from cities import place_index, places, reference
from cities.geometry import Point, distance_km
from cities.models import Association, Locality, Municipality, PlaceName, PostcodePlace, Region, RegisterSync
from cities.register import answers, dissolutions, questions, stored, sync
from cities.register.answers import AnswerError
from partners.models import ServiceAreaPart
from portal.accounts import office
from portal.accounts.models import OfficeTask
from tests import factories
from tests.cities.register_lines import germany, line, municipality

pytestmark = pytest.mark.django_db
needs_register = pytest.mark.skipif(
    "PORTAL_REFERENCE_DATA" not in os.environ, reason="PORTAL_REFERENCE_DATA names no folder"
)
WARENDORF = line("40", "05570", "Warendorf", text_key="43")
BORKEN = line("40", "05554", "Borken", text_key="43")
TELGTE = {"hectares": 9000, "population": 20_000}
NEW_SOMEWHERE = {"Am Ettersberg", "Amt Creuzburg", "Föritztal", "Mönchgut", "Schwarzatal", "Werra-Suhl-Tal"}
LAER = {"hectares": 3500, "population": 6_700}


@pytest.fixture
def world():
    """Telgte and Ostbevern in one Kreis, Bocholt in another; and a town in every other Land."""
    synchronise(
        municipality("05570044", "Telgte", **TELGTE),
        municipality("05570040", "Ostbevern", **LAER),
        municipality("05554008", "Bocholt, Stadt"),
        day="20221231",
    )
    Municipality.objects.filter(pk="05570044").update(latitude=51.98, longitude=7.78)
    Municipality.objects.filter(pk="05570040").update(latitude=52.04, longitude=7.84)


def synchronise(*municipalities, day="20231130", districts=(WARENDORF, BORKEN)):
    rows = [row.replace("20231130", day, 1) for row in municipalities]
    return sync.synchronise(read(*rows, day=day, districts=[row.replace("20231130", day, 1) for row in districts]))


def read(*municipalities, day="20231130", districts=(WARENDORF, BORKEN)):
    return sync.gv100ad.read(germany(*municipalities, districts=districts, day=day))


def merge_ostbevern(**options):
    """Ostbevern became part of Telgte, which got a new key."""
    return synchronise(
        municipality("05570099", "Telgte", hectares=12_500, population=26_700),
        municipality("05554008", "Bocholt"),
        **options,
    )


def make_partner(ags):
    partner = factories.make_partner(seat="Bocholt", radius_km=None)
    partner.seat_id = ags
    partner.save()
    return partner


def make_company(ags):
    company = factories.make_company(seat="Bocholt")
    company.seat_id = ags
    company.save()
    return company


def make_city(ags):
    city = factories.make_city("Bocholt")
    city.municipalities.set([ags])
    city.district_id = ags[:5]
    city.save()
    return city


def divide_ostbevern(**options):
    """Its neighbours share it: nothing tells which of them is the successor."""
    synchronise(
        municipality("05570044", "Telgte", hectares=11_000),
        municipality("05554008", "Bocholt", hectares=2500),
        **options,
    )


def bring_ostbevern_back(**options):
    """Under the key it had before."""
    synchronise(
        municipality("05570044", "Telgte", **TELGTE),
        municipality("05570040", "Ostbevern", **LAER),
        municipality("05554008", "Bocholt"),
        **options,
    )


def names_of_places():
    columns = [field.name for field in PlaceName._meta.fields if field.name != "id"]
    return sorted(PlaceName.objects.values_list(*columns))


@pytest.fixture
def file(tmp_path):
    def written(content):
        (tmp_path / "register.txt").write_bytes(content)
        return tmp_path / "register.txt"

    return written


def test_a_merger_leaves_the_old_ones_as_history_that_leads_to_the_new_one(world):
    diff = merge_ostbevern()
    assert diff.successors == {"05570044": "05570099", "05570040": "05570099"}
    ostbevern = Municipality.objects.get(pk="05570040")
    assert (str(ostbevern.dissolved_on), ostbevern.successor_id) == ("2023-11-30", "05570099")
    assert places.current("05570040").name == "Telgte"
    assert Municipality.objects.get(pk="05570099").point == Point(51.98, 7.78)  # the namesake's
    assert Locality.objects.get().name == "Ostbevern"  # people go on typing it


def test_everything_leads_on_to_the_successor(world):
    old, other = Municipality.objects.get(pk="05570040"), Municipality.objects.get(pk="05554008")
    city = make_city(old.pk)
    partner = make_partner(old.pk)
    PostcodePlace.objects.create(postcode="48346", municipality=old)
    ServiceAreaPart.objects.create(partner=partner, key=old.pk)
    ServiceAreaPart.objects.create(partner=partner, key="05570044")
    ServiceAreaPart.objects.create(partner=partner, centre=old, radius_km=30)
    ServiceAreaPart.objects.create(partner=partner, centre_id="05570044", radius_km=20)
    ServiceAreaPart.objects.create(partner=partner, centre=other, radius_km=10)
    company = make_company(old.pk)
    project = factories.make_project(city, place=old)
    merge_ostbevern()
    for row in (partner, company, project):
        row.refresh_from_db()
    assert {partner.seat_id, company.seat_id, project.place_id} == {"05570099"}
    assert [row.pk for row in city.municipalities.all()] == ["05570099"]
    assert PostcodePlace.objects.get().municipality_id == "05570099"
    parts = set(partner.area_parts.values_list("key", "centre", "radius_km"))
    assert parts == {("05570099", None, None), ("", "05570099", 30), ("", "05554008", 10)}
    gone = Municipality.objects.filter(successor__isnull=False)
    for model, field in dissolutions.relations():
        if model is not Municipality:
            assert not model._default_manager.filter(**{f"{field}__in": gone}).exists(), model


def test_no_relation_to_municipalities_is_forgotten():
    """A new model that leads to municipalities has to be led on, too: it stands here once that is done."""
    known = {
        ("Municipality", "successor"), ("PostcodePlace", "municipality"), ("Locality", "municipality"),
        ("City", "municipalities"), ("City_municipalities", "municipality"), ("Project", "place"), ("Partner", "seat"),
        ("Company", "seat"), ("ServiceAreaPart", "centre"), ("NetworkAreaPart", "centre"),
    }  # fmt: skip
    found = {(model.__name__, field) for model, field in dissolutions.relations() if not issubclass(model, Event)}
    assert found == known


def test_a_kreis_that_is_no_more_becomes_what_its_municipalities_are_now(world):
    partner = make_partner("05554008")
    ServiceAreaPart.objects.create(partner=partner, key="05570")
    city = make_city("05570044")
    synchronise(
        municipality("05554044", "Telgte", **TELGTE),
        municipality("05554040", "Ostbevern", **LAER),
        municipality("05554008", "Bocholt"),
        districts=[BORKEN],
    )
    assert set(partner.area_parts.values_list("key", flat=True)) == {"05554044", "05554040"}
    city.refresh_from_db()
    assert (city.district_id, city.land_id) == ("05554", "05")
    assert Region.objects.get(pk="05570").dissolved_on
    assert "05570" not in {place.key for place in places.find("Kreis Warendorf")}


def test_a_kreis_that_is_no_more_leads_to_nothing_that_is_no_more(world):
    """Ostbevern became part of Telgte first; then Telgte went to another Kreis with its own."""
    merge_ostbevern()
    partner = make_partner("05554008")
    ServiceAreaPart.objects.create(partner=partner, key="05570")
    synchronise(
        municipality("05554044", "Telgte", hectares=12_500),
        municipality("05554008", "Bocholt"),
        districts=[BORKEN],
        day="20241231",
    )
    assert list(partner.area_parts.values_list("key", flat=True)) == ["05554044"]


def test_where_a_successor_is_not_known_nothing_is_lost_and_the_office_is_asked(world):
    partner = make_partner("05570040")
    divide_ostbevern()
    partner.refresh_from_db()
    assert partner.seat_id == "05570040"
    task = OfficeTask.objects.get(kind="place")
    assert "Ostbevern (05570040) gibt es seit 30.11.2023 nicht mehr" in task.text


def test_a_key_that_is_dissolved_again_is_asked_about_again(world):
    make_partner("05570040")
    divide_ostbevern()
    office.finish(OfficeTask.objects.get(key__contains="05570040"), by=factories.make_curator())
    bring_ostbevern_back(day="20241231")
    divide_ostbevern(day="20251231")
    tasks = OfficeTask.objects.filter(key__contains="dissolved-municipality:05570040")
    assert [task.done_at is None for task in tasks] == [False, True]
    assert "seit 31.12.2025 nicht mehr" in tasks[1].text


def test_the_key_in_an_area_counts_as_leading_there_and_others_share_a_task(world):
    partner = make_partner("05570044")
    ServiceAreaPart.objects.create(partner=partner, key="05570040")
    synchronise(municipality("05570044", "Telgte", hectares=13_500), districts=[WARENDORF])
    texts = sorted(OfficeTask.objects.filter(kind="place").values_list("text", flat=True))
    assert [text.split(" ")[0] for text in texts] == ["Bei", "Ostbevern"]
    assert "Bocholt (05554008)" in texts[0]


def test_the_office_names_a_successor_and_everything_follows(world):
    curator = factories.make_curator()
    partner = make_partner("05570040")
    divide_ostbevern()
    gone, telgte = Municipality.objects.get(pk="05570040"), Municipality.objects.get(pk="05570044")
    with pytest.raises(AnswerError, match="selbst aufgelöst"):
        answers.name_successor(gone, gone, by=curator)
    answers.name_successor(gone, telgte, by=curator)
    partner.refresh_from_db()
    assert partner.seat_id == "05570044"
    assert OfficeTask.objects.get(kind="place").done_by == curator
    with pytest.raises(AnswerError, match="steht schon fest"):
        answers.name_successor(gone, telgte, by=curator)


def test_the_office_names_a_successor_in_the_admin(world, client):
    partner = make_partner("05570040")
    divide_ostbevern()
    client.force_login(factories.make_curator())
    page = "/admin/cities/municipality/05570040/change/"
    assert client.get(page).status_code == 200
    for wrong in ("", "05570040", "99999999", "x" * 10_000):
        assert client.post(page, {"successor": wrong}).status_code == 200
    assert client.post(page, {"successor": "05570044"}).status_code == 302
    partner.refresh_from_db()
    assert partner.seat_id == "05570044"
    assert not OfficeTask.objects.filter(kind="place", done_at=None).exists()
    assert client.post(page, {"successor": "05554008"}).status_code == 403


def add_everswinkel():
    """A new municipality on ground that was nobody's: no other one went there, and no place is called so."""
    synchronise(
        municipality("05570044", "Telgte", **TELGTE),
        municipality("05570040", "Ostbevern", **LAER),
        municipality("05570012", "Everswinkel"),
        municipality("05554008", "Bocholt"),
    )


def test_a_named_successor_leaves_the_names_of_places_as_if_all_were_made_anew(world):
    divide_ostbevern()
    gone, telgte = Municipality.objects.get(pk="05570040"), Municipality.objects.get(pk="05570044")
    for place, name in ((gone, "Brock"), (telgte, "Vadrup")):
        Locality.objects.create(municipality=place, name=name, latitude=52, longitude=7.8)
    association = Association.objects.create(key="055700001", name="Münsterland", kind="Verbandsgemeinde")
    Municipality.objects.filter(pk=telgte.pk).update(association=association)
    place_index.rebuild()
    answers.name_successor(gone, telgte, by=factories.make_curator())
    in_part = names_of_places()
    place_index.rebuild()
    assert in_part == names_of_places()
    assert places.resolve("Telgte-Brock").place.key == places.resolve("Ostbevern").place.key == telgte.pk


def test_where_a_new_municipality_lies_about_is_asked(world):
    add_everswinkel()
    assert Municipality.objects.get(pk="05570012").point == Point(52.01, 7.81)  # between Telgte and Ostbevern
    task = OfficeTask.objects.get(kind="place")
    assert task.text.startswith("Everswinkel (05570012) ist neu; ihre Lage ist nur geschätzt")


def test_the_office_sets_the_point_in_the_admin_and_the_next_register_keeps_it(world, client):
    add_everswinkel()
    curator = factories.make_curator()
    client.force_login(curator)
    page = "/admin/cities/municipality/05570012/change/"
    assert client.get(page).status_code == 200
    for wrong in ("", "7.85", "519", "nan", "x"):
        assert client.post(page, {"latitude": wrong, "longitude": "7.85"}).status_code == 200
    assert OfficeTask.objects.get(kind="place").done_at is None
    assert client.post(page, {"latitude": "51.925", "longitude": "7.85", "name": "Anders"}).status_code == 302
    assert OfficeTask.objects.get(kind="place").done_by == curator
    synchronise(
        municipality("05570044", "Telgte", hectares=12_500),
        municipality("05570012", "Everswinkel", population=9600),
        municipality("05554008", "Bocholt"),
        day="20241231",
    )
    row = Municipality.objects.get(pk="05570012")
    assert (row.name, row.population, row.point) == ("Everswinkel", 9600, Point(51.925, 7.85))


def test_what_is_no_more_has_no_point_to_set(world):
    merge_ostbevern()
    with pytest.raises(AnswerError, match="Ostbevern ist aufgelöst"):
        answers.set_point(Municipality.objects.get(pk="05570040"), Point(52, 7.8), by=factories.make_curator())


def test_the_command_says_what_changes_and_a_dry_run_writes_nothing(world, file, capsys):
    content = germany(
        municipality("05570099", "Telgte", hectares=12_500),
        municipality("05554008", "Bocholt am Aasee"),
        districts=[WARENDORF, BORKEN],
    )
    call_command("sync_municipalities", file(content), "--dry-run")
    said = capsys.readouterr().out
    for part in (
        "Gemeindeverzeichnis vom 30.11.2023",
        "+ 05570099 Telgte",
        "~ 05554008 Bocholt heißt jetzt Bocholt am Aasee",
        "− 05570040 Ostbevern → 05570099 (erkannt an der Fläche)",
        "1 neu, 1 umbenannt, 2 aufgelöst",
        "Es wurde nichts geändert",
    ):
        assert part in said
    assert not Municipality.objects.filter(pk="05570099").exists()
    assert RegisterSync.objects.count() == 1
    call_command("sync_municipalities", file(content))
    assert "Alles übernommen." in capsys.readouterr().out
    call_command("sync_municipalities", file(content))
    assert "Nichts zu ändern." in capsys.readouterr().out
    assert RegisterSync.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "nicht in UTF-8"),
        (germany(day="20211231"), "bekannt ist schon der Stand vom 31.12.2022"),
    ],
)
def test_the_command_refuses_with_a_sentence_and_writes_nothing(world, file, content, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("sync_municipalities", file(content))
    with pytest.raises(CommandError, match="kann nicht gelesen werden"):
        call_command("sync_municipalities", file(content).with_name("nicht-da.txt"))
    assert Municipality.objects.current().filter(pk="05570040").exists()


def test_the_command_names_new_ones_of_which_only_the_kreis_is_known(world, file, capsys):
    content = germany(
        municipality("05570044", "Telgte", **TELGTE),
        municipality("05570041", "Ostbevern", **LAER),
        municipality("05570012", "Everswinkel"),
        municipality("05554008", "Bocholt"),
        districts=[WARENDORF, BORKEN],
    )
    call_command("sync_municipalities", file(content))
    said = capsys.readouterr().out.splitlines()
    assert {"+ 05570041 Ostbevern", "+ 05570012 Everswinkel: Lage nur geschätzt"} <= set(said)


def test_a_register_that_lacks_a_tenth_is_refused(world):
    Municipality.objects.bulk_create(
        Municipality(ags=f"0557{n:04}", name=f"Ort {n}", land_id="05", district_id="05570", latitude=52, longitude=8)
        for n in range(100, 105)
    )
    with pytest.raises(sync.RegisterError, match="bekannt sind 38"):
        merge_ostbevern()


def test_a_file_cut_off_between_two_lines_is_refused_since_land_does_not_vanish(world):
    with pytest.raises(sync.RegisterError, match="Im Land Land 05 fehlt ein Teil der Fläche"):
        synchronise(municipality("05570044", "Telgte", **TELGTE), municipality("05554008", "Bocholt"))
    assert Municipality.objects.current().filter(pk="05570040").exists()


def test_what_fails_in_the_middle_leaves_nothing_behind(world, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(questions, "ask_for_successors", fail)
    with pytest.raises(RuntimeError):
        merge_ostbevern()
    assert not Municipality.objects.filter(pk="05570099").exists()
    assert Municipality.objects.get(pk="05570040").dissolved_on is None


def test_the_baseline_has_nothing_more_to_say_after_the_register(world):
    assert reference.load().added == 0
    with pytest.raises(reference.BaselineError):
        reference.load(refresh=True)


def test_a_key_that_is_used_again_is_a_municipality_of_today(world):
    merge_ostbevern()
    bring_ostbevern_back(day="20241231")
    assert Municipality.objects.current().filter(pk="05570044", successor=None).exists()


@needs_register
def test_the_baseline_becomes_the_official_register_of_2023():
    reference.load()
    folder = Path(os.environ["PORTAL_REFERENCE_DATA"])
    file = folder / "GV100AD_301123.txt"
    without_end = b"".join(file.read_bytes().splitlines(keepends=True)[:-100])
    with pytest.raises(sync.RegisterError, match="Im Land Thüringen fehlt"):
        sync.difference(sync.gv100ad.read(without_end))
    register = sync.read_file(file)
    diff = sync.synchronise(register)
    asked = OfficeTask.objects.filter(key__startswith="guessed-point:").values_list("text", flat=True)
    assert {text.split(" (")[0] for text in asked} == NEW_SOMEWHERE
    assert len(diff.dissolved) == 360
    assert len(diff.successors) > 200
    with (folder / "gemeinden.csv").open(encoding="utf-8") as file:
        official = list(csv.DictReader(file))
    rows = Municipality.objects.current().in_bulk()
    assert rows.keys() == {row["ags"] for row in official}
    off = []
    for row in official:
        found = rows[row["ags"]]
        name = row["name"].removesuffix(",Klosterflecken")
        assert (found.name, found.district_id, found.land_id) == (name, row["kreis_ags"], row["land_ags"])
        assert found.population == int(row["einwohner"])
        if distance_km(found.point, Point(float(row["lat"]), float(row["lon"]))) > 3:
            off.append(row["name"])
    assert len(off) < 0.02 * len(official), off
    assert [place.key for place in places.find("80313")] == ["09162000"]  # the postcode of the administration alone
    assert places.resolve("Bromskirchen").place.key == "06635001"  # a locality of Allendorf (Eder) now
    assert sync.synchronise(register).is_empty
    assert stored.register().day == register.day
    assert reference.load().added == 0
    assert sync.difference(register).is_empty
