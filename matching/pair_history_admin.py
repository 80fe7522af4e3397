"""The office's page with the history of one pair."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from cities.models import City
from matching import pair_history
from matching.read_only_admin import Desk
from partners.models import Partner


def page(desk: Desk, request: HttpRequest, partner: int, city: int) -> HttpResponse:
    """For any partner and any town; where nothing happened, it says so."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    of = get_object_or_404(Partner.objects.select_related("organisation"), pk=partner)
    with_ = get_object_or_404(City.objects.select_related("organisation"), pk=city)
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Verlauf: {partner} – {city}").format(partner=of, city=with_),
        "opts": desk.opts,
        "history": pair_history.of_pair(of, with_),
    }
    return TemplateResponse(request, "admin/matching/pair_history.html", context)
