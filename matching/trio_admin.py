"""The office's page of suggestions of three: why, what is missing, and one button for both introductions."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from matching import trio_release, trio_suggestions, trio_words
from matching.read_only_admin import Desk
from matching.scoring import UNITS_PER_POINT
from matching.trio_suggestions import TrioSuggestion
from portal.accounts.models import User
from portal.accounts.refusals import Refusal

MOST_SHOWN = 50


class TrioForm(forms.Form):
    """Names a trio: the two suggestions, and the project that asks."""

    centre = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    relay = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    project = forms.SlugField(max_length=120, required=False)


def page(desk: Desk, request: HttpRequest) -> HttpResponse:
    """All there are; a POST releases one."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        return _release(desk, request)
    found = trio_suggestions.everywhere()
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Vorschläge zu dritt"),
        "opts": desk.opts,
        "trios": shown(found[:MOST_SHOWN]),
        "total": len(found),
        "may_decide": desk.has_decide_permission(request),
    }
    return TemplateResponse(request, "admin/matching/trios.html", context)


def shown(trios: list[TrioSuggestion]) -> list[dict[str, Any]]:
    """For templates/admin/matching/_trio.html."""
    return [
        {
            "trio": trio,
            "reasons": trio_words.reasons(trio),
            "halves": [(half, number_format(half.suggestion.points / UNITS_PER_POINT, 2)) for half in trio.halves],
            "key": dict(zip(TrioForm.base_fields, trio_release.key_of(trio), strict=True)),
        }
        for trio in trios
    ]


def _release(desk: Desk, request: HttpRequest) -> HttpResponse:
    form = TrioForm(request.POST)
    if not desk.has_decide_permission(request) or not form.is_valid():
        raise PermissionDenied
    key = form.cleaned_data["centre"], form.cleaned_data["relay"], form.cleaned_data["project"]
    try:
        both = trio_release.release(key, by=cast(User, request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        for introduction in both:
            messages.success(request, _("{row}: erledigt.").format(row=introduction))
    return redirect("admin:matching_suggestion_trios")
