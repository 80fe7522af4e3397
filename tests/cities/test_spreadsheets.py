import struct
from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cities import spreadsheets, xlsx_lines
from cities.lines import ImportRefused
from cities.spreadsheets import Columns
from tests.cities.sheets import SHEET, STRINGS, csv, packed, parts_of, replaced, with_rows, with_shared_strings, xlsx

COLUMNS = Columns(required=("Name", "Größe"), optional=("Sitz", "Tag"), unread=("Land",), keys={"Sitz": (5, 8)})


def read(content):
    return spreadsheets.read(content, COLUMNS)


def cells(content):
    return [row.cells for row in read(content).rows]


def refusal(content):
    with pytest.raises(ImportRefused) as refused:
        read(content)
    return str(refused.value)


NAME_AND_SIZE = ("Name", "Größe")


@pytest.mark.parametrize("write", [csv, xlsx])
@pytest.mark.parametrize(
    "headings", [NAME_AND_SIZE, (" NAME ", "groesse"), ("name", "GRÖSSE"), ("name", "Gro\u0308ße")]
)
def test_headings_are_known_however_they_are_spelled(write, headings):
    assert cells(write(headings, ("Müller", "klein"))) == [{"Name": "Müller", "Größe": "klein"}]


@pytest.mark.parametrize("write", [csv, xlsx])
def test_unknown_columns_are_named_and_contact_data_is_not_read(write):
    headings = ("Name", "Größe", "E-Mail", "Ansprechpartnerin", "Farbe", "Land")
    table = read(write(headings, ("A", "1", "a@b.example", "C", "rot", "NW")))
    assert table.notes == (
        "Spalte „E-Mail“: nicht gelesen. Angaben zu Personen tragen die Organisationen selbst ein.",
        "Spalte „Ansprechpartnerin“: nicht gelesen. Angaben zu Personen tragen die Organisationen selbst ein.",
        "Spalte „Farbe“: nicht bekannt und nicht gelesen.",
    )
    assert [row.cells for row in table.rows] == [{"Name": "A", "Größe": "1"}]


@pytest.mark.parametrize("write", [csv, xlsx])
def test_missing_and_doubled_headings_are_faults_of_the_first_row(write):
    message = refusal(write(("Name", "name", "Farbe", "farbe"), ("A", "B", "C", "D")))
    assert message.splitlines() == [
        "Zeile 1, Spalte Größe: Diese Spalte fehlt.",
        "Zeile 1, Spalte Farbe: Diese Spalte steht zweimal da.",
        "Zeile 1, Spalte Name: Diese Spalte steht zweimal da.",
        "Zeile 1, Spalte farbe: Diese Spalte steht zweimal da.",
    ]


def test_a_csv_cell_over_several_lines_is_one_row_as_in_a_spreadsheet():
    table = read(b'Name;Gr\xc3\xb6\xc3\x9fe\n"eins\r\nzwei";1\n\nB;2\nC\n')
    assert [(row.number, row.cells["Name"]) for row in table.rows] == [(2, "eins\nzwei"), (4, "B")]
    assert str(table.faults[0]) == "Zeile 5: Die Zeile hat 1 Zellen, die Überschrift 2."


def test_an_open_quote_is_named_where_the_row_begins():
    assert refusal('Name;Größe\nA;1\n"B;2\nC;3'.encode()).startswith("Zeile 3: Die Zeile ist nicht lesbar.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (2.5, "2,5"),
        (0.1 + 0.2, "0,3"),
        (12, "12"),
        (True, "ja"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 12, 30), "2026-03-01 12:30:00"),  # noqa: DTZ001 - a sheet knows no zone
        ("  weit \n offen ", "weit \n offen"),
        ("=cmd|' /C calc'!A0", None),
    ],
)
def test_values_of_a_sheet_are_read_as_people_mean_them(value, text):
    table = read(xlsx(NAME_AND_SIZE, ("A", value)))
    if text is None:
        assert "Das Ergebnis der Formel ist nicht gespeichert." in str(table.faults[0])
    else:
        assert table.rows[0].cells["Größe"] == text


