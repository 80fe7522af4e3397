"""What a row of the network's list says about a town, checked, and the municipalities it stands for.

The list names towns that are not one municipality, too: a district of a city carries the city's key, an association
(Amt, Verbandsgemeinde, …) a key of its own or that of its seat.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from cities.cells import LONGEST_TEXT, Cells, longest, read_each
from cities.gazetteer import Entry, Gazetteer
from cities.geometry import Point, distance_km
from cities.lines import Fault
from cities.models import City
from cities.spreadsheets import Columns, Row
from portal.accounts.models import Organisation

COLUMNS = Columns(
    required=("id", "stadt", "gebietstyp", "ags", "ags_exakt", "lat", "lon", "status"),
    optional=("beitritt_jahr", "traeger", "traeger_typ", "source", "bemerkung"),
    unread=("bundesland", "kreis_ags", "plz_sitz", "einwohner", "confidence"),
    keys={"ags": (8,)},
)
FARTHEST_FROM_MUNICIPALITY_KM = 50.0
_GERMANY = {"lat": (47.0, 56.0), "lon": (5.0, 16.0)}
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


def check(rows: Iterable[Row]) -> tuple[list[Town], list[Fault]]:
    """The towns of the good rows, and all faults of the others."""
    return read_each(rows, partial(_town, gazetteer=Gazetteer(), seen={}))


def is_association(area_kind: str) -> bool:
    """True for an Amt, a Verbandsgemeinde and the like."""
    return _ASSOCIATIONS.fullmatch(area_kind) is not None


def municipalities_of(name: str, area_kind: str, *, seat: Entry, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Keys of the municipalities a town consists of, that of its seat first."""
    if not is_association(area_kind):
        return (seat.ags,)
    members = gazetteer.members(_ASSOCIATIONS.sub("", name, count=1), district=seat.district)
    return (seat.ags, *sorted({entry.ags for entry in members} - {seat.ags}))


def _town(cells: Cells, gazetteer: Gazetteer, seen: dict[str, int]) -> Town | None:
    code = cells.code("id", like="ES001", pattern=_CODE, seen=seen)
    name = cells.text("stadt", longest=longest(Organisation, "name"), needed=True)
    area_kind = cells.text("gebietstyp", longest=longest(City, "area_kind"), needed=True)
    status = cells.text("status", longest=longest(City, "status"), needed=True)
    point = _point(cells)
    seat = _seat(cells, area_kind, point=point, gazetteer=gazetteer)
    joined_year = cells.whole("beitritt_jahr", least=2000, most=2100)
    texts = {
        "host": cells.text("traeger", longest=longest(City, "host")),
        "host_kind": cells.text("traeger_typ", longest=longest(City, "host_kind")),
        "source": cells.text("source", longest=LONGEST_TEXT),
        "note": cells.text("bemerkung", longest=LONGEST_TEXT),
    }
    if point is None or seat is None:
        return None
    municipalities = municipalities_of(name, area_kind, seat=seat, gazetteer=gazetteer)
    return Town(code, name, area_kind, municipalities, point, status, joined_year, **texts)


def _seat(cells: Cells, area_kind: str, *, point: Point | None, gazetteer: Gazetteer) -> Entry | None:
    """The municipality of the key; for the key of an association the one of its Kreis that is nearest."""
    key, exact = cells.row.cells["ags"], cells.row.cells["ags_exakt"]
    if exact not in ("0", "1"):
        cells.wrong("ags_exakt", _("Hier steht 1 oder 0."))
        return None
    if not _MUNICIPALITY_KEY.fullmatch(key):
        cells.wrong("ags", _("„%s“ ist kein Gemeindeschlüssel mit 8 Ziffern.") % key[:40])
        return None
    seat = gazetteer.current(key)
    if seat is None and point and exact == "0" and is_association(area_kind):
        seat = gazetteer.nearest(point, district=key[:5])
    if seat is None:
        cells.wrong("ags", _("Der Gemeindeschlüssel %s ist nicht bekannt.") % key)
    elif point and (away := distance_km(seat.point, point)) > FARTHEST_FROM_MUNICIPALITY_KM:
        where = {"km": round(away), "name": seat.name}
        cells.wrong("lat", _("Der Punkt liegt %(km)d km von %(name)s entfernt.") % where)
    return seat


def _point(cells: Cells) -> Point | None:
    latitude, longitude = _degrees(cells, "lat"), _degrees(cells, "lon")
    return Point(latitude, longitude) if latitude and longitude else None


def _degrees(cells: Cells, column: str) -> float | None:
    cell = cells.row.cells[column]
    if not _NUMBER.fullmatch(cell):
        cells.wrong(column, _("„%s“ ist keine Zahl in Grad.") % cell[:40])
        return None
    degrees = float(cell.replace(",", "."))
    least, most = _GERMANY[column]
    if not least <= degrees <= most:
        cells.wrong(column, _("Der Punkt liegt nicht in Deutschland."))
        return None
    return degrees
