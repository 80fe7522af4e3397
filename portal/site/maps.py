"""Maps for templates: `components/map.html` draws what `build` gives it as `map`."""

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import or_
from typing import Any, ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cities.baseline.outlines import Box, box, outline
from cities.baseline.tables import FOLDER
from cities.geometry import Circle, Point
from cities.models import City, Project, Region
from cities.service_areas import ServiceArea
from matching.assessments import CitySide, PartnerSide
from matching.entries import CityEntry, PartnerEntry
from partners.models import Partner
from portal.site import map_drawing, map_script
from portal.site.map_drawing import Kind, Marker, Sign, Spot, View
from portal.site.map_words import AREA, LEGEND
from portal.tile_server import TileServer

MOST_NAMES = 10  # of several at one spot
NO_AREA = ServiceArea()


@dataclass(frozen=True)
class Shape:
    """A Land or Kreis as it is drawn."""

    key: str
    name: str
    path: str
    box: Box


@dataclass(frozen=True)
class Ground:
    """The Länder, and who must be named with them."""

    laender: tuple[Shape, ...]
    attribution: str


@dataclass(frozen=True)
class Disc:
    """A circle on the sheet."""

    spot: Spot
    radius: int


@dataclass(frozen=True)
class Label:
    """A sign and its name in words."""

    sign: Sign
    text: str


@dataclass(frozen=True)
class Map:
    """Everything the template draws; `kinds` are those that need an explanation, `data` is for static/map.js."""

    name: str
    ground: Ground
    view: View
    marked: frozenset[str]
    districts: tuple[Shape, ...]  # those of the area
    discs: tuple[Disc, ...]
    labels: tuple[Label, ...]
    kinds: frozenset[str]
    tiles: TileServer | None
    data: dict[str, Any]
    sign_kinds: ClassVar = (*Kind, map_drawing.SEVERAL)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """Kinds and their names."""
        return [(kind, str(name)) for kind, name in LEGEND.items() if kind in self.kinds]


def build(name: str, markers: Iterable[Marker], *, area: ServiceArea = NO_AREA, around: bool = False) -> Map:
    """A map of the markers and of an area. It shows all of Germany, or with `around` only where they lie.

    Of the keys of the area those of Länder and Kreise are drawn: there are outlines of no others.
    """
    markers = tuple(markers)
    laender = [land for land in ground().laender if land.key in area.keys]
    districts = [_districts()[key] for key in sorted(area.keys) if key in _districts()]
    drawn = [*laender, *districts]
    country = map_drawing.fit(_corners(ground().laender))
    view = map_drawing.fit(_spots(markers, area, drawn)) if around else country
    tiles: TileServer | None = settings.TILE_SERVER
    signs = map_drawing.signs(markers, radius=view.radius)
    return Map(
        name=name,
        ground=ground(),
        view=view,
        marked=frozenset(land.key for land in laender),
        districts=tuple(districts),
        discs=tuple(_disc(circle) for circle in area.circles),
        labels=tuple(Label(sign, _in_words(sign)) for sign in signs),
        kinds=_kinds(markers, signs) | ({AREA} if drawn or area.circles else set()),
        tiles=tiles,
        data=map_script.data(markers, view=view, country=country, tiles=tiles),
    )


def of_region(region: Region, cities: Iterable[City], projects: Iterable[Project]) -> Map | None:
    """The Land or Kreis with its towns and projects; None where neither outline nor anything in it is known."""
    markers = [*map(of_city, cities), *map(of_project, projects)]
    name = _("Karte: Engagierte Städte und Projekte in %(name)s") % {"name": region.name}
    drawn = build(name, markers, area=ServiceArea(frozenset([region.pk])), around=True)
    if not (markers or drawn.marked or drawn.districts):
        return None
    return replace(drawn, kinds=drawn.kinds - {AREA})  # its outline needs no explanation


