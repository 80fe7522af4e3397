"""The page behind the unsubscribe link: what one gets and since when, and an end to each, without login or cookie."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts import consents, personal_data
from portal.accounts.models import Consent, Purpose
from tests.factories import give_contact, make_organisation
from tests.matching.test_answers import checksum

pytestmark = pytest.mark.django_db
SUGGESTIONS, NEWSLETTER = Purpose.SUGGESTIONS, Purpose.NEWSLETTER
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def client():
    """A browser or mail program that was never here before."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def petra():
    """Agreed to both."""
    person = give_contact(make_organisation(), "petra@kammer.example")
    Consent.objects.create(user=person, purpose=NEWSLETTER, text_version="1", confirmed_at=timezone.now())
    return person


def link(person, purpose=SUGGESTIONS):
    return consents.unsubscribe_url(person, purpose).removeprefix("http://localhost:8000")


def holds(person):
    return [consents.holds(person, purpose) for purpose in (SUGGESTIONS, NEWSLETTER)]


@pytest.mark.parametrize(
    ("purpose", "left"), [(SUGGESTIONS, [False, True]), (NEWSLETTER, [True, False])], ids=["suggestions", "newsletter"]
)
@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_one_click_ends_exactly_the_purpose_of_the_mail_however_often(client, petra, purpose, left, form):
    kind = {"content_type": "application/x-www-form-urlencoded"} if form == "urlencoded" else {}
    address, body = link(petra, purpose), "List-Unsubscribe=One-Click" if kind else ONE_CLICK
    for _time in range(3):
        response = client.post(address, body, **kind)
        assert (response.status_code, response.cookies.output()) == (200, "")
    assert holds(petra) == left
    assert Consent.objects.filter(user=petra).count() == 2
    assert "Sie sind abgemeldet" in response.text


def test_looking_changes_nothing_and_sets_no_cookie(client, petra):
    address, before = link(petra), checksum()
    response = client.get(address)
    assert (response.status_code, response.cookies.output()) == (200, "")
    assert checksum() == before


def test_the_page_says_what_the_person_gets_and_since_when(client, petra):
    consents.withdraw(petra, NEWSLETTER, with_="Mein Bereich")
    page = client.get(link(petra)).text
    assert f"eingewilligt haben Sie am {timezone.localtime():%d.%m.%Y}" in page
    assert "Kontaktvorschläge abbestellen" in page
    assert "Newsletter abbestellen" not in page
    assert petra.email not in page


def test_what_the_mail_was_about_comes_first(client, petra):
    for purpose, first in ((SUGGESTIONS, "Kontaktvorschläge"), (NEWSLETTER, "Newsletter")):
        assert re.findall(r"<h2>(.*)</h2>", client.get(link(petra, purpose)).text)[0] == first


def test_each_purpose_has_a_button_of_its_own(client, petra):
    client.post(link(petra), {"purpose": "newsletter"})
    assert holds(petra) == [True, False]
    client.post(link(petra, NEWSLETTER), {"purpose": "suggestions"})
    assert holds(petra) == [False, False]


@pytest.mark.parametrize("forged", ["", "werbung", "SUGGESTIONS", "x" * 5000, "suggestions\r\nX: y"])
def test_a_forged_purpose_has_no_effect(client, petra, forged):
    assert client.post(link(petra), {"purpose": forged}).status_code == 400
    assert holds(petra) == [True, True]


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "A", lambda t: t.swapcase(), lambda t: "x" * 5000])
def test_a_truncated_or_forged_link_has_no_effect(client, petra, change):
    token = link(petra).split("/")[2]
    for answer in (client.get(f"/abmelden/{change(token)}/"), client.post(f"/abmelden/{change(token)}/", ONE_CLICK)):
        assert answer.status_code == 404
        assert "Dieser Link ist nicht bekannt" in answer.text
    assert holds(petra) == [True, True]


def test_an_old_link_ends_a_consent_that_was_given_anew(client, petra):
    address = link(petra)
    client.post(address, ONE_CLICK)
    consents.give(petra, SUGGESTIONS, text_version="1")
    consents.confirm(petra, with_="Code")
    client.post(address, ONE_CLICK)
    assert holds(petra) == [False, True]


def test_the_link_of_somebody_who_was_erased_leads_nowhere(client, petra):
    address = link(petra)
    personal_data.erase(petra)
    assert client.post(address, ONE_CLICK).status_code == 404


def test_the_link_reaches_one_person_only(client, petra):
    other = give_contact(make_organisation(name="Verband"), "otto@verband.example")
    client.post(link(petra), ONE_CLICK)
    assert consents.holds(other, SUGGESTIONS)
