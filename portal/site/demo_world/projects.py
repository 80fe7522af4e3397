"""Invented projects: twenty ideas, each told by two towns, in every state."""

from dataclasses import dataclass
from types import MappingProxyType

INVENTED = "Dieses Projekt ist erfunden und zeigt, wie ein Eintrag aussieht."


@dataclass(frozen=True)
class DemoProject:
    """An idea; `needs` maps a kind to a note, `drawing` names the scene that is drawn for it."""

    title: str
    text: str
    gives_back: str
    topics: tuple[str, ...]
    needs: MappingProxyType[str, str]
    skills: tuple[str, ...] = ()
    drawing: str = ""


def _needs(**notes: str) -> MappingProxyType[str, str]:
    return MappingProxyType(notes)


IDEAS = (
    DemoProject(
        "Musterwerkstatt für Lastenräder",
        "Wir bauen mit Jugendlichen einen Verleih von Lastenrädern auf und richten dafür alte Räder her.",
        "Ihre Auszubildenden zeigen, was sie können. Ihr Name steht an den Rädern.",
        ("climate", "youth", "circular"),
        _needs(material="Ersatzteile und Werkzeug", time="zwei Samstage im Monat"), ("crafts",), "wheels",
    ),
    DemoProject(
        "Beispielgarten hinter der Schule",
        "Auf einer Brache entsteht ein Garten, den Kinder, Nachbarn und ein Pflegeheim gemeinsam bestellen.",
        "Ein Sommerfest mit allen Beteiligten und ein eigenes Beet für Ihre Belegschaft.",
        ("climate", "generations", "neighbourhood"),
        _needs(material="Holz, Erde und Pflanzen", knowledge="Bodenpflege"), ("crafts", "events"), "trees",
    ),
    DemoProject(
        "Probelauf: Betriebe öffnen ihre Türen",
        "An einem Nachmittag im Frühling besuchen Schulklassen Betriebe, die sie sonst nur von außen kennen.",
        "Junge Leute lernen Ihre Berufe kennen, bevor sie sich entscheiden.",
        ("skilled_labour", "youth"),
        _needs(contacts="zu Betrieben mit Ausbildung", time="ein Nachmittag"), ("communication", "staff"), "houses",
    ),
    DemoProject(
        "Musterstelle für digitale Hilfe",
        "Ehrenamtliche erklären Geräte und Formulare. Wir suchen Fachleute, die sie dafür schulen.",
        "Eine Bestätigung für Ihr Engagement und Menschen, die Ihre Angebote im Netz nutzen können.",
        ("digital", "generations"),
        _needs(knowledge="Schulung zu IT-Sicherheit", rooms="ein Raum mit zwölf Plätzen"), ("it",), "bulb",
    ),
    DemoProject(
        "Beispieltag Gesund im Betrieb und im Verein",
        "Vereine und Betriebe zeigen einander, was sie für gesunde Arbeit und gesundes Ehrenamt tun.",
        "Kontakte zu Fachleuten und Ideen, die am nächsten Tag umsetzbar sind.",
        ("health", "clubs"),
        _needs(knowledge="Vorträge von zehn Minuten", rooms="Halle für 100 Personen"), ("safety", "events"), "table",
    ),
    DemoProject(
        "Musterhaus der Vereine",
        "Ein leeres Ladenlokal wird zum Haus, in dem Vereine tagen, drucken und Geräte leihen.",
        "Leben in der Einkaufsstraße, auch vor Ihrer Tür.",
        ("town_centre", "clubs"),
        _needs(rooms="Lager für Geräte", knowledge="Mietrecht", material="Regale"), ("law", "crafts"), "houses",
    ),
    DemoProject(
        "Probebühne für Zuhören",
        "Sechs Abende, an denen Menschen mit gegensätzlichen Ansichten ins Gespräch kommen.",
        "Ihre Leute üben, was auch im Betrieb zählt: zuhören und streiten.",
        ("cohesion", "participation"),
        _needs(rooms="wechselnde Orte, gern in Betrieben", time="Moderation"), ("facilitation",), "table",
    ),
    DemoProject(
        "Beispiel-Patenschaften für neue Auszubildende",
        "Wer neu in Deutschland eine Ausbildung beginnt, bekommt eine Person an die Seite.",
        "Auszubildende, die bleiben, und Austausch mit anderen Betrieben.",
        ("integration", "skilled_labour"),
        _needs(time="zwei Stunden in der Woche", contacts="zu Berufsschulen"), ("staff",), "bulb",
    ),
    DemoProject(
        "Musterlager für die Nachbarschaftshilfe",
        "Für Hochwasser und Stromausfall legen wir ein Lager an und üben, wer wen anruft.",
        "Ein Plan, der auch Ihrem Betrieb hilft.",
        ("crisis", "neighbourhood"),
        _needs(material="Pumpen, Lampen, Kabel", rooms="trockene Halle"), ("safety", "events"), "houses",
    ),
    DemoProject(
        "Probewoche der Reparatur",
        "Eine Woche lang wird in der ganzen Stadt repariert: in Schulen, Läden und auf dem Markt.",
        "Kundschaft, die Ihr Handwerk schätzt.",
        ("circular", "climate", "town_centre"),
        _needs(time="eine Fachkraft für einen Tag", material="Werkbänke"), ("crafts", "communication"), "wheels",
    ),
    DemoProject(
        "Beispielpreis für stilles Engagement",
        "Wir ehren Menschen, die nie in der Zeitung stehen, und suchen eine Jury aus Wirtschaft und Verwaltung.",
        "Ein Abend, über den die Stadt spricht.",
        ("recognition", "clubs"),
        _needs(contacts="zu Medien", time="Mitarbeit in der Jury"), ("communication", "design"), "table",
    ),
    DemoProject(
        "Musterstrategie Engagement 2030",
        "Wir schreiben auf, was wir als Stadt fürs Ehrenamt tun wollen, und möchten Betriebe von Anfang an hören.",
        "Sie gestalten mit, bevor etwas beschlossen ist.",
        ("strategy", "participation"),
        _needs(knowledge="Ziele und Kennzahlen", time="drei Abende"), ("project_management", "evaluation"), "bulb",
    ),
    DemoProject(
        "Probekochen im Quartier",
        "Einmal im Monat kochen Nachbarn füreinander, jedes Mal nach Rezepten aus einem anderen Land.",
        "Gäste, die Ihre Zutaten kennenlernen.",
        ("neighbourhood", "integration"),
        _needs(rooms="Küche für zwanzig Personen", material="Lebensmittel"), ("events",), "table",
    ),
    DemoProject(
        "Beispielallee: hundert Bäume",
        "Schulen und Vereine pflanzen Bäume an Feldwegen und übernehmen Patenschaften.",
        "Ein Baum mit Ihrem Namen und ein Tag an der frischen Luft.",
        ("climate", "youth"),
        _needs(material="junge Bäume", time="ein Pflanztag im Herbst", knowledge="Baumpflege"), ("crafts",), "trees",
    ),
    DemoProject(
        "Muster-Lernorte in Betrieben",
        "Jugendliche ohne Schulplatz lernen an einem Tag in der Woche im Betrieb.",
        "Sie lernen mögliche Auszubildende früh kennen.",
        ("youth", "skilled_labour"),
        _needs(rooms="Arbeitsplätze zum Lernen", knowledge="Anleitung"), ("staff", "safety"), "bulb",
    ),
    DemoProject(
        "Beispiel-Börse für freie Räume",
        "Räume, die abends leer stehen, werden sichtbar und lassen sich mit wenigen Schritten buchen.",
        "Ihre Räume werden genutzt und geschätzt.",
        ("town_centre", "digital"),
        _needs(rooms="Besprechungsräume am Abend", knowledge="Buchungssysteme"), ("it", "law"), "houses",
    ),
    DemoProject(
        "Probefahrt: Mobil im Alter",
        "Ehrenamtliche fahren ältere Menschen zum Arzt und zum Einkaufen. Wir suchen Autos und Planung.",
        "Ein Zeichen im Straßenbild und Dank, der ankommt.",
        ("generations", "health"),
        _needs(material="ein Elektroauto für Werktage", time="Fahrdienste"), ("events", "finance"), "wheels",
    ),
    DemoProject(
        "Muster-Freiwilligentag",
        "An einem Samstag packen Hunderte mit an: streichen, pflanzen, vorlesen, aufräumen.",
        "Ein Teamtag, der bleibt.",
        ("matching", "recognition"),
        _needs(time="Gruppen ab fünf Personen", material="Farbe und Pinsel"), ("project_management",), "trees",
    ),
    DemoProject(
        "Beispiel-Sprechstunde für Vereinsvorstände",
        "Fachleute beantworten Fragen zu Satzung, Versicherung und Datenschutz.",
        "Vereine, die Ihre Leistung kennen und weitersagen.",
        ("clubs", "strategy"),
        _needs(knowledge="Satzung, Steuern, Datenschutz", time="ein Abend im Quartal"), ("law", "finance"), "table",
    ),
    DemoProject(
        "Probelabor Künstliche Intelligenz im Ehrenamt",
        "Wir probieren aus, wobei Programme helfen: Protokolle, Übersetzungen, Einsatzpläne.",
        "Erfahrungen, die Sie in den Betrieb mitnehmen.",
        ("digital", "clubs"),
        _needs(knowledge="Einführung und Begleitung", contacts="zu Hochschulen"), ("it", "facilitation"), "bulb",
    ),
)  # fmt: skip

