"""The outer edge: unreadable input, a database that is away, headers, health, and what logs must not say."""

import json
import logging
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from portal import error_pages
from portal.accounts.models import Membership
from portal.logs import JsonLines, redact
from portal.mail.models import OutgoingMail
from tests.factories import make_curator, make_organisation, make_user
from tests.smtp_sink import free_port

pytestmark = pytest.mark.django_db
UNREADABLE = "nicht lesen"
SESSION = "sessionid=abcdefghijklmnop"


def echo(request):
    names = [file.name for file in request.FILES.values()]
    return HttpResponse(repr((request.POST.dict(), names, request.content_type)))


def upload_in_two_steps(request):
    """A view that chooses how uploads are kept before it reads them."""
    request.upload_handlers = [request.upload_handlers[-1]]
    return echo(request)


def slow(request):
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '50ms'")
        cursor.execute("SELECT pg_sleep(5)")
    return HttpResponse()


def overflowing(request):
    raise DataError("value out of range")


def failing(request):
    raise RuntimeError("a fault of ours")


def write(request, token):
    Membership.objects.create(user=make_user(), organisation=make_organisation())
    return HttpResponse()


for view in (echo, upload_in_two_steps, slow, overflowing, failing, write):
    view.login_required = False
    view.csrf_exempt = True

urlpatterns = [
    path("echo/", echo),
    path("upload/", upload_in_two_steps),
    path("slow/", slow),
    path("overflowing/", overflowing),
    path("failing/", failing),
    path("antwort/<str:token>/", write),
    path("", include("portal.urls")),
]
handler400 = "portal.error_pages.bad_request"
handler500 = "portal.error_pages.server_error"


@pytest.fixture
def here(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


# --- Unreadable input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["%00", "%ff", "%c3%28", "%ed%a0%80"])
@pytest.mark.parametrize("where", ["/staedte/?q={}", "/{}/", "/staedte/?{}=1", "/admin/?q={}", "/konto/login/?next={}"])
def test_an_unreadable_address_is_refused(client, where, bad):
    response = client.get(where.format(bad))
    assert response.status_code == 400
    assert UNREADABLE in response.content.decode()
    assert response.headers["Content-Security-Policy"]
    assert response.headers["Permissions-Policy"]


@pytest.mark.parametrize("bad", ["a=%00", "a=%ff", "%00=1", "a=\0", "a=b+%c3%28"])
def test_an_unreadable_form_is_refused(client, here, bad):
    response = client.post("/echo/", bad, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, UNREADABLE in response.content.decode()) == (400, True)


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "gibt-es-nicht"])
def test_another_encoding_is_refused(client, charset):
    response = client.get("/partner/?q=%2BAAA-", headers={"Content-Type": f"text/plain; charset={charset}"})
    assert response.status_code == 400


def test_a_readable_form_passes(client, here):
    response = client.post("/echo/?q=Köln+%F0%9F%98%80", "a=K%C3%B6ln+%26+Bonn", "application/x-www-form-urlencoded")
    assert (response.status_code, "Köln & Bonn" in response.content.decode()) == (200, True)


@pytest.mark.parametrize(
    "data",
    [
        {"name": "a\0b"},
        {"a\0b": "name"},
        {"file": SimpleUploadedFile("a.txt", b"\0\xff"), "name": "\0"},
    ],
)
@pytest.mark.parametrize("address", ["/echo/", "/upload/"])
def test_an_unreadable_part_of_a_multipart_form_is_refused(client, here, address, data):
    response = client.post(address, data)
    assert (response.status_code, UNREADABLE in response.content.decode()) == (400, True)


