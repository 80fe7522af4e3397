"""The mail provider's reports: proved, heard once, and without effect where nobody wants them."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from portal import mail_provider
from portal.accounts import consents
from portal.accounts.models import Consent, OfficeTask, Purpose
from portal.mail import addresses
from portal.mail.models import BlockedAddress, ProviderEvent
from tests.factories import give_contact, make_organisation

pytestmark = pytest.mark.django_db
URL = "/zustellung/"
KEY = "ein geheimer Schluessel"
PASSWORD = "brevo:ein langes Geheimnis"


@pytest.fixture
def vera():
    return give_contact(make_organisation(), "vera@kammer.example")


@pytest.fixture
def client():
    """As strict as a real server: nothing in a test stands in for a cookie or token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def mailgun(settings):
    settings.MAIL_PROVIDER = mail_provider.read("mailgun", secret=KEY)


@pytest.fixture
def brevo(settings):
    settings.MAIL_PROVIDER = mail_provider.read("brevo", secret=PASSWORD)


def signed(event="failed", *, key=KEY, token="t1", address="vera@kammer.example", at=None, **data):
    """A report as Mailgun sends it."""
    moment = str(int(time.time()))
    signature = hmac.new(key.encode(), f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    severity = {"severity": "permanent", "reason": "bounce"} if event == "failed" else {}
    return {
        "signature": {"timestamp": moment, "token": token, "signature": signature},
        "event-data": {"event": event, "recipient": address, "timestamp": at or time.time(), "message": {"headers": {}}}
        | severity
        | data,
    }


def send(client, body, **headers):
    return client.post(URL, json.dumps(body), content_type="application/json", **headers)


def password(text=PASSWORD):
    return {"headers": {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}}


def hard_bounce(event="hard_bounce", **fields):
    """A report as Brevo sends it."""
    defaults = {"email": "vera@kammer.example", "ts_epoch": time.time() * 1000, "message-id": "<1@portal.example>"}
    return {"event": event} | defaults | fields


def nothing_happened():
    return not (BlockedAddress.objects.exists() or OfficeTask.objects.exists() or ProviderEvent.objects.exists())


# --- The door -------------------------------------------------------------------------------------------------


def test_without_a_provider_there_is_no_such_page(client, vera):
    assert {send(client, signed()).status_code, client.get(URL).status_code, client.head(URL).status_code} == {404}
    assert nothing_happened()


@pytest.mark.parametrize(
    ("name", "secret"),
    [("brevo", ""), ("", "a:sixteen signs long"), ("postbote", "x" * 20), ("mailgun", "short"), ("brevo", "x" * 20)],
)
def test_half_a_setting_stops_the_start(name, secret):
    with pytest.raises(ImproperlyConfigured):
        mail_provider.read(name, secret=secret)


def test_no_setting_means_no_provider():
    assert mail_provider.read("", secret="") is None


def test_an_open_door_shows_nothing(client, mailgun):
    assert client.get(URL).status_code == 405
    assert client.head(URL).status_code == 200
    assert client.put(URL).status_code == 405


# --- Proof ----------------------------------------------------------------------------------------------------


def test_a_proved_bounce_blocks_the_address(client, mailgun, vera):
    assert send(client, signed()).status_code == 200
    block = BlockedAddress.objects.get()
    assert (block.user, block.reason, block.source) == (vera, "bounced", "mailgun")
    assert OfficeTask.objects.get().organisation.name == "Kammer Beispiel"


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["signature"].update(signature="0" * 64),
        lambda body: body["signature"].update(token="anders"),
        lambda body: body["signature"].update(timestamp="1"),
        lambda body: body["signature"].update(token="\u00e4\u2028"),
        lambda body: body["signature"].update(signature=None),
        lambda body: body.pop("signature"),
        lambda body: body.update(signature="x"),
        lambda body: body.clear(),
    ],
)
def test_a_forged_report_has_no_effect(client, mailgun, vera, change):
    body = signed()
    change(body)
    assert send(client, body).status_code == 400
    assert nothing_happened()


