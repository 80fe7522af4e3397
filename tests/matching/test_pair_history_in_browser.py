"""The time to call, the calendar file and the history in a real browser, on a small and a large screen."""

import os

import pytest
from playwright.sync_api import expect

from matching import introductions
from matching.call_times import CallTime
from matching.models import Invitation
from tests.browser import accessibility_problems, overflow, take_over
from tests.factories import make_curator
from tests.matching.casts import PETRA, make_introduction, sides, token_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YES = Invitation.Answer.YES


def look(page, name):
    if os.environ.get("LOOK"):
        page.screenshot(path=f"/tmp/history_{name}.png", full_page=True)


def test_a_side_says_when_to_call_and_both_read_it_with_the_history(client, live_server, page, watch):
    introduction = make_introduction()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/antwort/{token_for(PETRA)}/")
        page.get_by_text("„Rufen Sie mich an“: Zeit nennen").click()
        look(page, f"form{width}")
        assert accessibility_problems(page) == []
        assert overflow(page) == 0
    page.get_by_label("Di", exact=True).check()
    page.get_by_label("Von").select_option("9:00")
    page.get_by_label("Bis").select_option("11:00")
    page.get_by_role("button", name="Ja, gern").click()
    expect(page.get_by_text("Gut erreichbar: Di, 9:00–11:00 Uhr")).to_be_visible()
    partner, city = sides(introduction)
    assert partner.call_time == CallTime("2", partner.call_from, partner.call_until)
    introductions.answer(city, YES)
    client.force_login(city.recipient)
    take_over(page, client, live_server.url)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/mein/vermittlungen/{introduction.pk}/")
        expect(page.get_by_role("heading", name="Verlauf")).to_be_visible()
        look(page, f"case{width}")
        assert accessibility_problems(page) == []
        assert overflow(page) == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Nächster Termin bei Kammer Beispiel für Ihren Kalender").click()
    assert download.value.suggested_filename == "anruf-partner.ics"
    client.force_login(make_curator("b@office.example"))
    take_over(page, client, live_server.url)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/admin/matching/introduction/{introduction.pk}/change/")
        page.get_by_role("link", name="Verlauf des Paares").click()
        expect(page.get_by_text("Vermittlung begonnen")).to_be_visible()
        look(page, f"office{width}")
        assert accessibility_problems(page) == []
        assert overflow(page) == 0
    assert watch.foreign == []
    assert watch.errors == []
