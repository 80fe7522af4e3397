"""The office's page for bringing in a list: choose a file, have it checked, import it.

A file is not kept between checking and importing, since it may hold what the portal has no business to store. So each
step reads the file it is given, and an import that finds a fault writes nothing.
"""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities import import_runs
from cities.import_runs import Outcome
from cities.lines import Fault, ImportRefused
from portal.accounts.models import Organisation, User
from portal.site import imports

LARGEST_UPLOAD = 5_000_000
MOST_SHOWN = 500


class ImportForm(forms.Form):
    kind = forms.ChoiceField(label=_("Was enthält die Datei?"))
    file = forms.FileField(
        label=_("Datei"), help_text=_("CSV (UTF-8) oder XLSX, höchstens 5 MB."), allow_empty_file=True
    )
    skip_faulty = forms.BooleanField(
        label=_("Fehlerhafte Zeilen auslassen und die anderen importieren"), required=False
    )

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind, imports.LISTS[kind].label) for kind in kinds]
        self.fields["file"].widget.attrs["accept"] = ".csv,.xlsx"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(gettext("Die Datei ist größer als 5 MB. Bitte teilen Sie sie auf."))
        return file


@dataclass(frozen=True)
class Result:
    """What the page says about a file; `faults` are those it shows, `more` is how many others there are."""

    title: str
    lines: tuple[str, ...]
    faults: tuple[Fault, ...]
    more: int = 0
    notes: tuple[str, ...] = ()
    is_clean: bool = False


def import_page(request: HttpRequest, site: admin.AdminSite) -> HttpResponse:
    """Check or import the file that was sent; only lists of what the person may change."""
    person = cast(User, request.user)
    kinds = [kind for kind, each in imports.LISTS.items() if person.has_perm(each.permission)]
    if not kinds:
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None, kinds=kinds, label_suffix="")
    result = _result(form, dry_run="import" not in request.POST) if form.is_valid() else None
    context = {
        **site.each_context(request),
        "title": _("Liste importieren"),
        "opts": Organisation._meta,
        "form": form,
        "result": result,
        "lists": [imports.LISTS[kind] for kind in kinds],
    }
    is_refused = form.is_bound and not (result and result.is_clean)
    return TemplateResponse(request, "admin/import.html", context, status=400 if is_refused else 200)


def _result(form: ImportForm, *, dry_run: bool) -> Result:
    data = form.cleaned_data
    try:
        content = data["file"].read()
        outcome = imports.bring_in(data["kind"], content, dry_run=dry_run, skip_faulty=data["skip_faulty"])
    except ImportRefused as refused:
        count = len(refused.faults)
        found = gettext("%d Fehler gefunden.") % count
        lines = (found, gettext("Nichts wurde gespeichert."))
        return Result(gettext("Die Datei hat Fehler"), lines, *_shown(refused.faults))
    return _accepted(outcome, dry_run=dry_run)


def _accepted(outcome: Outcome, *, dry_run: bool) -> Result:
    title = gettext("Geprüft: die Datei kann importiert werden") if dry_run else gettext("Importiert")
    lines = tuple(import_runs.report(outcome, dry_run=dry_run))
    faults, more = _shown(outcome.skipped)
    return Result(title, lines, faults, more, outcome.notes[:MOST_SHOWN], is_clean=True)


def _shown(faults: tuple[Fault, ...]) -> tuple[tuple[Fault, ...], int]:
    return faults[:MOST_SHOWN], max(0, len(faults) - MOST_SHOWN)
