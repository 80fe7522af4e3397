"""What towns could say about themselves; every third town gets one of the profiles in turn."""

from dataclasses import dataclass, field
from types import MappingProxyType

from portal.site.demo_world.people import DemoPerson, person

DOMAIN = "stadt.example"
CAPACITY = 4
DESCRIPTION = "Beispielangaben: So könnte sich das Netzwerk dieser Stadt beschreiben."
_FIRST_NUMBER = 100  # of the people, so that they are others than the partners'
_SECOND_NUMBER = 150


@dataclass(frozen=True)
class TownProfile:
    """What a town could say about itself; `needs` and `offers` map a kind to a note, `actors` a sector to names."""

    text: str
    topics: tuple[str, ...]
    needs: MappingProxyType[str, str]
    offers: MappingProxyType[str, str]
    actors: MappingProxyType[str, str]
    sectors_missing: tuple[str, ...] = ()
    skills_missing: tuple[str, ...] = ()
    reach_km: int | None = None
    links: tuple[tuple[str, str], ...] = field(default=(("Unser Netzwerk", "https://netzwerk.stadt.example/"),))


PROFILES = (
    TownProfile(
        "Wir bringen Vereine, Schulen und Betriebe an einen Tisch und suchen Wege in die Ausbildung.",
        ("skilled_labour", "town_centre", "youth"),
        MappingProxyType({"knowledge": "Wie gewinnen Vereine junge Leute?", "contacts": "zu Ausbildungsbetrieben"}),
        MappingProxyType({"rooms": "Bürgerhaus mit 80 Plätzen", "contacts": "zu 60 Vereinen"}),
        MappingProxyType(
            {
                "administration": "Beispielstelle Ehrenamt im Rathaus",
                "civil_society": "Musterverein Nachbarschaft, Sportbund Beispiel",
            }
        ),
        sectors_missing=("business",),
        skills_missing=("finance", "communication"),
    ),
    TownProfile(
        "Klimaschutz zum Mitmachen: Gärten, Reparaturen und kurze Wege sind unsere Themen.",
        ("climate", "participation", "clubs"),
        MappingProxyType({"material": "Werkzeug und Holz", "time": "Helfende an Samstagen"}),
        MappingProxyType({"rooms": "Werkstatt im alten Bahnhof"}),
        MappingProxyType(
            {"administration": "Beispielamt für Klima", "civil_society": "Probeinitiative Grün, Musterjugend"}
        ),
        sectors_missing=("business", "science"),
        skills_missing=("crafts", "evaluation"),
        reach_km=150,
    ),
    TownProfile(
        "Gesund alt werden im Quartier: Wir verbinden Pflege, Sport und Nachbarschaft.",
        ("health", "generations", "neighbourhood", "skilled_labour"),
        MappingProxyType({"rooms": "für Kurse am Vormittag", "knowledge": "Gesundheit im Betrieb"}),
        MappingProxyType({"contacts": "zu Pflegeheimen und Sportvereinen", "time": "Begleitung vor Ort"}),
        MappingProxyType({"civil_society": "Musterverein Zusammen alt werden", "business": "Apotheke Beispiel"}),
        sectors_missing=("administration",),
        skills_missing=("law",),
        links=(
            ("Unser Netzwerk", "https://netzwerk.stadt.example/"),
            ("Termine im Quartier", "https://quartier.stadt.example/termine"),
        ),
    ),
    TownProfile(
        "Wir schreiben gerade unsere Engagementstrategie und wollen digitaler werden.",
        ("digital", "strategy", "recognition"),
        MappingProxyType({"knowledge": "IT-Sicherheit für Vereine"}),
        MappingProxyType({"contacts": "zum Stadtrat", "knowledge": "Anerkennungskultur"}),
        MappingProxyType(
            {
                "administration": "Beispielstabsstelle Engagement",
                "civil_society": "Freiwilligenagentur Muster",
                "business": "Gewerbeverein Probe",
            }
        ),
        sectors_missing=("science",),
        skills_missing=("it", "design"),
    ),
    TownProfile(
        "Zusammenhalt entsteht beim Tun: Bei uns arbeiten Alteingesessene und Neue gemeinsam.",
        ("integration", "cohesion", "skilled_labour"),
        MappingProxyType({"time": "Patenschaften für neue Auszubildende", "contacts": ""}),
        MappingProxyType({"material": "Veranstaltungstechnik"}),
        MappingProxyType({"civil_society": "Probebündnis Willkommen", "science": "Beispielinstitut für Sprache"}),
        skills_missing=("facilitation",),
    ),
)


def coordinator(number: int, slug: str) -> DemoPerson:
    """Who coordinates the town of this number."""
    return person(_FIRST_NUMBER + number, domain=DOMAIN, email=f"{slug}@{DOMAIN}")


def colleague(number: int) -> DemoPerson:
    """Somebody who helps the coordinator."""
    return person(_SECOND_NUMBER + number, domain=DOMAIN)
