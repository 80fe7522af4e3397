"""The service area: read as people write it, asked back where it has several meanings."""

import pytest
from django.test import Client

from partners.areas import AreaPart, AreaReader, merged, written
from partners.models import Partner
from tests.factories import make_municipality, make_partner
from tests.registration.conftest import EMAIL, code_for

pytestmark = pytest.mark.django_db
JOIN = "/mitmachen/partner/"
PREVIEW = "/mitmachen/partner/vorschau/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Telgte", ["05570044"]),
        ("TELGTE\nMuenster", ["05570044", "05515000"]),
        ("Telgte; Münster, Köln", ["05570044", "05515000", "05315000"]),
        ("Kreis Borken", ["05554"]),
        ("NRW", ["05"]),
        ("Nordrhein-Westfalen", ["05"]),
        ("Münster 50 km", [("Münster", 50)]),
        ("Münster, 50 km", [("Münster", 50)]),
        ("Münster + 50km", [("Münster", 50)]),
        ("50 km um Münster", [("Münster", 50)]),
        ("Umkreis 50 km um Münster", [("Münster", 50)]),
        ("Münster 20 km; Münster 50 km", [("Münster", 50)]),
        ("bundesweit", ["nationwide"]),
        ("ganz Deutschland", ["nationwide"]),
        ("", []),
    ],
)
def test_an_entry_is_read_as_it_is_written(towns, text, expected):
    reader = AreaReader({})
    assert [simple(part) for part in reader.parts(text)] == expected
    assert not reader.errors
    assert not reader.questions


def simple(part):
    if part.nationwide:
        return "nationwide"
    return (part.centre.name, part.radius_km) if part.centre else part.key


@pytest.mark.parametrize("text", ["Nirgendwo", "Münster 0 km", "Münster 501 km", "99999"])
def test_an_entry_that_means_nothing_is_named(towns, text):
    reader = AreaReader({})
    assert reader.parts(text) == ()
    assert len(reader.errors) == 1
    assert text in reader.errors[0]


def test_a_name_with_several_meanings_is_asked_back_and_the_answer_is_used(two_neustadts):
    asking = AreaReader({})
    assert asking.parts("Neustadt") == ()
    (question,) = asking.questions.values()
    assert {found.key for found in question.candidates} == {"05570099", "05315099"}

    answered = AreaReader({question.name: "05570099"})
    assert [part.key for part in answered.parts("neustadt ")] == ["05570099"]


def test_an_answer_that_was_not_offered_counts_as_none(two_neustadts):
    asking = AreaReader({})
    asking.parts("Neustadt")
    (name,) = asking.questions
    assert AreaReader({name: "05515000"}).parts("Neustadt") == ()


def test_what_is_written_is_read_back(two_neustadts):
    parts = merged(
        [
            AreaPart(key="05"),
            AreaPart(key="05554"),
            AreaPart(key="05570099"),
            AreaPart(centre=make_municipality("Köln"), radius_km=30),
        ]
    )
    assert AreaReader({}).parts(written(parts)) == parts


def test_the_form_asks_back_keeps_everything_and_takes_the_answer(client, two_neustadts, partner_form):
    answer = client.post(JOIN, partner_form(area="Neustadt"))
    assert answer.status_code == 400
    assert "Neustadt (Kreis Warendorf, Nordrhein-Westfalen)" in answer.text
    assert "Sprechstunden" in answer.text
    (question,) = answer.context["form"].question_fields()

    again = client.post(JOIN, partner_form(area="Neustadt", first_name="", **{question.name: "05570099"}))
    assert 'value="05570099"' in again.text
    assert "checked" in again.text[again.text.index('value="05570099"') :][:200]

    client.post(JOIN, partner_form(area="Neustadt", **{question.name: "05570099"}))
    client.post("/konto/confirm-email/", {"code": code_for(EMAIL)})
    keys = Partner.objects.get().area_parts.exclude(key="").values_list("key", flat=True)
    assert list(keys) == ["05570099"]


def test_an_ambiguous_seat_is_asked_back_too(client, two_neustadts, partner_form):
    answer = client.post(JOIN, partner_form(seat="Neustadt"))
    assert "Was meinen Sie mit „Neustadt“?" in answer.text


def test_the_preview_names_the_towns_and_how_far_they_are(client, towns):
    answer = client.post(PREVIEW, {"seat": "Münster", "radius_km": "80"})
    assert "2 Engagierte Städte" in answer.text
    assert answer.text.index("Telgte") < answer.text.index("Bocholt")
    assert "11\xa0km" in answer.text  # 11.1
    assert "Köln" not in answer.text


def test_the_preview_needs_no_seat(client, towns):
    assert "Bocholt" in client.post(PREVIEW, {"area": "Kreis Borken"}).text


@pytest.mark.parametrize("typed", [{}, {"area": "x" * 10_000}, {"radius_km": "nan", "seat": "Köln"}, {"seat": "\x1f"}])
def test_the_preview_of_nonsense_is_a_page_without_towns(client, towns, typed):
    answer = client.post(PREVIEW, typed)
    assert answer.status_code == 200
    assert "Telgte" not in answer.text


def test_without_a_script_a_button_shows_the_towns_and_loses_nothing(client, towns, partner_form):
    answer = client.post(JOIN, partner_form(check="1", name="", email="halb"))
    assert answer.status_code == 200
    assert "Telgte" in answer.text
    assert "Bitte prüfen Sie" not in answer.text
    assert "Sprechstunden" in answer.text
    assert 'value="halb"' in answer.text
    assert 'value="Robin"' in answer.text


def test_the_preview_is_protected_against_other_sites(towns):
    assert Client(enforce_csrf_checks=True).post(PREVIEW, {"seat": "Münster"}).status_code == 403


def test_the_preview_takes_few_queries_however_many_towns(client, towns, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.post(PREVIEW, {"seat": "Münster", "radius_km": "500", "area": "Telgte\nBocholt"})


def test_a_land_or_kreis_that_is_one_town_is_written_as_the_town(towns):
    make_municipality("Berlin")
    text = written([AreaPart(key="05515"), AreaPart(key="05515000"), AreaPart(key="05570"), AreaPart(key="11")])
    assert text.splitlines() == [
        "Münster (kreisfreie Stadt, Nordrhein-Westfalen)",
        "Münster (kreisfreie Stadt, Nordrhein-Westfalen)",
        "Kreis Warendorf",
        "Berlin (kreisfreie Stadt, Berlin)",
    ]
    assert [part.key for part in AreaReader({}).parts(text)] == ["05515000", "05570", "11000000"]


def test_editing_shows_the_area_as_it_can_be_typed(two_neustadts):
    partner = make_partner()
    partner.area_parts.create(key="05570099")
    from partners.forms import PartnerForm

    initial = PartnerForm.initial_of(partner)
    assert (initial["radius_km"], initial["area"]) == (50, "Neustadt (Kreis Warendorf, Nordrhein-Westfalen)")