def test_broken_utf8_in_a_multipart_form_is_refused(client, here):
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--x--\r\n'
    response = client.post("/echo/", body, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400


@pytest.mark.parametrize("address", ["/echo/", "/upload/"])
def test_an_upload_may_hold_any_bytes(client, here, address):
    """And the view may still choose its upload handlers, because nothing was parsed before it."""
    response = client.post(address, {"file": SimpleUploadedFile("bild.png", b"\0\xff\xfe"), "name": "Grüße"})
    assert response.status_code == 200
    assert "bild.png" in response.content.decode()


@pytest.mark.parametrize("bad", [b'{"a": "\\u0000"}', b'{"a": ["\\ud800"]}', b'{"\\u0000": 1}', b'{"a": "\xff"}'])
def test_unreadable_json_is_refused(client, here, bad):
    assert client.post("/echo/", bad, content_type="application/json").status_code == 400


@pytest.mark.parametrize("body", ['{"a": "\\ud83d\\ude00", "b": [1, null, "\\\\u0000"]}', "{", "[" * 100_000])
def test_other_json_is_left_to_the_view(client, here, body):
    assert client.post("/echo/", body, content_type="application/json").status_code == 200


@pytest.mark.parametrize("cookie", ['"\\000"', "\0"])
def test_an_unreadable_cookie_is_refused(client, cookie):
    assert client.get("/mein/", headers={"Cookie": f"sessionid={cookie}"}).status_code == 400


def test_a_body_beyond_the_limit_is_refused(client, here):
    response = client.post("/echo/", "a=" + "x" * 1_100_000, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {400, 413}


def test_numbers_beyond_all_bounds_in_an_address_are_refused(client, here):
    assert client.get("/overflowing/").status_code == 400
    assert client.post("/overflowing/").status_code == 500


# --- Faults -------------------------------------------------------------------------------------------------


def test_years_and_rows_that_cannot_be_are_refused_in_the_office(client):
    client.force_login(make_curator())
    rows = {"action": "approve", "index": "0", "_selected_action": ["keine Nummer"]}
    for answer in (
        client.get("/admin/accounts/organisation/?created_at__year=0"),
        client.get("/admin/accounts/organisation/?created_at__year=-1"),
        client.post("/admin/accounts/organisation/", rows),
    ):
        assert answer.status_code == 400
        assert UNREADABLE in answer.content.decode()


def test_a_fault_of_ours_shows_nothing_of_its_cause(client, here):
    response = client.get("/failing/")
    assert response.status_code == 500
    assert "fault" not in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_query_that_takes_too_long_is_answered_with_503(client, here):
    response = client.get("/slow/")
    connection.close()
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "Pause" in response.content.decode()


def test_the_static_pages_need_no_database(django_db_blocker):
    error_pages._text.cache_clear()
    with django_db_blocker.block():
        error_pages.prepare()


@pytest.fixture
def portal_without_database(tmp_path):
    """The real web server, pointed at a port where no database is."""
    port = free_port()
    env = {
        "PATH": "",
        "DATABASE_URL": "postgres://portal:portal@127.0.0.1:1/portal",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "STATIC_ROOT": str(tmp_path),
    }
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--access-logfile", "-"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=env, cwd=django_settings.BASE_DIR, stdout=log, stderr=log)
        yield lambda path, **headers: fetch(f"http://127.0.0.1:{port}{path}", headers), tmp_path / "log"
        server.terminate()
        server.wait(timeout=20)


def fetch(url, headers, *, seconds=40):
    request = urllib.request.Request(url, headers=headers)
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, dict(response.headers), response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_without_a_database_every_page_asks_to_come_back_later(portal_without_database):
    get, log = portal_without_database
    assert get("/health/live")[0] == 200
    status, _headers, body = get("/health/ready")
    assert (status, json.loads(body)) == (503, {"database": False})
    for page, cookie in [("/", ""), ("/", SESSION), ("/mein/", SESSION), ("/antwort/abc/", ""), ("/admin/", SESSION)]:
        status, headers, body = get(page, Cookie=cookie)
        assert (page, status, headers.get("Retry-After")) == (page, 503, "30")
        assert "Pause" in body
    get("/antwort/geheimes-zeichen/?mail=person@verein.example")
    text = log.read_text()
    assert "geheimes-zeichen" not in text
    assert "person@verein.example" not in text
    assert all(json.loads(line) for line in text.splitlines())


# --- Headers ------------------------------------------------------------------------------------------------


def test_pages_of_signed_in_people_are_not_stored(client):
    assert "no-store" not in client.get("/konto/login/").headers.get("Cache-Control", "").replace("no-store", "", 1)
    client.force_login(make_user())
    for page in ("/mein/", "/staedte/", "/konto/email/"):
        response = client.get(page)
        assert (page, response.headers["Cache-Control"]) == (page, "no-store")


def test_every_response_names_what_browsers_may_do(client):
    for page in ("/", "/gibt-es-nicht/", "/admin/", "/health/live"):
        headers = client.get(page).headers
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


# --- Health -------------------------------------------------------------------------------------------------


def test_ready_names_the_oldest_mail_that_should_have_gone(client):
    report = client.get("/health/ready").json()
    assert report == {"database": True, "migrations": True, "oldest_due_mail_seconds": 0}
    mail = OutgoingMail.objects.create(key="x", kind="notice", to="a@verein.example", subject="x")
    OutgoingMail.objects.update(due_at=mail.due_at - timedelta(seconds=900))
    assert 899 <= client.get("/health/ready").json()["oldest_due_mail_seconds"] <= 910


# --- Logs and history ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("GET /antwort/aB-3_x/ 200", "GET /antwort/…/ 200"),
        ("GET /abmelden/aB-3_x?x=1", "GET /abmelden/…?x=1"),
        ('"https://portal.example/antwort/aB3/" "Firefox"', '"https://portal.example/antwort/…/" "Firefox"'),
        ("to <a.b+c@verein.example>: no", "to <…@…>: no"),
        ("?mail=a%40verein.example&x", "?mail=…@…&x"),
        ("Key (email)=(ä@verein.example) already exists", "Key (email)=(…@…) already exists"),
        ("/staedte/telgte/", "/staedte/telgte/"),
    ],
)
def test_lines_of_the_log_name_no_token_and_no_address(text, line):
    assert redact(text) == line


def test_a_traceback_in_the_log_names_no_address():
    try:
        raise ValueError("a@verein.example")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed for %s", ("b@verein.example",), sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert line["message"] == "failed for …@…"
    assert "ValueError: …@…" in line["exception"]


@pytest.mark.django_db(transaction=True)
def test_history_names_the_page_without_its_token_and_the_person(client, here):
    curator = make_curator()
    client.force_login(curator)
    client.post("/antwort/geheim/?mail=a@verein.example")
    context = Membership.pgh_event_model.objects.get().pgh_context.metadata
    assert context == {"user": curator.pk, "url": "/antwort/…/"}


def test_every_way_of_writing_leaves_events():
    organisation = make_organisation()
    people = [make_user(f"p{number}@verein.example") for number in range(3)]
    Membership.objects.bulk_create(Membership(user=user, organisation=organisation) for user in people)
    Membership.objects.update(role="manager")
    Membership.objects.all().delete()
    labels = list(Membership.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", flat=True))
    assert labels == ["insert"] * 3 + ["update"] * 3 + ["delete"] * 3
