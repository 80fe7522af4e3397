"""The handout of a region as a PDF: what its page says, set as it was written."""

import io
import re
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from cities.models import City, Region
from partners.models import Partner
from portal.site import pdf
from tests.factories import make_city, make_municipality, make_network, make_partner, make_project

WRITTEN = '#read("/etc/passwd") *x* _y_ $z$ @a <b> `c` \\ // d'


def handout(client, path):
    """The PDF below the page of a region."""
    response = client.get(f"{path}blatt.pdf")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF")
    return PdfReader(io.BytesIO(response.content))


def text_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def tags(node):
    """Every element of the structure tree, from the top."""
    node = node.get_object()
    if not isinstance(node, dict):
        return
    if "/S" in node:
        yield node
    below = node.get("/K", [])
    for child in below if isinstance(below, list) else [below]:
        yield from tags(child)


def rename(entry, name):
    entry.organisation.name = name
    entry.organisation.save()


@time_machine.travel("2026-11-24 12:00 +0100")
def test_it_says_who_is_there_and_what_runs_and_what_is_missing(client, world, network):
    telgte = City.objects.get(slug="telgte")
    telgte.needs.create(kind="time")
    make_project(telgte)
    text = text_of(handout(client, "/regionen/05570/"))
    for words in [
        "Kreis Warendorf",
        "Stand: 24.11.2026",
        "1 Engagierte Stadt · 1 Partner aus der Region · 1 Projekt",
        "Engagierte Städte Telgte",
        "Partner, die hier arbeiten Kammer Beispiel",
        "Sitz in Münster",
        "Projekte Lastenräder für alle Telgte",
        network.name,
        "Was hier noch fehlt • Bedarf, den noch niemand deckt: Zeit",
        "GeoBasis-DE / BKG",
        "Seite 1 von 1",
        f"Den jetzigen Stand finden Sie unter {settings.SITE_URL}/regionen/05570/",
    ]:
        assert words in text
    assert "Verband Muster" not in text


@pytest.mark.parametrize("path", ["/regionen/nw/", "/regionen/05570/", "/regionen/05515/"])
def test_it_names_what_the_page_names(client, world, path):
    make_partner("Bund Beispiel", radius_km=None).area_parts.create(nationwide=True)
    found = client.get(path).context
    text = text_of(handout(client, path))
    for row in [found["region"], *found["towns"], *found["partners"], *found["networks"]]:
        assert row.name in text
    words = found["words"]
    said = [words.summary, words.no_towns, words.no_partners, words.no_projects, words.nationwide, words.no_networks]
    for sentence in [*said, *words.missing, words.empty_districts]:
        assert sentence in text
    assert "Dazu kommt 1 Partner, der bundesweit arbeitet." in text


def test_what_is_not_public_is_not_on_it(client, world):
    make_city("Münster", taking_part=False)
    make_partner("Noch nicht geprüft", approved=False)
    make_project(City.objects.get(slug="telgte"), "Entwurf eines Projekts", state="draft")
    make_network("Netz wartet", coordinator=Partner.objects.get(slug="kammer-beispiel"), approved=False)
    content = client.get("/regionen/nw/blatt.pdf").content
    text = text_of(PdfReader(io.BytesIO(content)))
    assert "3 Engagierte Städte · 2 Partner aus der Region · 0 Projekte" in text
    for words in ["geprüft", "Entwurf", "Netz wartet", "@", "Alex", "+49", "tina", "karl"]:
        assert words not in text
    assert b".example" not in content


def test_it_leads_to_pages_of_the_portal_only(client, world, network):
    make_project(City.objects.get(slug="telgte"))
    links = {
        note["/A"]["/URI"]
        for page in handout(client, "/regionen/05570/").pages
        for note in (reference.get_object() for reference in page["/Annots"])
    }
    assert all(link.startswith(settings.SITE_URL) for link in links)
    assert {urlsplit(link).path for link in links} == {
        "/staedte/telgte/",
        "/partner/kammer-beispiel/",
        "/projekte/lastenrader-fur-alle/",
        f"/netzwerke/{network.slug}/",
        "/regionen/05570/",
    }


def test_it_can_be_read_aloud(client, world):
    reader = handout(client, "/regionen/05570/")
    assert reader.metadata.title == "Kreis Warendorf · OM × Engagierte Stadt"
    root = reader.root_object
    assert root["/Lang"].startswith("de")
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    elements = list(tags(root["/StructTreeRoot"]))
    assert [element["/S"] for element in elements if element["/S"] in ("/H1", "/H2")] == ["/H1", *["/H2"] * 4]
    assert [element["/Alt"] for element in elements if element["/S"] == "/Figure"] == [
        "Karte: Engagierte Städte und Projekte in Kreis Warendorf"
    ]


