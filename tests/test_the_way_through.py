"""The portal's main job once from end to end: real places and towns, real processes, real mails, a real browser."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from playwright.sync_api import expect

from cities.imports import load_network_towns
from cities.models import City
from matching.models import Introduction, Suggestion
from partners.models import Partner
from portal.accounts import access
from portal.mail.models import OutgoingMail
from tests import smtp_sink
from tests.browser import browser, browser_type_launch_args
from tests.factories import TOTP_SECRET, make_curator
from tests.stack import running_portal

__all__ = ["browser", "browser_type_launch_args"]  # fixtures

PASSWORD = "ein langes Passwort"
PARTNER = "jutta.probe@kammer.example"
COORDINATOR = "heiner.muster@bocholt.example"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office():
    return make_curator()


@pytest.fixture
def places():
    call_command("load_reference")
    load_network_towns()


@pytest.fixture
def sink():
    sink = smtp_sink.Sink()
    server = smtp_sink.start(sink)
    sink.port = server.port
    yield sink
    server.stop()


@pytest.fixture
def portal(places, sink, tmp_path, settings):
    settings.STATIC_ROOT = str(tmp_path)
    with running_portal(sink_port=sink.port, static_root=tmp_path) as address:
        yield address


@pytest.fixture
def visitor(browser, portal):
    """A function that gives a browser nobody has used yet."""
    contexts = []

    def arrive():
        contexts.append(browser.new_context(base_url=portal, locale="de-DE"))
        return contexts[-1].new_page()

    yield arrive
    for context in contexts:
        context.close()


def test_from_registration_to_the_exchange_of_contacts(visitor, sink, office):
    letter_code = access.issue_code(City.objects.get(slug="bocholt").organisation, by=office)
    register_partner(visitor(), sink)
    redeem_letter(visitor(), sink, letter_code)
    release_as_office(visitor(), office)

    accept(visitor(), mail_to(sink, PARTNER, "/antwort/"))
    assert Introduction.objects.get().state == Introduction.State.ASKED
    assert not [text for text in texts_to(sink, COORDINATOR) if PARTNER in text]
    accept(visitor(), mail_to(sink, COORDINATOR, "/antwort/"))

    assert COORDINATOR in mail_to(sink, PARTNER, COORDINATOR)
    assert PARTNER in mail_to(sink, COORDINATOR, PARTNER)
    introduction = Introduction.objects.get()
    assert introduction.state == Introduction.State.CONNECTED
    assert introduction.disclosures.count() == 2
    assert max(sink.copies().values()) == 1
    assert not OutgoingMail.objects.exclude(status="sent").exists()


def register_partner(page, sink):
    page.goto("/konto/signup/")
    page.get_by_role("link", name=re.compile("Partner")).and_(page.locator("main a")).first.click()
    page.get_by_label("Name der Organisation").fill("Kammer Westmünsterland")
    page.get_by_label("Partnerkategorie").select_option(label="Kammern und Innungen")
    page.get_by_label("Sitz", exact=True).fill("Münster")
    page.get_by_label(re.compile("^Einzugsgebiet")).fill("Kreis Borken\nKreis Wesel")
    expect(page.locator("#area-check")).to_contain_text("Bocholt")  # while it is typed
    page.locator("#area-check").get_by_label(re.compile("Münster.*Nordrhein-Westfalen")).check()
    page.get_by_label("Fachkräfte und Ausbildung").check()
    page.get_by_label("Wissen", exact=True).check()
    fill_person(page, PARTNER, "Jutta", "Probe")
    page.get_by_label(re.compile("Ich möchte per E-Mail Kontaktvorschläge")).check()
    page.get_by_role("button", name="Registrierung absenden").click()
    enter_code(page, sink, PARTNER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Registrierung ist angekommen")
    expect(page.locator("main")).to_contain_text("Bocholt")
    expect(page.locator("main")).to_contain_text("Punkte")
    assert Partner.objects.get().organisation.approved_at is None


def redeem_letter(page, sink, letter_code):
    page.goto("/mitmachen/code/")
    page.get_by_label("Code", exact=False).first.fill(letter_code.lower())
    fill_person(page, COORDINATOR, "Heiner", "Muster")
    page.get_by_label(re.compile("Ich möchte per E-Mail Kontaktvorschläge")).check()
    page.get_by_role("button", name="Code einlösen").click()
    enter_code(page, sink, COORDINATOR)
    page.goto("/mein/stadt/bocholt/")
    page.get_by_label("Fachkräfte und Ausbildung").check()
    page.get_by_role("button", name=re.compile("speichern")).click()
    expect(page.locator("main")).to_contain_text("gespeichert")


def release_as_office(page, office):
    page.goto("/admin/")
    page.get_by_label("E-Mail").fill(office.email)
    page.get_by_label("Passwort", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.locator("input[name=code]").fill(format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30)))
    page.locator("main button[type=submit]").first.click()
    run_action(page, "/admin/accounts/organisation/?q=Westmünsterland", "Freigeben")
    run_action(page, "/admin/matching/suggestion/?q=Bocholt", "Vermitteln")
    assert Suggestion.objects.get(city__slug="bocholt").state == Suggestion.State.RELEASED


def run_action(page, path, name):
    page.goto(path)
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(label=name)
    page.get_by_role("button", name="Ausführen").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def accept(page, text):
    page.goto(re.search(r"https?://\S+(/antwort/[\w-]+/)", text).group(1))
    page.get_by_role("button", name="Ja, gern").click()
    expect(page.locator("main")).to_contain_text(re.compile("gespeichert|verbunden"))
    assert page.context.cookies() == []


def fill_person(page, email, first_name, last_name):
    page.get_by_label("Vorname").fill(first_name)
    page.get_by_label("Nachname").fill(last_name)
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort").fill(PASSWORD)


def enter_code(page, sink, email):
    text = mail_to(sink, email, "Code")
    page.locator("input[name=code]").fill(re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", text, re.M).group(1))
    page.locator("main button[type=submit]").first.click()


def mail_to(sink, address, containing):
    """The text of the first mail to the address that contains this, once it has arrived over SMTP."""
    for _ in range(600):
        found = [text for text in texts_to(sink, address) if containing in text]
        if found:
            return found[0]
        time.sleep(0.1)
    raise TimeoutError(f"no mail to {address} contains {containing}")


def texts_to(sink, address):
    return [
        message.get_body(preferencelist=["plain"]).get_content()
        for recipient, message, _raw in list(sink.accepted)
        if recipient == address
    ]
