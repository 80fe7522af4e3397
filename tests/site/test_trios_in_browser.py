"""A suggestion of three in a real browser: the office presses the button, the town reads who would be with it."""

import os

import pytest
from playwright.sync_api import expect

from tests.browser import accessibility_problems, overflow, take_over
from tests.factories import make_curator
from tests.matching.casts import make_trio

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page, name):
    if os.environ.get("LOOK"):
        page.screenshot(path=f"/tmp/trio_{name}.png", full_page=True)


def test_the_office_releases_three_at_once_and_the_town_sees_the_third(client, live_server, page, watch):
    _centre, _chamber, city = make_trio()
    client.force_login(make_curator())
    take_over(page, client, live_server.url)
    page.goto(f"{live_server.url}/admin/matching/suggestion/")
    page.get_by_role("link", name="Zu dritt").click()
    look(page, "office")
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="Zu dritt vermitteln").click()
    expect(page.get_by_text("Zentrum Beispiel – Telgte: erledigt.")).to_be_visible()
    look(page, "done")
    client.force_login(city.organisation.contact)
    take_over(page, client, live_server.url)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/mein/")
        expect(page.get_by_text("Zu dritt mit Kammer Beispiel", exact=True)).to_be_visible()
        look(page, f"dashboard{width}")
        assert accessibility_problems(page) == []
        assert overflow(page) == 0
    page.get_by_role("link", name="Anfrage beantworten").first.click()
    expect(page.get_by_role("link", name="Kammer Beispiel", exact=True)).to_be_visible()
    look(page, "case")
    assert accessibility_problems(page) == []
    assert watch.foreign == []
    assert watch.errors == []
