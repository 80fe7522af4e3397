"""Admin actions that decide: choose rows, write a text where one is needed; one row's refusal stops no other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.access import AccessError
from portal.accounts.models import User
from portal.accounts.organisations import OrganisationError


@dataclass(frozen=True)
class Ask:
    """What the page says that asks for the text, and what is done with it."""

    title: str
    label: str
    decide: Callable[[Any, str, User], object]


class TextForm(forms.Form):
    text = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 5, "cols": 80}))


def decide_each(
    model_admin: "admin.ModelAdmin[Any]",
    request: HttpRequest,
    rows: QuerySet[Any],
    decide: Callable[[Any, User], object],
) -> None:
    """Decide row by row and say how many worked; what a verb refuses is told in its own words."""
    done = 0
    for row in rows:
        try:
            decide(row, cast(User, request.user))
        except (OrganisationError, AccessError) as refusal:
            model_admin.message_user(request, str(refusal), messages.WARNING)
        else:
            done += 1
    if done:
        text = ngettext("%(count)d Eintrag entschieden.", "%(count)d Einträge entschieden.", done)
        model_admin.message_user(request, text % {"count": done}, messages.SUCCESS)


def decide_with_text(
    model_admin: "admin.ModelAdmin[Any]", request: HttpRequest, rows: QuerySet[Any], *, ask: Ask
) -> HttpResponse | None:
    """First the page that asks for the text, then the decision; the action and the rows travel with the form."""
    form = TextForm(request.POST if "text" in request.POST else None)
    form.fields["text"].label = ask.label
    if form.is_valid():
        text = form.cleaned_data["text"]
        decide_each(model_admin, request, rows, lambda row, person: ask.decide(row, text, person))
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": ask.title,
        "opts": model_admin.model._meta,
        "form": form,
        "rows": rows,
        "checkbox": ACTION_CHECKBOX_NAME,
        "action": request.POST["action"],
        "button": _("Entscheidung senden"),
    }
    return TemplateResponse(request, "admin/decide.html", context)
