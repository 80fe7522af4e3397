"""A call or a letter of the office, prepared: the page of a task with the words to say, and the letter as PDF."""

from typing import Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching import calls
from matching.calls import Call
from portal.accounts import access
from portal.accounts.models import OfficeTask, User
from portal.site import pdf


def call_page(request: HttpRequest, pk: int, *, site: AdminSite) -> HttpResponse:
    """GET shows what to say; POST makes the letter, and for an organisation without people a new code with it."""
    task, call = _task(request, pk)
    if request.method == "POST":
        content = letter(call, by=cast(User, request.user))
        headers = {"Content-Disposition": f'attachment; filename="brief-{task.pk}.pdf"', "Cache-Control": "no-store"}
        return HttpResponse(content, content_type="application/pdf", headers=headers)
    context = site.each_context(request) | {
        "title": _("Anruf oder Brief: {organisation}").format(organisation=call.organisation),
        "task": task,
        "call": call,
        "needs_code": _needs_code(call),
    }
    return TemplateResponse(request, "admin/accounts/officetask/call.html", context)


def letter(call: Call, *, by: User) -> bytes:
    """The letter as PDF; a code in it replaces that of an earlier letter."""
    code = access.issue_code(call.organisation, by=by) if _needs_code(call) else ""
    return pdf.typeset("letters/call.typ", _words(call, code), {})


def _task(request: HttpRequest, pk: int) -> tuple[OfficeTask, Call]:
    if not request.user.has_perm("accounts.change_officetask"):
        raise PermissionDenied
    task = get_object_or_404(OfficeTask.objects.select_related("organisation"), pk=pk)
    call = calls.of_task(task)
    if call is None:
        raise Http404
    return task, call


def _needs_code(call: Call) -> bool:
    """Whoever has an account signs in."""
    return not call.organisation.memberships.exists()


def _words(call: Call, code: str) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "sender": "OM × Engagierte Stadt",
        "address": [call.organisation.name, *call.organisation.postal_address.splitlines()],
        "day": date_format(today, "d.m.Y"),
        "title": _("Eine Anfrage an {organisation}").format(organisation=call.organisation.name),
        "opening": [
            _("Guten Tag,"),
            _("wir schreiben Ihnen im Auftrag der Netzwerke Offensive Mittelstand und Engagierte Stadt.")
            + f" {call.request}",
        ],
        "why": _("Das spricht dafür:"),
        "reasons": call.reasons,
        "message": {"from": _("Nachricht von {sender}:").format(sender=call.sender), "text": call.message},
        "answer": [f"{call.first_step} {call.rule}", _answer(call, code)],
        "code": code,
        "closing": [
            *([_valid_until(code)] if code else []),
            _("Wenn Sie kein Interesse haben, müssen Sie nichts tun. Es entstehen keine Kosten und keine Pflichten."),
        ],
        "greeting": [_("Mit freundlichen Grüßen"), _("Ihre Geschäftsstelle")],
        "law": _(
            "{source} Wir verarbeiten sie, um Ihnen diese Anfrage zu stellen (Art. 6 Abs. 1 Buchst. f DSGVO). Sie "
            "können dem jederzeit widersprechen. Wer wir sind und welche Rechte Sie haben: {site}/impressum/ und "
            "{site}/datenschutz/"
        ).format(source=call.source, site=settings.SITE_URL),
    }


def _answer(call: Call, code: str) -> str:
    until = _("Wir warten bis zum {until} auf Ihre Antwort.").format(until=call.until)
    how = _("Bitte melden Sie sich dafür im Portal an oder rufen Sie uns an: {address}")
    address = settings.SITE_URL + reverse("account_login")
    if code:
        how = _("Mit diesem Code übernehmen Sie den Eintrag Ihrer Organisation und können antworten: {address}")
        address = settings.SITE_URL + reverse("join_code")
    return f"{until} {how.format(address=address)}"


def _valid_until(code: str) -> str:
    day = date_format(timezone.localdate() + access.VALID_FOR, "d.m.Y")
    return _("Der Code gilt bis zum {day} und kann einmal eingelöst werden.").format(day=day)
