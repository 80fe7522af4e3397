"""Protection at the outer edge: unreadable input is refused, a missing database is a calm page."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

import pghistory.middleware
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse

from portal import error_pages
from portal.logs import redact

GetResponse = Callable[[HttpRequest], HttpResponse]
FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
ADMIN = "/admin/"
IMPOSSIBLE = ("expected a number but got", "is out of range")  # what Django and Python say of a key or a year
REPLACEMENT = "\ufffd"  # what a decoder leaves where bytes were no UTF-8


class ProtectResponses:
    """Headers for every response: nothing of a signed-in person is stored, no page uses the device's sensors."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS
        if _is_personal(request):
            response.headers["Cache-Control"] = "no-store"
        return response


class ServiceUnavailable:
    """Without a database a view's answer is 503; errors before the view come to `error_pages.server_error`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        error_pages.prepare()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return error_pages.unavailable() if error_pages.is_database_away(exception) else None


class RefuseUnreadableInput:
    """NUL bytes and broken UTF-8 end here: PostgreSQL takes neither, and no person means them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_utf8(request) or not all(_is_readable(part) for part in _raw_parts(request)):
            return error_pages.unreadable()
        if request.content_type == MULTIPART:
            _check_parts_when_parsed(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Numbers and dates beyond all bounds that only an address or a forged form can hold: not our error."""
        return error_pages.unreadable() if _is_of_the_input(request, exception) else None


class History(pghistory.middleware.HistoryMiddleware):
    """Who changed what on which page; the token in a link is a secret and is not kept."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request)
        return context | {"url": redact(request.path)}


def _is_of_the_input(request: HttpRequest, exception: Exception) -> bool:
    """Whether the input was the fault; the admin hands filters and chosen rows to the database unchecked."""
    if isinstance(exception, ValueError) and request.path_info.startswith(ADMIN):
        return any(fault in str(exception) for fault in IMPOSSIBLE)
    return request.method in {"GET", "HEAD"} and isinstance(exception, DataError | OverflowError)


def _is_personal(request: HttpRequest) -> bool:
    """Whether the page was made for a signed-in person; a session that was not looked at made no difference."""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and SESSION_KEY in session


def _is_utf8(request: HttpRequest) -> bool:
    """Another declared encoding could hide a NUL (UTF-7 writes it as `+AAA-`); Django would decode the query by it."""
    return (request.content_params or {}).get("charset", "utf-8").lower() in {"utf-8", "utf8"}


def _raw_parts(request: HttpRequest) -> Iterator[bytes]:
    """Path, query, cookies and small bodies, as bytes."""
    yield unquote_to_bytes(request.path_info)  # Django has decoded it, and left broken bytes percent-encoded
    yield unquote_to_bytes(request.META.get("QUERY_STRING", ""))
    yield from (value.encode() for value in request.COOKIES.values())
    if request.content_type == FORM:
        yield unquote_to_bytes(request.body.replace(b"+", b" "))
    elif request.content_type == JSON:
        yield request.body
        yield from (text.encode(errors="surrogatepass") for text in _json_texts(request.body))


def _is_readable(raw: bytes) -> bool:
    if b"\0" in raw:
        return False
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _json_texts(body: bytes) -> Iterator[str]:
    """All texts of a JSON body, where escapes may hide what the bytes do not show; faulty JSON is for the view."""
    try:
        waiting = [json.loads(body)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value


def _check_parts_when_parsed(request: HttpRequest) -> None:
    """Uploads are streams, and a view may choose how they are kept; so the check waits until somebody reads them."""
    parse = request._load_post_and_files

    def parse_and_check() -> None:
        parse()
        if any("\0" in text or REPLACEMENT in text for text in _multipart_texts(request)):
            raise BadRequest("NUL or broken UTF-8 in a multipart body")

    request._load_post_and_files = parse_and_check  # type: ignore[method-assign]


def _multipart_texts(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        yield from (name, *(str(value) for value in values))
    for name, files in request.FILES.lists():
        yield from (name, *(file.name or "" for file in files))
