"""The public map of towns, partners and projects, and the same entries as a list."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cities.models import City, Project
from cities.service_areas import ServiceArea
from partners.models import Partner
from portal.site import maps
from portal.site.filters import CityFilter, DirectoryFilter, MapFilter, PartnerFilter, ProjectFilter
from portal.site.map_drawing import Marker
from portal.site.maps import NO_AREA
from portal.site.nearby import PlaceSearch

MOST_SHOWN = 500  # of a kind: what a page can carry; who wants fewer narrows the search
MOST_AREAS = 10  # of so many partners one can still tell the areas apart


@dataclass(frozen=True)
class Layer:
    """A kind of entry: where its rows come from, how one becomes a marker, and where it works, if it is about that."""

    label: str | Promise
    list_name: str
    filter_class: type[DirectoryFilter]
    rows: Callable[[], QuerySet[Any]]
    marker: Callable[[Any], Marker]
    area: Callable[[Any], ServiceArea] | None = None


@dataclass(frozen=True)
class Group:
    """The entries of a layer that were found, and where they work, if they are few enough to show it."""

    layer: Layer
    markers: tuple[Marker, ...]
    is_cut: bool
    area: ServiceArea = NO_AREA

    @property
    def hides_areas(self) -> bool:
        return self.layer.area is not None and len(self.markers) > MOST_AREAS


@login_not_required
@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """What the lists find for the same words, in one place; the address can be passed on."""
    found = MapFilter(request.GET, queryset=City.objects.none())
    search = PlaceSearch(found.place_query)
    chosen = found.kinds if found.form.is_valid() else []
    groups = [_group(LAYERS[kind], request, search=search) for kind in chosen]
    markers = [marker for group in groups for marker in group.markers]
    name = _("Karte mit %(number)s Einträgen; die Liste nennt dieselben.") % {"number": len(markers)}
    area = reduce(or_, (group.area for group in groups), NO_AREA)
    drawing = maps.build(name, markers, area=area, around=bool(search.text and markers))
    context = {"filter": found, "search": search, "groups": groups, "map": drawing, "number": len(markers)}
    return render(request, "map/page.html", context)


def _group(layer: Layer, request: HttpRequest, *, search: PlaceSearch) -> Group:
    found = layer.filter_class(request.GET, queryset=layer.rows())
    rows = search.narrow(found.qs, radius_km=found.radius_km) if found.form.is_valid() else found.qs.none()
    shown = list(rows[: MOST_SHOWN + 1])
    markers = tuple(layer.marker(row) for row in shown[:MOST_SHOWN])
    areas = map(layer.area, shown) if layer.area and len(shown) <= MOST_AREAS else ()
    return Group(layer, markers, len(shown) > MOST_SHOWN, reduce(or_, areas, NO_AREA))


def _cities() -> QuerySet[City]:
    return City.objects.taking_part().select_related("organisation").order_by("organisation__name", "pk")


def _partners() -> QuerySet[Partner]:
    rows = Partner.objects.public().select_related("organisation", "seat").prefetch_related("area_parts__centre")
    return rows.order_by("organisation__name", "pk")


def _projects() -> QuerySet[Project]:
    return Project.objects.public().select_related("place").order_by("title", "pk")


LAYERS = {
    "staedte": Layer(gettext_lazy("Engagierte Städte"), "city_list", CityFilter, _cities, maps.of_city),
    "partner": Layer(gettext_lazy("Partner"), "partner_list", PartnerFilter, _partners, maps.of_partner, maps.area_of),
    "projekte": Layer(gettext_lazy("Projekte"), "project_list", ProjectFilter, _projects, maps.of_project),
}
