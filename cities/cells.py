"""The cells of one row as values. What cannot be used is noted, so that a row names all of its faults at once."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cities.lines import Fault
from cities.links import WebAddressField
from cities.models import Need, ResourceKind
from cities.place_names import search_key
from cities.spreadsheets import Row

Read = TypeVar("Read")
LONGEST_TEXT = 2000
MOST_ENTRIES = 100
_UNREADABLE = re.compile("[\0\ud800-\udfff]")
_LINES = re.compile(r"[\n;]")
_GERMAN_NUMBER = re.compile(r"-?[0-9]{1,12}(,[0-9]{1,12})?|-?[0-9]{1,3}(\.[0-9]{3}){1,3}(,[0-9]{1,12})?")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,12}\.[0-9]{1,12}")
_ANSWERS = {"ja": True, "j": True, "1": True, "x": True, "nein": False, "n": False, "0": False, "": False}


@dataclass(frozen=True)
class Words:
    """Values that go by a code and by German names, however spelled."""

    codes: Mapping[str, str]  # search key → code
    names: tuple[str, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str | Promise]], *, also: Mapping[str, str] | None = None) -> "Words":
        """From code and name, as choices and reference tables have them; `also` maps further names to codes."""
        listed = [(code, str(name)) for code, name in pairs]
        codes = {search_key(word): code for code, name in listed for word in (code, name)}
        codes |= {search_key(word): code for word, code in (also or {}).items()}
        return cls(codes, tuple(name for _code, name in listed))

    def find(self, text: str) -> str | None:
        return self.codes.get(search_key(text))

    def split(self, text: str) -> Iterator[tuple[str, str | None]]:
        """Entries between commas, each with its code or None; a name may have commas of its own."""
        parts = [part.strip() for part in text.split(",") if part.strip()]
        while parts:
            ends = range(min(len(parts), 4), 0, -1)
            end = next((end for end in ends if self.find(",".join(parts[:end]))), 1)
            entry = ", ".join(parts[:end])
            yield entry, self.find(entry)
            del parts[:end]


RESOURCE_KINDS = Words.of(ResourceKind.choices)


class Cells:
    """One row; every method gives an empty value where the cell is empty or cannot be used."""

    def __init__(self, row: Row) -> None:
        self.row, self.faults = row, list[Fault]()

    def has(self, column: str) -> bool:
        """Whether the file has the column; one it lacks says nothing, while an empty cell says „empty“."""
        return column in self.row.cells

    def wrong(self, column: str, message: str) -> None:
        self.faults.append(Fault(self.row.number, column, message))

    def are_readable(self) -> bool:
        for column, cell in self.row.cells.items():
            if _UNREADABLE.search(cell):
                self.wrong(column, _("Die Zelle enthält ein unlesbares Zeichen."))
        return not self.faults

    def text(self, column: str, *, longest: int, needed: bool = False) -> str:
        text = self.row.cells.get(column, "")
        if needed and not text:
            self.wrong(column, _("Die Angabe fehlt."))
        if len(text) > longest:
            lengths = {"length": len(text), "longest": longest}
            self.wrong(column, _("Die Angabe hat %(length)d Zeichen, erlaubt sind %(longest)d.") % lengths)
            return ""
        return text

    def code(self, column: str, *, like: str, pattern: re.Pattern[str], seen: dict[str, int]) -> str:
        """What names the row from one import to the next; no two rows have the same."""
        code = self.row.cells.get(column, "")
        if not code:
            self.wrong(column, _("Die Angabe fehlt."))
            return ""
        if not pattern.fullmatch(code):
            self.wrong(column, _("„%(code)s“ ist keine Kennung wie %(like)s.") % {"code": code[:40], "like": like})
        elif code in seen:
            self.wrong(column, _("Die Kennung steht schon in Zeile %d.") % seen[code])
        seen.setdefault(code, self.row.number)
        return code

    def whole(self, column: str, *, least: int, most: int) -> int | None:
        text = self.row.cells.get(column, "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
            bounds = {"cell": text[:40], "least": least, "most": most}
            self.wrong(column, _("„%(cell)s“ ist keine ganze Zahl von %(least)d bis %(most)d.") % bounds)
            return None
        return int(text)

    def decimal(self, column: str, *, most: Decimal) -> Decimal | None:
        """A number with two places at most, as Germans write it: 1.250,50; or 1250.5."""
        text = self.row.cells.get(column, "")
        if not text:
            return None
        if _GERMAN_NUMBER.fullmatch(text):
            number = Decimal(text.replace(".", "").replace(",", "."))
        elif _PLAIN_NUMBER.fullmatch(text):
            number = Decimal(text)
        else:
            self.wrong(column, _("„%s“ ist keine Zahl wie 1,5.") % text[:40])
            return None
        if not 0 <= number <= most or number != round(number, 2):
            bounds = {"cell": text[:40], "most": most}
            message = _("„%(cell)s“ liegt nicht zwischen 0 und %(most)s oder hat mehr als zwei Nachkommastellen.")
            self.wrong(column, message % bounds)
            return None
        return number

    def yes(self, column: str) -> bool:
        text = self.row.cells.get(column, "")
        if text.casefold() not in _ANSWERS:
            self.wrong(column, _("Hier steht ja oder nein."))
        return _ANSWERS.get(text.casefold(), False)

    def one_of(self, column: str, words: Words, *, needed: bool = False) -> str:
        text = self.row.cells.get(column, "")
        if not text:
            if needed:
                self.wrong(column, _("Die Angabe fehlt."))
            return ""
        code = words.find(text)
        if code is None:
            self._unknown(column, text, words)
        return code or ""

    def several(self, column: str, words: Words) -> frozenset[str]:
        """Entries between commas, semicolons or on lines of their own."""
        found = [pair for part in self.entries(column) for pair in words.split(part)]
        for entry, code in found:
            if code is None:
                self._unknown(column, entry, words)
        return frozenset(code for _entry, code in found if code)

    def resources(self, column: str) -> dict[str, str]:
        """Kind → note: „Zeit, Wissen“ or, between semicolons or on lines of their own, „Räume: für Treffen“."""
        notes: dict[str, str] = {}
        for entry in self.entries(column):
            words, _colon, note = (part.strip() for part in entry.partition(":"))
            if len(note) > longest(Need, "note"):
                limits = {"note": note[:40], "longest": longest(Need, "note")}
                self.wrong(column, _("„%(note)s …“ hat mehr als %(longest)d Zeichen.") % limits)
            for word, kind in RESOURCE_KINDS.split(words):
                if kind is None:
                    self._unknown(column, word, RESOURCE_KINDS)
                elif kind in notes:
                    self.wrong(column, _("„%s“ steht zweimal da.") % word[:40])
                else:
                    notes[kind] = note
        return notes

    def web_address(self, column: str) -> str:
        text = self.row.cells.get(column, "")
        try:
            return str(WebAddressField(required=False).clean(text))
        except ValidationError as error:
            self.wrong(column, " ".join(error.messages))
            return ""

    def entries(self, column: str) -> list[str]:
        """What stands between semicolons or on lines of its own."""
        found = [part.strip() for part in _LINES.split(self.row.cells.get(column, "")) if part.strip()]
        if len(found) > MOST_ENTRIES:
            self.wrong(column, _("Bitte nennen Sie höchstens %d Einträge.") % MOST_ENTRIES)
            return []
        return found

    def _unknown(self, column: str, text: str, words: Words) -> None:
        known = {"text": text[:40], "names": "; ".join(words.names)}
        self.wrong(column, _("„%(text)s“ ist nicht bekannt. Möglich sind: %(names)s.") % known)


def longest(model: type[models.Model], field: str) -> int:
    """How many characters the column of the database takes, or the form of the portal."""
    return getattr(model._meta.get_field(field), "max_length", None) or LONGEST_TEXT


def read_each(rows: Iterable[Row], read: Callable[[Cells], Read | None]) -> tuple[list[Read], list[Fault]]:
    """What `read` makes of the good rows, and all faults of the others."""
    found: list[Read] = []
    faults: list[Fault] = []
    for row in rows:
        cells = Cells(row)
        value = read(cells) if cells.are_readable() else None
        if cells.faults or value is None:
            faults += cells.faults
        else:
            found.append(value)
    return found, faults
