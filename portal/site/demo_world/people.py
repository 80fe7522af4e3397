"""Invented people, by number: the same number is always the same person."""

from dataclasses import dataclass

FIRST_NAMES = (
    *("Samira", "Lutz", "Wanda", "Emre", "Greta", "Pavel", "Ines", "Hamid", "Doris", "Malte", "Yara", "Konrad"),
    *("Selma", "Bodo", "Lena", "Tarek", "Uta", "Mika", "Renate", "Jonas", "Fatma", "Klaus", "Nora", "Ivan", "Svea"),
    *("Dieter", "Amira", "Paul", "Edda", "Cem", "Rosa", "Holger", "Thea", "Marek", "Hilde", "Noah", "Frieda"),
)
LAST_NAMES = (
    *("Muster", "Beispiel", "Probe", "Musterfrau", "Vorlage", "Entwurf", "Exempel", "Skizze", "Schablone"),
    *("Modell", "Vorschau", "Mustermann", "Versuch", "Studie", "Beleg", "Anfang", "Probst-Muster"),
)
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who does not exist; the address ends in .example."""

    first_name: str
    last_name: str
    email: str


def named(first_name: str, last_name: str, *, domain: str) -> DemoPerson:
    local = f"{first_name}.{last_name}".lower().translate(_ASCII)
    return DemoPerson(first_name, last_name, f"{local}@{domain}")


def person(number: int, *, domain: str, email: str = "") -> DemoPerson:
    """The two lists have no common divisor, so the first 629 numbers are as many people."""
    someone = named(FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number % len(LAST_NAMES)], domain=domain)
    return DemoPerson(someone.first_name, someone.last_name, email or someone.email)
