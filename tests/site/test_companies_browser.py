"""The pages of companies and of those who invite them in a real browser: accessible, and usable on a phone."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from partners import invitations
from tests.browser import accessibility_problems, overflow
from tests.factories import make_affiliation, make_city, make_company, make_partner, make_project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (320, 1280)


@pytest.fixture
def cast():
    """Petra's chamber advises Wera's joinery; another partner is asked, a third says so itself."""
    make_project(make_city("Telgte"))
    chamber, company = make_partner(contact="petra@kammer.example"), make_company(contact="wera@tischlerei.example")
    make_affiliation(chamber, company)
    make_affiliation(make_partner("Verband Muster"), company, partner_agreed=False)
    make_affiliation(make_partner("Institut Muster"), company, organisation_agreed=False)
    make_affiliation(chamber, make_company("Gärtnerei Grün", listed=False), partner_agreed=False)
    petra = chamber.organisation.contact
    token = invitations.invite(chamber, "Schlosserei", by=petra)
    return {"petra": petra, "wera": company.organisation.contact, "token": token}


@pytest.fixture
def open_as(live_server, page):
    def open_as(person, path):
        page.context.clear_cookies()
        if person:
            client = Client()
            client.force_login(person)
            cookies = [{"name": name, "value": each.value} for name, each in client.cookies.items()]
            page.context.add_cookies([cookie | {"url": live_server.url} for cookie in cookies])
        page.goto(live_server.url + path)
        return page

    return open_as


def test_every_page_of_companies_is_accessible_quiet_and_narrow_enough(cast, open_as, page, watch):
    paths = [
        (None, f"/einladung/{cast['token']}/"),
        (None, "/unternehmen/tischlerei-muster/"),
        (cast["wera"], "/mein/"),
        (cast["wera"], "/mitmachen/geschafft/"),
        (cast["wera"], "/mein/unternehmen/tischlerei-muster/"),
        (cast["petra"], "/mein/partner/kammer-beispiel/unternehmen/"),
    ]
    found = {}
    for person, path in paths:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            open_as(person, path)
            problems = accessibility_problems(page) + ([f"overflow {overflow(page)}"] if overflow(page) else [])
            if problems:
                found[f"{path} at {width}"] = problems
    assert found == {}
    assert watch.foreign == []
    assert watch.errors == []


def test_a_partner_makes_a_link_and_reads_the_text_to_pass_on(cast, open_as, page):
    open_as(cast["petra"], "/mein/partner/kammer-beispiel/unternehmen/")
    page.get_by_label("Für welches Unternehmen?").fill("Malerbetrieb")
    page.get_by_role("button", name="Link erstellen").click()
    expect(page.get_by_label("Text zum Weitergeben")).to_have_value(re.compile(r"/einladung/[\w-]{43}/"))
    assert accessibility_problems(page) == []


def test_a_partner_confirms_with_one_click(cast, open_as, page):
    open_as(cast["petra"], "/mein/partner/kammer-beispiel/unternehmen/")
    page.get_by_role("button", name="Beratung bestätigen: Gärtnerei Grün").click()
    expect(page.get_by_text("ist jetzt beratender Partner von „Gärtnerei Grün“")).to_be_visible()
