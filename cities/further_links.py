"""Up to five pages elsewhere that tell more about a town, in forms and tables: rows of a label and an address.

The fields of the form are called link_1_label, link_1_url and so on; rows that are empty do not count.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from cities.links import WebAddressField
from cities.models import City, CityLink

MOST = 5
LONGEST_LABEL = 80
ROWS = range(1, MOST + 1)


class Link(NamedTuple):
    label: str
    url: str


def add_fields(form: forms.BaseForm) -> None:
    for row in ROWS:
        number = {"number": row}
        form.fields[f"link_{row}_label"] = forms.CharField(
            label=_("Link %(number)d: Beschriftung") % number, max_length=LONGEST_LABEL, required=False
        )
        form.fields[f"link_{row}_url"] = WebAddressField(label=_("Link %(number)d: Adresse") % number, required=False)


def initial(links: Iterable[CityLink]) -> dict[str, Any]:
    """The links as they stand, for the fields."""
    values: dict[str, Any] = {}
    for row, link in zip(ROWS, links, strict=False):
        values |= {f"link_{row}_label": link.label, f"link_{row}_url": link.url}
    return values


def rows(form: forms.BaseForm) -> list[tuple[BoundField, BoundField]]:
    """Label and address of each row, for the template."""
    return [(form[f"link_{row}_label"], form[f"link_{row}_url"]) for row in ROWS]


def check(form: forms.BaseForm) -> None:
    """A label needs its address, and an address stands there once."""
    data, seen = form.cleaned_data, set()
    for row in ROWS:
        field = f"link_{row}_url"
        url = data.get(field, "").rstrip("/")
        if data.get(f"link_{row}_label") and not url and field not in form.errors:
            form.add_error(field, _("Bitte geben Sie zur Beschriftung auch die Adresse an."))
        if url and url in seen:
            form.add_error(field, _("Diese Adresse steht schon weiter oben."))
        seen.add(url)


def chosen(data: Mapping[str, Any]) -> tuple[Link, ...]:
    """What a checked form says; an address without a label is called by its host."""
    filled = [(data[f"link_{row}_label"], data[f"link_{row}_url"]) for row in ROWS if data[f"link_{row}_url"]]
    return tuple(Link(label or _host(url), url) for label, url in filled)


def write(city: City, links: tuple[Link, ...]) -> None:
    """Make the links of the town these, in this order; the rows stay where nothing has changed."""
    if links != tuple(Link(*row) for row in city.links.values_list("label", "url")):
        city.links.all().delete()
        CityLink.objects.bulk_create(CityLink(city=city, label=link.label, url=link.url) for link in links)


def _host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")[:LONGEST_LABEL]
