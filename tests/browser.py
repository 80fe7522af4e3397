"""A real browser for tests and screenshots: it notes what the content security policy stopped and who was asked.

Import the fixtures into the conftest.py of the folder that needs them.
"""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection

from portal.dev.browser import chromium

AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LAUNCH_ARGUMENTS = ["--no-sandbox"]  # the tests run as root in containers


@dataclass
class Watch:
    """What a page did that it should not: errors on its console, requests to other hosts."""

    host: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def attach(self, page):
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._note)

    def _note(self, request):
        address = urlsplit(request.url)
        if address.scheme != "data" and address.netloc != self.host:
            self.foreign.append(request.url)


def accessibility_problems(page):
    """What axe finds, one line a rule: its name and the elements."""
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [f"{rule['id']}: {', '.join(node['target'][0] for node in rule['nodes'][:5])}" for rule in found]


def take_over(page, client, address):
    """The page goes on as whoever is signed in with Django's test client."""
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}
    page.context.add_cookies([cookie])


def overflow(page):
    """By how many pixels the page is wider than the window; 0 where nothing has to be scrolled sideways."""
    return max(0, page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    return {"executable_path": os.environ.get("CHROMIUM") or chromium(), "args": LAUNCH_ARGUMENTS}


@pytest.fixture(scope="session")
def browser(rows_of_migrations, browser):
    """The plugin's browser. Within its event loop Django has another connection, which must know what to restore."""
    connection._test_serialized_contents = rows_of_migrations
    return browser


@pytest.fixture
def page(browser):
    """A page in a context of its own; the plugin's own fixture warns about its base_url, and warnings are errors."""
    with browser.new_context(locale="de-DE") as context:
        yield context.new_page()


@pytest.fixture
def watch(page, live_server):
    found = Watch(urlsplit(live_server.url).netloc)
    found.attach(page)
    return found
