"""What every import of a list has in common: read, check, then write all or nothing, and count."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from cities import spreadsheets
from cities.lines import Fault, ImportRefused, refused
from cities.models import Region
from cities.spreadsheets import Columns, Row

Read = TypeVar("Read")


@dataclass(frozen=True)
class Outcome:
    """What was written, the rows that were left out, and what else the office should know."""

    added: int
    changed: int
    unchanged: int
    skipped: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def wrote(self) -> bool:
        return bool(self.added or self.changed)


@dataclass(frozen=True)
class Import(Generic[Read]):
    """One kind of list: its columns, what a row says, and how that is written."""

    columns: Columns
    check: Callable[[list[Row]], tuple[list[Read], list[Fault]]]
    store: Callable[[list[Read]], Outcome]


def run(work: Import[Read], content: bytes, *, dry_run: bool = False, skip_faulty: bool = False) -> Outcome:
    """Bring rows in line with a file; ImportRefused, and nothing is written, where a row is faulty.

    A second import waits for the first and then checks against what that one wrote.
    """
    table = spreadsheets.read(content, work.columns)
    try:
        with transaction.atomic():
            take_turns()
            found, wrong = work.check(table.rows)
            faults = sorted([*table.faults, *wrong], key=lambda fault: fault.row)
            if faults and not skip_faulty:
                raise ImportRefused(faults)
            outcome = work.store(found)
            transaction.set_rollback(dry_run)
    except (IntegrityError, DataError, OperationalError) as error:  # somebody wrote the same, or holds it for long
        raise refused(_("Beim Speichern kam etwas dazwischen. Bitte versuchen Sie es noch einmal.")) from error
    return replace(outcome, skipped=tuple(faults), notes=(*table.notes, *outcome.notes))


def take_turns() -> None:
    """A second import waits for the first; readers and other writers go on."""
    list(Region.objects.select_for_update(no_key=True).filter(kind=Region.Kind.LAND).order_by("key"))


def report(outcome: Outcome, *, dry_run: bool) -> Iterable[str]:
    """The counts, line by line."""
    counts = {"added": outcome.added, "changed": outcome.changed, "unchanged": outcome.unchanged}
    yield _("%(added)d neu, %(changed)d geändert, %(unchanged)d unverändert") % counts
    if outcome.skipped:
        yield _("%d fehlerhaft und ausgelassen") % len({fault.row for fault in outcome.skipped})
    if dry_run:
        yield _("Probelauf: nichts wurde gespeichert.")
