"""A passkey from the hint on the dashboard to signing in with it, on a virtual authenticator."""

import re

import pytest
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


def test_a_person_sets_up_a_passkey_and_signs_in_with_nothing_else(page, live_server, authenticator, watch):
    make_user("petra@kammer.example")
    page.goto(f"{live_server.url}/konto/login/")
    page.get_by_label("E-Mail").fill("petra@kammer.example")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_role("link", name="Passkey einrichten").click()
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("button", name="Hinzufügen").click()
    expect(page.get_by_role("button", name="Hinzufügen")).not_to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/konto/login/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page).to_have_url(re.compile("/mein/"))
    expect(page.locator("main")).to_contain_text("Guten Tag Alex Beispiel")
    assert watch.foreign == []
    assert watch.errors == []
