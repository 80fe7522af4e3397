"""Invented partners: some handwritten, the others composed by rule, three in each Land (two in the city states)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from portal.site.demo_world.people import DemoPerson, named, person

DOMAIN = "partner.example"


@dataclass(frozen=True)
class DemoPartner:
    """An invented partner; `area` mixes official keys, "40@05554008" (40 km around a municipality) and "bund".

    `topic_areas` maps a topic to the area that counts for it instead.
    `standing` says where it stands with the office: public, waiting, asked_back, declined, paused, outdated or left.
    """

    name: str
    category: str
    seat: str
    area: tuple[str, ...]
    topics: tuple[str, ...]
    offers: tuple[str, ...]
    person: DemoPerson
    skills: tuple[str, ...] = ()
    standing: str = "public"
    capacity: int = 2
    topic_areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _contact(first_name: str, last_name: str) -> DemoPerson:
    return named(first_name, last_name, domain=DOMAIN)


HANDWRITTEN = (
    DemoPartner(  # the partner one can sign in as: much has happened to it
        "Musterkammer Nordwest", "chamber_guild", "05515000", ("280@05515000",),
        ("skilled_labour", "town_centre", "digital", "youth", "health", "climate"), ("knowledge", "contacts", "rooms"),
        _contact("Jutta", "Probe"), ("project_management", "staff"), capacity=8,
        topic_areas={"climate": ("05515", "05566", "05570", "60@03404000")},
    ),
    DemoPartner(
        "Beispiel-Kreishandwerkerschaft Lippe", "chamber_guild", "05766020", ("05766", "05711", "05774"),
        ("skilled_labour", "youth", "clubs"), ("time", "contacts"), _contact("Heiner", "Muster"), ("crafts",),
    ),
    DemoPartner(
        "Muster-Berufsgenossenschaft Rhein-Neckar", "social_insurance", "08221000", ("90@08221000",),
        ("health", "skilled_labour", "generations"), ("knowledge", "time"), _contact("Aylin", "Beispiel"), ("safety",),
    ),
    DemoPartner(
        "Beispielkasse Nord", "social_insurance", "02000000", ("01", "02", "03"),
        ("health", "neighbourhood", "generations", "youth"), ("knowledge", "rooms"),
        _contact("Ole", "Vorlage"), ("finance",),
    ),
    DemoPartner(
        "Musterverband der Unternehmen Sachsen-Anhalt", "social_partner", "15003000", ("15",),
        ("skilled_labour", "cohesion", "integration"), ("contacts", "knowledge"), _contact("Katrin", "Entwurf"),
    ),
    DemoPartner(
        "Gewerkschaft Beispiel, Region Bayern", "social_partner", "09162000", ("09",),
        ("cohesion", "health", "skilled_labour"), ("time", "rooms"), _contact("Sepp", "Exempel"),
    ),
    DemoPartner(
        "Musterverband Fachkräfte für Arbeitssicherheit", "professional_association", "06412000", ("06", "07"),
        ("health", "crisis"), ("knowledge",), _contact("Mirjam", "Skizze"), ("safety",),
    ),
    DemoPartner(
        "Beispiel Beratung Südwest", "consulting_quality", "08111000", ("120@08111000",),
        ("strategy", "digital", "climate"), ("knowledge", "time"), _contact("Timo", "Schablone"), ("facilitation",),
    ),
    DemoPartner(
        "Musterinstitut für Arbeitsforschung (ReKodA-Beispiel)", "research", "08212000", ("100@08212000", "07"),
        ("digital", "circular", "skilled_labour"), ("knowledge", "contacts"), _contact("Farid", "Studie"), ("it",),
    ),
    DemoPartner(
        "Beispiel-Hochschule Lausitz", "research", "14625020", ("12", "14"),
        ("digital", "climate", "youth"), ("knowledge", "rooms"), _contact("Hanka", "Versuch"), ("evaluation",),
    ),
    DemoPartner(
        "Muster-Wirtschaftsförderung Mittelrhein", "public_body", "07138045", ("07138", "07137", "07131", "07143"),
        ("town_centre", "skilled_labour", "strategy"), ("contacts", "rooms", "material"), _contact("Britta", "Modell"),
    ),
    DemoPartner(
        "Beispiel-Zukunftszentrum Thüringen", "public_body", "16051000", ("16",),
        ("digital", "skilled_labour", "integration"), ("knowledge", "time"), _contact("Jens", "Vorschau"), ("it",),
    ),
    DemoPartner(
        "Musternetz Engagement und Mittelstand", "network", "11000000", ("bund",),
        ("strategy", "participation", "recognition", "youth"), ("contacts", "knowledge"),
        _contact("Nele", "Musterfrau"),
    ),
    DemoPartner(
        "Beispielwerke Küste", "company", "13003000", ("13", "01"),
        ("climate", "circular", "clubs"), ("material", "time"), _contact("Arne", "Beleg"), ("crafts", "events"),
    ),
    DemoPartner(
        "Probeverband Ruhr", "professional_association", "05113000", ("50@05113000",),
        ("neighbourhood", "integration"), ("time",), _contact("Deniz", "Anfang"), standing="waiting",
    ),
)  # fmt: skip

# In each Land its capital and neighbours, by key and short name.
SEATS = (
    ("01002000", "Kiel"), ("01003000", "Lübeck"), ("01001000", "Flensburg"),
    ("02000000", "Hamburg"), ("02000000", "Hamburg-Süd"),
    ("03241001", "Hannover"), ("03101000", "Braunschweig"), ("03404000", "Osnabrück"),
    ("04011000", "Bremen"), ("04012000", "Bremerhaven"),
    ("05111000", "Düsseldorf"), ("05913000", "Dortmund"), ("05334002", "Aachen"),
    ("06414000", "Wiesbaden"), ("06611000", "Kassel"), ("06531005", "Gießen"),
    ("07315000", "Mainz"), ("07111000", "Koblenz"), ("07211000", "Trier"),
    ("08111000", "Stuttgart"), ("08311000", "Freiburg"), ("08421000", "Ulm"),
    ("09162000", "München"), ("09564000", "Nürnberg"), ("09663000", "Würzburg"),
    ("10041100", "Saarbrücken"), ("10043114", "Neunkirchen"), ("10042113", "Merzig"),
    ("11000000", "Berlin"), ("11000000", "Berlin-Ost"),
    ("12054000", "Potsdam"), ("12052000", "Cottbus"), ("12060052", "Eberswalde"),
    ("13004000", "Schwerin"), ("13071107", "Neubrandenburg"), ("13073088", "Stralsund"),
    ("14612000", "Dresden"), ("14713000", "Leipzig"), ("14626110", "Görlitz"),
    ("15003000", "Magdeburg"), ("15002000", "Halle"), ("15090535", "Stendal"),
    ("16051000", "Erfurt"), ("16053000", "Jena"), ("16062041", "Nordhausen"),
)  # fmt: skip

# By category the two names it gets in turn, and what it knows.
KINDS = (
    ("chamber_guild", ("Musterkammer", "Beispiel-Innungsverband"), ("crafts", "staff")),
    ("social_insurance", ("Beispielkasse", "Muster-Unfallversicherung"), ("safety",)),
    ("research", ("ReKodA-Beispielzentrum", "Muster-Hochschule"), ("it", "evaluation")),
    ("social_partner", ("Musterverband der Arbeitgeber", "Gewerkschaft Beispiel"), ("law", "staff")),
    ("public_body", ("Muster-Wirtschaftsförderung", "Beispiel-Zukunftszentrum"), ("finance",)),
    ("professional_association", ("Probeverband Arbeitsmedizin", "Musterverband Beratung"), ("safety", "facilitation")),
    ("network", ("Musternetz Gute Arbeit", "Beispielbündnis Fachkräfte"), ("communication", "events")),
    ("consulting_quality", ("Beispiel-Beratung", "Muster-Zertifizierung"), ("project_management",)),
    ("company", ("Beispielwerke", "Probe-Dienstleistungen"), ("design", "events")),
)
TOPICS = (
    ("skilled_labour", "digital", "youth"),
    ("health", "generations", "neighbourhood", "youth"),
    ("climate", "circular", "town_centre"),
    ("cohesion", "integration", "participation"),
    ("strategy", "recognition", "skilled_labour"),
    ("clubs", "crisis", "matching"),
    ("digital", "climate", "health"),
)
OFFERS = (("knowledge", "contacts"), ("time", "rooms"), ("knowledge", "material"), ("contacts", "rooms", "time"))
STANDINGS = {7: "asked_back", 19: "paused", 26: "outdated", 33: "declined", 40: "left"}  # the others are public


def _composed() -> Iterator[DemoPartner]:
    places: dict[str, Iterator[int]] = {}
    for number, (seat, place) in enumerate(SEATS):
        category, names, skills = KINDS[number % len(KINDS)]
        turn = next(places.setdefault(category, count()))
        yield DemoPartner(
            name=f"{names[turn % len(names)]} {place}",
            category=category,
            seat=seat,
            area=_area(seat, number),
            topics=TOPICS[number % len(TOPICS)],
            offers=OFFERS[number % len(OFFERS)],
            person=person(number, domain=DOMAIN),
            skills=skills,
            standing=STANDINGS.get(number, "public"),
        )


def _area(seat: str, number: int) -> tuple[str, ...]:
    """Its Land, or circles of several sizes around its seat."""
    return ((seat[:2],), (f"80@{seat}",), (seat[:2],), (f"150@{seat}", seat[:5]))[number % 4]


PARTNERS = (*HANDWRITTEN, *_composed())
