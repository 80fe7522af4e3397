"""Writes the rows of the office's lists: new entries in bulk, what differs in the others one by one.

The office imports, so a new organisation is approved; nobody of it has looked at it, so it is unconfirmed and has no
people. What an organisation's own people have confirmed is theirs, and an import never touches it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import kinds
from cities.import_runs import Outcome
from cities.slugs import free_slugs, lock_names
from partners import areas
from partners.areas import AreaPart
from partners.entry_rows import EntryRow
from partners.models import Company, Partner, RegionalNetwork
from portal.accounts.models import Organisation

_KINDS: dict[type[models.Model], Organisation.Kind] = {
    Partner: Organisation.Kind.PARTNER,
    Company: Organisation.Kind.COMPANY,
    RegionalNetwork: Organisation.Kind.NETWORK,
}
_BATCH = 1000


class State(Enum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # by its own people, or left


@dataclass(frozen=True)
class Stored:
    """What became of a row."""

    row: EntryRow
    entry: Any
    state: State


def store(model: type[models.Model], rows: list[EntryRow]) -> list[Stored]:
    """Bring the entries in line with the rows, in the caller's transaction; entries not named stay as they are."""
    lock_names(model)  # before organisations, as whoever edits a company does
    known = _locked(model, [row.code for row in rows])
    new = [row for row in rows if row.code not in known]
    added = zip(new, _add(model, new), strict=True)
    there = [(row, known[row.code]) for row in rows if row.code in known]
    return [
        *(Stored(row, entry, State.ADDED) for row, entry in added),
        *(Stored(row, entry, _correct(entry, row)) for row, entry in there),
    ]


def outcome(stored: Iterable[Stored], notes: Iterable[str] = ()) -> Outcome:
    """The counts; what its own people keep counts as unchanged and is named."""
    found = list(stored)
    number = {state: sum(each.state == state for each in found) for state in State}
    kept = [_kept(each) for each in found if each.state == State.KEPT]
    unchanged = number[State.UNCHANGED] + number[State.KEPT]
    return Outcome(number[State.ADDED], number[State.CHANGED], unchanged, notes=(*kept, *notes))


def _locked(model: type[models.Model], codes: list[str]) -> dict[str, Any]:
    """Whoever confirms an entry at the same moment waits, or has been first."""
    lists = [field.name for field in model._meta.many_to_many]
    parts = [name for name in ("offers", "area_parts__centre") if hasattr(model, name.partition("__")[0])]
    entries = (
        model._default_manager.filter(code__in=codes)
        .select_related("organisation")
        .select_for_update(of=("self", "organisation"), no_key=True)
        .order_by("organisation_id")
    )
    return {entry.code: entry for entry in entries.prefetch_related(*lists, *parts)}  # type: ignore[attr-defined]


def _add(model: type[models.Model], rows: list[EntryRow]) -> list[Any]:
    now = timezone.now()
    organisations = Organisation.objects.bulk_create(
        (Organisation(kind=_KINDS[model], approved_at=now, **row.organisation) for row in rows), batch_size=_BATCH
    )
    slugs = free_slugs(model, [row.name for row in rows]) if rows else []
    entries = [
        model(organisation=organisation, slug=slug, code=row.code, **row.defaults | row.facts)
        for row, organisation, slug in zip(rows, organisations, slugs, strict=True)
    ]
    model._default_manager.bulk_create(entries, batch_size=_BATCH)
    pairs = list(zip(rows, entries, strict=True))
    for field in model._meta.many_to_many:
        _add_links(field, pairs)
    _add_parts(model, "offers", pairs)
    _add_parts(model, "area_parts", pairs)
    return entries


def _add_links(field: Any, pairs: list[tuple[EntryRow, Any]]) -> None:
    """Rows of topics or skills."""
    through, ours, theirs = field.remote_field.through, field.m2m_column_name(), field.m2m_reverse_name()
    chosen = [(entry.pk, code) for row, entry in pairs for code in sorted(row.lists.get(field.name, ()))]
    links = [through(**{ours: key, theirs: code}) for key, code in chosen]
    through._default_manager.bulk_create(links, batch_size=_BATCH)


def _add_parts(model: type[models.Model], name: str, pairs: list[tuple[EntryRow, Any]]) -> None:
    """Rows that belong to the entries: offers or parts of areas."""
    if not hasattr(model, name):
        return
    relation: Any = model._meta.get_field(name)
    owner = relation.field.name
    rows = [relation.related_model(**{owner: entry}, **values) for row, entry in pairs for values in _parts(row, name)]
    relation.related_model._default_manager.bulk_create(rows, batch_size=_BATCH)


def _parts(row: EntryRow, name: str) -> list[dict[str, Any]]:
    if name == "offers":
        return [{"kind": kind, "note": note} for kind, note in (row.offers or {}).items()]
    return [vars(part) for part in row.area or ()]


def _correct(entry: Any, row: EntryRow) -> State:
    """Write what differs, unless it is not the office's any more."""
    if entry.organisation.confirmed_at or entry.organisation.withdrawn_at:
        return State.KEPT
    changed = [_write(entry.organisation, row.organisation), _write(entry, row.facts)]
    for name, codes in row.lists.items():
        if {related.pk for related in getattr(entry, name).all()} != codes:
            getattr(entry, name).set(codes)
            changed.append(True)
    if row.offers is not None and {offer.kind: offer.note for offer in entry.offers.all()} != row.offers:
        kinds.write(entry.offers, row.offers)
        changed.append(True)
    if row.area is not None and _general_area(entry) != set(row.area):
        areas.write(entry, row.area)
        changed.append(True)
    return State.CHANGED if any(changed) else State.UNCHANGED


def _general_area(entry: Any) -> set[AreaPart]:
    """Lists know nothing of other areas for single topics, so these stay."""
    return {AreaPart.of(part) for part in entry.area_parts.all() if part.topic_id is None}


def _write(row: models.Model, values: dict[str, Any]) -> bool:
    """Save the fields that differ; false when none does."""
    differing = {name: value for name, value in values.items() if _differs(getattr(row, name), value)}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        row.save(update_fields=list(differing))
    return bool(differing)


def _differs(stored: Any, value: Any) -> bool:
    """A date that only says whether something holds stays the first one."""
    if isinstance(stored, datetime) and isinstance(value, datetime):
        return False
    return bool(stored != value)


def _kept(stored: Stored) -> str:
    if stored.entry.organisation.withdrawn_at:
        message = _("Zeile %(row)d: „%(name)s“ ist ausgetreten und bleibt, wie es ist.")
    else:
        message = _("Zeile %(row)d: „%(name)s“ wird von der Organisation selbst gepflegt und bleibt, wie es ist.")
    return message % {"row": stored.row.number, "name": stored.entry.organisation.name}
