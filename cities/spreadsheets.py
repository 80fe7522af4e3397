"""Rows of a table that somebody sends as CSV or XLSX, with their numbers, and what is wrong with them in a sentence.

A row has the number that a spreadsheet shows: the headings are row 1. Headings may differ in case, in spaces and in how
umlauts are spelled. Columns nobody asked for are not read, and said so.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from cities import csv_lines, xlsx_lines
from cities.lines import Fault, ImportRefused, Line, refused
from cities.place_names import search_key

LARGEST_FILE = 20_000_000
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ABOUT_PEOPLE = re.compile(
    r"(e ?)?mail\w*|telefon\w*|tel|mobil\w*|handy\w*|fax\w*|phone|(vor|nach)name|anrede"
    r"|kontakt\w*|ansprech\w*|person\w*"
)


@dataclass(frozen=True)
class Columns:
    """Headings of a table. `keys` names those with official keys and how many digits these have: a spreadsheet drops a
    leading zero, and it is put back."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()  # known, and known from elsewhere
    keys: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """Cells by heading, as `Columns` spells it; headings the file does not have are missing."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    rows: list[Row]
    faults: list[Fault]
    notes: tuple[str, ...] = ()


def content(file: Path) -> bytes:
    """What is in the file; ImportRefused where it cannot be opened or is too large."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise refused(_("Die Datei ist größer als %d MB.") % (LARGEST_FILE // 1_000_000))
        return file.read_bytes()
    except OSError as error:
        raise refused(_("Die Datei „%(file)s“ lässt sich nicht öffnen.") % {"file": file}) from error


def read(content: bytes, columns: Columns) -> Table:
    """The rows, and the faults of single ones; ImportRefused where the file is no such table."""
    lines = _lines(content)
    typed = [cell.strip() for cell in lines[0].cells] if lines and lines[0].number == 1 else []
    headings = _Headings(typed, columns)
    headings.check()
    rows: list[Row] = []
    faults: list[Fault] = []
    for line in lines[1:]:
        wrong = headings.faults_of(line)
        if wrong:
            faults += wrong
        elif any(cell.strip() for cell in line.cells):
            rows.append(headings.row(line))
    if not rows and not faults:
        raise refused(_("Die Datei enthält nur Überschriften."))
    return Table(rows, faults, headings.notes())


def _lines(content: bytes) -> list[Line]:
    """What kind of file it is says its content, whatever its name."""
    if not content.strip():
        raise refused(_("Die Datei ist leer."))
    if content.startswith(_OLE):
        message = _("Alte Excel-Dateien und solche mit Kennwort lassen sich nicht lesen. ")
        raise refused(message + _("Bitte als XLSX oder CSV speichern, ohne Kennwort."))
    return xlsx_lines.lines(content) if content.startswith(_ZIP) else csv_lines.lines(content)


class _Headings:
    """The first row of a file, and how to read the others by it."""

    def __init__(self, typed: list[str], columns: Columns) -> None:
        self.typed, self.columns = typed, columns
        names = (*columns.required, *columns.optional, *columns.unread)
        known = {search_key(name): name for name in names}
        self.names = [known.get(search_key(heading), "") for heading in typed]
        self.read = ["" if name in columns.unread else name for name in self.names]

    def check(self) -> None:
        if len(self.typed) > xlsx_lines.MOST_COLUMNS:
            raise refused(_("Die Tabelle hat mehr als %d Spalten.") % xlsx_lines.MOST_COLUMNS, row=1)
        spelled = [name or heading for name, heading in zip(self.names, self.typed, strict=True)]
        counts = Counter(search_key(heading) for heading in spelled if heading)
        missing = [name for name in self.columns.required if name not in self.names]
        twice = sorted({heading for heading in spelled if counts[search_key(heading)] > 1})
        faults = [Fault(1, name, _("Diese Spalte fehlt.")) for name in missing]
        faults += [Fault(1, name[:80], _("Diese Spalte steht zweimal da.")) for name in twice]
        if faults:
            raise ImportRefused(faults)

    def faults_of(self, line: Line) -> list[Fault]:
        """Cells too many or too few, or a cell of a column we read that has no usable value."""
        if len(line.cells) not in (0, len(self.names)):
            counts = {"cells": len(line.cells), "headings": len(self.names)}
            message = _("Die Zeile hat %(cells)d Zellen, die Überschrift %(headings)d.") % counts
            return [Fault(line.number, "", message)]
        named = [(self.read[position], message) for position, message in sorted(line.wrong.items())]
        return [Fault(line.number, name, message) for name, message in named if name]

    def row(self, line: Line) -> Row:
        cells = enumerate(zip(self.read, line.cells, strict=True))
        return Row(
            line.number,
            {name: self._cell(name, cell, is_number=at in line.numbers) for at, (name, cell) in cells if name},
        )

    def notes(self) -> tuple[str, ...]:
        """One sentence for each column that is not read."""
        return tuple(
            _note(heading) for name, heading in zip(self.names, self.typed, strict=True) if heading and not name
        )

    def _cell(self, name: str, cell: str, *, is_number: bool) -> str:
        text = cell.strip().replace("\r\n", "\n").replace("\r", "\n")
        digits = len(text) + 1
        return text.zfill(digits) if is_number and digits in self.columns.keys.get(name, ()) else text


def _note(heading: str) -> str:
    if any(_ABOUT_PEOPLE.fullmatch(word) for word in (search_key(heading), *search_key(heading).split())):
        message = _("Spalte „%s“: nicht gelesen. Angaben zu Personen tragen die Organisationen selbst ein.")
    else:
        message = _("Spalte „%s“: nicht bekannt und nicht gelesen.")
    return message % heading[:80]
