"""The pages of projects in a real browser: accessible, quiet, usable on a phone, with a picture that is sent."""

import pytest
from playwright.sync_api import expect

from cities import pictures
from cities.models import Project
from tests.browser import accessibility_problems, overflow, take_over
from tests.cities.test_pictures import photo, upload
from tests.factories import make_municipality, make_project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(world, client, live_server, page):
    """Telgte with a project in every state; its contact person is signed in in the browser."""
    telgte = make_municipality("Telgte").cities.get()
    tina = telgte.organisation.contact
    for state in Project.State:
        project = make_project(telgte, f"Lastenräder {state}", state=state)
        if state != "withdrawn":
            pictures.attach(project, upload(photo()), "Ein Lastenrad", by=tina)
    client.force_login(tina)
    take_over(page, client, live_server.url)
    page.set_default_timeout(10_000)
    return telgte


def test_every_page_of_a_project_is_accessible_quiet_and_narrow_enough(town, live_server, page, watch):
    slugs = list(Project.objects.order_by("pk").values_list("slug", flat=True))
    paths = ["/mein/", "/projekte/neu/", "/staedte/telgte/", *(f"/projekte/{slug}/" for slug in slugs)]
    paths += [f"/mein/projekte/{slugs[0]}/", f"/mein/projekte/{slugs[0]}/bild/"]
    paths += [f"/mein/projekte/{slugs[0]}/zurueckziehen/"]
    found = {}
    for path in paths:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(live_server.url + path)
            problems = accessibility_problems(page) + ([f"overflow {overflow(page)}"] if overflow(page) else [])
            if problems:
                found[f"{path} at {width}"] = problems
    assert found == {}
    assert watch.foreign == []
    assert watch.errors == []


def test_a_town_writes_gives_a_picture_and_sends(town, live_server, page, watch):
    page.goto(live_server.url + "/mein/")
    page.get_by_role("link", name="Neues Projekt beginnen").click()
    page.get_by_label("Titel").fill("Reparaturtreff")
    page.get_by_label("Worum geht es?").fill("Wir reparieren, was noch taugt.")
    page.get_by_label("Räume", exact=True).check()
    page.get_by_label("Kreislaufwirtschaft").check()
    page.get_by_role("button", name="Entwurf speichern").click()
    page.get_by_role("link", name="Bild hinzufügen").click()
    file = {"name": "treff.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    page.get_by_label("Bilddatei").set_input_files(file)
    page.get_by_label("Bildbeschreibung").fill("Ein Werktisch")
    page.get_by_role("button", name="Bild speichern").click()
    expect(page.get_by_role("img", name="Ein Werktisch")).to_have_js_property("naturalWidth", 400)
    page.get_by_role("button", name="Zur Prüfung senden").click()
    page.get_by_text("liegt jetzt bei der Geschäftsstelle").wait_for()
    assert Project.objects.get(title="Reparaturtreff").state == "review"
    assert watch.errors == []
