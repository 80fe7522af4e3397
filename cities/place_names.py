"""Names of places as people type them, brought into one form that can be compared. Pure: knows no Django.

Two spellings of a name that mean the same have the same search key: München, MUENCHEN; Neustadt a.d.Aisch, Neustadt an
der Aisch; Sankt Augustin, St. Augustin. Other names of the same place (Neustadt, Munchen) are its alias keys.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import dropwhile, takewhile

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_BARE_VOWELS = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})
# Letters that Unicode does not take apart into a base letter and an accent.
_OTHER_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})

_WORDS = {
    "sankt": "st",
    "bay": "bayern",
    "erzgeb": "erzgebirge",
    "hann": "hannoversch",
    "mfr": "mittelfranken",
    "nb": "niederbayern",
    "odw": "odenwald",
    "ofr": "oberfranken",
    "oldb": "oldenburg",
    "opf": "oberpfalz",
    "rhld": "rheinland",
    "sa": "sachsen",
    "saechs": "saechsische",
    "thuer": "thueringen",
    "ufr": "unterfranken",
    "vogtl": "vogtland",
    "westf": "westfalen",
}
_PREPOSITIONS = {
    "a": "a", "am": "a", "an": "a", "auf": "auf", "b": "b", "bei": "b", "i": "i", "im": "i", "in": "i",
    "ob": "ob", "unter": "unter", "v": "v", "vor": "v", "vorm": "v",
}  # fmt: skip
_ARTICLES = {"d", "der", "dem", "den"}
_TITLES = ("hansestadt", "kirchspiel", "lutherstadt", "stadt")
_PHRASES = {"o l": "oberlausitz", "o d": "ob d", "i ob": "i oberbayern", "i schw": "i schwaben"}
_REGION_WORDS = {
    "bezirk", "freistaat", "kreis", "land", "landkreis", "lk", "lkr", "regierungsbezirk", "region", "regionalverband",
    "staedteregion",
}  # fmt: skip
_TOWN_WORDS = {"gemeinde", "hansestadt", "kreisfreie", "markt", "stadt", "stadtkreis"}
_LAND_ABBREVIATIONS = {
    "sh": "01", "hh": "02", "ni": "03", "nds": "03", "hb": "04", "nrw": "05", "nw": "05", "he": "06", "rlp": "07",
    "rp": "07", "bw": "08", "by": "09", "sl": "10", "be": "11", "bb": "12", "mv": "13", "sn": "14", "st": "15",
    "lsa": "15", "th": "16",
}  # fmt: skip
_LAND_SLUGS = {
    "01": "sh", "02": "hh", "03": "ni", "04": "hb", "05": "nw", "06": "he", "07": "rp", "08": "bw", "09": "by",
    "10": "sl", "11": "be", "12": "bb", "13": "mv", "14": "sn", "15": "st", "16": "th",
}  # fmt: skip


def search_key(text: str) -> str:
    """Lower-case ASCII letters and digits in words with one space between, abbreviations brought into one form."""
    return _unified(_words(_lower(text).translate(_UMLAUTS)))


def bare_vowel_key(text: str) -> str:
    """The search key of the spelling without dots: Munchen."""
    return _unified(_words(_lower(text).translate(_BARE_VOWELS)))


def name_keys(name: str) -> set[str]:
    """The search key of the name and of its shorter forms: Neustadt an der Aisch is called Neustadt, too."""
    return {key for key in map(search_key, _forms(name)) if key}


def alias_keys(name: str) -> list[str]:
    """All keys but the name's own under which a place is found, sorted."""
    keys = name_keys(name) | {key for key in map(bare_vowel_key, _forms(name)) if key}
    return sorted(keys - {search_key(name)})


