"""What the lists of partners, companies and networks have in common: one row is one organisation with its entry."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from cities.cells import Cells, Words, longest
from cities.models import Skill, Topic
from cities.place_cells import PlaceCells
from cities.typed_places import unclear
from partners.areas import AreaPart, AreaReader
from partners.companies import name_key
from portal.accounts.models import Organisation

LONGEST_AREA = 3000
_CODE = re.compile(r"[A-Za-z0-9ÄÖÜäöüß._/-]{1,20}")


@dataclass(frozen=True)
class EntryRow:
    """What the row says; columns the file does not have are missing, and what is stored there stays.

    `organisation` and `facts` are fields by name, `lists` the codes of related rows by name (topics, skills),
    `defaults` fields of a new entry only, `members` keys of partners.
    """

    number: int
    code: str
    name: str
    organisation: dict[str, Any]
    facts: dict[str, Any]
    defaults: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, frozenset[str]] = field(default_factory=dict)
    offers: dict[str, str] | None = None
    area: tuple[AreaPart, ...] | None = None
    members: tuple[int, ...] = ()


class EntryReader:
    """Reads the rows of one list; knows what is there already and what was read before."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.codes: dict[str, int] = {}
        self.places = PlaceCells()
        self.topics = Words.of(Topic.objects.values_list("code", "name"))
        self.skills = Words.of(Skill.objects.values_list("code", "name"))
        self._areas: dict[str, tuple[tuple[AreaPart, ...], list[str]]] = {}
        self._twins = _Twins(model)

    def code(self, cells: Cells) -> str:
        return cells.code("Kennung", like="OM-017", pattern=_CODE, seen=self.codes)

    def name(self, cells: Cells) -> str:
        return cells.text("Name", longest=longest(Organisation, "name"), needed=True)

    def organisation(self, cells: Cells, name: str) -> dict[str, Any]:
        found: dict[str, Any] = {"name": name}
        if cells.has("Postanschrift"):
            found["postal_address"] = cells.text("Postanschrift", longest=longest(Organisation, "postal_address"))
        return found

    def texts(self, cells: Cells) -> dict[str, str]:
        """Description and website, where the file has them."""
        found: dict[str, str] = {}
        if cells.has("Beschreibung"):
            found["description"] = cells.text("Beschreibung", longest=longest(self.model, "description"))
        if cells.has("Internetseite"):
            found["website"] = cells.web_address("Internetseite")
        return found

    def lists(self, cells: Cells) -> dict[str, frozenset[str]]:
        columns = {"topics": ("Themen", self.topics), "skills": ("Fähigkeiten", self.skills)}
        return {name: cells.several(column, words) for name, (column, words) in columns.items() if cells.has(column)}

    def offers(self, cells: Cells) -> dict[str, str] | None:
        return cells.resources("Angebote") if cells.has("Angebote") else None

    def area(self, cells: Cells, column: str, *, needed: bool = False) -> tuple[AreaPart, ...] | None:
        """As in the form for registering; an area with several meanings is a fault."""
        if not cells.has(column):
            return None
        text = cells.text(column, longest=LONGEST_AREA, needed=needed)
        if text not in self._areas:
            reader = AreaReader({})
            self._areas[text] = reader.parts(text), unclear(reader)
        parts, sentences = self._areas[text]
        for sentence in sentences:
            cells.wrong(column, sentence)
        return parts

    def check_twin(self, cells: Cells, *, code: str, name: str, seat: str = "") -> None:
        """The same name in the same place is the same organisation: no second entry for it."""
        if name and (message := self._twins.message(code, name, seat, cells.row.number)):
            cells.wrong("Name", message)


class _Twins:
    """Who is known by name and, unless it is a network, by seat."""

    def __init__(self, model: type[models.Model]) -> None:
        self._entries = {
            (name_key(name), seat): code or "" for name, seat, code in model._default_manager.values_list(*_keys(model))
        }
        self._rows: dict[tuple[str, str], int] = {}

    def message(self, code: str, name: str, seat: str, number: int) -> str:
        key = (name_key(name), seat)
        if key in self._rows:
            return _("„%(name)s“ steht schon in Zeile %(row)d.") % {"name": name[:80], "row": self._rows[key]}
        self._rows[key] = number
        if self._entries.get(key, code) != code:
            return _("„%(name)s“ ist schon eingetragen, aber nicht unter dieser Kennung.") % {"name": name[:80]}
        return ""


def _keys(model: type[models.Model]) -> Iterable[Any]:
    has_seat = any(field.name == "seat" for field in model._meta.fields)
    seat: Any = "seat_id" if has_seat else models.Value("", models.CharField())
    return "organisation__name", seat, "code"
