"""What a person sees of the own organisations, and what not yet."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching import introductions, suggestions, why_nothing
from matching.models import IntroductionRules, Invitation, Side, Suggestion, SuggestionMail
from portal.accounts import consents
from portal.accounts.models import Organisation, Purpose
from tests.factories import make_curator
from tests.matching.casts import STEFAN, make_introduction, make_suggestion, sides

pytestmark = pytest.mark.django_db


def dashboard(client, person):
    client.force_login(person)
    return client.get(reverse("dashboard")).content.decode()


def test_a_side_whose_turn_has_not_come_does_not_learn_of_the_introduction(client):
    IntroductionRules.objects.update(ask_first=Side.PARTNER)
    introduction = make_introduction()
    stefan = introduction.city.organisation.contact
    assert introduction.partner.name not in dashboard(client, stefan)
    introductions.answer(sides(introduction)[0], Invitation.Answer.YES)
    assert introduction.partner.name in dashboard(client, stefan)


def test_a_partner_that_has_left_is_not_suggested_any_more(client):
    suggestion = make_suggestion()
    stefan = suggestion.city.organisation.contact
    assert stefan.email == STEFAN
    assert suggestion.partner.name in dashboard(client, stefan)
    suggestion.partner.organisation.withdrawn_at = suggestion.partner.organisation.created_at
    suggestion.partner.organisation.save()
    assert suggestion.partner.name not in dashboard(client, stefan)
    suggestions.refresh_all()
    assert suggestion.partner.name not in dashboard(client, stefan)


def test_the_public_page_of_an_own_organisation_is_one_click_away(client):
    introduction = make_introduction()
    for entry, page in ((introduction.partner, "partner_detail"), (introduction.city, "city_detail")):
        seen = dashboard(client, entry.organisation.contact)
        assert f'href="{reverse(page, args=[entry.slug])}">Eintrag ansehen' in seen
        entry.organisation.approved_at = entry.organisation.approved_by = None
        entry.organisation.save()
        assert "Eintrag ansehen" not in dashboard(client, entry.organisation.contact)


# --- Why nothing comes ------------------------------------------------------------------------------------------
def why(client, person):
    page = dashboard(client, person)
    return page.split("Warum kommt gerade nichts?")[1].split("</ul>")[0]


def test_a_pause_and_the_capacity_used_are_named_with_where_to_change_them(client):
    introduction = make_introduction()
    stefan = introduction.city.organisation.contact
    Organisation.objects.update(paused_until=timezone.localdate() + timedelta(days=9), capacity=1)
    told = why(client, stefan)
    assert f"Sie machen Pause bis zum {timezone.localdate() + timedelta(days=9):%d.%m.%Y}" in told
    assert "In diesem Monat haben für Sie schon 1 von 1 Vermittlungen begonnen." in told
    assert told.count(reverse("edit_city", args=["telgte"])) == 2


def test_after_a_question_the_page_names_the_day_of_the_next_and_the_one_that_waits(client):
    introduction = make_introduction()
    told = why(client, introduction.city.organisation.contact)
    assert "nächste Frage frühestens am" in told
    assert "Eine Frage wartet auf Ihre Antwort." in told


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"approved_at": None}, "noch nicht freigegeben"),
        ({"confirmed_at": None}, "nicht bestätigt"),
        ({"capacity": 0}, "möchten zurzeit keine Vermittlungen"),
    ],
)
def test_what_the_organisation_lacks_is_named(client, change, text):
    suggestion = make_suggestion()
    stefan = suggestion.city.organisation.contact
    Organisation.objects.update(**change)
    assert text in why(client, stefan)


def test_without_consent_only_the_contact_person_can_help(client):
    suggestion = make_suggestion()
    stefan = suggestion.city.organisation.contact
    consents.withdraw(stefan, Purpose.SUGGESTIONS, with_="Test")
    assert "hat Kontaktvorschlägen noch nicht zugestimmt" in why(client, stefan)


def test_two_open_yes_are_named(client):
    introduction = make_introduction()
    stefan = introduction.city.organisation.contact
    IntroductionRules.objects.update_or_create(pk=1, defaults={"most_open_yes": 1})
    introductions.answer(sides(introduction)[1], Invitation.Answer.YES)
    SuggestionMail.objects.all().delete()
    assert "Offene Zusagen: 1 oder mehr" in why(client, stefan)


def test_where_nothing_stands_against_it_the_page_says_what_is_missing(client):
    suggestion = make_suggestion()
    stefan = suggestion.city.organisation.contact
    assert "Es steht nichts im Weg" in why(client, stefan)
    Suggestion.objects.all().delete()
    assert "Zurzeit passt kein neuer Kontakt" in why(client, stefan)


def test_the_reasons_cost_the_same_number_of_queries_however_much_there_is(django_assert_max_num_queries):
    city = make_introduction().city
    with django_assert_max_num_queries(11):
        why_nothing.told(city, fits=True)


def test_the_office_reads_on_the_case_why_a_question_waits(client):
    Organisation.objects.update(paused_until=None)
    suggestion = make_suggestion()
    SuggestionMail.objects.create(
        organisation=suggestion.city.organisation, person=suggestion.city.organisation.contact
    )
    office = make_curator()
    case = introductions.release(suggestion, by=office)
    client.force_login(office)
    page = client.get(reverse("admin:matching_introduction_change", args=[case.pk])).content.decode()
    assert "Telgte: " in page
    assert "nächste Frage frühestens am" in page
