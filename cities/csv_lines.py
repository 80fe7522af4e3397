"""Lines of a CSV file in UTF-8, with semicolons or commas."""

import csv
import io

from django.utils.translation import gettext as _

from cities.lines import Line, refused


def lines(content: bytes) -> list[Line]:
    """All lines, blank ones without cells; a cell over several lines belongs to one, as a spreadsheet counts."""
    text = _text(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found: list[Line] = []
    try:
        found.extend(Line(number, cells) for number, cells in enumerate(reader, start=1))
    except csv.Error as error:
        message = _("Die Zeile ist nicht lesbar. Bitte prüfen Sie Anführungszeichen und die Länge der Zellen.")
        raise refused(message, row=len(found) + 1) from error
    return found


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        message = _("Die Datei ist nicht in UTF-8 gespeichert. Bitte speichern Sie sie als „CSV UTF-8“.")
        raise refused(message, row=number) from error


def _delimiter(text: str) -> str:
    """A German spreadsheet writes semicolons."""
    headings = text.split("\n", 1)[0]
    return ";" if headings.count(";") > headings.count(",") else ","
