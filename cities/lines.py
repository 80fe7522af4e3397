"""The lines of a file that holds a table, and what is wrong with them in a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Line:
    """Cells as text under the number a spreadsheet shows; positions that held a number, and unusable ones."""

    number: int
    cells: list[str]
    numbers: frozenset[int] = frozenset()
    wrong: dict[int, str] = field(default_factory=dict)  # position → sentence


@dataclass(frozen=True)
class Fault:
    """What is wrong where; row 0 and column „“ stand for the whole file and the whole row."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        if not self.row:
            return self.message
        if not self.column:
            return _("Zeile %(row)d: %(message)s") % {"row": self.row, "message": self.message}
        where = {"row": self.row, "column": self.column, "message": self.message}
        return _("Zeile %(row)d, Spalte %(column)s: %(message)s") % where


class ImportRefused(Exception):
    """Nothing was written; the faults say why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def refused(message: str, *, row: int = 0) -> ImportRefused:
    """For what is wrong with the file as a whole, or makes it unreadable from a row on."""
    return ImportRefused([Fault(row, "", message)])
