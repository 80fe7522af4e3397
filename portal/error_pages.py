"""Pages for the moment when nothing else can be relied on: rendered once, without database and request."""

import sys
from functools import cache

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = "30"


def prepare() -> None:
    """Render the pages while all is well."""
    for status in (400, 500, 503):
        _text(status)


def unreadable() -> HttpResponse:
    return HttpResponse(_text(400), status=400)


def unavailable() -> HttpResponse:
    headers = {"Retry-After": RETRY_AFTER_SECONDS, "Cache-Control": "no-store"}
    return HttpResponse(_text(503), status=503, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`: input that could not be read, wherever that was noticed."""
    return unreadable()


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: also hears of a missing database noticed in a middleware, before any view."""
    error = sys.exc_info()[1]
    return unavailable() if error and is_database_away(error) else HttpResponse(_text(500), status=500)


def is_database_away(error: BaseException) -> bool:
    """Away, overloaded, out of time or read-only: it passes by itself, and asking again later helps."""
    if isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError):
        return True
    return isinstance(error.__cause__, psycopg.errors.ReadOnlySqlTransaction)


@cache
def _text(status: int) -> str:
    return render_to_string(f"{status}.html")
