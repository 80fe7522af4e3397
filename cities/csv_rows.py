"""Rows of a table that somebody sends, with their numbers, and what is wrong with them in a sentence.

A row has the number that a spreadsheet shows: the headings are row 1. Other kinds of files only need another `read`.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Row:
    number: int
    cells: dict[str, str]


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


def read(file: Path, *, required: Iterable[str]) -> tuple[list[Row], list[Fault]]:
    """The rows of a CSV file in UTF-8, and the faults of single rows; ImportRefused where the file is no such table."""
    text = _text(_content(file))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        headings = [heading.strip() for heading in next(reader)]
        _check_headings(headings, required)
        for number, cells in enumerate(reader, start=2):
            if len(cells) not in (0, len(headings)):
                faults.append(_wrong_count(number, len(cells), len(headings)))
            elif any(cell.strip() for cell in cells):
                rows.append(Row(number, dict(zip(headings, map(str.strip, cells), strict=True))))
    except csv.Error as error:
        number = reader.line_num
        raise ImportRefused([Fault(number, "", _("Die Zeile ist nicht lesbar (%s).") % error)]) from error
    if not rows and not faults:
        raise ImportRefused([Fault(0, "", _("Die Datei enthält nur Überschriften."))])
    return rows, faults


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        message = _("Die Datei „%(file)s“ lässt sich nicht öffnen.") % {"file": file}
        raise ImportRefused([Fault(0, "", message)]) from error
    if not content.strip():
        raise ImportRefused([Fault(0, "", _("Die Datei ist leer."))])
    return content


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        message = _("Die Datei ist nicht in UTF-8 gespeichert. Bitte speichern Sie sie als „CSV UTF-8“.")
        raise ImportRefused([Fault(number, "", message)]) from error


def _delimiter(text: str) -> str:
    """A German spreadsheet writes semicolons."""
    headings = text.split("\n", 1)[0]
    return ";" if headings.count(";") > headings.count(",") else ","


def _check_headings(headings: list[str], required: Iterable[str]) -> None:
    missing = [name for name in required if name not in headings]
    twice = sorted({name for name in headings if headings.count(name) > 1})
    faults = [Fault(1, name, _("Diese Spalte fehlt.")) for name in missing]
    faults += [Fault(1, name, _("Diese Spalte steht zweimal da.")) for name in twice]
    if faults:
        raise ImportRefused(faults)


def _wrong_count(number: int, cells: int, headings: int) -> Fault:
    counts = {"cells": cells, "headings": headings}
    return Fault(number, "", _("Die Zeile hat %(cells)d Zellen, die Überschrift %(headings)d.") % counts)
