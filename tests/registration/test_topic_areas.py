"""A partner that works somewhere else on one topic: typed, kept, asked back, stored, shown."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from partners.forms import PartnerForm
from partners.models import Partner, ServiceAreaPart
from tests.factories import make_municipality, make_partner
from tests.registration.conftest import EMAIL, code_for
from tests.registration.test_upkeep import entry

pytestmark = pytest.mark.django_db
JOIN = "/mitmachen/partner/"
PREVIEW = "/mitmachen/partner/vorschau/"


def of_topic(partner, topic="climate"):
    return [part.key or part.radius_km for part in partner.area_parts.filter(topic=topic).order_by("pk")]


@pytest.fixture
def partner(client, towns):
    partner = make_partner(contact="kim@kammer.example")
    client.force_login(partner.organisation.contact)
    return partner


@pytest.fixture
def edit(client, partner, partner_form):
    def send(**typed):
        address = reverse("edit_partner", args=[partner.slug])
        return client.post(address, entry(partner_form, contact=partner.organisation.contact.pk, **typed))

    return send


def test_another_area_for_one_topic_is_registered(client, towns, partner_form):
    client.post(JOIN, partner_form(area_climate="Kreis Borken; 30 km um Köln"))
    client.post("/konto/confirm-email/", {"code": code_for(EMAIL)})
    partner = Partner.objects.get()
    assert of_topic(partner) == ["05554", 30]
    assert [part.radius_km for part in partner.area_parts.filter(topic=None)] == [50]


def test_what_several_places_are_called_is_asked_back_and_the_line_keeps_it(client, two_neustadts, partner_form):
    answer = client.post(JOIN, partner_form(area_climate="Neustadt"))
    assert answer.status_code == 400
    assert 'value="Neustadt"' in answer.text
    assert "Was meinen Sie mit „Neustadt“?" in answer.text


def test_editing_replaces_and_removes_the_area_of_a_topic(partner, edit):
    assert edit(area_climate="Kreis Borken").status_code == 302
    (kept,) = partner.area_parts.filter(topic="climate")
    assert edit(area_climate="Kreis Borken; bundesweit").status_code == 302
    assert partner.area_parts.filter(topic="climate").count() == 2
    assert partner.area_parts.filter(pk=kept.pk).exists()
    assert edit(area_climate="").status_code == 302
    assert of_topic(partner) == []


def test_the_check_while_typing_tells_of_each_topic_which_towns_lie_there(client, towns):
    typed = {"seat": "Münster", "radius_km": "20", "area_climate": "Kreis Borken; Köln", "area_health": "Berlin"}
    page = " ".join(client.post(PREVIEW, typed).text.split())
    assert "Gebiet für „Klima und Nachhaltigkeit“:</strong> 2 Engagierte Städte (Bocholt, Köln)</p>" in page
    assert "Gebiet für „Gesundheit und gute Arbeit“:</strong> noch keine Engagierte Stadt</p>" in page
    assert "Telgte" in page


@pytest.mark.parametrize("typed", ["Neustadt", "Gibtsnicht"])
def test_the_check_while_typing_asks_back_and_complains_about_the_line_of_a_topic(client, two_neustadts, typed):
    page = client.post(PREVIEW, {"area_climate": typed}).text
    sentence = "Was meinen Sie mit „Neustadt“?" if typed == "Neustadt" else "„Gibtsnicht“ haben wir nicht gefunden"
    assert sentence in page


def test_the_form_shows_the_area_of_a_topic_as_it_can_be_typed(client, partner):
    for part in ({"key": "05554"}, {"nationwide": True}, {"centre": make_municipality("Köln"), "radius_km": 30}):
        partner.area_parts.create(topic_id="climate", **part)
    initial = PartnerForm.initial_of(partner)
    assert initial["area_climate"] == "bundesweit; Kreis Borken; Köln (kreisfreie Stadt, Nordrhein-Westfalen) 30 km"
    assert (initial["radius_km"], initial["area"], initial["nationwide"]) == (50, "", False)
    page = client.get(reverse("edit_partner", args=[partner.slug])).text
    assert page.index("<details") < page.index("open>") < page.index('id="id_area_climate"')


def test_a_topic_with_an_area_must_be_one_of_the_partner(partner, edit):
    answer = edit(area_climate="Kreis Borken", topics=["digital"])
    assert "Bitte wählen Sie auch die Themen" in answer.text
    assert of_topic(partner) == []


@pytest.mark.parametrize("field", ["area", "area_climate"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Münster 0 km", "Der Umkreis liegt zwischen 1 und 500 km."),
        ("Münster 501 km", "Der Umkreis liegt zwischen 1 und 500 km."),
        ("Münster 5000 km", "Der Umkreis liegt zwischen 1 und 500 km."),
        ("0515", "haben wir nicht gefunden"),
        ("99999", "haben wir nicht gefunden"),
        ("48.85, 2.35", "haben wir nicht gefunden"),
        ("%_%", "haben wir nicht gefunden"),
        (";".join(["Köln"] * 101), "Bitte nennen Sie höchstens"),
        ("x" * 10_000, "Zeichen"),
    ],
)
def test_what_means_nothing_is_an_error_in_german(partner, edit, field, typed, sentence):
    answer = edit(**{field: typed})
    assert answer.status_code == 400
    assert sentence in answer.text


@pytest.mark.parametrize("radius", ["0", "501", "5000", "nan", "-1"])
def test_a_radius_nobody_can_serve_is_an_error(partner, edit, radius):
    assert edit(radius_km=radius).status_code == 400


def test_forty_places_for_all_topics_are_enough(partner, edit):
    many = ";".join(["Köln"] * 21)
    answer = edit(area_climate=many, area_digital=many)
    assert "Bitte nennen Sie höchstens 40 Orte." in answer.text


def test_the_page_of_a_partner_says_where_a_topic_counts(client, partner):
    ServiceAreaPart.objects.create(partner=partner, topic_id="climate", key="05554")
    page = client.get(f"/partner/{partner.slug}/").text
    assert "Nur für „Klima und Nachhaltigkeit“" in page
    assert "Kreis Borken" in page


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"key": "0515"}, "key"),
        ({"key": "05999"}, "key"),
        ({"key": "%"}, "key"),
        ({}, "key"),
        ({"key": "05", "nationwide": True}, "key"),
        ({"radius_km": 0}, "radius_km"),
        ({"radius_km": 5000}, "radius_km"),
        ({"radius_km": 50}, "radius_km"),
    ],
)
def test_the_office_gets_a_sentence_for_a_part_that_cannot_be(partner, part, field):
    with pytest.raises(ValidationError) as refused:
        ServiceAreaPart(partner=partner, **part).full_clean()
    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize("key", ["05", "055", "05554", "05554008"])
def test_the_office_may_enter_a_key_of_every_level(partner, key):
    ServiceAreaPart(partner=partner, topic_id="climate", key=key).full_clean()
