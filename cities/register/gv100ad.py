"""Reads GV100AD, the official register of municipalities (Statistisches Bundesamt): lines of fixed width, UTF-8.

A line begins with its kind and the day of the register: 10 Land, 20 Regierungsbezirk, 40 Kreis, 50 association,
60 municipality (30, planning regions, is not read). A municipality is followed by area in ha, population and the
postcode of its seat. The columns are those of the record description that comes with the file.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from django.utils.translation import gettext as _

from cities.register.entries import AssociationEntry, MunicipalityEntry, RegionEntry, Register
from portal.accounts.refusals import Refusal

LARGEST_FILE = 20_000_000  # bytes; the file of 2023 has 3.5 million
WIDTH = 220
LAENDER = 16
_KINDS = ("10", "20", "30", "40", "50", "60")
_NO_ASSOCIATION = "50"  # a municipality that belongs to none has a line of its own
_UNINHABITED = "66"
_MUNICIPALITY_KINDS = {
    "60": "Markt",
    "61": "Kreisfreie Stadt",
    "62": "Stadtkreis",
    "63": "Stadt",
    "64": "Gemeinde",
    "65": "Gemeindefreies Gebiet",
    "67": "Große Kreisstadt",
}
_ASSOCIATION_KINDS = {
    "51": "Amt",
    "52": "Samtgemeinde",
    "53": "Verbandsgemeinde",
    "54": "Verwaltungsgemeinschaft",
    "55": "Kirchspielslandgemeinde",
    "56": "Verwaltungsverband",
    "58": "Erfüllende Gemeinde",
}
_DISTRICT_PREFIXES = {"43": "Kreis", "44": "Landkreis"}
_NAMES_THAT_SAY_SO = ("kreis", "region hannover", "städteregion", "verband")


class RegisterError(Refusal):
    """The file is not a whole register; the message says what is wrong and what to do."""


class _Line(str):
    """One line of the file, by its columns."""

    __slots__ = ()

    kind = property(lambda self: self[0:2])
    day = property(lambda self: self[2:10])
    key = property(lambda self: self[10:18].strip())
    association = property(lambda self: self[10:15] + self[18:22])
    official_name = property(lambda self: self[22:72].strip())
    text_key = property(lambda self: self[122:124])

    @property
    def name(self) -> str:
        """Without title: „Flensburg, Stadt“ is Flensburg."""
        return str(self.official_name).partition(", ")[0].partition(",Klosterflecken")[0]

    def number(self, first: int, last: int) -> int:
        text = self[first:last].strip()
        return int(text) if text else 0


def read(content: bytes) -> Register:
    """The register of the file; RegisterError where it is not one, or not all of it."""
    lines = list(_lines(content))
    days = {line.day for line in lines}
    if len(days) != 1:
        raise RegisterError(_("Die Zeilen der Datei nennen verschiedene Tage. Bitte laden Sie die Datei noch einmal."))
    by_kind = {kind: [line for line in lines if line.kind == kind] for kind in _KINDS}
    register = Register(
        _day(days.pop()),
        {entry.key: entry for entry in _regions(by_kind)},
        {entry.key: entry for entry in _associations(by_kind["50"])},
        {},
    )
    municipalities = {entry.ags: entry for entry in _municipalities(by_kind["60"], register)}
    register = Register(register.day, register.regions, register.associations, municipalities)
    _check_whole(register)
    return register


def _lines(content: bytes) -> Iterator[_Line]:
    if len(content) > LARGEST_FILE:
        raise RegisterError(_("Die Datei ist zu groß für ein Gemeindeverzeichnis. Bitte prüfen Sie, welche es ist."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("Die Datei ist nicht in UTF-8 geschrieben. Bitte laden Sie die UTF-8-Fassung des Verzeichnisses.")
        raise RegisterError(message) from error
    for number, row in enumerate(text.splitlines(), start=1):
        if row.strip():
            yield _checked(_Line(row), number)


def _checked(line: _Line, number: int) -> _Line:
    if "\0" in line or line.kind not in _KINDS or not line.day.isdigit():
        message = _("Zeile %d ist keine Zeile des Gemeindeverzeichnisses GV100AD. Bitte prüfen Sie die Datei.")
        raise RegisterError(message % number)
    if len(line) != WIDTH:
        lengths = {"number": number, "length": len(line), "width": WIDTH}
        message = _("Zeile %(number)d hat %(length)d statt %(width)d Zeichen; die Datei ist nicht vollständig.")
        raise RegisterError(message % lengths)
    return line


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError as error:
        raise RegisterError(_("„%s“ ist kein Tag. Bitte prüfen Sie die Datei.") % text) from error


def _regions(by_kind: dict[str, list[_Line]]) -> Iterator[RegionEntry]:
    for line in by_kind["10"]:
        yield RegionEntry(line.key, "land", line.name)
    for line in by_kind["20"]:
        if name := _government_region(line):
            yield RegionEntry(line.key, "government_region", name)
    for line in by_kind["40"]:
        yield RegionEntry(line.key, "district", _district(line))


def _government_region(line: _Line) -> str:
    """Empty for those that exist for statistics only, or existed once."""
    name = str(line.official_name)
    if name.startswith(("früher:", "Statistische Region")):
        return ""
    return f"Regierungsbezirk {name.removeprefix('Reg.-Bez. ')}"


def _district(line: _Line) -> str:
    """Landkreis Helmstedt, but Rhein-Pfalz-Kreis and Rosenheim."""
    prefix = _DISTRICT_PREFIXES.get(line.text_key, "")
    says_so = any(word in line.name.casefold() for word in _NAMES_THAT_SAY_SO)
    return line.name if says_so or not prefix else f"{prefix} {line.name}"


def _associations(lines: Iterable[_Line]) -> Iterator[AssociationEntry]:
    for line in lines:
        if line.text_key != _NO_ASSOCIATION:
            yield AssociationEntry(line.association, line.name, _ASSOCIATION_KINDS.get(line.text_key, ""))


def _municipalities(lines: Iterable[_Line], register: Register) -> Iterator[MunicipalityEntry]:
    """Those where somebody lives; each lies in a Kreis that the file names."""
    for line in lines:
        if line.text_key == _UNINHABITED:
            continue
        if len(line.key) != 8 or line.key[:5] not in register.regions:
            message = _("Die Gemeinde %(ags)s %(name)s gehört zu keinem Kreis der Datei; sie ist nicht vollständig.")
            raise RegisterError(message % {"ags": line.key, "name": line.name})
        yield MunicipalityEntry(
            line.key,
            line.name,
            _MUNICIPALITY_KINDS.get(line.text_key, ""),
            association=line.association if line.association in register.associations else "",
            population=_figure(line, 139, 150),
            area_km2=_figure(line, 128, 139) / 100,
            seat_postcode=line[165:170].strip(),
        )


def _figure(line: _Line, first: int, last: int) -> int:
    try:
        return line.number(first, last)
    except ValueError as error:
        figure = {"ags": line.key, "text": line[first:last].strip()}
        message = _("Bei der Gemeinde %(ags)s steht „%(text)s“ statt einer Zahl. Bitte prüfen Sie die Datei.")
        raise RegisterError(message % figure) from error


def _check_whole(register: Register) -> None:
    """Every Land has its Kreise, every Kreis its municipalities: a file that was cut off ends somewhere between."""
    complete: list[tuple[Callable[[], bool], str]] = [
        (lambda: len(register.regions.keys() & _land_keys()) == LAENDER, _("nicht alle 16 Länder")),
        (lambda: _districts(register) == {entry.district for entry in register.municipalities.values()},
         _("Kreise ohne Gemeinden")),
    ]  # fmt: skip
    for holds, what in complete:
        if not holds():
            message = _("Die Datei ist nicht vollständig: Sie enthält %s. Bitte laden Sie sie noch einmal.")
            raise RegisterError(message % what)


def _land_keys() -> set[str]:
    return {f"{number:02}" for number in range(1, LAENDER + 1)}


def _districts(register: Register) -> set[str]:
    return {entry.key for entry in register.regions.values() if entry.kind == "district"}
