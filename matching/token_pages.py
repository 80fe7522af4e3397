"""Pages behind the links in mails: the token is the proof, nobody is logged in, no cookie is needed or set.

GET shows, POST acts: mail scanners follow every link.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from matching import case, following_up, tokens
from matching.forms import CHOICE_IN_LINK, REPORT_IN_LINK, AnswerForm, ReportForm
from matching.introductions import IntroductionError
from matching.models import Invitation, Side
from matching.repairs import RepairError
from portal.accounts import consents
from portal.accounts.models import Purpose

TokenView = Callable[..., HttpResponse]


def token_page(view: TokenView) -> TokenView:
    """Closed to scripts of others and to traces: the same page for everybody, the address kept nowhere."""

    @csrf_exempt
    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **more: str) -> HttpResponse:
        request.user = AnonymousUser()
        pghistory.context(url=f"/{view.__name__}/")  # the history would keep the path, and with it the token
        response = view(request, token, **more)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


@token_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, the buttons for it, and after the answer how it goes on; never contact data."""
    invitation = tokens.invitation_of(token)
    if invitation is None:
        return _page(request, "token_unknown", {}, status=404)
    act = next((act for name, act in _ACTS.items() if name in request.POST), None)
    if act:
        return act(request, invitation)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(request, invitation, form)
    if not form.is_valid():
        return _show(request, invitation, form, status=400)
    try:
        case.act(invitation, form.cleaned_data, by=None)
    except IntroductionError as error:
        invitation.introduction.refresh_from_db()
        return _show(request, invitation, form, error=str(error), status=409)
    return HttpResponseRedirect(request.path, status=303)


@token_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Which mails the person gets and since when, each with a button that ends them.

    Mail programs send the POST themselves (RFC 8058), once or many times: it means the purpose of the mail.
    """
    found = consents.user_of_token(token)
    if found is None:
        return _page(request, "token_unknown", {}, status=404)
    user, own = found
    ended = _purpose_to_end(request, own) if request.method == "POST" else None
    if ended:
        consents.withdraw(user, ended, with_=_("Abmeldelink in einer Mail"))
    held = consents.held(user)
    mails = [(purpose, held.get(purpose)) for purpose in (own, *(each for each in Purpose if each != own))]
    is_odd = request.method == "POST" and ended is None
    return _page(request, "unsubscribe", {"mails": mails, "ended": ended}, status=400 if is_odd else 200)


def _purpose_to_end(request: HttpRequest, own: Purpose) -> Purpose | None:
    """The one whose button was pressed, else that of the mail; None for a forged one."""
    chosen = request.POST.get("purpose", own)
    return Purpose(chosen) if chosen in Purpose.values else None


def _repair(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    try:
        case.repair(invitation, request.POST)
    except RepairError as error:
        return _show(request, invitation, AnswerForm(), error=str(error), status=409)
    return HttpResponseRedirect(request.path, status=303)


def _report(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What became of it after the contacts went out."""
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _show(request, invitation, AnswerForm(), error=str(form.errors["report"][0]), status=400)
    try:
        following_up.say(invitation, form.cleaned_data["report"], by=None)
    except IntroductionError as error:
        invitation.introduction.refresh_from_db()
        return _show(request, invitation, AnswerForm(), error=str(error), status=409)
    return HttpResponseRedirect(request.path, status=303)


_ACTS = {"repair": _repair, "report": _report}


def _show(
    request: HttpRequest, invitation: Invitation, form: AnswerForm, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = case.context(invitation.introduction, Side(invitation.side)) | {
        "form": form,
        "error": error,
        "chosen": CHOICE_IN_LINK.get(request.GET.get("antwort", "")),
        "said": REPORT_IN_LINK.get(request.GET.get("antwort", "")),
        "link": settings.SITE_URL + request.path,
    }
    return _page(request, "answer", context, status=status)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context["messages"] = ()  # those of a session in the same browser are not shown, and not used up
    return render(request, f"matching/{template}.html", context, status=status)
