"""Admin actions that decide: choose rows, write a text where one is needed; one row's refusal stops no other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.refusals import Refusal


@dataclass(frozen=True)
class Ask:
    """What the page says that asks for the text, and what is done with it."""

    title: str
    label: str
    decide: Callable[[Any, str, User], object]


class TextForm(forms.Form):
    text = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 5, "cols": 80}))


def decide_each(request: HttpRequest, rows: Iterable[Model], decide: Callable[[Any, User], object]) -> None:
    """Decide row by row, each in its own transaction, and say what became of each."""
    for row in rows:
        try:
            decide(row, cast(User, request.user))
        except Refusal as refusal:
            messages.error(request, f"{row}: {refusal}")
        else:
            messages.success(request, _("{row}: erledigt.").format(row=row))


def decide_with_text(
    model_admin: "admin.ModelAdmin[Any]", request: HttpRequest, rows: QuerySet[Any], *, ask: Ask
) -> HttpResponse | None:
    """First the page that asks for the text, then the decision; the action and the rows travel with the form."""
    form = TextForm(request.POST if "text" in request.POST else None)
    form.fields["text"].label = ask.label
    if form.is_valid():
        text = form.cleaned_data["text"]
        decide_each(request, rows, lambda row, person: ask.decide(row, text, person))
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": ask.title,
        "opts": model_admin.model._meta,
        "form": form,
        "rows": rows,
        "checkbox": ACTION_CHECKBOX_NAME,
        "action": request.POST["action"],
    }
    return TemplateResponse(request, "admin/decide.html", context)
