"""Suggestions of three come and go with the open suggestions of their town."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.models import Project
from matching import suggestions, trio_suggestions, trio_words
from matching.models import Suggestion
from partners.models import Offer
from portal.accounts.models import Organisation
from tests.factories import make_affiliation, make_city, make_company, make_curator, make_partner, make_project
from tests.matching.casts import make_trio

pytestmark = pytest.mark.django_db


def names(city):
    return [str(trio) for trio in trio_suggestions.of_city(city)]


def words(city):
    [trio] = trio_suggestions.of_city(city)
    return [reason.text for reason in trio_words.reasons(trio)]


def count(step):
    with CaptureQueriesContext(connection) as queries:
        step()
    return len(queries)


# --- What makes three -----------------------------------------------------------------------------------------
def test_a_town_a_centre_and_a_chamber_make_a_trio_that_is_explained():
    _centre, _partner, city = make_trio()
    assert words(city) == [
        "Telgte sucht Wissen zu „Klima und Nachhaltigkeit“.",
        "Zentrum Beispiel forscht zu „Klima und Nachhaltigkeit“ und bietet Wissen an.",
        "Kammer Beispiel arbeitet dort zum selben Thema und erreicht die Betriebe (Kammern und Innungen).",
    ]
    assert trio_suggestions.of_city(city)[0].missing == ()


def test_a_published_project_is_a_question_and_one_that_is_over_is_none():
    _centre, _partner, city = make_trio()
    city.needs.all().delete()
    project = make_project(city, needs=("knowledge",))
    assert words(city)[0] == (
        "Das Projekt „Lastenräder für alle“ in Telgte sucht Wissen zu „Klima und Nachhaltigkeit“."
    )
    Project.objects.filter(pk=project.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert names(city) == []


@pytest.mark.parametrize("category", ["social_insurance", "social_partner", "professional_association"])
def test_by_what_it_is_a_partner_reaches_firms(category):
    _centre, partner, city = make_trio()
    partner.category_id = category
    partner.save()
    assert names(city) == ["Telgte – Zentrum Beispiel – Kammer Beispiel"]


def test_whoever_else_advises_companies_reaches_them_once_both_sides_say_so():
    _centre, partner, city = make_trio()
    partner.category_id = "public_body"
    partner.save()
    make_affiliation(partner, make_company("Nur gefragt", seat="Münster"), partner_agreed=False)
    assert names(city) == []
    make_affiliation(partner, make_company())
    assert words(city)[2] == "Kammer Beispiel arbeitet dort zum selben Thema und berät ein Unternehmen."


def test_of_several_chambers_one_is_chosen_and_the_question_has_one_trio():
    _centre, partner, city = make_trio()
    for number in range(3):
        make_partner(f"Verband {number}", category="social_partner")
    suggestions.refresh_city(city)
    assert names(city) == [f"Telgte – Zentrum Beispiel – {partner}"]  # the only one that can be introduced now


def test_a_partner_that_left_its_topic_there_is_no_third():
    _centre, partner, city = make_trio()
    partner.topics.set(["youth"])
    city.sectors_missing = ["business"]
    city.save()
    suggestions.refresh_city(city)
    assert Suggestion.objects.open().count() == 2
    assert names(city) == []


# --- As long as both suggestions are open -------------------------------------------------------------------------
def test_a_trio_ends_with_either_of_its_suggestions():
    _centre, partner, city = make_trio()
    suggestions.reject(Suggestion.objects.get(partner=partner), "Passt nicht", by=make_curator())
    assert names(city) == []


def test_a_centre_that_leaves_the_network_leaves_its_trios():
    centre, _partner, city = make_trio()
    Organisation.objects.filter(partner=centre).update(withdrawn_at=timezone.now())
    suggestions.refresh_partner(centre)
    assert names(city) == []


def test_each_half_knows_its_trio_and_others_know_none():
    centre, partner, city = make_trio()
    make_partner("Netz Beispiel", category="network")
    suggestions.refresh_city(city)
    found = {row.partner: trio_suggestions.of_suggestion(row) for row in Suggestion.objects.open()}
    assert [len(found[each]) for each in (centre, partner)] == [1, 1]
    assert sum(map(len, found.values())) == 2


# --- What is missing ------------------------------------------------------------------------------------------
def test_what_is_missing_of_either_pair_is_said_once():
    centre, _partner, city = make_trio()
    Organisation.objects.filter(partner=centre).update(confirmed_at=None)
    Organisation.objects.filter(city=city).update(paused_until=timezone.localdate())
    [trio] = trio_suggestions.of_city(city)
    assert len(trio.missing) == 2
    assert "Zentrum Beispiel hat die eigenen Angaben noch nicht bestätigt." in trio.missing


def test_a_town_with_room_for_one_introduction_has_no_room_for_two():
    _centre, _partner, city = make_trio()
    Organisation.objects.filter(city=city).update(capacity=1)
    [trio] = trio_suggestions.of_city(city)
    assert trio.missing == ("Telgte hat in diesem Monat nur noch Platz für eine Vermittlung; zu dritt sind es zwei.",)


# --- What it costs --------------------------------------------------------------------------------------------
def test_a_refresh_asks_nothing_more_for_trios():
    centre, partner, city = make_trio()
    with_trio = [count(lambda: suggestions.refresh_city(city)), count(lambda: suggestions.refresh_partner(centre))]
    Offer.objects.filter(partner=centre).delete()
    city.needs.all().delete()
    partner.category_id = "network"
    partner.save()
    suggestions.refresh_city(city)
    assert names(city) == []
    assert with_trio == [
        count(lambda: suggestions.refresh_city(city)),
        count(lambda: suggestions.refresh_partner(centre)),
    ]


def test_the_number_of_queries_does_not_depend_on_how_many_trios_there_are():
    make_trio()
    trio_suggestions.everywhere()
    before = count(trio_suggestions.everywhere)
    for name in ("Münster", "Bocholt"):
        make_city(name).needs.create(kind="knowledge")
    for number in range(3):
        make_partner(f"Verband {number}", category="social_partner", radius_km=200)
    for number in range(2):
        far = make_partner(f"Institut {number}", category="research", radius_km=200)
        Offer.objects.create(partner=far, kind="knowledge")
    suggestions.refresh_all()
    assert len(trio_suggestions.everywhere()) == 3
    assert count(trio_suggestions.everywhere) == before


def test_without_a_centre_nothing_is_read():
    make_city().needs.create(kind="knowledge")
    make_partner()
    suggestions.refresh_all()
    assert count(trio_suggestions.everywhere) == 1
