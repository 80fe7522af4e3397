"""The map as people use it: moved and enlarged by keyboard and finger, passed on, printed, and without a script."""

import io
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image
from playwright.sync_api import expect

from cities.models import City
from portal import tile_server
from tests.browser import accessibility_problems, overflow
from tests.factories import make_city, make_project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOWNS = "/karte/?zeigen=staedte"
FOCUSED = "document.activeElement"


@pytest.fixture
def pages(world, live_server, page):
    page.set_default_timeout(10_000)
    return lambda path: page.goto(live_server.url + path) and page


@pytest.fixture
def signs(page):
    return page.locator(".portal-map__marker:visible")


def sign(page, name):
    return page.locator(".portal-map__marker").and_(page.get_by_role("button", name=name))


def steps(page):
    """How far the view lies from the address's: zoom, latitude, longitude."""
    return [float(number) for number in re.search(r"#karte=(.+)", page.url)[1].split("/")]


def press(page, key):
    """Press a key on the map, and wait until the address names the new view."""
    before = page.url
    page.locator(".portal-map__frame").press(key)
    page.wait_for_function("before => location.href !== before", arg=before)


def enlarge(page, times):
    for _ in range(times):
        press(page, "+")


def test_the_keyboard_moves_and_enlarges_the_map(pages, page, watch):
    pages(TOWNS)
    enlarge(page, 1)
    zoom, latitude, longitude = steps(page)
    press(page, "ArrowUp")
    assert steps(page)[1] > latitude + 0.1
    assert steps(page)[::2] == pytest.approx([zoom, longitude], abs=0.01)  # whole pixels
    before = page.url
    page.get_by_role("button", name="Ausgangsansicht").click()
    page.wait_for_function("before => location.href !== before", arg=before)
    assert steps(page)[0] < zoom
    assert watch.errors == watch.foreign == []


def test_the_first_stop_before_the_map_leads_behind_it(pages, page):
    pages("/staedte/telgte/")
    page.get_by_role("link", name="Karte überspringen").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert not page.evaluate(f"{FOCUSED}.closest('.portal-map__frame')")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_sign_opens_its_names_and_gives_the_focus_back(pages, page, key):
    pages(TOWNS)
    sign(page, "Köln").focus()
    page.keyboard.press(key)
    expect(page.locator(".leaflet-popup a")).to_be_focused()
    expect(page.locator(".leaflet-popup")).to_contain_text("Engagierte Stadt")
    page.keyboard.press("Escape")
    expect(sign(page, "Köln")).to_be_focused()
    page.keyboard.press(key)
    expect(page.locator(".leaflet-popup a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/staedte/koln/$"))


def test_what_lies_on_each_other_is_one_sign_until_there_is_room(pages, page, signs):
    pages(TOWNS)
    make_city("Münster")  # 12 km from Telgte
    pages(TOWNS)
    expect(signs).to_have_count(3)
    sign(page, "2 Einträge").click()
    expect(page.locator(".leaflet-popup a")).to_have_text(["Münster", "Telgte"])
    page.get_by_role("button", name="Näher heran").click()
    expect(sign(page, "Münster")).to_be_visible()
    expect(sign(page, "Telgte")).to_be_visible()


def test_entries_at_one_spot_stay_one_sign(pages, page):
    make_project(City.objects.get(slug="telgte"), "Ein Garten für alle")
    pages("/karte/?suche=e&zeigen=staedte&zeigen=projekte")
    sign(page, "2 Einträge").first.click()
    expect(page.locator(".leaflet-popup a")).to_have_text(["Telgte", "Ein Garten für alle"])
    expect(page.get_by_role("button", name="Näher heran")).to_have_count(0)


def test_a_view_can_be_passed_on(pages, page, signs, browser):
    pages(TOWNS)
    enlarge(page, 2)
    shown = signs.count()
    with browser.new_context() as other:
        second = other.new_page()
        second.goto(page.url)
        expect(second.locator(".portal-map__marker:visible")).to_have_count(shown)
        for hostile in ("#karte=99/99/99", "#karte=1/0.0/0.0", "#karte=x", "#inhalt"):
            second.goto("about:blank")
            second.goto(page.url.split("#")[0] + hostile)
            expect(second.locator(".portal-map__frame .portal-map__sheet")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (1280, "dark")])