ALTERNATIVE_TEXTS = MappingProxyType(
    {
        "houses": "Zeichnung: drei bunte Häuser mit spitzen Dächern vor einem Hügel, darüber die Sonne.",
        "trees": "Zeichnung: eine Reihe runder Bäume auf einer Wiese, darüber die Sonne.",
        "wheels": "Zeichnung: ein Lastenrad mit zwei großen Rädern und einer Kiste auf einer Straße.",
        "bulb": "Zeichnung: eine leuchtende Glühbirne, um die Strahlen liegen.",
        "table": "Zeichnung: vier Menschen als bunte Kreise um einen runden Tisch.",
    }
)


@dataclass(frozen=True)
class DemoCourse:
    """How far a project has come: its stage (see portal.site.demo.projects) and the town, by its number."""

    stage: str
    town: int


def _courses() -> tuple[DemoCourse, ...]:
    """The first town has a project in most stages, each other town one."""
    own = ("published", "draft", "wish", "review", "soon", "done")
    others = (
        *("published",) * 20,
        *("soon", "soon", "draft", "draft", "draft", "wish", "review", "review"),
        *("done", "over", "over", "unconfirmed", "withdrawn", "withdrawn_by_office"),
    )
    courses = [DemoCourse(stage, 0) for stage in own]
    return (*courses, *(DemoCourse(stage, number + 1) for number, stage in enumerate(others)))


COURSES = _courses()
QUESTION = "Bitte nennen Sie, wie viele Personen Sie suchen und bis wann."
WITHDRAWAL = "Das Vorhaben wird in diesem Jahr nicht gebraucht."
OFFICE_WITHDRAWAL = "Der Eintrag stand doppelt im Portal."


@dataclass(frozen=True)
class Period:
    """Days from today on which something begins and ends; None: at any time."""

    starts: int | None = None
    ends: int | None = None


PERIODS = (Period(), Period(20, 110), Period(-30, 200), Period(60), Period(None, 150), Period(45, 45))