def test_formula_like_text_is_plain_text():
    book = with_shared_strings(xlsx(NAME_AND_SIZE), "=1+1")
    book = with_rows(book, b'<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>3</v></c></row>')
    assert cells(book) == [{"Name": "=1+1", "Größe": "3"}]
    assert cells(csv(NAME_AND_SIZE, ("=cmd", "+1"))) == [{"Name": "=cmd", "Größe": "+1"}]


def test_a_formula_gives_its_stored_result_and_without_one_a_fault_of_its_row():
    book = xlsx(NAME_AND_SIZE, ("A", "=1+2"), ("B", "=1+3"))
    book = replaced(book, SHEET, b"<f>1+2</f><v />", b"<f>1+2</f><v>3</v>")
    table = read(book)
    assert [row.cells for row in table.rows] == [{"Name": "A", "Größe": "3"}]
    assert [(fault.row, fault.column) for fault in table.faults] == [(3, "Größe")]


def test_an_error_of_a_sheet_is_a_fault_of_its_row():
    book = replaced(xlsx(NAME_AND_SIZE, ("A", 7)), SHEET, b't="n"><v>7</v>', b't="e"><v>#REF!</v>')
    assert str(read(book).faults[0]) == "Zeile 2, Spalte Größe: Die Zelle zeigt den Fehler „#REF!“."


@pytest.mark.parametrize(("typed", "key"), [(1067, "01067"), (48291, "48291"), (5554008, "05554008"), (123, "123")])
def test_an_official_key_typed_as_a_number_keeps_its_leading_zero(typed, key):
    assert cells(xlsx(("Name", "Größe", "Sitz"), ("A", 1067, typed)))[0] == {"Name": "A", "Größe": "1067", "Sitz": key}


def test_a_number_shown_with_leading_zeros_keeps_them():
    assert cells(xlsx(NAME_AND_SIZE, (17, 1), formats={"A2": "00000"}))[0]["Name"] == "00017"


def test_rows_have_the_number_the_sheet_shows():
    table = read(xlsx(NAME_AND_SIZE, ("A", "1"), (), ("B", "2")))
    assert [row.number for row in table.rows] == [2, 4]


def test_only_the_first_sheet_is_read_and_the_name_of_the_file_says_nothing(tmp_path):
    file = tmp_path / "liste.csv"
    file.write_bytes(xlsx(NAME_AND_SIZE, ("A", "1")))
    assert cells(spreadsheets.content(file)) == [{"Name": "A", "Größe": "1"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Bitte als XLSX oder CSV speichern"),
        ("Name;Größe\nJörg;1".encode("cp1252"), "Zeile 1: Die Datei ist nicht in UTF-8 gespeichert."),
        ("Name;Größe\nA;1".encode("utf-16"), "Zeile 1: Die Datei ist nicht in UTF-8 gespeichert."),
        (b"\xef\xbb\xbf", "Zeile 1, Spalte Name: Diese Spalte fehlt."),
        (b"PK\x03\x04 und dann nichts", "Die Datei ist nicht lesbar."),
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "Die Datei ist nicht lesbar."),
        (xlsx(), "Zeile 1, Spalte Name: Diese Spalte fehlt."),
        (xlsx(NAME_AND_SIZE), "Die Datei enthält nur Überschriften."),
        (xlsx(NAME_AND_SIZE, ("A", 1))[:-400], "Die Datei ist nicht lesbar."),
        (csv([f"S{number}" for number in range(101)]), "Zeile 1: Die Tabelle hat mehr als 100 Spalten."),
        (xlsx([f"S{number}" for number in range(101)]), "Zeile 1: Die Tabelle hat mehr als 100 Spalten."),
        ("Name;Größe\n".encode() + b"A" * 200_000 + b";1", "Zeile 2: Die Zeile ist nicht lesbar."),
    ],
)
def test_what_is_no_such_table_is_refused_with_a_sentence(content, message):
    assert message in refusal(content)


def bomb():
    return packed({SHEET: b" " * (xlsx_lines.LARGEST + 1)})


def many_parts():
    return packed({f"teil{number}": "x" for number in range(xlsx_lines.MOST_PARTS + 1)})


