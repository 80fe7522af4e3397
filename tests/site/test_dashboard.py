"""What a person sees of the own organisations, and what not yet."""

import pytest
from django.urls import reverse

from matching import introductions, suggestions
from matching.models import IntroductionRules, Invitation, Side
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
