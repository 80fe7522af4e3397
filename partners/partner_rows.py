"""What a row of the office's list says about a partner."""

from functools import partial

from cities.cells import Cells, Words, read_each
from cities.lines import Fault
from cities.models import Sector
from cities.spreadsheets import Columns, Row
from partners.entry_rows import EntryReader, EntryRow
from partners.forms import LARGEST_CAPACITY
from partners.models import Partner, PartnerCategory

COLUMNS = Columns(
    required=("Kennung", "Name", "Kategorie", "Sitz"),
    optional=(
        *("Bereich", "Einzugsgebiet", "Themen", "Fähigkeiten", "Angebote", "Beschreibung", "Internetseite"),
        *("Vermittlungen im Monat", "Postanschrift"),
    ),
    keys={"Sitz": (5, 8)},
)
_SECTORS = Words.of(Sector.choices)


def check(rows: list[Row]) -> tuple[list[EntryRow], list[Fault]]:
    """The partners of the good rows, and all faults of the others."""
    categories = {category.code: category for category in PartnerCategory.objects.all()}
    return read_each(rows, partial(_partner, reader=EntryReader(Partner), categories=categories))


def _partner(cells: Cells, reader: EntryReader, categories: dict[str, PartnerCategory]) -> EntryRow:
    code, name = reader.code(cells), reader.name(cells)
    words = Words.of((category.code, category.name) for category in categories.values())
    category = cells.one_of("Kategorie", words, needed=True)
    seat = reader.places.municipality(cells, "Sitz")
    reader.check_twin(cells, code=code, name=name, seat=seat)
    usual = categories[category].sector if category else ""
    sector = {"sector": cells.one_of("Bereich", _SECTORS) or usual}
    organisation = reader.organisation(cells, name)
    if cells.has("Vermittlungen im Monat"):
        capacity = cells.whole("Vermittlungen im Monat", least=0, most=LARGEST_CAPACITY)
        organisation |= {} if capacity is None else {"capacity": capacity}
    return EntryRow(
        number=cells.row.number,
        code=code,
        name=name,
        organisation=organisation,
        facts={"category_id": category, "seat_id": seat, **reader.texts(cells)}
        | (sector if cells.has("Bereich") else {}),
        defaults=sector,
        lists=reader.lists(cells),
        offers=reader.offers(cells),
        area=reader.area(cells, "Einzugsgebiet"),
    )
