"""Signing in: guessing is stopped, addresses are not told, and the office needs its second factor."""

import time

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from django.contrib.admin import site
from django.urls import reverse

from portal.accounts.models import User
from tests.factories import TOTP_SECRET, make_curator, make_user
from tests.registration.conftest import mails_to

pytestmark = pytest.mark.django_db
LOGIN = "/konto/login/"
PASSWORD = "ein langes Passwort"


def signed_in(client):
    return "_auth_user_id" in client.session


def test_the_right_password_works(client):
    make_user()
    assert client.post(LOGIN, {"login": "Alex@Verein.example", "password": PASSWORD}).url == reverse("dashboard")
    assert signed_in(client)


def test_after_five_wrong_passwords_the_right_one_is_refused(client):
    make_user()
    for number in range(6):
        client.post(LOGIN, {"login": "alex@verein.example", "password": f"falsch {number}"})
    client.post(LOGIN, {"login": "alex@verein.example", "password": PASSWORD})
    assert not signed_in(client)


def test_the_admin_has_no_login_of_its_own(client):
    make_curator()
    answer = client.post("/admin/login/", {"username": "kuratorin@office.example", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.url.startswith(LOGIN)
    assert not signed_in(client)


def test_signing_up_begins_at_mitmachen(client):
    assert client.get("/konto/signup/").url == "/mitmachen/"
    assert client.post("/konto/signup/", {"email": "a@b.example", "password1": PASSWORD}).status_code == 405


def test_a_reset_answers_the_same_for_unknown_addresses(client):
    make_user()
    known = client.post("/konto/password/reset/", {"email": "alex@verein.example"})
    unknown = client.post("/konto/password/reset/", {"email": "niemand@verein.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mails_to("alex@verein.example")) == 1


def test_the_password_alone_does_not_sign_in_the_office(client):
    make_curator()
    answer = client.post(LOGIN, {"login": "kuratorin@office.example", "password": PASSWORD})
    assert answer.url == "/konto/2fa/authenticate/"
    assert not signed_in(client)
    with time_machine.travel(time.time(), tick=False):  # a code lasts 30 seconds, and the next one may be near
        code = hotp_value(TOTP_SECRET, next(iter(yield_hotp_counters_from_time())))
        client.post(answer.url, {"code": f"{code:06}"})
    assert signed_in(client)


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/accounts/user/", "/admin/matching/suggestion/", "/mein/", "/partner/"]
)
def test_the_office_sees_nothing_before_its_second_factor(client, path):
    curator = User.objects.create_superuser("neu@office.example", PASSWORD)
    curator.emailaddress_set.create(email=curator.email, primary=True, verified=True)
    client.force_login(curator)
    answer = client.get(path)
    assert answer.url == reverse("mfa_index")
    TOTP.activate(curator, TOTP_SECRET)
    assert client.get(path).status_code == 200


def test_everybody_else_needs_no_second_factor_and_is_offered_a_passkey_once(client):
    client.force_login(make_user())
    assert "Passkey einrichten" in client.get(reverse("dashboard")).text
    client.post(reverse("close_passkey_hint"))
    assert "Passkey einrichten" not in client.get(reverse("dashboard")).text


def test_members_have_no_admin(client):
    client.force_login(make_user())
    assert client.get("/admin/").status_code in {302, 403}


def test_an_inactive_person_cannot_sign_in(client):
    make_user(is_active=False)
    client.post(LOGIN, {"login": "alex@verein.example", "password": PASSWORD})
    assert not signed_in(client)


@pytest.mark.parametrize("model", ["user", "membership", "consent", "officetask", "organisation", "accessrequest"])
def test_the_lists_of_the_office_take_the_same_queries_for_one_row_and_for_many(client, model):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.accounts.conftest import make_rows

    client.force_login(make_curator())
    url = reverse(f"admin:accounts_{model}_changelist")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    make_rows(2)
    few = queries()
    make_rows(6)
    assert queries() == few
    assert site.is_registered(User)


def test_a_form_sent_after_the_session_ended_says_what_became_of_it(client):
    here = {"HTTP_REFERER": "http://testserver/mein/?seite=2"}
    response = client.post("/mein/partner/kammer/bestaetigen/", follow=True, **here)
    assert response.redirect_chain == [("/konto/login/?next=/mein/", 302)]
    assert "ist nicht gespeichert" in response.content.decode()
    elsewhere = client.post("/mein/daten/", HTTP_REFERER="https://fremd.example/mein/")
    assert elsewhere.url == "/konto/login/?next="
    assert client.get("/mein/daten/").url == "/konto/login/?next=/mein/daten/"
