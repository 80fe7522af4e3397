"""The mails about an account: German, from one address, without anything a stranger typed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_user
from tests.registration.conftest import EMAIL, mails_to, partner_form, towns  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def test_the_code_mail_carries_nothing_that_was_typed(client, settings, towns, partner_form):  # noqa: F811
    settings.SITE_URL = "https://portal.example"
    client.post("/mitmachen/partner/", partner_form(first_name="Kaufen Sie", last_name="jetzt bei uns"))
    (mail,) = mails_to(EMAIL)
    assert mail.subject == "Ihr Code zur Bestätigung Ihrer E-Mail-Adresse"
    assert "Kaufen" not in mail.body
    assert "testserver" not in mail.body
    assert "https://portal.example/impressum/" in mail.body


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("alex@verein.example", "Ihr Code für ein neues Passwort"),
        ("wer@verein.example", "Zu dieser Adresse gibt es kein Konto"),
    ],
)
def test_a_forgotten_password_is_answered_in_german(client, address, subject):
    make_user()
    client.post("/konto/password/reset/", {"email": address})
    (mail,) = mails_to(address)
    assert mail.subject == subject
    assert mail.body.startswith("Guten Tag,")


def test_a_known_address_is_told_that_nothing_happened(client, towns, partner_form):  # noqa: F811
    make_user(EMAIL)
    client.post("/mitmachen/partner/", partner_form())
    (mail,) = mails_to(EMAIL)
    assert mail.subject == "Sie haben schon ein Konto"
    assert "/konto/login/" in mail.body


def test_a_changed_password_is_reported(client):
    make_user()
    client.post("/konto/login/", {"login": "alex@verein.example", "password": "ein langes Passwort"})
    new = "noch ein langes Passwort"
    client.post("/konto/password/change/", {"oldpassword": "ein langes Passwort", "password1": new, "password2": new})
    mail = mails_to("alex@verein.example")[-1]
    assert "an Ihrem Konto wurde etwas geändert" in mail.body
    assert f"Die Änderung kam am {timezone.localdate():%d.%m.%Y} um" in mail.body
    assert mail.expires_at is None, "whoever owns the account has to learn of it, however long the mail server is away"


def test_a_code_is_not_delivered_when_it_is_of_no_use_any_more(client):
    make_user()
    client.post("/konto/password/reset/", {"email": "alex@verein.example"})
    valid = mails_to("alex@verein.example")[-1].expires_at - timezone.now()
    assert timedelta(minutes=29) < valid <= timedelta(minutes=30)
