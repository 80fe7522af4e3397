"""The invented organisations of the demo world, as plain values. All addresses end in .example."""

from dataclasses import dataclass

PASSWORD = "Probe-Zugang-2026"  # noqa: S105  # public on purpose: demo accounts exist on local machines only
OFFICE_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105  # the same holds for the office's second factor
OFFICE_EMAIL = "geschaeftsstelle@portal.example"


@dataclass(frozen=True)
class DemoPartner:
    """An invented partner; `area` mixes official keys, "40@05554008" (40 km around a municipality) and "bund"."""

    name: str
    category: str
    seat: str
    area: tuple[str, ...]
    topics: tuple[str, ...]
    offers: tuple[str, ...]
    person: tuple[str, str]

    @property
    def email(self) -> str:
        first, last = (part.lower().replace("ü", "ue").replace("ö", "oe").replace("ä", "ae") for part in self.person)
        return f"{first}.{last}@partner.example"


PARTNERS = [
    DemoPartner(
        "Musterkammer Münsterland", "chamber_guild", "05515000", ("05515", "05554", "05558", "05566", "05570"),
        ("skilled_labour", "town_centre", "digital"), ("knowledge", "contacts", "rooms"), ("Jutta", "Probe"),
    ),
    DemoPartner(
        "Beispiel-Kreishandwerkerschaft Lippe", "chamber_guild", "05766020", ("05766", "05711", "05774"),
        ("skilled_labour", "youth", "clubs"), ("time", "contacts"), ("Heiner", "Muster"),
    ),
    DemoPartner(
        "Muster-Berufsgenossenschaft Rhein-Neckar", "social_insurance", "08221000", ("90@08221000",),
        ("health", "skilled_labour", "generations"), ("knowledge", "time"), ("Aylin", "Beispiel"),
    ),
    DemoPartner(
        "Beispielkasse Nord", "social_insurance", "02000000", ("01", "02", "03"),
        ("health", "neighbourhood", "generations"), ("knowledge", "rooms"), ("Ole", "Vorlage"),
    ),
    DemoPartner(
        "Musterverband der Unternehmen Sachsen-Anhalt", "social_partner", "15003000", ("15",),
        ("skilled_labour", "cohesion", "integration"), ("contacts", "knowledge"), ("Katrin", "Entwurf"),
    ),
    DemoPartner(
        "Gewerkschaft Beispiel, Region Bayern", "social_partner", "09162000", ("09",),
        ("cohesion", "health", "skilled_labour"), ("time", "rooms"), ("Sepp", "Exempel"),
    ),
    DemoPartner(
        "Musterverband Fachkräfte für Arbeitssicherheit", "professional_association", "06412000", ("06", "07"),
        ("health", "crisis"), ("knowledge",), ("Mirjam", "Skizze"),
    ),
    DemoPartner(
        "Beispiel Beratung Südwest", "consulting_quality", "08111000", ("120@08111000",),
        ("strategy", "digital", "climate"), ("knowledge", "time"), ("Timo", "Schablone"),
    ),
    DemoPartner(
        "Musterinstitut für Arbeitsforschung (ReKodA-Beispiel)", "research", "08212000", ("100@08212000", "07"),
        ("digital", "circular", "skilled_labour"), ("knowledge", "contacts"), ("Farid", "Studie"),
    ),
    DemoPartner(
        "Beispiel-Hochschule Lausitz", "research", "14625020", ("12", "14"),
        ("digital", "climate", "youth"), ("knowledge", "rooms"), ("Hanka", "Versuch"),
    ),
    DemoPartner(
        "Muster-Wirtschaftsförderung Mittelrhein", "public_body", "07138045", ("07138", "07137", "07131", "07143"),
        ("town_centre", "skilled_labour", "strategy"), ("contacts", "rooms", "material"), ("Britta", "Modell"),
    ),
    DemoPartner(
        "Beispiel-Zukunftszentrum Thüringen", "public_body", "16051000", ("16",),
        ("digital", "skilled_labour", "integration"), ("knowledge", "time"), ("Jens", "Vorschau"),
    ),
    DemoPartner(
        "Musternetz Engagement und Mittelstand", "network", "11000000", ("bund",),
        ("strategy", "participation", "recognition"), ("contacts", "knowledge"), ("Nele", "Musterfrau"),
    ),
    DemoPartner(
        "Beispielwerke Küste", "company", "13003000", ("13", "01"),
        ("climate", "circular", "clubs"), ("material", "time"), ("Arne", "Beleg"),
    ),
]  # fmt: skip

WAITING_PARTNER = DemoPartner(
    "Probeverband Ruhr (wartet auf Freigabe)", "professional_association", "05113000", ("50@05113000",),
    ("neighbourhood", "integration"), ("time",), ("Deniz", "Anfang"),
)  # fmt: skip


@dataclass(frozen=True)
class TownProfile:
    """What a town could say about itself."""

    topics: tuple[str, ...]
    needs: tuple[str, ...]
    sectors_present: tuple[str, ...] = ()
    sectors_missing: tuple[str, ...] = ()


PROFILES = [  # every third town gets one of them in turn
    TownProfile(
        ("skilled_labour", "town_centre", "youth"),
        ("knowledge", "contacts"),
        ("administration", "civil_society"),
        ("business",),
    ),
    TownProfile(
        ("climate", "participation", "clubs"),
        ("material", "time"),
        ("administration", "civil_society"),
        ("business", "science"),
    ),
    TownProfile(
        ("health", "generations", "neighbourhood"),
        ("rooms", "knowledge"),
        ("civil_society", "business"),
        ("administration",),
    ),
    TownProfile(
        ("digital", "strategy", "recognition"),
        ("knowledge",),
        ("administration", "civil_society", "business"),
        ("science",),
    ),
    TownProfile(("integration", "cohesion", "skilled_labour"), ("time", "contacts")),
]
