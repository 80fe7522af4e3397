"""The office, which has no shell, brings in lists on a page; no file makes it fail."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape
from playwright.sync_api import expect

from cities.models import City
from matching.models import Suggestion
from partners.models import Company, Partner, RegionalNetwork
from portal.site import import_page
from tests.browser import accessibility_problems, overflow, take_over
from tests.cities.sheets import csv, xlsx
from tests.cities.test_spreadsheets import bomb, lying_bomb, many_cells, many_parts, one_text_in_many_cells
from tests.factories import TOTP, TOTP_SECRET, make_city, make_curator, make_partner, make_user
from tests.partners.lists import make_places, table

pytestmark = pytest.mark.django_db
URL = "/admin/accounts/organisation/importieren/"
PARTNER = {"Kennung": "OM-1", "Name": "Kammer Nord", "Kategorie": "Netzwerke", "Sitz": "Telgte",
           "Einzugsgebiet": "Telgte 20 km", "Themen": "Quartier"}  # fmt: skip
LISTS = {
    "partners": (Partner, PARTNER),
    "companies": (
        Company,
        {
            "Kennung": "K-1", "Name": "Bäckerei", "Sitz": "Telgte", "Größe": "klein", "Beschäftigte": "20",
            "Branche": "C",
        },
    ),
    "networks": (
        RegionalNetwork, {"Kennung": "N-1", "Name": "Netz", "Gebiet": "Telgte", "Koordination": "Kammer Beispiel"},
    ),
    "cities": (
        City,
        {
            "id": "ES1", "stadt": "Telgte", "gebietstyp": "Gemeinde", "ags": "05570044", "ags_exakt": "1",
            "lat": "51.98", "lon": "7.78", "status": "mitglied",
        },
    ),
}  # fmt: skip


@pytest.fixture
def office(client):
    make_places()
    client.force_login(make_curator("buero@office.example"))
    return client


def send(client, content, *, kind="partners", step="check", name="liste.csv", **more):
    return client.post(URL, {"kind": kind, "file": SimpleUploadedFile(name, content), step: "1", **more})


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("write", [csv, xlsx])
def test_each_list_is_checked_without_writing_and_then_imported(office, kind, write):
    make_partner("Kammer Beispiel")
    model, row = LISTS[kind]
    before = model.objects.count()
    page = send(office, table(row, write=write), kind=kind)
    assert page.status_code == 200
    assert "1 neu, 0 geändert, 0 unverändert" in text(page)
    assert "Probelauf: nichts wurde gespeichert." in text(page)
    assert model.objects.count() == before
    page = send(office, table(row, write=write), kind=kind, step="import")
    assert '<h2 id="ergebnis">Importiert</h2>' in text(page)
    assert model.objects.count() == before + 1
    assert "0 neu, 0 geändert, 1 unverändert" in text(send(office, table(row), kind=kind, step="import"))


def test_suggestions_follow(office):
    make_city("Telgte", topics=("neighbourhood",))
    send(office, table(PARTNER), step="import")
    assert Suggestion.objects.filter(partner__code="OM-1").exists()


def test_all_faults_are_shown_and_nothing_is_written(office):
    content = table(PARTNER, {"Kennung": "OM-2", "Name": "", "Kategorie": "<b>"}, {"Kennung": "OM-1"})
    for step in ("check", "import"):
        page = send(office, content, step=step)
        assert page.status_code == 400
        for message in ("Die Angabe fehlt.", "„<b>“ ist nicht bekannt.", "Die Kennung steht schon in Zeile 2."):
            assert escape(message) in text(page)
        assert "Nichts wurde gespeichert." in text(page)
    assert not Partner.objects.exists()


def test_faulty_rows_are_left_out_only_when_asked(office):
    content = table(PARTNER, {"Kennung": "OM-2", "Name": "Kasse", "Kategorie": "?"})
    page = send(office, content, step="import", skip_faulty="on")
    assert page.status_code == 200
    assert "1 fehlerhaft und ausgelassen" in text(page)
    assert "„?“ ist nicht bekannt." in text(page)
    assert [partner.code for partner in Partner.objects.all()] == ["OM-1"]


def test_what_is_not_read_is_said(office):
    page = send(office, table(PARTNER | {"E-Mail": "anna@kammer.example"}))
    assert "Spalte „E-Mail“: nicht gelesen." in text(page)
    assert "anna@" not in text(page)


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 40,
    "nul": table(PARTNER | {"Name": "Kam\0mer"}),
    "long cells": table(PARTNER | dict.fromkeys(PARTNER, "ä" * 100000)),
    "old excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "latin 1": "Kennung;Name\n1;Jörg".encode("cp1252"),
    "broken xlsx": xlsx(("Kennung",), ("1",))[:-500],
    "no table": b"Sehr geehrte Damen und Herren",
    "only headings": csv(tuple(PARTNER)),
    "markup": table(PARTNER | {"Kategorie": "<script>alert(1)</script>"}),
    "many faults": b"Kennung;Name;Kategorie;Sitz\n" + b"x\n" * 100_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=list(HOSTILE))
@pytest.mark.parametrize("step", ["check", "import"])
def test_no_file_makes_the_page_fail(office, content, step):
    page = send(office, content, step=step)
    assert page.status_code == 400
    assert "Nichts wurde gespeichert." in text(page)
    assert "<script>alert" not in text(page)
    assert len(page.content) < 500_000
    assert not Partner.objects.exists()


@pytest.mark.parametrize("make", [bomb, lying_bomb, many_cells, many_parts, one_text_in_many_cells])
def test_no_packed_file_makes_the_page_fail(office, make):
    assert send(office, make(), name="liste.xlsx").status_code == 400


def test_a_file_above_5_mb_is_refused_and_a_missing_one_named(office):
    page = send(office, b"a" * (import_page.LARGEST_UPLOAD + 1))
    assert page.status_code == 400
    assert "Die Datei ist größer als 5 MB." in text(page)
    assert office.post(URL, {"kind": "partners", "check": "1"}).status_code == 400
    assert send(office, table(PARTNER), kind="people").status_code == 400


def test_only_who_may_change_an_entry_may_import_its_list(client):
    make_places()
    clerk = make_user("team@office.example", is_staff=True)
    TOTP.activate(clerk, TOTP_SECRET)
    client.force_login(clerk)
    assert client.get(URL).status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="change_company"))
    page = client.get(URL)
    assert page.status_code == 200
    assert "Unternehmen" in text(page)
    assert "OM-Partner</option>" not in text(page)
    assert send(client, table(PARTNER), step="import").status_code == 400
    assert not Partner.objects.exists()


def test_the_list_of_organisations_leads_to_the_page(office):
    assert f'href="{URL}"' in text(office.get("/admin/accounts/organisation/"))
    page = text(office.get(URL))
    assert "Kennung, Name, Kategorie, Sitz" in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_works_in_a_browser_wide_and_narrow(live_server, page, client, tmp_path):
    make_places()
    client.force_login(make_curator("buero@office.example"))
    take_over(page, client, live_server.url)
    (tmp_path / "liste.csv").write_bytes(
        table(PARTNER | {"E-Mail": "a@b.example"}, {"Kennung": "OM-2", "Name": "", "Kategorie": "Verein"})
    )
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url + URL)
        assert accessibility_problems(page) == []
        page.set_input_files("input[type=file]", str(tmp_path / "liste.csv"))
        page.get_by_role("button", name="Datei prüfen").click()
        expect(page.get_by_text("Nichts wurde gespeichert.")).to_be_visible()
        assert accessibility_problems(page) == []
        assert overflow(page) == 0
