"""Setting up passkeys and second factors in a real browser, with a virtual authenticator and a real code."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "ein langes Passwort"


@pytest.fixture
def authenticator(page):
    """What a phone or laptop with a fingerprint reader does, without anybody touching it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page, address):
    page.goto(f"{address}/konto/login/")
    page.get_by_label("E-Mail").fill("petra@kammer.example")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def prove_oneself(page):
    """The password once more, before anything about signing in is changed."""
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()


def test_a_person_sets_up_a_passkey_and_signs_in_with_nothing_else(page, live_server, authenticator, watch):
    make_user("petra@kammer.example")
    sign_in(page, live_server.url)
    page.get_by_role("link", name="Passkey einrichten").click()
    prove_oneself(page)
    page.get_by_role("button", name="Hinzufügen").click()
    expect(page.get_by_role("button", name="Hinzufügen")).not_to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/konto/login/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page).to_have_url(re.compile("/mein/"))
    expect(page.locator("main")).to_contain_text("Guten Tag Alex Beispiel")
    assert watch.foreign == []
    assert watch.errors == []


def test_a_person_of_the_office_is_led_to_the_second_factor_and_then_to_the_desk(page, live_server, watch):
    make_user("petra@kammer.example", is_staff=True, is_superuser=True)
    sign_in(page, live_server.url)
    expect(page.locator("main")).to_contain_text("zwei Faktoren")
    page.locator("main a[href*='totp/activate']").click()
    prove_oneself(page)
    expect(page.locator("main img")).not_to_have_js_property("naturalWidth", 0)  # the QR code
    secret = page.locator("input[readonly], input[disabled]").input_value()
    page.locator("input[name=code]").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.locator("main button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/konto/2fa/"))
    page.goto(f"{live_server.url}/admin/")
    expect(page.locator("h1, h2").first).to_be_visible()
    expect(page.locator("body")).to_contain_text("Was ist zu tun?")
    assert watch.foreign == []
    assert watch.errors == []