def test_the_map_is_accessible_while_it_is_used(pages, signs, watch, width, scheme):
    page = pages("/")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for path in (TOWNS, "/partner/kammer-beispiel/"):
        pages(path)
        signs.first.press("Enter")
        expect(page.locator(".leaflet-popup a").first).to_be_focused()
        assert accessibility_problems(page) == []
        assert overflow(page) == 0
    assert watch.errors == watch.foreign == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", [TOWNS, "/partner/kammer-beispiel/"])
def test_what_opens_lies_within_the_map_and_not_below_its_buttons(pages, page, signs, width, path):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    pages(path)
    for number in range(signs.count()):
        signs.nth(number).press("Enter")
        expect(page.locator(".leaflet-popup a").first).to_be_focused()
        popup = page.locator(".leaflet-popup-content-wrapper").bounding_box()
        frame = page.locator(".portal-map__frame").bounding_box()
        buttons = page.locator(".leaflet-control-zoom").bounding_box()
        assert popup["x"] >= frame["x"]
        assert popup["x"] + popup["width"] <= frame["x"] + frame["width"]
        assert popup["y"] >= buttons["y"] + buttons["height"]
        assert popup["y"] + popup["height"] <= frame["y"] + frame["height"]
        page.keyboard.press("Escape")


def test_one_finger_scrolls_the_page_and_not_the_map(browser, world, live_server):
    with browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 700}) as context:
        page = context.new_page()
        page.goto(live_server.url + TOWNS)
        allowed = page.locator(".portal-map__frame").evaluate("frame => getComputedStyle(frame).touchAction")
        assert allowed == "pan-x pan-y"
        sign(page, "Köln").tap()
        expect(page.locator(".leaflet-popup a")).to_have_text("Köln")


def test_without_a_script_the_map_is_a_picture_beside_its_list(browser, world, live_server):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(live_server.url + TOWNS)
        expect(page.get_by_role("img", name="Karte mit 3 Einträgen")).to_be_visible()
        expect(page.get_by_role("link", name="Telgte")).to_be_visible()
        expect(page.get_by_role("button", name="Ausgangsansicht")).to_have_count(0)
        expect(page.get_by_role("link", name="Karte überspringen")).to_have_count(0)


def test_the_drawing_is_printed(pages, page):
    pages(TOWNS)
    expect(page.locator(".portal-map__frame")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("img", name="Karte mit 3 Einträgen")).to_be_visible()
    expect(page.locator(".portal-map__frame")).not_to_be_visible()


# --- Street maps --------------------------------------------------------------------------------------------


@pytest.fixture
def tiles():
    """A server of street maps; the list of what it was asked for. It answers while `tiles.well` holds."""
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), "white").save(picture, "PNG")

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            self.send_response(200 if self.server.well else 503)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(picture.getvalue() if self.server.well else b"")

        def log_message(self, *arguments):
            """Nothing: the tests count for themselves."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        server.asked, server.well = [], True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def street_map(settings, tiles):
    address = f"http://127.0.0.1:{tiles.server_port}"
    words = "© [Leute von hier](https://leute.example/)"
    settings.TILE_SERVER = tile_server.read(address + "/{z}/{x}/{y}.png", attribution=words, secure=False)
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = directives | {"img-src": [*directives["img-src"], settings.TILE_SERVER.origin]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": allowed}
    return tiles


def test_nobody_is_asked_for_a_street_map_before_the_click(street_map, pages, page, watch):
    pages(TOWNS)
    enlarge(page, 1)
    expect(page.get_by_role("link", name="Leute von hier")).to_be_visible()
    expect(page.locator("figcaption")).to_contain_text(f"127.0.0.1:{street_map.server_port}")
    assert street_map.asked == watch.foreign == []
    button = page.get_by_role("button", name="Straßenkarte zeigen")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
    assert re.fullmatch(r"/\d+/\d+/\d+\.png", street_map.asked[0])
    assert watch.errors == []
    assert accessibility_problems(page) == []
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".leaflet-tile")).to_have_count(0)


def test_a_street_map_that_does_not_answer_is_named(street_map, pages, page):
    street_map.well = False
    pages(TOWNS)
    page.get_by_role("button", name="Straßenkarte zeigen").click()
    expect(page.get_by_role("status").filter(has_text="antwortet nicht")).to_be_visible()
    expect(sign(page, "Köln")).to_be_visible()


def test_without_a_server_there_is_no_button(pages, page):
    pages(TOWNS)
    expect(page.get_by_role("button", name="Ausgangsansicht")).to_be_visible()
    expect(page.get_by_role("button", name="Straßenkarte zeigen")).to_have_count(0)
