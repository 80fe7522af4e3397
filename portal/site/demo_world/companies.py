"""200 invented companies, composed of trades and words; all sizes, many branches."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from portal.site.demo_world.people import DemoPerson, person

DOMAIN = "betrieb.example"
NEAR = 140  # the first of them are seated in or near the demo towns, in turn
_FIRST_NUMBER = 220  # of the people

WORDS = ("Muster", "Beispiel", "Probe", "Mustermann", "Musterfrau")
LEGAL_FORMS = MappingProxyType({"micro": "e. K.", "small": "GmbH", "medium": "GmbH & Co. KG"})
# Half of them very small, a third small, the others medium.
SIZES = ("small", "micro", "micro", "medium", "micro", "small", "micro", "small", "micro", "medium", "small", "micro")


@dataclass(frozen=True)
class Trade:
    """What companies do: section of WZ 2008, topics, skills, kinds they offer."""

    name: str
    branch: str
    topics: tuple[str, ...]
    skills: tuple[str, ...]
    offers: tuple[str, ...]


TRADES = (
    Trade("Tischlerei", "C", ("skilled_labour", "youth", "circular"), ("crafts",), ("time", "material")),
    Trade("Gärtnerei", "A", ("climate", "neighbourhood"), ("crafts",), ("material", "knowledge")),
    Trade("Softwarehaus", "J", ("digital", "youth"), ("it", "design"), ("knowledge", "time")),
    Trade("Pflegedienst", "Q", ("health", "generations"), ("staff", "safety"), ("time", "contacts")),
    Trade("Bäckerei", "C", ("neighbourhood", "town_centre"), ("crafts",), ("material",)),
    Trade("Steuerkanzlei", "M", ("clubs", "strategy"), ("finance", "law"), ("knowledge",)),
    Trade("Spedition", "H", ("crisis", "climate"), ("events",), ("material", "time")),
    Trade("Buchhandlung", "G", ("youth", "town_centre"), ("communication",), ("rooms", "contacts")),
    Trade("Malerbetrieb", "F", ("youth", "integration"), ("crafts",), ("time", "material")),
    Trade("Gasthof", "I", ("town_centre", "clubs"), ("events",), ("rooms",)),
    Trade("Druckerei", "C", ("recognition", "clubs"), ("design",), ("material",)),
    Trade("Elektrobetrieb", "F", ("skilled_labour", "climate"), ("crafts", "safety"), ("time", "knowledge")),
    Trade("Fahrschule", "P", ("youth", "generations"), ("safety",), ("knowledge", "rooms")),
    Trade("Recyclinghof", "E", ("circular", "climate"), ("crafts",), ("material",)),
    Trade("Hausverwaltung", "L", ("neighbourhood", "town_centre"), ("law",), ("rooms", "contacts")),
    Trade("Werbestudio", "M", ("recognition", "strategy"), ("communication", "design"), ("knowledge", "time")),
    Trade("Metallbau", "C", ("skilled_labour", "integration"), ("crafts", "staff"), ("material", "time")),
    Trade("Obsthof", "A", ("climate", "youth"), ("crafts",), ("material", "rooms")),
    Trade("Energiewerk", "D", ("climate", "crisis"), ("project_management",), ("knowledge", "material")),
    Trade("Veranstaltungstechnik", "R", ("clubs", "recognition"), ("events",), ("material", "time")),
    Trade("Friseursalon", "S", ("integration", "skilled_labour"), ("crafts",), ("time",)),
    Trade("Zimmerei", "F", ("climate", "skilled_labour"), ("crafts",), ("time", "material")),
    Trade("Versicherungsbüro", "K", ("clubs", "crisis"), ("finance",), ("knowledge", "contacts")),
    Trade("Gebäudereinigung", "N", ("integration", "health"), ("staff",), ("time",)),
    Trade("Café", "I", ("neighbourhood", "cohesion"), ("events",), ("rooms", "material")),
    Trade("Planungsbüro", "M", ("participation", "town_centre"), ("facilitation",), ("knowledge",)),
    Trade("Autohaus", "G", ("youth", "crisis"), ("crafts",), ("material", "contacts")),
    Trade("Physiotherapie", "Q", ("health", "clubs"), ("safety",), ("knowledge", "time")),
    Trade("Maschinenbau", "C", ("skilled_labour", "digital"), ("staff", "crafts"), ("knowledge", "rooms")),
    Trade("Kieswerk", "B", ("circular", "climate"), ("safety",), ("material",)),
    Trade("Busbetrieb", "H", ("generations", "climate"), ("events",), ("material", "time")),
    Trade("Webagentur", "J", ("digital", "recognition"), ("it", "communication"), ("knowledge", "time")),
    Trade("Sprachschule", "P", ("integration", "youth"), ("facilitation",), ("knowledge", "rooms")),
    Trade("Baustoffhandel", "G", ("circular", "clubs"), ("events",), ("material", "rooms")),
    Trade("Dachdeckerei", "F", ("climate", "skilled_labour"), ("crafts", "safety"), ("time",)),
    Trade("Hotel", "I", ("town_centre", "integration"), ("staff", "events"), ("rooms", "contacts")),
    Trade("Architekturbüro", "M", ("participation", "climate"), ("design", "project_management"), ("knowledge",)),
    Trade("Personalservice", "N", ("skilled_labour", "integration"), ("staff",), ("contacts", "knowledge")),
    Trade("Wäscherei", "S", ("health", "circular"), ("safety",), ("material",)),
    Trade("Brauerei", "C", ("clubs", "recognition"), ("events", "communication"), ("rooms", "material")),
)
# Of twenty in a row: most are shown, some do not want to be, some wait for the office.
STANDINGS = (*("listed",) * 15, "hidden", "hidden", "waiting", "waiting")


@dataclass(frozen=True)
class DemoCompany:
    """An invented company; money in million euro, of which one or none is known."""

    name: str
    trade: Trade
    size_class: str
    staff: int
    turnover: Decimal | None
    balance: Decimal | None
    standing: str  # listed, hidden, waiting, asked_back or declined
    person: DemoPerson


def _companies() -> Iterator[DemoCompany]:
    for number in range(len(TRADES) * len(WORDS)):
        word, trade = divmod(number, len(TRADES))
        size = SIZES[number % len(SIZES)]
        staff = _staff(size, number)
        yield DemoCompany(
            name=f"{TRADES[trade].name} {WORDS[word]} {LEGAL_FORMS[size]}",
            trade=TRADES[trade],
            size_class=size,
            staff=staff,
            turnover=Decimal(staff) * Decimal("0.09") if number % 3 == 0 else None,
            balance=Decimal(staff) * Decimal("0.06") if number % 3 == 1 else None,
            standing=_standing(number),
            person=person(_FIRST_NUMBER + number, domain=DOMAIN),
        )


def _staff(size: str, number: int) -> int:
    """Within the class, by its limits: under 10, under 50, under 250."""
    least, span = {"micro": (1, 9), "small": (10, 40), "medium": (50, 200)}[size]
    return least + number * 37 % span


def _standing(number: int) -> str:
    if number % 20 < len(STANDINGS):
        return STANDINGS[number % 20]
    return "declined" if number % 40 == 39 else "asked_back"


COMPANIES = tuple(_companies())

# How it stands with the partner that advises every fourth company, in turn; the first five have the partner of the
# login, so that it sees each state.
ADVICE = ("holding", "asked_by_partner", "holding", "asked_by_company", "ended")
ADVISED_EVERY = 4
ADVISED_BY_LOGIN = 6


@dataclass(frozen=True)
class DemoInvitation:
    """A link a partner (by its number) passed on: open, used (by the company of this number), withdrawn or expired."""

    partner: int
    state: str
    for_whom: str
    company: int | None = None


INVITATIONS = (
    DemoInvitation(0, "open", "Autohaus Beispiel, Frau Muster"),
    DemoInvitation(0, "open", "Café Probe am Markt"),
    DemoInvitation(0, "used", "Tischlerei Muster", 0),
    DemoInvitation(0, "used", "Werkstatt im Musterhof", 8),
    DemoInvitation(0, "withdrawn", "Druckerei Exempel"),
    DemoInvitation(0, "expired", "Gasthof Vorlage"),
    DemoInvitation(1, "open", "Metallbau Entwurf"),
    DemoInvitation(1, "used", "Innungsbetrieb Muster", 21),
    DemoInvitation(10, "expired", "Hotel Modell am Rhein"),
    DemoInvitation(11, "withdrawn", "Softwarehaus Versuch"),
)


@dataclass(frozen=True)
class DemoProposal:
    """What a company proposes: the one of the login, or one near the town, by its rank.

    `place` counts the published projects (for an offer), the towns (an idea) or the drafts (an idea that was adopted).
    """

    kind: str
    state: str
    place: int
    login: bool = False
    rank: int = 0


PROPOSALS = (
    DemoProposal("offer", "accepted", 0, login=True),
    DemoProposal("offer", "asked", 1, login=True),
    DemoProposal("offer", "declined", 2, login=True),
    DemoProposal("idea", "changed", 0, login=True),
    DemoProposal("idea", "asked", 4, login=True),
    DemoProposal("idea", "withdrawn", 5, login=True),
    DemoProposal("offer", "asked", 0, rank=1),
    DemoProposal("offer", "declined", 0, rank=2),
    DemoProposal("idea", "asked", 0, rank=1),
    DemoProposal("idea", "accepted", 1),
    DemoProposal("idea", "accepted", 2),
    DemoProposal("offer", "withdrawn", 3),
    DemoProposal("offer", "expired", 4),
    DemoProposal("offer", "asked", 5),
    DemoProposal("offer", "accepted", 6),
    DemoProposal("idea", "declined", 7),
    DemoProposal("idea", "expired", 8),
    DemoProposal("idea", "changed", 9),
    DemoProposal("offer", "accepted", 8),
    DemoProposal("offer", "asked", 10),
)
OFFER_TEXT = "Wir helfen gern mit und können uns an zwei Tagen freimachen. Erzählen Sie uns mehr?"
IDEA_TITLES = ("Musterpatenschaft für eine Schule", "Beispielaktion: Werkzeug leihen", "Probetag Berufe erleben")
IDEA_TEXT = "Unsere Leute möchten einen Tag im Jahr mit anpacken. Wir bringen Werkzeug mit und suchen einen Ort dafür."
CHANGES = "Die Idee gefällt uns. Ginge es auch im Herbst, zusammen mit der Schule am Markt?"
YES = "Sehr gern, wir freuen uns auf Sie."
NO = "Danke, diese Hilfe haben wir inzwischen gefunden."