def test_the_map_is_drawn_with_lines_that_can_be_seen(client, world):
    """A width meant for a screen, in units of a sheet that is thousands of them wide, would be a tenth of a hair."""
    contents = handout(client, "/regionen/05570/").pages[0].get_contents().get_data()
    drawn = contents[contents.index(b"/Alt") :]
    assert drawn.count(b" l ") > 1000  # the outlines of the Länder
    scale, width = re.search(rb"q ([\d.]+) 0 0 -[\d.]+ \S+ \S+ cm.*? ([\d.]+) w ", drawn).groups()
    assert 0.25 < float(scale) * float(width) < 1  # points


def test_a_kreis_without_a_map_has_a_handout(client, world):
    Region.objects.create(key="05999", kind="district", name="Kreis Neu")
    text = text_of(handout(client, "/regionen/05999/"))
    assert "Hier gibt es noch keine Engagierte Stadt." in text
    assert "Aus der Region macht noch kein Partner mit." in text
    assert "Hier läuft gerade kein Projekt." in text
    assert "Karte" not in text


def test_what_people_write_comes_out_as_it_is(client, world):
    rename(City.objects.get(slug="telgte"), WRITTEN)
    rename(Partner.objects.get(slug="kammer-beispiel"), '")] #panic("x") #eval("1+1") [')
    text = text_of(handout(client, "/regionen/05570/"))
    assert WRITTEN in text
    assert '")] #panic("x") #eval("1+1") [' in text


def test_a_template_reads_nothing_but_what_it_is_given(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)
    for path in ["/etc/passwd", "../etc/passwd", "manage.py", "/manage.py"]:
        (tmp_path / "x.typ").write_text(f'#set document(title: "x")\n#read("{path}")')
        with pytest.raises(Exception, match=r"not found|escape"):
            pdf.typeset("x.typ", {}, {})


@pytest.mark.parametrize("name", ["Wir 😀 Telgte", "中文", "ein\x01zwei\x0bdrei\uffff", "W" * 120, "Langer Name " * 10])
def test_any_name_has_a_handout(client, world, name):
    make_project(City.objects.get(slug="telgte"), name, slug="x")
    rename(City.objects.get(slug="telgte"), name)
    assert len(handout(client, "/regionen/05570/").pages) <= 2


def test_it_opens_in_the_browser_under_the_name_of_the_region(client, world):
    make_municipality("Münster")
    for path, name in [("nw", "nordrhein-westfalen"), ("05570", "kreis-warendorf"), ("05515", "muenster")]:
        response = client.get(f"/regionen/{path}/blatt.pdf")
        assert response["Content-Disposition"] == f'inline; filename="{name}.pdf"'
        assert response["Content-Security-Policy"] == "frame-ancestors 'none'"  # more would block Chrome's viewer
        assert not response.cookies


def test_the_page_leads_to_it(client, world):
    assert 'href="/regionen/nw/blatt.pdf"' in client.get("/regionen/nw/").text
    assert 'href="/regionen/05570/blatt.pdf"' in client.get("/regionen/05570/").text


@pytest.mark.parametrize("key", ["99", "99999", "051", "xx", "05570044"])
def test_what_is_no_region_has_none(client, world, key):
    assert client.get(f"/regionen/{key}/blatt.pdf").status_code == 404


def test_it_has_one_address(client, world):
    response = client.get("/regionen/05/blatt.pdf")
    assert (response.status_code, response["Location"]) == (301, "/regionen/nw/blatt.pdf")


def test_it_is_only_read(client, world):
    assert client.head("/regionen/nw/blatt.pdf").status_code == 200
    assert client.post("/regionen/nw/blatt.pdf").status_code == 405


def test_it_needs_the_queries_of_the_page(client, world):
    make_project(City.objects.get(slug="telgte"))
    counted = []
    for path in ["/regionen/nw/", "/regionen/nw/blatt.pdf"]:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counted.append(len(queries))
    for number in range(25):
        make_partner(f"Kammer {number}", seat="Telgte")
        make_project(City.objects.get(slug="telgte"), f"Projekt {number}")
    with CaptureQueriesContext(connection) as queries:
        text = text_of(handout(client, "/regionen/nw/"))
    assert [len(queries)] * 2 == counted
    assert "7 weitere Einträge stehen im Portal." in text
    assert "6 weitere Einträge stehen im Portal." in text
