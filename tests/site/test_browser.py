"""The public pages in a real browser: accessible, quiet, usable on a phone and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import accessibility_problems, overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATHS = [
    "/",
    "/staedte/",
    "/staedte/?ort=Quxhausen",
    "/staedte/?land=xx",
    "/staedte/telgte/",
    "/partner/",
    "/projekte/",
    "/karte/",
    "/karte/?ort=Telgte&zeigen=partner",
    "/karte/?zeigen=unsinn",
    "/partner/kammer-beispiel/",
    "/netzwerke/",
    "/impressum/",
    "/datenschutz/",
    "/leichte-sprache/",
    "/datenquellen/",
    "/konto/login/",
    "/konto/password/reset/",
    "/mitmachen/",
    "/mitmachen/partner/",
    "/mitmachen/stadt/",
    "/mitmachen/unternehmen/",
    "/unternehmen/",
    "/einladung/gibt-es-nicht/",
    "/gibt-es-nicht/",
]


@pytest.fixture
def pages(world, live_server, page):
    page.set_default_timeout(10_000)
    return lambda path: page.goto(live_server.url + path) and page


def test_every_page_is_accessible_quiet_and_narrow_enough(pages, page, watch):
    found = {}
    for path in PATHS:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            pages(path)
            problems = accessibility_problems(page) + ([f"overflow {overflow(page)}"] if overflow(page) else [])
            if problems:
                found[f"{path} at {width}"] = problems
    assert found == {}
    assert watch.foreign == []
    assert [error for error in watch.errors if "404" not in error] == []


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_both_colour_schemes_have_enough_contrast(pages, page, scheme):
    page.emulate_media(color_scheme=scheme, forced_colors="none", reduced_motion="reduce")
    found = {}
    for path in ("/", "/staedte/", "/staedte/telgte/", "/konto/login/"):
        found[path] = accessibility_problems(pages(path))
    assert not any(found.values()), found


def test_a_choice_swaps_the_results_and_keeps_focus_and_address(pages, page, watch):
    pages("/staedte/")
    page.locator("summary").click()
    page.locator("#id_thema").focus()
    page.locator("#id_thema").select_option("climate")
    expect(page.locator("#anzahl")).to_contain_text("1 Stadt")
    assert page.evaluate("document.activeElement.id") == "id_thema"
    expect(page).to_have_url(re.compile(r"/staedte/\?thema=climate$"))
    page.go_back()
    expect(page.locator("#anzahl")).to_contain_text("3 Städte")
    assert watch.errors == []


def test_filters_work_without_javascript(browser, world, live_server):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(live_server.url + "/staedte/")
        page.get_by_label("Ort oder Postleitzahl").fill("Münster")
        page.get_by_label("Umkreis").select_option("25")
        page.get_by_role("button", name="Liste eingrenzen").click()
        expect(page.locator("#ergebnis h3")).to_have_text(["Telgte"])


def test_the_first_stop_of_the_keyboard_leads_to_the_content(pages, page):
    pages("/")
    page.keyboard.press("Tab")
    expect(page.locator("a[href='#inhalt']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#inhalt")).to_be_focused()


def test_errors_take_the_focus_and_lead_to_their_field(pages, page, watch):
    pages("/konto/login/")
    page.locator("#id_login").fill("niemand@nirgends.example")
    page.locator("#id_password").fill("falsch")
    page.locator("#id_password").press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert accessibility_problems(page) == []
