"""The map of everything, and the map on the page of an entry: drawn by the server, the same entries as links."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.geometry import Circle, Point
from cities.service_areas import ServiceArea
from partners.models import Partner, ServiceAreaPart
from portal.site import maps
from tests.factories import make_city, make_municipality, make_partner, make_project
from tests.site.test_lists import NONSENSE


def shown(response):
    return {marker.name for group in response.context["groups"] for marker in group.markers}


def test_all_kinds_are_on_the_map_and_in_the_list(client, world):
    response = client.get("/karte/")
    assert {"Telgte", "Köln", "Kammer Beispiel"} <= shown(response)
    drawn = {m.name for label in response.context["map"].labels for m in label.sign.markers}
    assert drawn == shown(response)
    assert 'href="/staedte/telgte/"' in response.text


def test_kinds_are_chosen(client, world):
    assert shown(client.get("/karte/?zeigen=partner")) == {"Kammer Beispiel", "Verband Muster"}


def test_the_map_finds_what_the_lists_find(client, world):
    assert shown(client.get("/karte/?zeigen=staedte&suche=och")) == {"Bocholt"}
    assert shown(client.get("/karte/?zeigen=staedte&ort=Telgte&umkreis=10")) == {"Telgte"}


def test_the_areas_of_few_partners_are_drawn(client, world):
    response = client.get("/karte/?zeigen=partner")
    assert len(response.context["map"].discs) == 2
    assert "Einzugsgebiet" in response.text
    assert "höchstens zehn" not in response.text


def test_the_areas_of_many_partners_are_not_and_the_page_says_so(client, world):
    for number in range(9):
        make_partner(f"Innung {number}")
    response = client.get("/karte/?zeigen=partner")
    assert response.context["map"].discs == ()
    assert "höchstens zehn" in response.text


def test_the_area_of_a_topic_is_drawn_as_well(client, world):
    partner = Partner.objects.get(slug="kammer-beispiel")
    ServiceAreaPart.objects.create(partner=partner, topic_id="climate", centre=make_municipality("Köln"), radius_km=20)
    assert len(client.get("/partner/kammer-beispiel/").context["map"].discs) == 2


def test_what_is_not_public_is_not_on_the_map(client, world):
    make_city("Berlin", taking_part=False)
    make_partner("Noch nicht geprüft", approved=False)
    make_project(make_city("Münster"), "Entwurf eines Projekts", state="draft")
    assert shown(client.get("/karte/")).isdisjoint({"Berlin", "Noch nicht geprüft", "Entwurf eines Projekts"})


@pytest.mark.parametrize("query", [*NONSENSE, "zeigen=unsinn", "zeigen=%00", "zeigen=staedte&zeigen=" + "x" * 5000])
def test_nonsense_is_answered(client, world, query):
    assert client.get(f"/karte/?{query}").status_code == (400 if "%00" in query else 200)


def test_more_entries_need_no_more_queries(client, world):
    client.get("/karte/")
    with CaptureQueriesContext(connection) as before:
        client.get("/karte/")
    make_city("Münster")
    make_partner("Kammer Zwei")
    with CaptureQueriesContext(connection) as after:
        client.get("/karte/")
    assert len(after) == len(before)


def test_the_drawing_names_its_source_and_needs_no_style_of_its_own(client, world):
    text = client.get("/karte/").text
    assert "GeoBasis-DE / BKG" in text
    assert "style=" not in text


@pytest.mark.parametrize("path", ["/staedte/telgte/", "/partner/kammer-beispiel/"])
def test_the_page_of_an_entry_has_a_map_of_what_it_names(client, world, path):
    response = client.get(path)
    assert "portal-map__sheet" in response.text
    named = {marker.url for label in response.context["map"].labels for marker in label.sign.markers}
    assert path in named
    assert all(f'href="{url}"' in response.text for url in named - {path})


def test_the_page_of_a_project_has_a_map(client, world):
    project = make_project(make_city("Münster"), "Ein Garten für alle")
    assert "portal-map__sheet" in client.get(f"/projekte/{project.slug}/").text


def test_an_area_is_drawn_as_circles_laender_and_kreise():
    area = ServiceArea(keys=frozenset({"05", "05515"}), circles=(Circle(Point(52, 8), 50),))
    drawn = maps.build("Karte", [], area=area, around=True)
    assert drawn.marked == {"05"}
    assert [district.name for district in drawn.districts] == ["Münster"]
    assert len(drawn.discs) == 1
    assert drawn.kinds == {"area"}


def test_a_map_without_content_shows_all_laender():
    assert maps.build("Karte", [], around=True).view == maps.build("Karte", []).view
