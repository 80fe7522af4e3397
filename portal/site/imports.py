"""The lists the office may bring in, by command or on its page; suggestions follow in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cities import town_rows
from cities.import_runs import Outcome
from cities.imports import import_cities
from cities.spreadsheets import Columns
from matching.suggestions import refresh_all
from partners import company_rows, network_rows, partner_rows
from partners.imports import import_companies, import_networks, import_partners


@dataclass(frozen=True)
class List:
    """One kind of list; `permission` is the right to change what it writes."""

    label: str | Promise
    columns: Columns
    permission: str
    bring_in: Callable[..., Outcome]


LISTS = {
    "partners": List(_("OM-Partner"), partner_rows.COLUMNS, "partners.change_partner", import_partners),
    "cities": List(_("Engagierte Städte"), town_rows.COLUMNS, "cities.change_city", import_cities),
    "companies": List(_("Unternehmen"), company_rows.COLUMNS, "partners.change_company", import_companies),
    "networks": List(
        _("Regionale OM-Netzwerke"), network_rows.COLUMNS, "partners.change_regionalnetwork", import_networks
    ),
}
_SUGGESTED = ("partners", "cities")


@transaction.atomic
def bring_in(kind: str, content: bytes, *, dry_run: bool = False, skip_faulty: bool = False) -> Outcome:
    """Import one list; ImportRefused, and nothing is written, where it cannot be taken as it is."""
    outcome = LISTS[kind].bring_in(content, dry_run=dry_run, skip_faulty=skip_faulty)
    if kind in _SUGGESTED and outcome.wrote and not dry_run:
        refresh_all()
    return outcome
