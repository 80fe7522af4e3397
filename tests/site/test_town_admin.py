"""The office corrects the entry of a town; what is suggested follows."""

import re

import pytest
from django.urls import reverse

from matching.models import Suggestion
from matching.suggestions import refresh_city
from tests.factories import make_city, make_company, make_curator, make_network, make_partner, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(client):
    client.force_login(make_curator())
    make_partner(sector="business")
    town = make_city("Telgte")
    refresh_city(town)
    return town


def corrected_town(town, **typed):
    """What the admin's form of the town sends."""
    empty = {
        f"{name}-{form}_FORMS": 0 for name in ("actors", "needs", "offers", "links") for form in ("TOTAL", "INITIAL")
    }
    facts = {name: getattr(town, name) for name in ("area_kind", "latitude", "longitude", "status", "source", "note")}
    places = {
        "municipalities": [m.pk for m in town.municipalities.all()],
        "district": town.district_id,
        "land": town.land_id,
    }
    own = {"taking_part": "on", "topics": [topic.pk for topic in town.topics.all()]}
    return empty | facts | places | own | typed


def test_correcting_a_town_in_the_admin_refreshes_its_suggestions(client, town):
    url = reverse("admin:cities_city_change", args=[town.pk])
    assert client.get(url).status_code == 200
    typed = corrected_town(
        town,
        **{
            "sectors_present": ["science"],
            "sectors_missing": ["business"],
            "skills_missing": ["it"],
            "actors-TOTAL_FORMS": 1, "actors-0-sector": "science", "actors-0-names": "Hochschule",
            "needs-TOTAL_FORMS": 1, "needs-0-kind": "rooms", "needs-0-note": "ein Saal",
            "offers-TOTAL_FORMS": 1, "offers-0-kind": "time", "offers-0-note": "",
            "links-TOTAL_FORMS": 1, "links-0-label": "Programm", "links-0-url": "programm.example",
        },
    )  # fmt: skip
    before = Suggestion.objects.get(city=town).points
    assert client.post(url, typed).status_code == 302
    town.refresh_from_db()
    assert (town.sectors_present, town.sectors_missing) == (["science"], ["business"])
    assert [town.needs.get().note, town.offers.get().kind, town.actors.get().names] == [
        "ein Saal",
        "time",
        "Hochschule",
    ]
    assert town.links.get().url == "https://programm.example"
    assert Suggestion.objects.get(city=town).points > before


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("sectors_missing", {"sectors_present": ["business"], "sectors_missing": ["business"]}),
        ("sectors_present", {"sectors_present": ["money"]}),
        ("url", {"links-TOTAL_FORMS": 1, "links-0-label": "x", "links-0-url": "javascript:alert(1)"}),
    ],
)
def test_a_wrong_correction_of_a_town_is_an_error_at_its_field(client, town, field, typed):
    answer = client.post(reverse("admin:cities_city_change", args=[town.pk]), corrected_town(town, **typed))
    assert answer.status_code == 200
    forms = [
        answer.context["adminform"].form,
        *(form for each in answer.context["inline_admin_formsets"] for form in each.formset),
    ]
    assert [name for form in forms for name in form.errors] == [field]


def test_the_office_comes_from_each_entry_to_its_page(client):
    client.force_login(make_curator())
    city = make_city()
    entries = [city, make_partner(), make_company(listed=False), make_network(), make_project(city, state="draft")]
    for entry in entries:
        name = f"admin:{entry._meta.app_label}_{entry._meta.model_name}_change"
        page = client.get(reverse(name, args=[entry.pk])).content.decode()
        address = re.search(r'<a href="([^"]+)" class="viewsitelink">', page).group(1)
        assert entry.slug in address
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("place", [{"latitude": 40}, {"longitude": 2.35}, {"latitude": 999}, {"latitude": "nan"}])
def test_a_point_outside_germany_is_an_error_at_its_field(client, town, place):
    answer = client.post(reverse("admin:cities_city_change", args=[town.pk]), corrected_town(town, **place))
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == set(place)
