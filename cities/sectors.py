"""Who is in a town's network, sector by sector, in forms and tables: a box for each sector and who is there.

The fields of the form are called present_business, present_business_names.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from cities.models import City, CityActors, Sector

LONGEST = 500


def add_fields(form: forms.BaseForm) -> None:
    for sector in Sector:
        form.fields[_box(sector)] = forms.BooleanField(label=sector.label, required=False)
        form.fields[_names(sector)] = forms.CharField(
            label=_("Wer ist dabei? (%(sector)s)") % {"sector": sector.label}, max_length=LONGEST, required=False
        )


def initial(present: Iterable[str], actors: Iterable[CityActors]) -> dict[str, Any]:
    """The network as it stands, for the fields."""
    return {_box(sector): True for sector in present} | {_names(row.sector): row.names for row in actors}


def boxes(form: forms.BaseForm) -> list[tuple[BoundField, BoundField]]:
    """Each box with its names, for templates/site/parts/kinds.html."""
    return [(form[_box(sector)], form[_names(sector)]) for sector in Sector]


def chosen(data: Mapping[str, Any]) -> dict[str, str]:
    """Sector → names of what a form says, as far as it is valid; names alone say that the sector is there."""
    return {
        sector.value: data.get(_names(sector), "")
        for sector in Sector
        if data.get(_box(sector)) or data.get(_names(sector))
    }


def contradiction(present: Iterable[str], missing: Iterable[str]) -> str:
    """What is wrong where a sector is there and missing, too; else nothing."""
    both = [str(sector.label) for sector in Sector if sector in set(present) & set(missing)]
    return _("Als vertreten und als fehlend angekreuzt: %(names)s.") % {"names": ", ".join(both)} if both else ""


def write(city: City, network: Mapping[str, str]) -> None:
    """Make the sectors of the town those of sector → names; the town's own column is left to the caller to save."""
    city.sectors_present = list(network)
    named = {sector: names for sector, names in network.items() if names}
    city.actors.exclude(sector__in=named).delete()
    for sector, names in named.items():
        city.actors.update_or_create(sector=sector, defaults={"names": names})


def shown(city: City) -> list[tuple[str, str]]:
    """The sectors that are there, in their usual order, each with who it is; uses prefetched actors."""
    names = {row.sector: row.names for row in city.actors.all()}
    there = {*city.sectors_present, *names}
    return [(str(sector.label), names.get(sector, "")) for sector in Sector if sector in there]


def _box(sector: str) -> str:
    return f"present_{sector}"


def _names(sector: str) -> str:
    return f"present_{sector}_names"
