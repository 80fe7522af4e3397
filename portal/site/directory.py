"""The public lists of towns and partners, and the page of each."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cities import sectors
from cities.models import City
from partners.models import Partner
from portal.accounts.models import Organisation
from portal.site import counterparts, maps, own_projects
from portal.site.filters import CityFilter, DirectoryFilter, PartnerFilter
from portal.site.nearby import PlaceSearch

PAGE_SIZE = 20


@login_not_required
@require_safe
def city_list(request: HttpRequest) -> HttpResponse:
    rows = City.objects.taking_part().select_related("organisation", "land", "district")
    rows = rows.prefetch_related("topics", "needs", "offers").order_by("organisation__name", "pk")
    return show_list(request, CityFilter(request.GET, queryset=rows), "cities")


@login_not_required
@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    rows = Partner.objects.public().select_related("organisation", "category", "seat__district", "seat__land")
    rows = rows.prefetch_related("topics", "offers").order_by("organisation__name", "pk")
    return show_list(request, PartnerFilter(request.GET, queryset=rows), "partners")


@login_not_required
@require_safe
def city_detail(request: HttpRequest, slug: str) -> HttpResponse:
    rows = City.objects.visible_to(request.user).select_related("organisation", "land", "district")
    kept = ("topics", "needs", "offers", "actors", "skills_missing", "links", "municipalities")
    city = get_object_or_404(rows.prefetch_related(*kept), slug=slug)
    near = counterparts.of_city(city)
    context = {
        "city": city,
        "network": sectors.shown(city),
        "near": near,
        "map": maps.around_city(city, [pair.partner_side for pair in near]),
        "projects": own_projects.of_page(city),
        "askers": counterparts.partners_asking(request.user, city),
        "companies": counterparts.companies_with_ideas(request.user, city),
        "unverified": city.verified_on is None,
        "networks": counterparts.networks_of_city(city),
        "points_shown": is_insider(request, city.organisation),
    }
    return render(request, "cities/detail.html", context)


@login_not_required
@require_safe
def partner_detail(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Partner.objects.visible_to(request.user).select_related("organisation", "category", "seat__land")
    rows = rows.prefetch_related("topics", "skills", "offers", "area_parts__centre")
    partner = get_object_or_404(rows, slug=slug)
    near = counterparts.of_partner(partner)
    context = {
        "partner": partner,
        "near": near,
        "map": maps.around_partner(partner, [pair.city_side for pair in near]),
        "askers": counterparts.cities_asking(request.user, partner),
        "area": counterparts.area_labels(partner),
        "topic_areas": counterparts.topic_areas(partner),
        "networks": counterparts.networks_of_partner(partner),
        "points_shown": is_insider(request, partner.organisation),
    }
    return render(request, "partners/detail.html", context)


def show_list(
    request: HttpRequest,
    found: DirectoryFilter,
    folder: str,
    *,
    complete: Callable[[Iterable[Any]], None] = lambda rows: None,
) -> HttpResponse:
    """The whole page, or only its results where htmx asks for them; both have the same address.

    `folder` has the templates of the page, of a row and of the count. `complete` gives the rows of the page what no
    query of theirs can.
    """
    search = PlaceSearch(found.place_query)
    rows = search.narrow(found.qs, radius_km=found.radius_km) if found.form.is_valid() else found.qs.none()
    page = _page(rows, request.GET.get("seite", "1"))
    complete(page.object_list)
    context = {
        "row_template": f"{folder}/row.html",
        "count_template": f"{folder}/count.html",
        "filter": found,
        "search": search,
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
    }
    fragment = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "components/directory_results.html" if fragment else f"{folder}/list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def is_insider(request: HttpRequest, organisation: Organisation) -> bool:
    """Points tell the organisation and the office something; to others they would look like a grade."""
    if request.user.is_staff:
        return True
    return bool(request.user.pk) and organisation.memberships.filter(user=request.user.pk).exists()


def _page(rows: QuerySet[Any], number: str) -> Page[Any]:
    """The page asked for; one that does not exist is an empty page, not the last one: an address says one thing."""
    paginator = Paginator(rows, PAGE_SIZE)
    try:
        return paginator.page(number)
    except (EmptyPage, PageNotAnInteger):
        return Page([], 1, paginator)
