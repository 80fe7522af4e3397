"""Signing in: while a registration waits for its code in the same browser, and when a session ended in mid-form."""

from collections.abc import Callable
from urllib.parse import urlsplit

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage
from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _


class SignInView(LoginView):
    """allauth would lead back to the code; but whoever has an account already never gets one, and wants to sign in.

    The same for every address, so that nothing is to be seen from it. Who really waits for a code gets a new one.
    """

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> HttpResponse | None:
        if not stage.login.signup:
            response: HttpResponse = super()._redirect_to_pending_stage(request, stage)
            return response
        if request.method == "POST":
            clear_login(request)
        return None


class AskToSignIn(LoginRequiredMiddleware):
    """Whoever sends a form after the session has ended learns what became of it, and comes back to the form's page."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        messages.warning(
            request, _("Sie waren nicht mehr angemeldet. Was Sie zuletzt eingegeben haben, ist nicht gespeichert.")
        )
        return redirect_to_login(_page_of_the_form(request), self.get_login_url(view_func))


def _page_of_the_form(request: HttpRequest) -> str:
    """Where the form stood: many addresses that take forms cannot be opened."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else ""
