"""The office's lists of partners, companies and regional networks: from CSV or XLSX, all or nothing.

A second run changes nothing. Contact data is never read: an organisation's own people enter it themselves.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import import_runs
from cities.import_runs import Import, Outcome
from partners import company_rows, entry_store, network_rows, partner_rows
from partners.entry_rows import EntryRow
from partners.entry_store import State, Stored
from partners.models import Affiliation, Company, Partner, RegionalNetwork


def import_partners(content: bytes, *, dry_run: bool = False, skip_faulty: bool = False) -> Outcome:
    """Bring the partners in line with the list; ImportRefused, and nothing is written, where a row is faulty."""
    work = Import(partner_rows.COLUMNS, partner_rows.check, partial(_store, Partner))
    return import_runs.run(work, content, dry_run=dry_run, skip_faulty=skip_faulty)


def import_companies(content: bytes, *, dry_run: bool = False, skip_faulty: bool = False) -> Outcome:
    """As for partners; a company is shown to the public only where the list says so."""
    work = Import(company_rows.COLUMNS, company_rows.check, partial(_store, Company))
    return import_runs.run(work, content, dry_run=dry_run, skip_faulty=skip_faulty)


def import_networks(content: bytes, *, dry_run: bool = False, skip_faulty: bool = False) -> Outcome:
    """As for partners; the list speaks for the network, so that its members have still to agree."""
    work = Import(network_rows.COLUMNS, network_rows.check, _store_networks)
    return import_runs.run(work, content, dry_run=dry_run, skip_faulty=skip_faulty)


def _store(model: type[Model], rows: list[EntryRow]) -> Outcome:
    return entry_store.outcome(entry_store.store(model, rows))


def _store_networks(rows: list[EntryRow]) -> Outcome:
    stored = entry_store.store(RegionalNetwork, rows)
    ended = set(Affiliation.objects.exclude(ended_at=None).values_list("partner_id", "organisation_id"))
    notes: list[str] = []
    found: list[Stored] = []
    for each in stored:
        joined = each.state != State.KEPT and _join(each, ended, notes)
        is_change = joined and each.state == State.UNCHANGED
        found.append(replace(each, state=State.CHANGED) if is_change else each)
    return entry_store.outcome(found, notes)


def _join(stored: Stored, ended: set[tuple[int, int]], notes: list[str]) -> bool:
    """The network says who its members are; a partner that left is not asked again. False when all is said already.

    The coordinating partner's membership holds at once: it would be asked by itself.
    """
    network = stored.entry
    current = {row.partner_id: row for row in Affiliation.objects.current().filter(organisation=network.organisation)}
    left = {key for key in stored.row.members if key not in current and (key, network.organisation_id) in ended}
    notes += _who_left(left, stored)
    now = timezone.now()
    written = False
    for key in stored.row.members:
        row = current.get(key) or Affiliation(partner_id=key, organisation=network.organisation)
        sides = ["organisation_agreed_at", *(["partner_agreed_at"] if key == network.coordinator_id else [])]
        open_sides = [side for side in sides if getattr(row, side) is None]
        if key in left or not open_sides:
            continue
        for side in open_sides:
            setattr(row, side, now)
        row.save()
        written = True
    return written


def _who_left(keys: set[int], stored: Stored) -> Iterable[str]:
    message = _("Zeile %(row)d: „%(partner)s“ hat die Mitgliedschaft beendet und wird nicht noch einmal gefragt.")
    for partner in Partner.objects.filter(pk__in=keys).select_related("organisation").order_by("organisation__name"):
        yield message % {"row": stored.row.number, "partner": partner.name}
