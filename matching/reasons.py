"""Why a pair was suggested: facts that are stored, and the German sentences they become when shown.

A fact is a small dict of plain JSON: `kind`, the values of that kind, the names of both sides as they were, and
`sources`, the entries it rests on with the field of the edit page where each can be corrected. There are two to four
facts for every pair: first where the two are, then a project that needs the partner, what they share, give and
complete; the service area steps in where nothing else could be said.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.geometry import distance_km, enclosing_keys
from cities.models import ResourceKind, Sector
from cities.service_areas import ServiceArea
from matching.entries import CityEntry, PartnerEntry, Words
from matching.facts import CityFacts, PartnerFacts, ProjectFacts
from matching.scoring import Comparison
from partners.topic_areas import field_of

Fact = dict[str, Any]
Areas = Mapping[str, ServiceArea]  # of a partner, each by the field it is typed in
FEWEST, MOST = 2, 4
THIRD = "third"  # a fact of its own kind, of introductions that are linked: see matching.trio_words
EDIT_PAGES = {"partner": "edit_partner", "city": "edit_city", "project": "edit_project"}
KEPT_BY = {"partner": "partner", "city": "city", "project": "city"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, and the entry and field in which it can be corrected."""

    text: str
    source_entry: str  # "partner", "city" or "project"
    source_slug: str
    source_field: str
    is_own: bool = False  # the side it is told to keeps that entry, so it can correct it

    @property
    def correct_url(self) -> str:
        """Where „stimmt nicht“ leads: the page of the entry, at exactly this field."""
        return f"{reverse(EDIT_PAGES[self.source_entry], args=[self.source_slug])}#id_{self.source_field}"


def facts(  # noqa: PLR0913 - two sides, each by its names and by what the points know of it
    partner: PartnerEntry, city: CityEntry, words: Words, *, known: PartnerFacts, of_city: CityFacts, pair: Comparison
) -> list[Fact]:
    """What speaks for the pair; `words` names its topics and skills."""
    areas = _areas_by_field(known)
    known = known.at(of_city.place)
    needs = _needs(known, of_city)
    found = [
        _place(partner, areas, known=known, of_city=of_city, pair=pair),
        _project(city, words, known=known, of_city=of_city),
        _topics(words, known=known, of_city=of_city),
        needs,
        _gap(words, known=known, of_city=of_city),
    ]
    told = [fact for fact in found if fact]
    if needs and len(told) > MOST:  # a project says more exactly what is looked for
        told.remove(needs)
    if len(told) < FEWEST:
        told.append(_area(city, areas, known=known, of_city=of_city))
    return [_signed(fact, partner, city) for fact in told]


def sentences(stored: Iterable[Mapping[str, Any]], *, side: str = "") -> list[Reason]:
    """The facts in words, for `side` ("partner" or "city") with the field of its own entry where there is one."""
    return [_reason(fact, side) for fact in stored if fact["kind"] in _WORDS]


def km(distance: float) -> str:
    """12 km, with a space that does not break."""
    return _("weniger als 1\u00a0km") if distance < 1 else _("{km}\u00a0km").format(km=f"{distance:.0f}")


# --- Facts ----------------------------------------------------------------------------------------------------
def _place(partner: PartnerEntry, areas: Areas, *, known: PartnerFacts, of_city: CityFacts, pair: Comparison) -> Fact:
    circle = known.area.circle_holding(of_city.place)
    from_seat = distance_km(known.seat, of_city.place.point)
    at_seat = {"origin": partner.seat, "km": round(from_seat, 1), "fields": {"partner": "seat"}}
    if pair.same_municipality:
        return {"kind": "same_municipality"} | at_seat
    if pair.same_district:
        return {"kind": "same_district"} | at_seat
    if circle is None or from_seat <= distance_km(circle.centre, of_city.place.point):
        return {"kind": "distance_from_seat"} | at_seat
    return {
        "kind": "distance_from_centre",
        "origin": circle.label,
        "km": round(distance_km(circle.centre, of_city.place.point), 1),
        "fields": {"partner": _field(areas, lambda area: circle in area.circles)},
    }


def _topics(words: Words, *, known: PartnerFacts, of_city: CityFacts) -> Fact | None:
    shared = _named(words.topics, known.topics & of_city.topics)
    return {"kind": "topics", "topics": shared, "fields": {"partner": "topics", "city": "topics"}} if shared else None


def _needs(known: PartnerFacts, of_city: CityFacts) -> Fact | None:
    met = _in_order(known.meets(of_city.topics, of_city.needs))
    if not met:
        return None
    return {"kind": "needs", "needs": met, "fields": {"city": f"need_{met[0]}", "partner": f"offer_{met[0]}"}}


