"""Places in the cells of a list: an official key, a name, or a postcode with a name; what is not clear is a fault."""

from cities import places
from cities.cells import Cells
from cities.gazetteer import Gazetteer
from cities.typed_places import PlaceReader, unclear

LONGEST_PLACE = 120


class PlaceCells:
    """Reads the places of many rows; a text that comes again is looked up once."""

    def __init__(self) -> None:
        self._gazetteer = Gazetteer()
        self._known: dict[str, tuple[str, list[str]]] = {}

    def municipality(self, cells: Cells, column: str) -> str:
        """The key of the one municipality that is meant, or nothing and a fault."""
        text = cells.text(column, longest=LONGEST_PLACE, needed=True)
        if not text:
            return ""
        if text not in self._known:
            self._known[text] = self._read(text)
        key, sentences = self._known[text]
        for sentence in sentences:
            cells.wrong(column, sentence)
        return key

    def _read(self, text: str) -> tuple[str, list[str]]:
        """Keys and names that only one municipality has are found in memory, everything else as in a form."""
        entry = self._gazetteer.current(text)
        alike = [entry] if entry else self._gazetteer.called(text)
        if len(alike) == 1:
            return alike[0].ags, []
        reader = PlaceReader({})
        found = reader.chosen(text, places.resolve_municipality(text))
        return (found.key if found else ""), unclear(reader)
