"""Mail filters open every link, some of them in a browser: whatever they do, nothing changes (L1, L2)."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.core.signals import request_started
from django.db import connection
from django.test import Client
from django.utils import timezone

from matching import carrying_on, introductions, proposals, suggestions
from matching.models import Invitation, Side, Suggestion, SuggestionMail
from portal.accounts.models import Consent, Organisation
from portal.mail.models import OutgoingMail
from tests.browser import take_over
from tests.factories import make_curator, make_partner, make_user
from tests.matching.casts import sides, token_for
from tests.matching.proposal_casts import STEFAN, make_sides, send_offer, stefan_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
METHODS = ("GET", "GET", "GET", "HEAD", "OPTIONS")
AT_ONCE = 8
WATCHED_FOR = 3000  # milliseconds, with scripts
NAMES = ("verbunden", "abgesagt", "abgelaufen", "zurück", "erinnert", "wartet")
# Visiting with a cookie prolongs the session of who is signed in, which no link of a mail does.
CHANGES_BY_VISITS = {"django_session"}
KINDS = {
    *("invitation", "reminder", "waiting", "agreed", "contacts", "declined", "expired", "withdrawn"),
    *("whether_met", "outcome", "proposal", "proposal-accepted"),
}


@pytest.fixture
def mails():
    """Cases with one town in which every kind of mail about introductions is written."""
    office, (company, city) = make_curator(), make_sides()
    partners = [make_partner(f"Kammer {name}", contact=f"{name[0]}@kammer.example") for name in (*NAMES, "fragt")]
    Organisation.objects.update(capacity=20)
    suggestions.refresh_city(city)
    connected, declined, _expired, withdrawn = [release(partner, by=office) for partner in partners[:4]]
    answer(connected, YES, YES)
    answer(declined, YES, NO)
    introductions.withdraw(withdrawn, by=office, reason="Doppelt")
    for weeks in (2, 3, 5, 13):
        carrying_on.carry_on_due(timezone.now() + timedelta(weeks=weeks))
    SuggestionMail.objects.all().delete()  # the weeks above have passed for the clock alone
    release(partners[4], by=office)
    SuggestionMail.objects.all().delete()
    waiting = release(partners[5], by=office)
    introductions.answer(sides(waiting)[0], YES)
    for days in (8, 12):
        carrying_on.carry_on_due(timezone.now() + timedelta(days=days))
    ask(partners[6], city)
    proposals.accept(send_offer(company, city), by=stefan_of(city))
    rows = list(OutgoingMail.objects.all())
    assert {row.key.partition(":")[0] for row in rows} == KINDS
    return rows


def release(partner, *, by):
    return introductions.release(Suggestion.objects.get(partner=partner), by=by)


def answer(introduction, *answers):
    for invitation, said in zip(sides(introduction), answers, strict=True):
        introductions.answer(invitation, said)


def ask(partner, city):
    """A colleague asks, so that both the colleague and the contact person are told of the yes."""
    colleague = make_user("kollege@kammer.example")
    partner.organisation.memberships.create(user=colleague)
    asked = introductions.ask(partner, city, side=Side.PARTNER, by=colleague, message="Wir suchen Mitstreiter.")
    introductions.answer(asked.invitations.get(side=Side.CITY), YES)


def links(rows):
    """Every address in text, HTML and headers, without the host."""
    texts = [text for row in rows for text in (row.body, unescape(row.html), *row.headers.values())]
    found = {address.rstrip(".,") for text in texts for address in re.findall(r"""https?://[^\s<>"')]+""", text)}
    return sorted({address.removeprefix("http://localhost:8000") or "/" for address in found})


def checksums():
    """Of all rows of all tables."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - CHANGES_BY_VISITS
        return {table: _checksum(cursor, table) for table in sorted(tables)}


def _checksum(cursor, table):
    cursor.execute(
        f"SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {connection.ops.quote_name(table)} t"
    )
    return cursor.fetchone()[0]


@contextmanager
def requests_counted():
    """How many requests of each method reach the portal."""
    seen = Counter()

    def note(environ, **_kwargs):
        seen[environ["REQUEST_METHOD"]] += 1

    request_started.connect(note)
    yield seen
    request_started.disconnect(note)


def fetch(server, method, path, cookies):
    host = urlsplit(server)
    there = HTTPConnection(host.hostname, host.port, timeout=60)
    try:
        there.request(method, path, headers={"Cookie": cookies} if cookies else {})
        answer = there.getresponse()
        answer.read()
        return answer.status
    finally:
        there.close()


def scan(server, paths, cookies):
    """As filters do: each address several times, in several ways, many at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [(method, path) for path in paths for method in METHODS]
        return set(pool.map(lambda each: fetch(server, *each, cookies), asked))


def open_in_browser(context, server, paths):
    """All of them in tabs, with scripts, for some seconds; nobody clicks."""
    for path in paths:
        context.new_page().goto(server + path, wait_until="commit")
    context.pages[-1].wait_for_timeout(WATCHED_FOR)


def signed_in():
    client = Client()
    client.force_login(Organisation.objects.get(city__slug="telgte").contact)
    return client


def test_opening_every_link_of_every_mail_changes_nothing(mails, live_server, page, browser):
    """With and without a cookie; afterwards the links still do what they are for."""
    client, server, paths = signed_in(), live_server.url, links(mails)
    take_over(page, client, server)
    before = checksums()
    with requests_counted() as seen, browser.new_context(locale="de-DE") as stranger:
        for cookies in ("", f"sessionid={client.cookies['sessionid'].value}"):
            assert scan(server, paths, cookies) <= {200, 302, 404, 405}
        for context in (stranger, page.context):
            open_in_browser(context, server, paths)
    assert {path.split("/")[1] for path in paths} >= {"antwort", "abmelden", "mein"}
    assert checksums() == before
    assert set(seen) == {"GET", "HEAD", "OPTIONS"}
    assert seen["GET"] >= 8 * len(paths)
    tokens_still_work()


def tokens_still_work():
    """The reminder's link takes the answer, the mail's other link the consent."""
    partner = "e@kammer.example"
    assert Client().post(f"/antwort/{token_for(partner, kind='reminder')}/", {"answer": "yes"}).status_code == 303
    assert Invitation.objects.get(recipient__email=partner).answer == YES
    leave = re.search(r"/abmelden/[\w-]+/", OutgoingMail.objects.filter(to=STEFAN, kind="suggestion").first().body)
    assert Client().post(leave[0]).status_code == 200
    assert not Consent.objects.valid().filter(user__email=STEFAN).exists()
