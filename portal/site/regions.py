"""The pages of a Land or Kreis, and their overview."""

from collections import Counter

from csp.constants import NONE
from csp.decorators import csp
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from cities.models import City, Project, Region
from cities.place_names import land_of_slug, slug
from portal.site import handouts, region_facts

Kind = Region.Kind


@login_not_required
@require_safe
def region_list(request: HttpRequest) -> HttpResponse:
    laender = Region.objects.current().filter(kind=Kind.LAND).order_by("name")
    towns = Counter(City.objects.taking_part().order_by().values_list("land", flat=True))
    projects = Counter(Project.objects.published().order_by().values_list("place__land", flat=True))
    rows = [{"region": land, "towns": towns[land.pk], "projects": projects[land.pk]} for land in laender]
    return render(request, "regions/list.html", {"rows": rows})


@login_not_required
@require_safe
def region_detail(request: HttpRequest, region: str) -> HttpResponseBase:
    """A Land by its abbreviation, a Kreis by its key; one that is both (Berlin) has the address of the Land."""
    found = _region(region)
    if found.get_absolute_url() != request.path:
        return redirect(found, permanent=True)
    return render(request, "regions/detail.html", region_facts.gather(found))


@login_not_required
@require_safe
@csp({"frame-ancestors": [NONE]})  # type: ignore[arg-type]  # typed for views without arguments
def region_handout(request: HttpRequest, region: str) -> HttpResponseBase:
    """What the page says, as a PDF to be printed or attached.

    Chrome holds its own viewer to the policy of the PDF and with the usual one shows nothing (crbug.com/271452).
    """
    found = _region(region)
    address = reverse("region_handout", args=[found.slug])
    if address != request.path:
        return redirect(address, permanent=True)
    content = handouts.of_region(found, region_facts.gather(found))
    name = content_disposition_header(as_attachment=False, filename=f"{slug(found.name)}.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


def _region(text: str) -> Region:
    """By abbreviation or key; Http404 for what is no Land or Kreis of today."""
    key = land_of_slug(text) or text
    if key in ("02000", "11000"):  # Hamburg and Berlin are Land and Kreis at once
        key = key[:2]
    found = Region.objects.current().filter(pk=key, kind__in=(Kind.LAND, Kind.DISTRICT)).first()
    if found is None:
        raise Http404
    return found
