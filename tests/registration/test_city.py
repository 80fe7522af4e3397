"""Town coordinators: asking the office for access, or the code from its letter."""

import pytest
from django.urls import reverse

from portal.accounts import access, consents
from portal.accounts.models import AccessRequest, Membership, Purpose, User
from tests.factories import make_curator, make_organisation, make_user
from tests.registration.conftest import EMAIL, PASSWORD, code_for

pytestmark = pytest.mark.django_db
CITY, CODE, CONFIRM = "/mitmachen/stadt/", "/mitmachen/code/", "/konto/confirm-email/"


@pytest.fixture
def person():
    return {
        "form_id": "b" * 32,
        "salutation": "",
        "first_name": "Robin",
        "last_name": "Beispiel",
        "phone": "",
        "email": EMAIL,
        "password1": PASSWORD,
        "consent_suggestions": "on",
        "consent_suggestions_version": "1",
        "consent_newsletter_version": "1",
    }


def test_a_coordinator_asks_and_the_code_sends_the_question(client, towns, person):
    client.post(CITY, person | {"city": "telgte", "message": "Ich koordiniere."})
    assert not AccessRequest.objects.exists()
    assert client.post(CONFIRM, {"code": code_for(EMAIL)}).url == reverse("registered")
    request = AccessRequest.objects.get()
    assert (request.organisation, request.message) == (towns["Telgte"].organisation, "Ich koordiniere.")
    assert "bei der Geschäftsstelle" in client.get(reverse("registered")).text
    assert not Membership.objects.exists()


def test_somebody_signed_in_asks_at_once(client, towns, person):
    client.force_login(make_user())
    client.post(CITY, person | {"city": "telgte", "message": "Ich koordiniere."})
    client.post(CITY, person | {"city": "telgte", "message": "Ich koordiniere."})
    assert AccessRequest.objects.count() == 1


def test_a_town_that_does_not_take_part_cannot_be_asked_for(client, towns, person):
    towns["Telgte"].taking_part = False
    towns["Telgte"].save()
    assert client.post(CITY, person | {"city": "telgte", "message": "Ich"}).status_code == 400


def test_the_code_of_the_letter_makes_a_new_person_the_contact(client, towns, person):
    code = access.issue_code(towns["Telgte"].organisation, by=make_curator())
    client.post(CODE, person | {"code": code.lower().replace("-", " ")})
    client.post(CONFIRM, {"code": code_for(EMAIL)})
    membership = Membership.objects.get()
    assert membership.is_contact
    assert membership.organisation == towns["Telgte"].organisation
    assert consents.holds(User.objects.get(email=EMAIL), Purpose.SUGGESTIONS)


def test_a_code_works_once(client, towns, person):
    code = access.issue_code(towns["Telgte"].organisation, by=make_curator())
    first = make_user("erste@stadt.example")
    access.redeem(code, by=first)
    client.force_login(make_user("zweite@stadt.example"))
    answer = client.post(CODE, person | {"code": code})
    assert answer.status_code == 400
    assert "Diesen Code gibt es nicht" in answer.text
    assert Membership.objects.get().user == first


def test_a_code_that_somebody_used_before_the_address_was_confirmed_opens_nothing(client, towns, person):
    code = access.issue_code(towns["Telgte"].organisation, by=make_curator())
    client.post(CODE, person | {"code": code})
    access.redeem(code, by=make_user("schneller@stadt.example"))
    answer = client.post(CONFIRM, {"code": code_for(EMAIL)}, follow=True)
    assert "Diesen Code gibt es nicht" in answer.text
    assert not Membership.objects.filter(user__email=EMAIL).exists()


def test_guessing_codes_is_stopped(client, towns, person):
    client.force_login(make_user())
    answers = [client.post(CODE, person | {"code": f"AAAA-AAAA-AAAA-{number:04}"}).status_code for number in range(12)]
    assert answers[-1] == 429


@pytest.mark.parametrize("code", ["", "x" * 10_000, "🙂", "----"])
def test_a_code_that_is_none_is_a_form_error(client, towns, person, code):
    client.force_login(make_user())
    assert client.post(CODE, person | {"code": code}).status_code == 400


def test_the_second_member_is_not_the_contact(towns):
    organisation, office = make_organisation("city", "Stadt"), make_curator()
    for address in ("a@stadt.example", "b@stadt.example"):
        access.redeem(access.issue_code(organisation, by=office), by=make_user(address))
    assert organisation.contact.email == "a@stadt.example"
    assert organisation.members.count() == 2
