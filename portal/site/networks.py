"""The public list of regional networks, the page of each, and a partner's wish to be a member."""

from typing import cast

import django_filters
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cities.models import Region
from partners import affiliations, networks
from partners.affiliation_mails import outcome
from partners.affiliations import AffiliationError
from partners.models import Affiliation, Partner, RegionalNetwork
from portal.accounts.models import Organisation, User
from portal.site import counterparts, nearby
from portal.site.directory import show_list
from portal.site.filters import DirectoryFilter, FilterForm


class NetworkFilter(DirectoryFilter):
    """By name, Land and place: a network has no topics, and no point to measure from."""

    thema = None
    umkreis = None
    land = django_filters.ModelChoiceFilter(
        queryset=Region.objects.filter(kind=Region.Kind.LAND).order_by("name"),
        method="in_land",
        label=gettext_lazy("Land"),
        empty_label=gettext_lazy("alle Länder"),
    )

    class Meta:
        model = RegionalNetwork
        form = FilterForm
        fields = ["ort", "suche", "land"]

    def in_land(self, rows: QuerySet[RegionalNetwork], name: str, land: Region) -> QuerySet[RegionalNetwork]:
        return rows.filter(nearby.in_region(RegionalNetwork, land.key))


@login_not_required
@require_safe
def network_list(request: HttpRequest) -> HttpResponse:
    rows = RegionalNetwork.objects.public().select_related("organisation", "coordinator__organisation")
    rows = rows.prefetch_related("area_parts__centre").annotate(member_count=_public_members())
    found = NetworkFilter(request.GET, queryset=rows.order_by("organisation__name", "pk"))
    return show_list(request, found, "networks", complete=counterparts.label_areas)


@login_not_required
@require_safe
def network_detail(request: HttpRequest, slug: str) -> HttpResponse:
    rows = RegionalNetwork.objects.visible_to(request.user).select_related(
        "organisation", "coordinator__organisation", "coordinator__seat__land"
    )
    network = get_object_or_404(rows.prefetch_related("area_parts__centre"), slug=slug)
    members = networks.members(network).public().select_related("organisation", "category", "seat")
    context = {
        "network": network,
        "area": counterparts.area_labels(network),
        "towns": networks.cities_in(network),
        "members": members.order_by("organisation__name", "pk"),
        "is_kept": bool(request.user.pk) and network.organisation.memberships.filter(user=request.user.pk).exists(),
        "own": _own_partners(request.user, network),
    }
    return render(request, "networks/detail.html", context)


@never_cache
@require_POST
def join_network(request: HttpRequest, slug: str) -> HttpResponse:
    """A public partner of the person wishes to be a member; the network agrees or not."""
    person = cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
    networks_ = RegionalNetwork.objects.visible_to(person).select_related("organisation")
    network = get_object_or_404(networks_, slug=slug)
    partners = Partner.objects.editable_by(person).public().select_related("organisation")
    partner = get_object_or_404(partners, slug=request.POST.get("partner", ""))
    try:
        row = affiliations.ask(partner, network.organisation, by=person)
    except AffiliationError as refusal:
        messages.error(request, str(refusal))
    else:
        waiting = _("Ihre Anfrage ist beim Netzwerk. Sie sehen unter „Mein Bereich“, wenn es zugestimmt hat.")
        messages.success(request, outcome(row) if row.holds else waiting)
    return redirect("network_detail", network.slug)


def _public_members() -> Count:
    holding = Q(
        organisation__affiliations__partner_agreed_at__isnull=False,
        organisation__affiliations__organisation_agreed_at__isnull=False,
        organisation__affiliations__ended_at=None,
        organisation__affiliations__partner__organisation__in=Organisation.objects.approved(),
    )
    return Count("organisation__affiliations", filter=holding)


def _own_partners(user: User | AnonymousUser, network: RegionalNetwork) -> list[tuple[Partner, Affiliation | None]]:
    """The person's public partners, each with how it stands with the network."""
    partners = Partner.objects.editable_by(user).public().select_related("organisation").order_by("organisation__name")
    current = Affiliation.objects.current().filter(organisation=network.organisation, partner__in=partners)
    by_partner = {row.partner_id: row for row in current}
    return [(partner, by_partner.get(partner.pk)) for partner in partners]