def is_one_edit_apart(one: str, other: str) -> bool:
    """One letter left out, added, replaced, or two neighbours exchanged (optimal string alignment distance 1)."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[start:], other[start:]
    exchanged = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:] and len(rest) > 1
    return exchanged or rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]


def locality_label(name: str, municipality: str, land: str) -> str:
    """„Mombach (Ortsteil von Mainz, Rheinland-Pfalz)“"""
    return f"{name} (Ortsteil von {municipality}, {land})"


def region_key(name: str) -> str:
    """The search key of a Kreis or Land without its designation: Landkreis Rosenheim → rosenheim."""
    key = search_key(name)
    return _without(key, _REGION_WORDS) or key


def designated_region(text: str) -> str:
    """The rest of the key where somebody wrote „Kreis Borken“ and means the Kreis, not the town; else empty."""
    return _without(search_key(text), _REGION_WORDS)


def designated_town(text: str) -> str:
    """The rest of the key where somebody wrote „Stadt Borken“ and means the town, not the Kreis; else empty."""
    return _without(search_key(text), _TOWN_WORDS)


def land_of_abbreviation(text: str) -> str:
    """The key of the Land for NRW, BW and the like; empty where it is none."""
    return _LAND_ABBREVIATIONS.get(text.strip().casefold(), "")


def land_abbreviations(key: str) -> set[str]:
    """How the Land is abbreviated: 05 → nrw, nw; empty for what is no Land."""
    return {short for short, land in _LAND_ABBREVIATIONS.items() if land == key}


def land_slug(key: str) -> str:
    """The Land in an address, by its official abbreviation: 05 → nw; KeyError for what is no Land."""
    return _LAND_SLUGS[key]


def land_of_slug(text: str) -> str:
    """The key of the Land; empty for what is none."""
    return next((key for key, slug in _LAND_SLUGS.items() if slug == text), "")


def slug(name: str) -> str:
    """The name as part of an address: neustadt-an-der-aisch."""
    return "-".join(_words(_lower(name).translate(_UMLAUTS)))


def label(name: str, district: str, land: str) -> str:
    """„Neustadt (Landkreis Marburg-Biedenkopf, Hessen)“; a town that is its own Kreis says so instead."""
    return f"{name} ({'kreisfreie Stadt' if name == district else district}, {land})"


def land_label(name: str) -> str:
    """„Bayern (Land)“"""
    return f"{name} (Land)"


def _lower(text: str) -> str:
    """Composed first, so that a decomposed ü (as files from a Mac have it) is the umlaut it looks like."""
    return unicodedata.normalize("NFC", text).casefold()


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text.translate(_OTHER_LETTERS))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.findall(r"[a-z0-9]+", letters.casefold())


def _unified(words: list[str]) -> str:
    """Prepositions short and without their article, abbreviations long; the first word is never a preposition."""
    text = f" {' '.join(words)} "
    for short, long in _PHRASES.items():
        text = text.replace(f" {short} ", f" {long} ")
    unified: list[str] = []
    for word in text.split():
        if unified and word in _PREPOSITIONS:
            unified.append(_PREPOSITIONS[word])
        elif not (word in _ARTICLES and unified[-1:] and unified[-1] in _PREPOSITIONS.values()):
            unified.append(_WORDS.get(word, word))
    return " ".join(unified)


def _forms(name: str) -> Iterator[str]:
    """The name, its parts of equal rank (Bautzen / Budyšin), without suffix, without „an der …“, without title."""
    yield name
    for part in re.split(r"\s+[/-]\s+", name):
        head = re.split(r"[(/,]", part)[0]
        yield from (part, head)
        words = head.split()
        yield from (" ".join(words[1:]) for title in _TITLES if words and words[0].casefold() == title)
        yield " ".join([*words[:1], *takewhile(_is_no_preposition, words[1:])])


def _is_no_preposition(word: str) -> bool:
    """False for „an“, and for „a.d.Aisch“, which is one word for whoever wrote it."""
    return next(iter(_words(_lower(word))), "") not in _PREPOSITIONS


def _without(key: str, designations: set[str]) -> str:
    """What follows the designations the key begins with; empty where there are none or nothing follows."""
    rest = " ".join(dropwhile(lambda word: word in designations, key.split()))
    return "" if rest == key else rest