def around_city(city: City, partners: Iterable[PartnerSide]) -> Map:
    """The town and the seats of the partners its page names."""
    name = _("Karte: Lage von %(name)s und Sitze der genannten Partner") % {"name": city.name}
    seats = (_partner(side.entry, side.facts.seat) for side in partners)
    return build(name, [of_city(city), *seats], around=True)


def around_partner(partner: Partner, cities: Iterable[CitySide]) -> Map:
    """The seat and area of the partner, and the towns its page names."""
    name = _("Karte: Sitz und Einzugsgebiet von %(name)s und die genannten Städte") % {"name": partner.name}
    towns = (_city(side.entry, side.facts.place.point) for side in cities)
    return build(name, [of_partner(partner), *towns], area=area_of(partner), around=True)


def around_project(project: Project) -> Map:
    name = _("Karte: Ort des Projekts „%(title)s“") % {"title": project.title}
    return build(name, [of_project(project)], around=True)


def of_city(city: City) -> Marker:
    return _city(city, city.point)


def of_partner(partner: Partner) -> Marker:
    """At the seat."""
    return _partner(partner, partner.seat.point)


def _city(city: City | CityEntry, point: Point) -> Marker:
    return Marker(Kind.TOWN, city.name, reverse("city_detail", args=[city.slug]), point)


def _partner(partner: Partner | PartnerEntry, seat: Point) -> Marker:
    return Marker(Kind.PARTNER, partner.name, reverse("partner_detail", args=[partner.slug]), seat)


def area_of(partner: Partner) -> ServiceArea:
    """Wherever it works, on whatever topic."""
    return reduce(or_, partner.topic_areas.values(), partner.service_area)


def of_project(project: Project) -> Marker:
    return Marker(Kind.PROJECT, project.title, reverse("project_detail", args=[project.slug]), project.place.point)


@cache
def ground() -> Ground:
    """The Länder of the baseline; read once, since they come with the code."""
    shapes, attribution = _shapes("laender.geojson.gz")
    return Ground(tuple(shapes.values()), attribution)


@cache
def _districts() -> dict[str, Shape]:
    """The Kreise of the baseline, by key; one that is newer than it is not drawn."""
    return _shapes("kreise.geojson.gz")[0]


def _shapes(file: str) -> tuple[dict[str, Shape], str]:
    """By key, and who must be named with them."""
    content = json.loads(gzip.decompress((FOLDER / file).read_bytes()))
    shapes = {}
    for feature in content["features"]:
        shape, properties = outline(feature["geometry"]), feature["properties"]
        key, name = properties["key"], properties["name"]
        shapes[key] = Shape(key, name, map_drawing.path(shape), box(shape))
    return shapes, content["attribution"]


def _kinds(markers: Iterable[Marker], signs: Iterable[Sign]) -> frozenset[str]:
    """What needs an explanation: also what only appears when the map is enlarged."""
    return frozenset[str](marker.kind for marker in markers) | {sign.kind for sign in signs}


def _spots(markers: Sequence[Marker], area: ServiceArea, drawn: Sequence[Shape]) -> list[Spot]:
    """What must be in view; all of Germany where there is nothing."""
    spots = [map_drawing.project(marker.point) for marker in markers]
    for disc in map(_disc, area.circles):
        spots += [Spot(disc.spot.x + i * disc.radius, disc.spot.y + i * disc.radius) for i in (-1, 1)]
    spots += _corners(drawn)
    return spots if spots and not area.nationwide else _corners(ground().laender)


def _corners(laender: Sequence[Shape]) -> list[Spot]:
    boxes = [land.box for land in laender]
    corners = [Point(b.south, b.west) for b in boxes] + [Point(b.north, b.east) for b in boxes]
    return [map_drawing.project(corner) for corner in corners]


def _disc(circle: Circle) -> Disc:
    return Disc(map_drawing.project(circle.centre), map_drawing.length(circle.radius_km, circle.centre))


def _in_words(sign: Sign) -> str:
    names = [marker.name for marker in sign.markers]
    shown = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return _("%(names)s und %(number)s weitere") % {"names": shown, "number": more} if more > 0 else shown
