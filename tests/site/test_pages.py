"""What holds on every public page: the frame, the law, no cookies, nothing from elsewhere."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from matching import introductions
from matching.models import Invitation
from portal import tile_server
from portal.accounts.models import Organisation
from portal.site import checks, plain_text
from portal.site.models import SitePage
from tests.matching.casts import make_introduction, sides

READING_PAGES = [
    "/",
    "/staedte/",
    "/staedte/?ort=Telgte",
    "/staedte/telgte/",
    "/regionen/",
    "/regionen/nw/",
    "/regionen/05570/",
    "/partner/",
    "/partner/kammer-beispiel/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/leichte-sprache/",
    "/datenquellen/",
    "/gibt-es-nicht/",
]
FORM_PAGES = ["/konto/login/", "/konto/password/reset/", "/mitmachen/"]
FOOTER = ["/impressum/", "/datenschutz/", "/barrierefreiheit/", "/leichte-sprache/", "/datenquellen/"]
LOADED = re.compile(r"<(?:script|img|iframe|source)[^>]*\ssrc=\"([^\"]+)\"|<link[^>]*\shref=\"([^\"]+)\"")


def text(response):
    return response.content.decode()


@pytest.fixture
def pages(client, world):
    """All public pages by address."""
    return {path: client.get(path, follow=True) for path in READING_PAGES + FORM_PAGES}


def test_reading_sets_no_cookie(client, world):
    assert [path for path in READING_PAGES if client.get(path).cookies] == []


def test_every_page_links_to_the_legal_texts(pages):
    for path, response in pages.items():
        for address in FOOTER:
            assert f'href="{address}"' in text(response), path


def test_every_page_loads_from_here_alone_and_has_no_code_of_its_own(pages):
    for path, response in pages.items():
        page = text(response)
        assert [source for source in LOADED.findall(page) if urlsplit("".join(source)).netloc] == [], path
        inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", page)
        assert all('type="application/json"' in script for script in inline), path
        assert not re.search(r"\sstyle=|<style|\son\w+=\"", page), path
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path


def test_every_page_has_one_heading_a_title_and_a_way_to_its_content(pages):
    for path, response in pages.items():
        page = text(response)
        assert page.count("<h1") == 1, path
        assert re.search(r"<title>\s*\S.+ – OM × Engagierte Stadt</title>", page, re.DOTALL), path
        assert 'href="#inhalt"' in page, path
        assert 'id="inhalt"' in page, path


def test_the_impressum_cites_the_law_in_force(client, db):
    page = text(client.get("/impressum/"))
    assert "§ 5 des Digitale-Dienste-Gesetzes" in page
    assert "TMG" not in page


def test_the_privacy_text_names_the_cookies(client, db):
    page = text(client.get("/datenschutz/"))
    assert "csrftoken" in page
    assert "sessionid" in page


def test_the_search_of_the_first_page_is_the_field_of_the_list_it_leads_to(client, world):
    field = re.compile('<input[^>]*name="ort"[^>]*>')
    assert field.findall(client.get("/").text) == field.findall(client.get("/staedte/").text) != []


def test_the_numbers_of_the_first_page_come_from_the_data(client, world):
    assert client.get("/").context["numbers"] == {"cities": 3, "partners": 2, "projects": 0, "introductions": 0}


def test_invented_contacts_are_no_success(client, db):
    introduction = make_introduction()
    for side in sides(introduction):
        introductions.answer(side, Invitation.Answer.YES)
    assert "<dt>vermittelter Kontakt</dt><dd>1</dd>" in text(client.get("/"))
    Organisation.objects.filter(pk=introduction.partner.organisation_id).update(is_demo=True)
    assert client.get("/").context["numbers"]["introductions"] == 0


def test_the_sources_of_the_data_are_named(client, db):
    page = text(client.get("/datenquellen/"))
    for source in ("Bundesamt für Kartographie und Geodäsie", "GeoNames", "OpenStreetMap"):
        assert source in page


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "503"])
def test_error_pages_need_neither_request_nor_database(name):
    page = render_to_string(f"{name}.html")
    assert page.count("<h1") == 1
    assert "!" not in re.sub(r"<[^>]+>", "", page).replace("<!", "")


def test_an_error_of_ours_is_a_calm_page():
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Der Fehler liegt bei uns" in text(response)


def test_a_form_without_its_token_says_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/konto/login/", {"login": "a@b.example", "password": "x"})
    assert response.status_code == 403
    assert "noch einmal" in text(response)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Eins\nzwei\n\ndrei", "<p>Eins<br>zwei</p><p>drei</p>"),
        ("## Titel\nText", "<h2>Titel</h2><p>Text</p>"),
        ("Liste:\n- a\n- b", "<p>Liste:</p><ul><li>a</li><li>b</li></ul>"),
        ("**fett** und `code`", "<p><strong>fett</strong> und <code>code</code></p>"),
        ("[Impressum](/impressum/)", '<p><a href="/impressum/">Impressum</a></p>'),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ('[x](https://a.example/"onclick=")', '<p><a href="https://a.example/&quot;onclick=&quot;">x</a></p>'),
        ("- **<b>**", "<ul><li><strong>&lt;b&gt;</strong></li></ul>"),
        ("", ""),
    ],
)
def test_texts_of_the_office_become_html(written, shown):
    assert plain_text.to_html(written) == shown


def test_a_table_keeps_its_cells():
    html = plain_text.to_html("| Was | Woher |\n|---|---|\n| Orte | <BKG> |")
    assert '<th scope="col" class="kern-table__header">Woher</th>' in html
    assert "&lt;BKG&gt;" in html


def test_gaps_in_legal_texts_are_reported_until_they_are_filled_in(db):
    found = checks.legal_texts_are_filled_in(databases=["default"])
    assert {message.id for message in found} == {"site.W002"}
    assert any("/impressum/" in message.msg for message in found)
    SitePage.objects.update(body="Ausgefüllt, siehe [Datenquellen](/datenquellen/).")
    assert checks.legal_texts_are_filled_in(databases=["default"]) == []
    SitePage.objects.filter(slug="impressum").delete()
    assert [message.id for message in checks.legal_texts_are_filled_in(databases=["default"])] == ["site.W001"]


def test_a_server_of_street_maps_that_the_privacy_text_does_not_name_is_reported(db, settings):
    SitePage.objects.update(body="Ausgefüllt.")
    address = "https://tiles.example/{z}/{x}/{y}.png"
    settings.TILE_SERVER = tile_server.read(address, attribution="© Leute", secure=True)
    assert [message.id for message in checks.legal_texts_are_filled_in(databases=["default"])] == ["site.W003"]
    SitePage.objects.filter(slug="datenschutz").update(body="Karten kommen von tiles.example.")
    assert checks.legal_texts_are_filled_in(databases=["default"]) == []


def test_gaps_never_stop_a_deployment_check(db):
    assert checks.legal_texts_are_filled_in() == []
    call_command("check", fail_level="WARNING")
