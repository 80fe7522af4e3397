"""Places offered while somebody types."""

import re

import pytest
from playwright.sync_api import expect

ODD = ["", " ", "a", "a" * 10_000, "%", "__", "\\\\", "''", '"', "٣٣٧٩٠", "999", "()", "<b>x"]


def offered(client, query, **headers):
    return client.get("/orte/", {"q": query}, headers={"accept": "application/json"} | headers)


def test_json_names_each_place_with_its_key(client, world):
    (place,) = offered(client, "Telg").json()
    assert place == {
        "key": "05570044",
        "label": "Telgte (Kreis Warendorf, Nordrhein-Westfalen)",
        "name": "Telgte",
        "kind": "municipality",
        "population": 20_000,
    }
    assert client.get("/orte/?q=Telg&format=json").json() == [place]


def test_a_field_gets_options(client, world):
    page = client.get("/orte/?q=Telg", headers={"hx-request": "true"})
    assert page.text.strip() == '<option value="Telgte (Kreis Warendorf, Nordrhein-Westfalen)"></option>'


@pytest.mark.parametrize("query", ODD)
def test_what_is_no_place_gives_an_empty_list(client, world, query):
    response = offered(client, query)
    assert (response.status_code, response.json()) == (200, [])


def test_a_missing_query_is_empty_and_a_nul_byte_is_unreadable(client, world):
    assert client.get("/orte/?format=json").json() == []
    assert client.get("/orte/?q=a%00b").status_code in (200, 400)
    assert client.post("/orte/").status_code == 405


def test_answers_may_be_kept_for_a_while(client, world):
    response = offered(client, "Telg")
    assert "max-age=3600" in response["Cache-Control"]
    assert "Accept" in response["Vary"]
    assert client.head("/orte/?q=Telg").status_code == 200


def test_an_answer_takes_few_queries(client, world, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        offered(client, "Tegltx")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/staedte/"])
def test_typing_offers_places_and_an_offer_finds_its_town(world, live_server, page, watch, path):
    """The list itself is the browser's own; a page sees what it offers, and the text once it stands in the field."""
    page.goto(f"{live_server.url}{path}")
    field = page.get_by_label("Ort oder Postleitzahl")
    field.press_sequentially("Telg")
    offer = page.locator("datalist#id_ort-orte option")
    expect(offer).to_have_attribute("value", "Telgte (Kreis Warendorf, Nordrhein-Westfalen)")
    assert field.get_attribute("list") == "id_ort-orte"
    field.press_sequentially("te (Kreis Warendorf, Nordrhein-Westfalen)")
    field.press("Enter")
    expect(page.locator("#ergebnis li").first).to_contain_text("weniger als 1")  # km: Telgte
    expect(page).to_have_url(re.compile(r"/staedte/\?.*ort=Telgte\b"))
    assert watch.errors == []