def lying_bomb():
    """It states a size of 10 bytes for what unpacks to 200 MB."""
    content = packed({"[Content_Types].xml": b" " * 200_000_000})
    at = content.index(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<I", 10) + content[at + 28 :]


def many_cells():
    """A few bytes for each of many empty cells."""
    return with_rows(xlsx(NAME_AND_SIZE), b"<row>" + b"<c/>" * xlsx_lines.MOST_TAGS + b"</row>")


def one_text_in_many_cells():
    """300 cells of one million characters in some kilobytes."""
    book = with_shared_strings(xlsx(NAME_AND_SIZE), "x" * 1_000_000)
    return with_rows(book, (b"<row>" + b'<c t="s"><v>0</v></c>' * 30 + b"</row>") * 10)


def too_many_rows():
    return xlsx(("Name", "Größe"), *[("A", "1")] * (xlsx_lines.MOST_ROWS + 1))


@pytest.mark.parametrize("make", [bomb, many_parts, many_cells, one_text_in_many_cells, too_many_rows])
def test_a_file_that_is_too_large_once_unpacked_is_refused(make):
    assert "Die Datei ist zu groß oder ungewöhnlich gepackt." in refusal(make())


def test_an_archive_that_lies_about_its_size_is_refused():
    assert "Die Datei ist nicht lesbar." in refusal(lying_bomb())


def test_entities_in_the_xml_are_refused():
    declared = b'<!DOCTYPE a [<!ENTITY b "cccc">]><worksheet'
    assert "nicht lesbar" in refusal(replaced(xlsx(NAME_AND_SIZE, ("A", "1")), SHEET, b"<worksheet", declared))


def test_a_row_far_below_makes_no_work():
    book = replaced(xlsx(NAME_AND_SIZE, ("A", "1")), SHEET, b'<row r="2"', b'<row r="99999999999"')
    book = replaced(book, SHEET, b'r="A2"', b'r="A99999999"')
    assert [row.number for row in read(book).rows] == [99999999999]


def test_files_that_cannot_be_opened_or_are_too_large_are_refused(tmp_path):
    with pytest.raises(ImportRefused, match="lässt sich nicht öffnen"):
        spreadsheets.content(tmp_path)
    (tmp_path / "gross.csv").write_bytes(b"a" * (spreadsheets.LARGEST_FILE + 1))
    with pytest.raises(ImportRefused, match="größer als 20 MB"):
        spreadsheets.content(tmp_path / "gross.csv")


def either_rows_or_a_refusal(content):
    try:
        found = cells(content)
    except ImportRefused:
        return
    assert all(set(row) <= {"Name", "Größe", "Sitz", "Tag"} for row in found)


@given(st.one_of(st.binary(max_size=2000), st.text(max_size=500).map(str.encode), st.binary().map(lambda b: b"PK" + b)))
@example(b"PK\x05\x06" + b"\0" * 18)
def test_any_bytes_give_rows_or_a_refusal(content):
    either_rows_or_a_refusal(content)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200), st.sampled_from([";", ",", "\n", '"', "\r", "\0"]))
def test_any_text_below_good_headings_gives_rows_or_a_refusal(text, separator):
    either_rows_or_a_refusal(f"Name;Größe\n{text}{separator}{text}".encode())


@given(st.data())
def test_a_damaged_xlsx_file_gives_rows_or_a_refusal(data):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    either_rows_or_a_refusal(bytes(content))


@given(st.sampled_from([SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]), st.data())
def test_a_sheet_with_damaged_xml_gives_rows_or_a_refusal(part, data):
    parts = parts_of(WHOLE)
    xml = bytearray(parts[part])
    at, length = data.draw(st.integers(0, len(xml) - 1)), data.draw(st.integers(0, 20))
    xml[at : at + length] = data.draw(st.sampled_from([b"", b"9" * 30, b"<", b'"', b"-1", b"<c/>"]))
    either_rows_or_a_refusal(packed(parts | {part: bytes(xml)}))


WHOLE = with_rows(
    with_shared_strings(xlsx(("Name", "Größe", "Sitz"), ("A", 1.5, date(2026, 1, 1)), ("B", "=1", True)), "C", "D"),
    b'<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>',
)
