"""What a row of the office's list says about a company."""

from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cities.cells import Cells, Words, read_each
from cities.lines import Fault
from cities.spreadsheets import Columns, Row
from partners.companies import name_key
from partners.entry_rows import EntryReader, EntryRow
from partners.models import Branch, Company, SizeClass
from partners.size_classes import possible_classes

COLUMNS = Columns(
    required=("Kennung", "Name", "Sitz", "Größe", "Beschäftigte", "Branche"),
    optional=(
        *("Umsatz", "Bilanzsumme", "Themen", "Fähigkeiten", "Angebote", "Beschreibung", "Internetseite"),
        *("Postanschrift", "Öffentlich"),
    ),
    keys={"Sitz": (5, 8)},
)
MOST_STAFF = 32_767  # what the column takes; 250 and more are refused with their own sentence
MOST_MONEY = Decimal("9999.99")
_SIZES = Words.of(
    SizeClass.choices, also={"kleinst": SizeClass.MICRO, "klein": SizeClass.SMALL, "mittel": SizeClass.MEDIUM}
)
_BRANCHES = Words.of(Branch.choices)


def check(rows: list[Row]) -> tuple[list[EntryRow], list[Fault]]:
    """The companies of the good rows, and all faults of the others."""
    return read_each(rows, partial(_company, reader=EntryReader(Company)))


def _company(cells: Cells, reader: EntryReader) -> EntryRow:
    code, name = reader.code(cells), reader.name(cells)
    seat = reader.places.municipality(cells, "Sitz")
    reader.check_twin(cells, code=code, name=name, seat=seat)
    facts: dict[str, Any] = {
        "name_key": name_key(name),
        "seat_id": seat,
        "branch": cells.one_of("Branche", _BRANCHES, needed=True),
        **_size(cells),
        **reader.texts(cells),
    }
    if cells.has("Öffentlich"):
        facts["listed_at"] = timezone.now() if cells.yes("Öffentlich") else None
    return EntryRow(
        number=cells.row.number,
        code=code,
        name=name,
        organisation=reader.organisation(cells, name),
        facts=facts,
        lists=reader.lists(cells),
        offers=reader.offers(cells),
    )


def _size(cells: Cells) -> dict[str, Any]:
    """The class as stated, if the numbers allow it."""
    found: dict[str, Any] = {"size_class": cells.one_of("Größe", _SIZES, needed=True)}
    found["staff"] = cells.whole("Beschäftigte", least=0, most=MOST_STAFF)
    money = {
        name: cells.decimal(column, most=MOST_MONEY)
        for name, column in (("turnover", "Umsatz"), ("balance", "Bilanzsumme"))
        if cells.has(column)
    }
    if cells.row.cells["Beschäftigte"] == "":
        cells.wrong("Beschäftigte", _("Die Angabe fehlt."))
    if found["size_class"] and found["staff"] is not None:
        _check_size(cells, found["size_class"], possible_classes(found["staff"], **money))
    return found | money


def _check_size(cells: Cells, size_class: str, possible: tuple[str, ...]) -> None:
    if not possible:
        message = _(
            "Das Unternehmen ist größer als ein mittleres: unter 250 Beschäftigte, dazu bis 50 Mio. Euro Umsatz "
            "oder bis 43 Mio. Euro Bilanzsumme."
        )
        cells.wrong("Größe", message)
    elif size_class not in possible:
        names = _(" oder ").join(str(SizeClass(code).label) for code in possible)
        cells.wrong("Größe", _("Das passt nicht zu den Zahlen. Möglich ist: %s.") % names)
