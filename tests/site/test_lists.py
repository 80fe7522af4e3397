"""The lists of towns and partners: what they find, and that nothing one can type breaks them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities import place_index
from cities.models import City, CityOffer, Municipality
from tests.factories import make_city, make_organisation, make_partner

HTMX = {"HX-Request": "true"}
NONSENSE = [
    "seite=1000000000",
    "seite=0",
    "seite=-1",
    "seite=eins",
    "seite=" + "9" * 5000,
    "seite=%00",
    "land=xx",
    "land=%00",
    "thema='; drop table",
    "bedarf=money",
    "angebot=money",
    "fehlt=money",
    "fehlt=%00",
    "fehlt=" + "x" * 10_000,
    "umkreis=-5",
    "umkreis=1e9",
    "ort=%00",
    "ort=" + "x" * 10_000,
    "suche=%00",
    "suche=%25%25",
    "suche=" + "ä" * 10_000,
    "ort=%F0%9F%98%80",
    "ort=0000",
    "kategorie[]=1&kategorie=1",
]


def names(response):
    return [row.name for row in response.context["page"]]


def test_towns_are_listed_by_name(client, world):
    assert names(client.get("/staedte/")) == ["Bocholt", "Köln", "Telgte"]


def test_towns_that_do_not_take_part_are_not_listed(client, world):
    make_city("Berlin", taking_part=False)
    assert "Berlin" not in names(client.get("/staedte/"))


def test_partners_waiting_for_approval_are_not_listed(client, world):
    make_partner("Noch nicht geprüft", approved=False)
    assert names(client.get("/partner/")) == ["Kammer Beispiel", "Verband Muster"]


def test_towns_are_narrowed(client, world):
    cases = [
        ("suche=och", ["Bocholt"]),
        ("thema=climate", ["Telgte"]),
        ("bedarf=rooms", ["Telgte"]),
        ("bedarf=time", []),
        ("land=05", ["Bocholt", "Köln", "Telgte"]),
        ("thema=climate&bedarf=rooms&suche=tel", ["Telgte"]),
        ("angebot=time", ["Köln"]),
        ("angebot=time&fehlt=business", ["Köln"]),
        ("fehlt=business", ["Bocholt", "Köln"]),
        ("fehlt=science", []),
    ]
    City.objects.filter(slug__in=["bocholt", "koln"]).update(sectors_missing=["administration", "business"])
    CityOffer.objects.create(city=City.objects.get(slug="koln"), kind="time")
    for query, found in cases:
        assert names(client.get(f"/staedte/?{query}")) == found, query


def test_partners_are_narrowed(client, world):
    cases = [
        ("kategorie=network", ["Verband Muster"]),
        ("thema=climate", ["Kammer Beispiel"]),
        ("angebot=rooms", ["Kammer Beispiel"]),
        ("suche=MUSTER", ["Verband Muster"]),
    ]
    for query, found in cases:
        assert names(client.get(f"/partner/?{query}")) == found, query


def test_with_a_place_the_nearest_town_comes_first(client, world):
    response = client.get("/staedte/?ort=Münster")
    assert names(response) == ["Telgte", "Bocholt", "Köln"]
    assert "11\u00a0km" in response.content.decode()


def test_a_radius_leaves_out_what_is_farther(client, world):
    assert names(client.get("/staedte/?ort=Münster&umkreis=25")) == ["Telgte"]


def test_with_a_place_only_partners_working_there_are_listed(client, world):
    assert names(client.get("/partner/?ort=Telgte")) == ["Kammer Beispiel"]
    assert names(client.get("/partner/?ort=Köln")) == ["Verband Muster"]


def test_a_land_as_place_lists_what_lies_in_it(client, world):
    assert names(client.get("/staedte/?ort=Nordrhein-Westfalen")) == ["Bocholt", "Köln", "Telgte"]


def test_an_ambiguous_place_is_asked_back(client, world):
    for ags, twin in (("05570099", "05570044"), ("05315099", "05315000")):
        place = Municipality.objects.get(pk=twin)
        place.pk, place.name = ags, "Neustadt"
        place.save(force_insert=True)
    place_index.rebuild()
    page = client.get("/staedte/?ort=Neustadt&thema=climate")
    assert names(page) == []
    assert "Welchen Ort meinen Sie" in page.content.decode()
    choices = page.context["search"].choices
    assert len(choices) == 2
    assert names(client.get("/staedte/", {"ort": choices[0].label}))


def test_an_unknown_place_says_what_to_do(client, world):
    page = client.get("/staedte/?ort=Quxhausen")
    assert "haben wir nicht gefunden" in page.content.decode()


@pytest.mark.parametrize("path", ["/staedte/", "/partner/"])
def test_nonsense_is_a_clear_page(client, world, path):
    for query in NONSENSE:
        response = client.get(f"{path}?{query}")
        assert response.status_code in {200, 400}, query
        assert 'lang="de"' in response.content.decode(), query


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/projekte/", "/unternehmen/", "/netzwerke/", "/partner/"])
def test_a_list_without_entries_does_not_tell_to_search_otherwise(client, path):
    assert "Noch kein Eintrag" in client.get(path).text
    assert "Nichts gefunden" in client.get(f"{path}?suche=xyz").text


def test_a_page_that_does_not_exist_is_empty_and_leads_to_the_first(client, world):
    page = client.get("/staedte/?seite=7&land=05")
    assert names(page) == []
    assert 'href="?land=05"' in page.content.decode()


def test_pages_keep_the_other_choices_in_their_addresses(client, world):
    add_towns(30)
    assert "?land=05&amp;seite=2" in client.get("/staedte/?land=05").content.decode()
    assert len(names(client.get("/staedte/?land=05&seite=2"))) == 13


def test_htmx_gets_the_results_alone(client, world):
    page = client.get("/staedte/?suche=Telgte", headers=HTMX).content.decode()
    assert "Telgte" in page
    assert "<html" not in page
    assert 'hx-swap-oob="innerHTML"' in page


def test_both_forms_of_an_address_are_kept_apart_in_caches(client, world):
    assert "HX-Request" in client.get("/staedte/")["Vary"]


@pytest.mark.parametrize(
    "path", ["/staedte/", "/staedte/?ort=Münster&thema=climate", "/partner/", "/partner/?ort=Telgte"]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(client, world, path):
    before = queries_for(client, path)
    add_towns(12)
    for number in range(12):
        make_partner(f"Partner {number}")
    assert queries_for(client, path) == before
    assert before <= 12


def queries_for(client, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def add_towns(number):
    model = City.objects.get(slug="telgte")
    for count in range(number):
        town = City.objects.create(
            organisation=make_organisation("city", f"Ort {count:02}"),
            slug=f"ort-{count}",
            district=model.district,
            land=model.land,
            latitude=model.latitude,
            longitude=model.longitude,
            taking_part=True,
        )
        town.municipalities.set(model.municipalities.all())
        town.topics.set(model.topics.all())
