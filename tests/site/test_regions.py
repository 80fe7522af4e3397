"""The pages of a Land and a Kreis."""

from datetime import date

import pytest

from cities.models import City, Region
from partners.models import Partner
from tests.factories import make_municipality, make_partner, make_project

QUERIES = 30


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response


def names(rows):
    return [row.name for row in rows]


def test_a_land_shows_its_towns_partners_projects_and_kreise(client, world, network):
    make_project(City.objects.get(slug="telgte"))
    found = page(client, "/regionen/nw/").context
    assert names(found["towns"]) == ["Bocholt", "Köln", "Telgte"]
    assert names(found["partners"]) == ["Kammer Beispiel", "Verband Muster"]
    assert [project.title for project in found["projects"]] == ["Lastenräder für alle"]
    assert names(found["networks"]) == [network.name]
    assert {row["region"].name: row["towns"] for row in found["districts"]} == {
        "Kreis Borken": 1, "Köln": 1, "Kreis Warendorf": 1, "Münster": 0
    }  # fmt: skip


def test_a_kreis_shows_what_lies_in_it_and_partners_whose_circle_reaches_into_it(client, world):
    """The chamber sits in Münster and works 50 km around it; the association in Köln does not come so far."""
    found = page(client, "/regionen/05570/").context
    assert names(found["towns"]) == ["Telgte"]
    assert names(found["partners"]) == ["Kammer Beispiel"]
    assert found["districts"] == []
    assert names(page(client, "/regionen/05515/").context["towns"]) == []


def test_a_circle_reaches_into_a_kreis_without_a_town_too(client, world):
    City.objects.all().update(taking_part=False)
    assert names(page(client, "/regionen/05570/").context["partners"]) == ["Kammer Beispiel"]


def test_partners_of_all_germany_are_counted_not_listed(client, world):
    partner = make_partner("Bund Beispiel", radius_km=None)
    partner.area_parts.create(nationwide=True)
    found = page(client, "/regionen/05570/")
    assert names(found.context["partners"]) == ["Kammer Beispiel"]
    assert "Dazu kommt 1 Partner, der bundesweit arbeitet." in found.content.decode()


def test_a_partner_with_one_topic_for_all_of_germany_still_works_in_its_region(client, world):
    partner = Partner.objects.get(slug="kammer-beispiel")
    partner.area_parts.create(topic_id="climate", nationwide=True)
    found = page(client, "/regionen/05570/").context
    assert (names(found["partners"]), found["nationwide_count"]) == (["Kammer Beispiel"], 0)


def test_a_topic_counts_only_where_the_partner_works_on_it(client, world):
    """The chamber has the topic of Telgte, but works on it around Köln alone."""
    partner = Partner.objects.get(slug="kammer-beispiel")
    assert page(client, "/regionen/05570/").context["missing"]["topics"] == []
    partner.area_parts.create(topic_id="climate", key="05315")
    assert page(client, "/regionen/05570/").context["missing"]["topics"] == ["Klima und Nachhaltigkeit"]


def test_what_is_missing_is_said(client, world):
    telgte = City.objects.get(slug="telgte")
    telgte.sectors_missing = ["science", "business"]
    telgte.save()
    telgte.needs.create(kind="time")
    text = page(client, "/regionen/05570/").content.decode()
    assert "Wissenschaft" in text
    assert "Bedarf, den noch niemand deckt: Zeit" in text  # rooms are offered by the chamber
    assert "Ein regionales OM-Netzwerk." in text


def test_towns_that_have_said_nothing_are_no_towns_that_lack_nothing(client, world):
    text = page(client, "/regionen/05315/").content.decode()
    assert "1 Stadt hat noch nicht gesagt, was sie sucht." in text
    assert "Alles, was die Städte suchen" not in text


@pytest.mark.parametrize(
    ("path", "target"),
    [("/regionen/05/", "/regionen/nw/"), ("/regionen/11000/", "/regionen/be/"), ("/regionen/11/", "/regionen/be/")],
)
def test_a_region_has_one_address(client, world, path, target):
    make_municipality("Berlin")
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, target)


@pytest.mark.parametrize("key", ["0515", "99", "99999", "051", "xx", "05570044", "9" * 400])
def test_what_is_no_region_is_not_found(client, world, key):
    Region.objects.create(key="051", kind="government_region", name="Regierungsbezirk Düsseldorf")
    assert client.get(f"/regionen/{key}/").status_code == 404


def test_a_kreis_that_is_no_more_is_not_found(client, world):
    Region.objects.filter(key="05570").update(dissolved_on=date(2023, 1, 1))
    assert client.get("/regionen/05570/").status_code == 404


def test_the_overview_lists_all_laender_with_their_towns(client, world):
    rows = page(client, "/regionen/").context["rows"]
    assert [(row["region"].name, row["towns"]) for row in rows] == [("Nordrhein-Westfalen", 3)]


def test_the_number_of_queries_does_not_grow_with_the_rows(client, world, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES):
        page(client, "/regionen/nw/")
    for number in range(8):
        make_partner(f"Kammer {number}", seat="Telgte")
        make_project(City.objects.get(slug="telgte"), f"Projekt {number}")
    with django_assert_max_num_queries(QUERIES):
        assert len(page(client, "/regionen/nw/").context["projects"]) == 8


def test_a_land_and_a_kreis_are_drawn_with_their_towns(client, world):
    drawn = page(client, "/regionen/nw/").context["map"]
    assert drawn.marked == {"05"}
    assert sum(len(label.sign.markers) for label in drawn.labels) == 3
    assert "Einzugsgebiet" not in page(client, "/regionen/nw/").content.decode()
    assert [shape.name for shape in page(client, "/regionen/05570/").context["map"].districts] == ["Kreis Warendorf"]


def test_a_kreis_newer_than_the_outlines_has_no_map_until_something_is_in_it(client, world):
    Region.objects.create(key="05999", kind="district", name="Kreis Neu")
    assert page(client, "/regionen/05999/").context["map"] is None
