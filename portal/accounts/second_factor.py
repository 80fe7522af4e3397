"""The office sees nothing before it has set up its second factor."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# Setting up a second factor, proving who one is on the way there, leaving, and links that are open to everybody.
_ALWAYS_OPEN = ("account_", "mfa_", "health_", "answer", "unsubscribe", "mail_reports")


class RequireSecondFactor:
    """Leads a person of the office without a second factor to its set-up, whatever the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not (request.user.is_authenticated and request.user.is_staff):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if (name or "").startswith(_ALWAYS_OPEN) or is_mfa_enabled(request.user):
            return None
        messages.warning(
            request,
            _("Die Geschäftsstelle meldet sich mit zwei Faktoren an. Bitte richten Sie den zweiten Faktor ein."),
        )
        return redirect("mfa_index")