def test_a_report_signed_with_another_key_has_no_effect(client, mailgun, vera):
    assert send(client, signed(key="ein anderer Schluessel")).status_code == 400
    assert nothing_happened()


@pytest.mark.parametrize(
    "headers", [{}, password("brevo:falsch"), password("kein Doppelpunkt"), {"headers": {"Authorization": "Basic ???"}}]
)
def test_a_report_without_the_password_has_no_effect(client, brevo, vera, headers):
    assert send(client, hard_bounce(), **headers).status_code == 400
    assert nothing_happened()


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"event": {"a": 1}}',
        '{"event": "hard_bounce", "ts_epoch": "x"}',
        "[" * 5000,
    ],
)
def test_an_unreadable_report_is_refused(client, brevo, raw):
    answer = client.post(URL, raw, content_type="application/json", **password())
    assert answer.status_code in {200, 400}
    assert not BlockedAddress.objects.exists()


def test_an_endless_report_is_refused(client, brevo):
    assert send(client, hard_bounce(filler="x" * 1_100_000), **password()).status_code == 400


# --- Once -----------------------------------------------------------------------------------------------------


def test_the_same_report_again_has_no_effect(client, mailgun, vera):
    body = signed()
    send(client, body)
    addresses.lift(vera.email, by=vera)
    assert send(client, body).status_code == 200
    assert addresses.block_of(vera.email) is None
    assert OfficeTask.objects.count() == 1


def test_a_signature_that_was_used_cannot_carry_another_report(client, mailgun, vera):
    """It covers neither the event nor the address."""
    body = signed("delivered")
    send(client, body)
    body["event-data"] = signed()["event-data"]
    send(client, body)
    assert not BlockedAddress.objects.exists()


def test_an_old_report_says_nothing_about_today(client, mailgun, vera):
    send(client, signed(at=(timezone.now() - timedelta(days=15)).timestamp()))
    assert not BlockedAddress.objects.exists()


def test_two_bounces_are_one_task(client, mailgun, vera):
    send(client, signed(token="t1"))
    send(client, signed(token="t2"))
    assert (ProviderEvent.objects.count(), BlockedAddress.objects.count(), OfficeTask.objects.count()) == (2, 1, 1)


# --- Meaning --------------------------------------------------------------------------------------------------


def test_a_complaint_withdraws_the_consents(client, mailgun, vera):
    send(client, signed("complained"))
    assert not consents.holds(vera, Purpose.SUGGESTIONS)
    assert BlockedAddress.objects.get().reason == "complained"


def test_who_unsubscribes_at_the_provider_is_only_unsubscribed(client, mailgun, vera):
    send(client, signed("unsubscribed"))
    assert not consents.holds(vera, Purpose.SUGGESTIONS)
    assert Consent.objects.get().withdrawn_with == "Abmeldung beim Mailanbieter"
    assert not BlockedAddress.objects.exists()


@pytest.mark.parametrize("event", ["delivered", "opened", "clicked", "accepted", "unbekannt"])
def test_what_arrived_says_nothing(client, mailgun, vera, event):
    assert send(client, signed(event)).status_code == 200
    assert not BlockedAddress.objects.exists()
    assert consents.holds(vera, Purpose.SUGGESTIONS)


def test_what_may_pass_is_no_block(client, mailgun, vera):
    send(client, signed(severity="temporary"))
    assert not BlockedAddress.objects.exists()


def test_a_full_mailbox_is_no_block(client, brevo, vera):
    send(client, hard_bounce("soft_bounce"), **password())
    assert not BlockedAddress.objects.exists()


def test_a_proved_bounce_of_another_provider_blocks_as_well(client, brevo, vera):
    assert send(client, hard_bounce(), **password()).status_code == 200
    assert BlockedAddress.objects.get().source == "brevo"


@pytest.mark.parametrize("address", ["wer@fremd.example", "", "kein Name", None, "a@b\r\nBcc: x@y.example", "x" * 5000])
def test_a_report_about_somebody_else_leaves_no_trace_of_the_address(client, brevo, vera, address):
    assert send(client, hard_bounce(email=address), **password()).status_code == 200
    assert not BlockedAddress.objects.exists()
