"""The handout of a region: what its page says, on a few A4 pages to be printed or attached."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import City, Project, Region
from partners.models import Partner, RegionalNetwork
from portal.site import pdf
from portal.site.maps import Map
from portal.site.region_words import Words

LINES_ACROSS = 600  # so many outlines side by side would fill the width of a map

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """A name that leads to a page of the portal, and what is said below it."""

    name: str
    address: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading, what is there, and what else is to be said."""

    title: str
    entries: tuple[Entry, ...]
    sentences: tuple[str, ...]


def of_region(region: Region, facts: Facts) -> bytes:
    """A PDF; the facts are those of `region_facts.gather`."""
    drawn: Map | None = facts["map"]
    data = {
        "title": region.name,
        "portal": "OM × Engagierte Stadt",
        "day": _("Stand: %(day)s") % {"day": date_format(timezone.localdate(), "d.m.Y")},
        "page": _("Seite {number} von {total}"),
        "summary": facts["words"].summary,
        "current": _("Den jetzigen Stand finden Sie unter"),
        "address": settings.SITE_URL + region.get_absolute_url(),
        "missing": {"title": _("Was hier noch fehlt"), "sentences": list(_missing(facts))},
        "map": _described(drawn) if drawn else None,
        "sections": [asdict(section) for section in _sections(facts)],
    }
    return pdf.typeset("regions/handout.typ", data, _pictures(drawn) if drawn else {})


def _missing(facts: Facts) -> Iterator[str]:
    words: Words = facts["words"]
    if words.no_networks:
        yield words.no_networks
    yield from words.missing
    if words.empty_districts:
        yield f"{words.empty_districts}: {', '.join(row['region'].name for row in facts['empty_districts'])}"


def _sections(facts: Facts) -> Iterator[Section]:
    words: Words = facts["words"]
    towns, partners, projects = facts["towns"], facts["partners"], facts["projects"]
    entries = (_town(city, with_district=facts["land"] is None) for city in towns)
    yield _section(_("Engagierte Städte"), entries, words.no_towns, _more(facts["town_count"], towns))
    more = _more(facts["partner_count"], partners)
    yield _section(_("Partner, die hier arbeiten"), map(_partner, partners), words.no_partners, more, words.nationwide)
    more = _more(facts["project_count"], projects)
    yield _section(_("Projekte"), map(_project, projects), words.no_projects, more)
    if facts["networks"]:
        yield _section(_("Regionales OM-Netzwerk"), map(_network, facts["networks"]))


def _section(title: str, entries: Iterable[Entry], *sentences: str) -> Section:
    return Section(title, tuple(entries), tuple(filter(None, sentences)))


def _more(number: int, shown: Sequence[Any]) -> str:
    more = number - len(shown)
    if more <= 0:
        return ""
    words = ngettext("%(n)s weiterer Eintrag steht im Portal.", "%(n)s weitere Einträge stehen im Portal.", more)
    return words % {"n": more}


def _town(city: City, *, with_district: bool) -> Entry:
    district = city.district.name if with_district and city.district.name != city.name else ""
    topics = ", ".join(topic.name for topic in city.topics.all())
    return _entry(city.name, reverse("city_detail", args=[city.slug]), district, topics)


def _partner(partner: Partner) -> Entry:
    seat = _("Sitz in %(seat)s") % {"seat": partner.seat.name}
    return _entry(partner.name, reverse("partner_detail", args=[partner.slug]), f"{partner.category.name} · {seat}")


def _project(project: Project) -> Entry:
    places = dict.fromkeys([project.city.name, project.place.name])  # often one and the same
    return _entry(project.title, reverse("project_detail", args=[project.slug]), " · ".join(places))


def _network(network: RegionalNetwork) -> Entry:
    return _entry(network.name, reverse("network_detail", args=[network.slug]))


def _entry(name: str, path: str, *lines: str) -> Entry:
    return Entry(name, settings.SITE_URL + path, tuple(filter(None, lines)))


def _described(drawn: Map) -> dict[str, Any]:
    """What stands beside the drawing; the legend has the signs that are in it."""
    signs = [{"file": f"{kind}.svg", "text": name} for kind, name in drawn.legend]
    return {"name": drawn.name, "legend": signs, "attribution": drawn.ground.attribution}


def _pictures(drawn: Map) -> dict[str, str]:
    """The drawing and the signs of its legend; it gets lines of its own width, since paper has no pixels."""
    line = max(1, drawn.view.width // LINES_ACROSS)
    pictures = {"map.svg": str(render_to_string("map/sheet.html", {"map": drawn, "line": line}))}
    for kind in drawn.kinds:
        pictures[f"{kind}.svg"] = str(render_to_string("map/key.html", {"kind": kind, "number": 3}))
    return pictures
