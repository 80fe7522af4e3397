"""What is needed or offered, kind by kind, in forms and tables: a box for each kind and a note that says what exactly.

`prefix` is the word the fields of a form begin with: need_rooms, need_rooms_note.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from cities.models import Resource, ResourceKind


def add_fields(form: forms.BaseForm, prefix: str) -> None:
    for kind in ResourceKind:
        form.fields[f"{prefix}_{kind}"] = forms.BooleanField(label=kind.label, required=False)
        form.fields[f"{prefix}_{kind}_note"] = forms.CharField(
            label=_("Was genau? (%(kind)s)") % {"kind": kind.label}, max_length=300, required=False
        )


def initial(prefix: str, rows: Iterable[Resource]) -> dict[str, Any]:
    """The rows as they stand, for the fields."""
    notes = {row.kind: row.note for row in rows}
    return {f"{prefix}_{kind}": True for kind in notes} | {
        f"{prefix}_{kind}_note": note for kind, note in notes.items()
    }


def boxes(form: forms.BaseForm, prefix: str) -> list[tuple[BoundField, BoundField]]:
    """Each box with its note, for templates/site/parts/kinds.html."""
    return [(form[f"{prefix}_{kind}"], form[f"{prefix}_{kind}_note"]) for kind in ResourceKind]


def chosen(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Kind → note of what a checked form says; a note alone says that its kind is meant."""
    return {
        kind.value: data[f"{prefix}_{kind}_note"]
        for kind in ResourceKind
        if data[f"{prefix}_{kind}"] or data[f"{prefix}_{kind}_note"]
    }


def write(rows: Any, notes: Mapping[str, str]) -> None:
    """Make the rows of one owner (`city.needs`) those of kind → note; what stays keeps its row."""
    rows.exclude(kind__in=notes).delete()
    for kind, note in notes.items():
        rows.update_or_create(kind=kind, defaults={"note": note})
