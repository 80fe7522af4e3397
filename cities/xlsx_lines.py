"""Lines of the first sheet of an XLSX file; nothing in it is calculated or run.

An XLSX file is a ZIP archive that anybody may have packed: it is measured, unpacked piece by piece, before it is read.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from cities.lines import ImportRefused, Line, refused

LARGEST = 20_000_000  # bytes, unpacked; and characters of all cells, since many cells may share one long text
MOST_PARTS = 100
MOST_TAGS = 2_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 100
_PIECE = 65_536
_PACKED_AS_USUAL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZEROS = re.compile(r"0{2,20}")  # the format of numbers that keep their leading zeros


def lines(content: bytes) -> list[Line]:
    """The rows that are not empty, all of one length; ImportRefused where the file is no such table or too large."""
    try:
        _measure(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about charts, rules and the like, which are not read
            return _read(content)
    except ImportRefused:
        raise
    except Exception as error:  # whatever the library meets in a file that is broken on purpose
        raise refused(_("Die Datei ist nicht lesbar. Bitte speichern Sie sie neu als XLSX oder CSV.")) from error


def _measure(content: bytes) -> None:
    """Unpack everything once, in pieces: the sizes an archive states may be lies, and a wrong checksum is found."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        usual = all(part.compress_type in _PACKED_AS_USUAL and not part.flag_bits & 1 for part in parts)
        if not usual or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
            raise _too_large()
        tags = 0
        for part in parts:
            with archive.open(part) as unpacked:
                tags += sum(piece.count(b"<") for piece in iter(lambda: unpacked.read(_PIECE), b""))
        if tags > MOST_TAGS:
            raise _too_large()


def _read(content: bytes) -> list[Line]:
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        found = list(_rows(workbook.worksheets[0]))
    finally:
        workbook.close()
    width = max((len(line.cells) for line in found), default=0)
    return [Line(line.number, _padded(line.cells, width), line.numbers, line.wrong) for line in found]


class _Parser(WorkSheetParser):
    """Marks formulas whose result was never stored; the library gives them as empty cells."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "f"
        return cell


def _rows(sheet: Any) -> Iterator[Line]:
    count = characters = 0
    for number, cells in _parsed(sheet):
        filled = [cell for cell in cells if cell["value"] is not None or cell["data_type"] == "f"]
        if not filled:
            continue
        line = _line(number, filled, sheet)
        count += 1
        characters += sum(map(len, line.cells))
        if count > MOST_ROWS + 1 or characters > LARGEST:
            raise _too_large()
        yield line


def _parsed(sheet: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    book = sheet.parent
    with sheet._get_source() as source:
        yield from _Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        ).parse()


def _line(number: int, filled: list[dict[str, Any]], sheet: Any) -> Line:
    texts: dict[int, str] = {}
    numbers: set[int] = set()
    wrong: dict[int, str] = {}
    for cell in filled:
        position = cell["column"] - 1
        if not 0 <= position < MOST_COLUMNS:
            raise refused(_("Die Tabelle hat mehr als %d Spalten.") % MOST_COLUMNS, row=number)
        if cell["data_type"] == "f":
            wrong[position] = _("Das Ergebnis der Formel ist nicht gespeichert. Bitte tragen Sie den Wert selbst ein.")
        elif cell["data_type"] == "e":
            wrong[position] = _("Die Zelle zeigt den Fehler „%s“.") % str(cell["value"])[:20]
        elif isinstance(cell["value"], int | float) and not isinstance(cell["value"], bool):
            numbers.add(position)
        texts[position] = _as_text(cell, sheet)
    cells = [texts.get(position, "") for position in range(max(texts) + 1)]
    return Line(number, cells, frozenset(numbers), wrong)


def _as_text(cell: dict[str, Any], sheet: Any) -> str:
    """A value as people write it: 3.0 is „3“, 2.5 is „2,5“, a date is ISO."""
    match cell["value"]:
        case None:
            return ""
        case bool(value):
            return _("ja") if value else _("nein")
        case int() | float() as value:
            text = str(int(value)) if value == value // 1 and abs(value) < 1e15 else f"{value:.15g}".replace(".", ",")
            written = str(ReadOnlyCell(sheet, **cell).number_format)
            return text.zfill(len(written)) if _ZEROS.fullmatch(written) else text
        case datetime() as value:
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
        case value:
            return str(value).replace("_x000D_", "")


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _too_large() -> ImportRefused:
    limits = {"rows": MOST_ROWS, "megabytes": LARGEST // 1_000_000}
    message = _(
        "Die Datei ist zu groß oder ungewöhnlich gepackt. Erlaubt sind %(rows)d Zeilen und %(megabytes)d MB entpackt. "
        "Bitte teilen Sie sie auf oder speichern Sie sie als CSV."
    )
    return refused(message % limits)
