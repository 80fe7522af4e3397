"""The first page: what this is, for whom, and what there is."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cities.models import City, Project
from matching.models import Introduction
from partners.models import Partner
from portal.site.filters import CityFilter


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    numbers = {
        "cities": City.objects.taking_part().count(),
        "partners": Partner.objects.public().count(),
        "projects": Project.objects.published().count(),
        "introductions": _connected().count(),
    }
    search = CityFilter(queryset=City.objects.none()).form  # so that the field is that of the list it leads to
    return render(request, "site/home.html", {"numbers": numbers, "search": search})


def _connected() -> QuerySet[Introduction]:
    """Contacts that were made; what was invented for trying things out is no success."""
    return Introduction.objects.filter(connected_at__isnull=False, partner__organisation__is_demo=False)
