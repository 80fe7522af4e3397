"""The portal's main jobs once from end to end: real places and towns, real processes, real mails, a real browser."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from playwright.sync_api import expect

from cities.imports import load_network_towns
from cities.models import City, Project
from matching.models import Disclosure, Introduction, Proposal, Suggestion
from partners.models import Affiliation, Company, Partner
from portal.accounts import access
from portal.mail.models import OutgoingMail
from tests import smtp_sink
from tests.browser import browser, browser_type_launch_args
from tests.factories import TOTP_SECRET, make_curator, make_partner
from tests.stack import running_portal

__all__ = ["browser", "browser_type_launch_args"]  # fixtures

PASSWORD = "ein langes Passwort"
PARTNER = "jutta.probe@kammer.example"
COORDINATOR = "heiner.muster@bocholt.example"
CARPENTER = "wera.entwurf@tischlerei.example"

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


def test_from_a_project_to_a_company_that_helps(visitor, sink, office):
    partner = make_partner("Kammer Westmünsterland", seat="Bocholt", contact=PARTNER)
    letter_code = access.issue_code(City.objects.get(slug="bocholt").organisation, by=office)
    town, company = visitor(), visitor()
    redeem_letter(town, sink, letter_code)
    write_project(town)
    publish_as_office(visitor(), office)
    assert "veröffentlicht" in mail_to(sink, COORDINATOR, "Lastenräder für Bocholt")

    register_company(company, sink, invitation_of(visitor(), partner))
    offer_help(company)
    assert CARPENTER not in mail_to(sink, COORDINATOR, "Ein Werkraum am Samstag")
    assert not Disclosure.objects.exists()
    accept_offer(town)

    assert COORDINATOR in mail_to(sink, CARPENTER, COORDINATOR)
    assert CARPENTER in mail_to(sink, COORDINATOR, CARPENTER)
    assert Disclosure.objects.filter(proposal=Proposal.objects.get()).count() == 2
    assert max(sink.copies().values()) == 1


def write_project(page):
    page.goto("/mein/")
    page.get_by_role("link", name="Neues Projekt beginnen").click()
    page.get_by_label("Titel").fill("Lastenräder für Bocholt")
    page.get_by_label("Worum geht es?").fill("Wir bauen einen Verleih auf.")
    page.get_by_label("Räume", exact=True).check()
    page.get_by_label("Klima und Nachhaltigkeit").check()
    page.get_by_role("button", name="Entwurf speichern").click()
    page.get_by_role("button", name="Zur Prüfung senden").click()
    expect(page.locator("main")).to_contain_text("liegt jetzt bei der Geschäftsstelle")
    assert Project.objects.get().state == Project.State.REVIEW


def publish_as_office(page, office):
    sign_in_as_office(page, office)
    run_action(page, "/admin/cities/project/?q=Lastenräder", "Veröffentlichen")
    assert Project.objects.get().state == Project.State.PUBLISHED


def invitation_of(page, partner):
    """The link a partner passes on to a company."""
    page.goto(f"/mein/partner/{partner.slug}/unternehmen/")
    page.get_by_label("E-Mail").fill(PARTNER)
    page.get_by_label("Passwort", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_label("Für welches Unternehmen?").fill("Tischlerei in der Südstraße")
    page.get_by_role("button", name="Link erstellen").click()
    return re.search(r"/einladung/[\w-]+/", page.get_by_label("Text zum Weitergeben").input_value()).group()


def register_company(page, sink, link):
    page.goto(link)
    expect(page.locator("main")).to_contain_text("„Kammer Westmünsterland“ lädt Ihr Unternehmen ein")
    page.get_by_label("Name des Unternehmens").fill("Tischlerei Entwurf")
    page.get_by_label("Sitz").fill("Bocholt")
    page.get_by_label("Branche").select_option(label="Verarbeitendes Gewerbe")
    page.get_by_label("Beschäftigte").fill("12")
    page.get_by_label("Größenklasse").select_option(value="small")
    fill_person(page, CARPENTER, "Wera", "Entwurf")
    page.get_by_role("button", name="Registrierung absenden").click()
    enter_code(page, sink, CARPENTER)
    expect(page.locator("main")).to_contain_text("Projekte in Ihrer Nähe")
    company = Company.objects.get()
    assert company.organisation.approved_at  # the partner vouches for it
    assert Affiliation.objects.holding().get().organisation == company.organisation


def offer_help(page):
    page.get_by_role("link", name="Lastenräder für Bocholt").click()
    page.get_by_role("link", name="Hilfe anbieten").click()
    page.get_by_label("Räume").check()
    page.get_by_label("Ihre Nachricht an die Stadt").fill("Ein Werkraum am Samstag")
    page.get_by_role("button", name="Angebot senden").click()
    expect(page.locator("main")).to_contain_text("wartet auf die Stadt")


def accept_offer(page):
    page.goto("/mein/")
    page.get_by_role("link", name="Angebot beantworten").click()
    page.get_by_role("button", name="Angebot annehmen").click()
    expect(page.locator("main")).to_contain_text(CARPENTER)


def register_partner(page, sink):
    page.goto("/konto/signup/")
    page.get_by_role("link", name=re.compile("Partner")).and_(page.locator("main a")).first.click()
    page.get_by_label("Name der Organisation").fill("Kammer Westmünsterland")
    page.get_by_label("Partnerkategorie").select_option(label="Kammern und Innungen")
    page.get_by_label("Sitz", exact=True).fill("Münster")
    page.get_by_label(re.compile("^Einzugsgebiet")).fill("Kreis Borken\nKreis Wesel")
    expect(page.locator("#area-check")).to_contain_text("Bocholt")  # while it is typed
    page.locator("#area-check").get_by_label(re.compile("Münster.*Nordrhein-Westfalen")).check()
    page.get_by_role("checkbox", name="Fachkräfte und Ausbildung").check()
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
    sign_in_as_office(page, office)
    run_action(page, "/admin/accounts/organisation/?q=Westmünsterland", "Freigeben")
    run_action(page, "/admin/matching/suggestion/?q=Bocholt", "Vermitteln")
    assert Suggestion.objects.get(city__slug="bocholt").state == Suggestion.State.RELEASED


def sign_in_as_office(page, office):
    page.goto("/admin/")
    page.get_by_label("E-Mail").fill(office.email)
    page.get_by_label("Passwort", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.locator("input[name=code]").fill(format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30)))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(re.compile("/admin/"))


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
