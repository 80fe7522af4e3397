"""The pages of members and of people with a link from a mail, in a real browser: accessible, quiet, narrow enough."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cities.models import Skill
from matching import introductions, tokens
from matching.models import Introduction, Invitation
from partners.models import Offer
from portal.accounts import access, consents, organisations
from portal.accounts.models import Purpose, Role
from tests.browser import accessibility_problems, overflow
from tests.factories import make_curator, make_municipality, make_organisation, make_user
from tests.matching.casts import PETRA, make_introduction, sides

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
UNBROKEN = "Donaudampfschifffahrtsgesellschaft" * 5 + "<script>alert(1)</script>"
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO


@pytest.fixture
def introduction(transactional_db):
    """Released; the partner's name and note are long and have no space to break at."""
    found = make_introduction()
    found.partner.organisation.name = UNBROKEN
    found.partner.organisation.save(update_fields=["name"])
    Offer.objects.create(partner=found.partner, kind="rooms", note=UNBROKEN)
    return Introduction.objects.select_related("partner__organisation", "city__organisation").get(pk=found.pk)


@pytest.fixture
def signed_in(page, live_server, client):
    """Sign somebody in, and lead the browser to paths of the portal."""
    page.set_default_timeout(15_000)

    def sign_in(person):
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign_in


@pytest.fixture
def problems(page, live_server):
    """What is wrong with the paths, at 320 px; a page must answer as it should."""

    def look(*paths, status=200):
        found = {}
        page.set_viewport_size({"width": 320, "height": 800})
        for path in paths:
            assert page.goto(live_server.url + path).status == status, path
            faults = accessibility_problems(page) + ([f"overflow {overflow(page)}"] if overflow(page) else [])
            if faults:
                found[path] = faults
        return found

    return look


def test_pages_of_a_partner(introduction, signed_in, problems, watch):
    petra = introduction.partner.organisation.contact
    partner, city = introduction.partner, introduction.city
    signed_in(petra)
    assert (
        problems(
            "/mein/",
            f"/mein/partner/{partner.slug}/",
            f"/partner/{partner.slug}/",
            f"/staedte/{city.slug}/",
            f"/mein/anfragen/{partner.slug}/{city.slug}/",
            f"/mein/vermittlungen/{introduction.pk}/",
            f"/mein/personen/{partner.organisation_id}/",
            "/mein/einwilligungen/",
            "/mein/daten/",
            "/mein/daten/loeschen/",
            "/mitmachen/stadt/",
            "/mitmachen/code/",
            "/konto/email/",
            "/konto/2fa/",
            "/konto/reauthenticate/",
        )
        == {}
    )
    assert (watch.errors, watch.foreign) == ([], [])


def test_pages_of_a_town_that_says_a_lot(introduction, signed_in, problems):
    city = introduction.city
    city.actors.create(sector="science", names=UNBROKEN)
    city.offers.create(kind="rooms", note=UNBROKEN)
    city.links.create(label=UNBROKEN[:80], url="https://verein.example")
    city.skills_missing.set(Skill.objects.all())
    coordinator = city.organisation.contact
    city.organisation.memberships.create(user=make_user("kim@telgte.example", first_name=UNBROKEN[:100]))
    access.invite(city.organisation, UNBROKEN[:100], role=Role.MANAGER, by=coordinator)
    signed_in(coordinator)
    paths = (f"/staedte/{city.slug}/", f"/mein/stadt/{city.slug}/", f"/mein/personen/{city.organisation_id}/")
    assert problems(*paths) == {}


def test_pages_of_a_town_and_every_end_of_an_introduction(introduction, signed_in, problems, page, live_server):
    partner_side, city_side = sides(introduction)
    here = f"/mein/vermittlungen/{introduction.pk}/"
    by_mail = f"/antwort/{tokens.issue(city_side)}/"
    signed_in(introduction.city.organisation.contact)
    assert problems("/mein/", f"/mein/stadt/{introduction.city.slug}/", here, by_mail, f"{by_mail}?antwort=nein") == {}
    introductions.answer(city_side, YES)
    assert problems(here, by_mail) == {}
    introductions.forward(partner_side)
    assert problems(f"/antwort/{tokens.issue(partner_side)}/") == {}
    introductions.answer(partner_side, YES)
    assert problems(here, by_mail) == {}
    expect(page.locator("main")).to_contain_text("Sie sind verbunden")
    page.goto(live_server.url + here)
    expect(page.locator("main")).to_contain_text(PETRA)


def test_refused_expired_and_unknown_links(introduction, problems, page):
    _partner_side, city_side = sides(introduction)
    by_mail = f"/antwort/{tokens.issue(city_side)}/"
    introductions.answer(city_side, NO, reason="region")
    assert problems(by_mail) == {}
    expect(page.locator("main")).to_contain_text("abgeschlossen")
    assert problems("/antwort/gibt-es-nicht/", "/abmelden/gibt-es-nicht/", status=404) == {}
    stefan = introduction.city.organisation.contact
    unsubscribe = consents.unsubscribe_url(stefan, Purpose.SUGGESTIONS).removeprefix(settings.SITE_URL)
    assert problems(unsubscribe) == {}
    page.get_by_role("button", name="Kontaktvorschläge abbestellen").click()
    expect(page.locator("main")).to_contain_text("Sie sind abgemeldet")
    assert accessibility_problems(page) == []


def test_what_waits_for_the_office_is_shown_to_its_people(introduction, signed_in, problems, page):
    waiting = make_organisation("partner", "Verband Neu", approved=False)
    petra = introduction.partner.organisation.contact
    partner = introduction.partner
    partner.organisation = waiting
    partner.save(update_fields=["organisation"])
    waiting.memberships.create(user=petra, role="manager", is_contact=True)
    signed_in(petra)
    assert problems("/mitmachen/geschafft/", "/mein/") == {}
    organisations.ask_back(waiting, UNBROKEN, by=make_curator("zwei@office.example"))
    consents.give(petra, Purpose.NEWSLETTER, text_version="1")
    assert problems("/mein/", f"/mein/partner/{partner.slug}/", "/mein/einwilligungen/bestaetigen/") == {}


def test_a_refused_form_is_accessible_and_keeps_what_was_typed(transactional_db, problems, page, watch):
    make_municipality("Münster")
    assert problems("/mitmachen/partner/") == {}
    page.get_by_label("Name der Organisation").fill(UNBROKEN)
    page.get_by_label("Sitz").fill("Quxhausen")
    page.get_by_label("Was genau? (Wissen)").fill("Sprechstunden")
    page.get_by_label("E-Mail-Adresse").fill("robin@kammer.example")
    page.get_by_label("Passwort").press("Enter")  # sends the form: the button for the area is not the first one
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert accessibility_problems(page) == []
    assert overflow(page) == 0
    assert page.get_by_label("Name der Organisation").input_value() == UNBROKEN
    assert page.get_by_label("Was genau? (Wissen)").input_value() == "Sprechstunden"
    assert [error for error in watch.errors if "400" not in error] == []


def test_somebody_answers_by_keyboard_and_without_javascript(introduction, browser, live_server):
    _partner_side, city_side = sides(introduction)
    with browser.new_context(java_script_enabled=False, locale="de-DE") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/antwort/{tokens.issue(city_side)}/?antwort=ja")
        page.get_by_role("button", name="Ja, gern").focus()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text("Ihre Zusage ist gespeichert")
    city_side.refresh_from_db()
    assert city_side.answer == YES
