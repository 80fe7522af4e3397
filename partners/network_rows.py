"""What a row of the office's list says about a regional network, its coordination and its members."""

from collections import defaultdict
from functools import partial

from django.utils.translation import gettext as _

from cities.cells import Cells, read_each
from cities.lines import Fault
from cities.spreadsheets import Columns, Row
from partners.companies import name_key
from partners.entry_rows import EntryReader, EntryRow
from partners.models import Partner, RegionalNetwork

COLUMNS = Columns(
    required=("Kennung", "Name", "Gebiet", "Koordination"),
    optional=("Mitglieder", "Beschreibung", "Internetseite", "Postanschrift"),
)


def check(rows: list[Row]) -> tuple[list[EntryRow], list[Fault]]:
    """The networks of the good rows, and all faults of the others."""
    return read_each(rows, partial(_network, reader=EntryReader(RegionalNetwork), partners=_Partners()))


def _network(cells: Cells, reader: EntryReader, partners: "_Partners") -> EntryRow:
    code, name = reader.code(cells), reader.name(cells)
    reader.check_twin(cells, code=code, name=name)
    coordinator = partners.named(cells, "Koordination", cells.text("Koordination", longest=200, needed=True))
    members = [partners.named(cells, "Mitglieder", entry) for entry in cells.entries("Mitglieder")]
    return EntryRow(
        number=cells.row.number,
        code=code,
        name=name,
        organisation=reader.organisation(cells, name),
        facts={"coordinator_id": coordinator, **reader.texts(cells)},
        area=reader.area(cells, "Gebiet", needed=True),
        members=tuple(dict.fromkeys(key for key in [coordinator, *members] if key)),
    )


class _Partners:
    """Partners that take part, by code and by name."""

    def __init__(self) -> None:
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for key, code, name in Partner.objects.public().values_list("pk", "code", "organisation__name"):
            self._by_name[name_key(name)].append(key)
            if code:
                self._by_code[code] = key

    def named(self, cells: Cells, column: str, text: str) -> int:
        """The key of the one partner that is meant, or 0 and a fault."""
        if not text:
            return 0
        found = [self._by_code[text]] if text in self._by_code else self._by_name.get(name_key(text), [])
        if len(found) > 1:
            cells.wrong(column, _("Mehrere Partner heißen „%s“. Bitte nennen Sie die Kennung.") % text[:80])
        elif not found:
            message = _("„%s“ ist kein freigegebener OM-Partner. Bitte nennen Sie Kennung oder Namen.")
            cells.wrong(column, message % text[:80])
        return found[0] if len(found) == 1 else 0