def _gap(words: Words, *, known: PartnerFacts, of_city: CityFacts) -> Fact | None:
    """The sector that is missing, else the skills."""
    if known.sector in of_city.sectors_missing:
        return {"kind": "gap", "sector": known.sector, "fields": {"city": "sectors_missing", "partner": "sector"}}
    brought = _named(words.skills, known.skills & of_city.skills_missing)
    if not brought:
        return None
    return {"kind": "skills", "skills": brought, "fields": {"city": "skills_missing", "partner": "skills"}}


def _project(city: CityEntry, words: Words, *, known: PartnerFacts, of_city: CityFacts) -> Fact | None:
    """The project to which the partner can give most: needs before skills before topics, the older one of equals."""
    best = max(of_city.projects, key=lambda project: _given(known, project), default=None)
    if best is None or not any(_given(known, best)):
        return None
    met = _in_order(known.meets(best.topics, best.needs))
    skills = [skill["name"] for skill in _named(words.skills, known.skills & best.skills)]
    topics = [topic["name"] for topic in _named(words.topics, known.topics & best.topics)]
    given = {"needs": met, "skills": skills, "topics": topics}
    same = "skills" if skills else "topics"
    fields = {"project": f"need_{met[0]}", "partner": f"offer_{met[0]}"} if met else {"project": same, "partner": same}
    return {"kind": "project", "title": city.projects[best.key], "slug": best.key, **given, "fields": fields}


def _named(names: Mapping[str, str], codes: Collection[str]) -> list[dict[str, str]]:
    return [{"code": code, "name": name} for code, name in names.items() if code in codes]


def _given(known: PartnerFacts, project: ProjectFacts) -> tuple[int, int, int]:
    met = known.meets(project.topics, project.needs)
    return len(met), len(known.skills & project.skills), len(known.topics & project.topics)


def _in_order(kinds: frozenset[str]) -> list[str]:
    return [kind for kind in ResourceKind.values if kind in kinds]


def _area(city: CityEntry, areas: Areas, *, known: PartnerFacts, of_city: CityFacts) -> Fact:
    circle = known.area.circle_holding(of_city.place)
    if known.area.holds_key_of(of_city.place):
        field = _field(areas, lambda area: area.holds_key_of(of_city.place))
        name = _name_of_area(city, areas[field], of_city=of_city)
        return {"kind": "area", "by": "key", "name": name, "fields": {"partner": field}}
    if circle:
        field = _field(areas, lambda area: circle in area.circles)
        if field == "area" and circle.centre == known.seat:
            field = "radius_km"
        by_circle = {"by": "circle", "origin": circle.label, "km": circle.radius_km}
        return {"kind": "area", **by_circle, "fields": {"partner": field}}
    if known.area.nationwide:
        field = _field(areas, lambda area: area.nationwide)
        return {"kind": "area", "by": "nationwide", "fields": {"partner": "nationwide" if field == "area" else field}}
    return {"kind": "area", "by": "nothing", "fields": {"partner": "area"}}


def _name_of_area(city: CityEntry, area: ServiceArea, *, of_city: CityFacts) -> str:
    """The smallest named key of the area that holds the town: municipality, Kreis or Land; else nothing."""
    around = {key for ags in of_city.place.keys for key in enclosing_keys(ags)} & area.keys & city.places.keys()
    return city.places[max(around, key=lambda key: (len(key), key))] if around else ""


def _areas_by_field(known: PartnerFacts) -> Areas:
    """The general area and those of the partner's topics that have one of their own."""
    own = sorted(known.topics & known.topic_areas.keys())
    return {"area": known.area} | {field_of(topic): known.topic_areas[topic] for topic in own}


def _field(areas: Areas, holds: Callable[[ServiceArea], bool]) -> str:
    """Where that is typed by which the town lies in the area: the general one before those of topics."""
    return next((field for field, area in areas.items() if holds(area)), "area")


def _signed(fact: Fact, partner: PartnerEntry, city: CityEntry) -> Fact:
    """The fact with the names of both sides, and with the entries its fields belong to."""
    slugs = {"partner": partner.slug, "city": city.slug, "project": fact.get("slug", "")}
    sources = [{"entry": entry, "slug": slugs[entry], "field": field} for entry, field in fact.pop("fields").items()]
    return fact | {"partner": partner.name, "city": city.name, "sources": sources}


# --- Words ----------------------------------------------------------------------------------------------------
def _reason(fact: Mapping[str, Any], side: str) -> Reason:
    sources = fact["sources"]
    source = next((source for source in sources if KEPT_BY[source["entry"]] == side), sources[0])
    is_own = KEPT_BY[source["entry"]] == side
    return Reason(_WORDS[fact["kind"]](fact), source["entry"], source["slug"], source["field"], is_own)


def _say_same_municipality(fact: Mapping[str, Any]) -> str:
    if fact["origin"] == fact["city"]:
        return _("{partner} hat den Sitz in {city}.").format_map(fact)
    return _("{partner} hat den Sitz in {origin}, in derselben Gemeinde wie {city}.").format_map(fact)


