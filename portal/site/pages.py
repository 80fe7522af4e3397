"""The texts every page links to: kept by the office, and where the data come from."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities import reference
from portal.site.models import SitePage

SLUGS = ("impressum", "datenschutz", "barrierefreiheit", "leichte-sprache")


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "site/page.html", {"page": get_object_or_404(SitePage, slug=slug)})


@login_not_required
@require_safe
def data_sources(request: HttpRequest) -> HttpResponse:
    """The attribution beside the reference data, as its licences ask for; its last part is for developers."""
    _title, _, text = reference.attribution().partition("\n")
    return render(request, "site/data_sources.html", {"text": text.partition("## Neu erzeugen")[0]})
