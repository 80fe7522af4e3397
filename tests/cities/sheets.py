"""Small XLSX files, made for a test."""

import io
import zipfile

from openpyxl import Workbook


def xlsx(*rows, formats=None):
    """The first sheet of these rows; `formats` maps a cell (A2) to its number format."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, written in (formats or {}).items():
        book.active[cell].number_format = written
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv(*rows):
    """Semicolons, every cell in quotes."""
    quoted = (";".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows)
    return "\r\n".join(quoted).encode()


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def replaced(content, part, old, new):
    """The same file with other bytes in one of its parts."""
    parts = parts_of(content)
    assert old in parts[part]
    return packed(parts | {part: parts[part].replace(old, new)})


def with_shared_strings(content, *strings):
    """Excel keeps texts in a part of their own, where cells find them by number (openpyxl writes them in place)."""
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    override = f'<Override PartName="/{STRINGS}" ContentType="{_TYPE}" /></Types>'
    content = replaced(content, "[Content_Types].xml", b"</Types>", override.encode())
    return packed(parts_of(content) | {STRINGS: f'<sst xmlns="{_MAIN}">{items}</sst>'.encode()})


def with_rows(content, rows):
    """The same file with further rows, as XML."""
    return replaced(content, SHEET, b"</sheetData>", rows + b"</sheetData>")