def _say_same_district(fact: Mapping[str, Any]) -> str:
    text = _("{partner} hat den Sitz in {origin}, im selben Kreis wie {city} und {km} entfernt.")
    return text.format_map({**fact, "km": km(fact["km"])})


def _say_distance_from_seat(fact: Mapping[str, Any]) -> str:
    text = _("{partner} hat den Sitz in {origin}, {km} von {city} entfernt.")
    return text.format_map({**fact, "km": km(fact["km"])})


def _say_distance_from_centre(fact: Mapping[str, Any]) -> str:
    text = _("{city} liegt {km} von {origin} entfernt, der Mitte des Einzugsgebiets von {partner}.")
    return text.format_map({**fact, "km": km(fact["km"])})


def _say_topics(fact: Mapping[str, Any]) -> str:
    names = ", ".join(f"„{topic['name']}“" for topic in fact["topics"])
    text = ngettext(
        "{partner} und {city} haben ein gemeinsames Thema: {names}.",
        "{partner} und {city} haben {count} gemeinsame Themen: {names}.",
        len(fact["topics"]),
    )
    return text.format_map({**fact, "names": names, "count": len(fact["topics"])})


def _say_needs(fact: Mapping[str, Any]) -> str:
    needs = [str(ResourceKind(kind).label) for kind in fact["needs"]]
    return _("{city} sucht {needs}, {partner} bietet das an.").format_map({**fact, "needs": _and(needs)})


def _say_gap(fact: Mapping[str, Any]) -> str:
    text = _("Im Netzwerk von {city} fehlt der Bereich {sector}, zu dem {partner} gehört.")
    return text.format_map({**fact, "sector": Sector(fact["sector"]).label})


def _say_skills(fact: Mapping[str, Any]) -> str:
    names = _and([f"„{skill['name']}“" for skill in fact["skills"]])
    return _("Im Netzwerk von {city} fehlt {names}, {partner} bringt das mit.").format_map({**fact, "names": names})


def _say_project(fact: Mapping[str, Any]) -> str:
    if fact["needs"]:
        needs = _and([str(ResourceKind(kind).label) for kind in fact["needs"]])
        text = _("Das Projekt „{title}“ in {city} sucht {needs}, {partner} bietet das an.")
        return text.format_map({**fact, "needs": needs})
    if fact["skills"]:
        names = _and([f"„{name}“" for name in fact["skills"]])
        text = _("Das Projekt „{title}“ in {city} braucht {names}, {partner} bringt das mit.")
        return text.format_map({**fact, "names": names})
    names = ", ".join(f"„{name}“" for name in fact["topics"])
    text = _("Das Projekt „{title}“ in {city} passt zu den Themen von {partner}: {names}.")
    return text.format_map({**fact, "names": names})


def _say_third(fact: Mapping[str, Any]) -> str:
    """The only reason that names somebody beside the pair: who is asked, too, and what the three could do."""
    values = {**fact, "names": _and([f"„{topic['name']}“" for topic in fact["topics"]])}
    if fact["title"]:
        text = _(
            "Zu dritt mit {third}: Das Projekt „{title}“ in {city} sucht Wissen zu {names}, {centre} bringt es mit, "
            "{relay} trägt es in die Betriebe. Auch {third} wird gefragt."
        )
    else:
        text = _(
            "Zu dritt mit {third}: {city} sucht Wissen zu {names}, {centre} bringt es mit, {relay} trägt es in die "
            "Betriebe. Auch {third} wird gefragt."
        )
    return text.format_map(values)


def _say_area(fact: Mapping[str, Any]) -> str:
    if fact["by"] == "nothing":
        return _("{city} liegt außerhalb des Einzugsgebiets von {partner}.").format_map(fact)
    if fact["by"] == "nationwide":
        return _("{partner} arbeitet bundesweit, also auch in {city}.").format_map(fact)
    if fact["by"] == "circle":
        text = _("{city} gehört zum Einzugsgebiet von {partner}: {km} um {origin}.")
        return text.format_map({**fact, "km": km(fact["km"])})
    if fact["name"]:
        return _("{city} gehört zum Einzugsgebiet von {partner}: {name}.").format_map(fact)
    return _("{city} gehört zum Einzugsgebiet von {partner}.").format_map(fact)


def _and(words: list[str]) -> str:
    """Zeit, Wissen und Räume."""
    if len(words) == 1:
        return words[0]
    return _("{some} und {last}").format(some=", ".join(words[:-1]), last=words[-1])


_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "same_municipality": _say_same_municipality,
    "same_district": _say_same_district,
    "distance_from_seat": _say_distance_from_seat,
    "distance_from_centre": _say_distance_from_centre,
    "topics": _say_topics,
    "needs": _say_needs,
    "gap": _say_gap,
    "skills": _say_skills,
    "project": _say_project,
    "area": _say_area,
    THIRD: _say_third,
}
