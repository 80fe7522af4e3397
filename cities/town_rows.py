"""What a row of the network's list says about a town, checked, and the municipalities it stands for.

The list names towns that are not one municipality, too: a district of a city carries the city's key, an association
(Amt, Verbandsgemeinde, …) a key of its own or that of its seat.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cities.csv_rows import Fault, Row
from cities.gazetteer import Entry, Gazetteer
from cities.geometry import Point, distance_km
from cities.models import City
from portal.accounts.models import Organisation

REQUIRED_COLUMNS = ("id", "stadt", "gebietstyp", "ags", "ags_exakt", "lat", "lon", "status")
FARTHEST_FROM_MUNICIPALITY_KM = 50.0
LONGEST_TEXT = 2000
_GERMANY = {"lat": (47.0, 56.0), "lon": (5.0, 16.0)}
_YEARS = range(2000, 2101)
_CODE = re.compile(r"[A-Z0-9-]{1,10}")
_MUNICIPALITY_KEY = re.compile(r"[0-9]{8}")
_NUMBER = re.compile(r"-?[0-9]{1,3}([.,][0-9]{1,12})?")
_MEMBER_STATUS = ("mitglied", "aufgenommen")
_ASSOCIATIONS = re.compile(r"(verbandsgemeinde|samtgemeinde|verwaltungsgemeinschaft|.*verband|amt)\b\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Town:
    """The facts of one town as the network's list has them."""

    code: str
    name: str
    area_kind: str
    municipalities: tuple[str, ...]  # the first one holds the anchor
    point: Point
    status: str
    joined_year: int | None = None
    host: str = ""
    host_kind: str = ""
    source: str = ""
    note: str = ""

    @property
    def taking_part(self) -> bool:
        return self.status.casefold().startswith(_MEMBER_STATUS)


class _Wrong(Exception):
    """A cell cannot be used; with its column and a sentence."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


def check(rows: Iterable[Row], gazetteer: Gazetteer) -> tuple[list[Town], list[Fault]]:
    """The towns of the good rows, and the first fault of each of the others."""
    towns: list[Town] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for row in rows:
        try:
            town = _town(row.cells, gazetteer)
            if town.code in seen:
                raise _Wrong("id", _("Die Kennung steht schon in Zeile %d.") % seen[town.code])
        except _Wrong as wrong:
            faults.append(Fault(row.number, wrong.column, wrong.message))
        else:
            seen[town.code] = row.number
            towns.append(town)
    return towns, faults


def is_association(area_kind: str) -> bool:
    """True for an Amt, a Verbandsgemeinde and the like."""
    return _ASSOCIATIONS.fullmatch(area_kind) is not None


def municipalities_of(name: str, area_kind: str, *, seat: Entry, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Keys of the municipalities a town consists of, that of its seat first."""
    if not is_association(area_kind):
        return (seat.ags,)
    members = gazetteer.members(_ASSOCIATIONS.sub("", name, count=1), district=seat.district)
    return (seat.ags, *sorted({entry.ags for entry in members} - {seat.ags}))


def _town(cells: dict[str, str], gazetteer: Gazetteer) -> Town:
    for column, cell in cells.items():
        if "\0" in cell:
            raise _Wrong(column, _("Die Zelle enthält ein unlesbares Zeichen."))
    name = _text(cells, "stadt", longest=_longest(Organisation, "name"), needed=True)
    area_kind = _text(cells, "gebietstyp", longest=_longest(City, "area_kind"), needed=True)
    point = Point(_degrees(cells, "lat"), _degrees(cells, "lon"))
    seat = _seat(cells, area_kind, point=point, gazetteer=gazetteer)
    return Town(
        code=_code(cells),
        name=name,
        area_kind=area_kind,
        municipalities=municipalities_of(name, area_kind, seat=seat, gazetteer=gazetteer),
        point=point,
        status=_text(cells, "status", longest=_longest(City, "status"), needed=True),
        joined_year=_year(cells, "beitritt_jahr"),
        host=_text(cells, "traeger", longest=_longest(City, "host")),
        host_kind=_text(cells, "traeger_typ", longest=_longest(City, "host_kind")),
        source=_text(cells, "source", longest=LONGEST_TEXT),
        note=_text(cells, "bemerkung", longest=LONGEST_TEXT),
    )


def _seat(cells: dict[str, str], area_kind: str, *, point: Point, gazetteer: Gazetteer) -> Entry:
    """The municipality of the key; for the key of an association the one of its Kreis that is nearest."""
    key = cells["ags"]
    if not _MUNICIPALITY_KEY.fullmatch(key):
        raise _Wrong("ags", _("„%s“ ist kein Gemeindeschlüssel mit 8 Ziffern.") % key[:40])
    if cells["ags_exakt"] not in ("0", "1"):
        raise _Wrong("ags_exakt", _("Hier steht 1 oder 0."))
    seat = gazetteer.current(key)
    if seat is None and cells["ags_exakt"] == "0" and is_association(area_kind):
        seat = gazetteer.nearest(point, district=key[:5])
    if seat is None:
        raise _Wrong("ags", _("Der Gemeindeschlüssel %s ist nicht bekannt.") % key)
    away = distance_km(seat.point, point)
    if away > FARTHEST_FROM_MUNICIPALITY_KM:
        where = {"km": round(away), "name": seat.name}
        raise _Wrong("lat", _("Der Punkt liegt %(km)d km von %(name)s entfernt.") % where)
    return seat


def _code(cells: dict[str, str]) -> str:
    code = cells["id"]
    if not _CODE.fullmatch(code):
        raise _Wrong("id", _("„%s“ ist keine Kennung wie ES001.") % code[:40])
    return code


def _text(cells: dict[str, str], column: str, *, longest: int, needed: bool = False) -> str:
    text = cells.get(column, "")
    if needed and not text:
        raise _Wrong(column, _("Die Angabe fehlt."))
    if len(text) > longest:
        raise _Wrong(column, _("Die Angabe hat %(length)d Zeichen, erlaubt sind %(longest)d.")
                     % {"length": len(text), "longest": longest})  # fmt: skip
    return text


def _degrees(cells: dict[str, str], column: str) -> float:
    cell = cells[column]
    if not _NUMBER.fullmatch(cell):
        raise _Wrong(column, _("„%s“ ist keine Zahl in Grad.") % cell[:40])
    degrees = float(cell.replace(",", "."))
    least, most = _GERMANY[column]
    if not least <= degrees <= most:
        raise _Wrong(column, _("Der Punkt liegt nicht in Deutschland."))
    return degrees


def _year(cells: dict[str, str], column: str) -> int | None:
    cell = cells.get(column, "")
    if not cell:
        return None
    if not (cell.isascii() and cell.isdigit() and len(cell) == 4 and int(cell) in _YEARS):
        raise _Wrong(column, _("„%s“ ist keine Jahreszahl.") % cell[:40])
    return int(cell)


def _longest(model: type[City] | type[Organisation], field: str) -> int:
    return getattr(model._meta.get_field(field), "max_length", None) or LONGEST_TEXT
