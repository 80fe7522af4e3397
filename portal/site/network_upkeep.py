"""The pages of a network's own people: founding it, its members, and who coordinates."""

from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from partners import affiliations, networks
from partners.affiliation_mails import outcome
from partners.affiliations import AffiliationError
from partners.models import Affiliation, Partner, RegionalNetwork
from partners.network_forms import FoundingForm, MemberForm, SuccessorForm
from partners.networks import NetworkError
from portal.accounts.models import User
from portal.site import coordination, joining

show_or_act = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@show_or_act
def found_network(request: HttpRequest) -> HttpResponse:
    """For people of a public partner; the button that only checks the area saves nothing."""
    person = _person(request)
    partners = (
        Partner.objects.editable_by(person).public().select_related("organisation").order_by("organisation__name")
    )
    if not partners:
        raise Http404
    form = FoundingForm(request.POST or None, partners=partners.order_by("organisation__name"))
    only_check = joining.CHECK in request.POST
    if request.method == "POST" and not only_check and form.is_valid():
        try:
            networks.found(form.entry(), coordinator=form.cleaned_data["coordinator"], by=person)
        except NetworkError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Ihr Netzwerk ist angelegt. Die Geschäftsstelle prüft es und schreibt Ihnen."))
            return redirect("dashboard")
    return _show_founding(request, form, only_check=only_check)


@never_cache
@show_or_act
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs to the network, who was asked and who asks; and a new question to a partner."""
    network = _own_network(request, slug)
    rows = _current(network)
    asked = [row.partner_id for row in rows]
    form = MemberForm(request.POST or None, partners=_listed_partners(), left_out=asked)
    if request.method == "POST" and form.is_valid():
        _ask(request, network, form.cleaned_data["partner"])
        return redirect("network_members", network.slug)
    successor = SuccessorForm(partners=_successors(network))
    context = {"network": network, "rows": rows, "form": form, "successor": successor}
    return render(request, "networks/members.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
def hand_over(request: HttpRequest, slug: str) -> HttpResponse:
    network = _own_network(request, slug)
    form = SuccessorForm(request.POST, partners=_successors(network))
    if not form.is_valid():
        messages.error(request, _("Bitte wählen Sie ein Mitglied aus der Liste."))
        return redirect("network_members", network.slug)
    coordinator = form.cleaned_data["coordinator"]
    try:
        coordination.hand_over(network, coordinator, by=_person(request))
    except NetworkError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("„%(name)s“ koordiniert jetzt das Netzwerk.") % {"name": coordinator.name})
    return redirect("network_members", network.slug)


def _show_founding(request: HttpRequest, form: FoundingForm, *, only_check: bool) -> HttpResponse:
    if only_check:
        form.ask_calmly()
    context = {"form": form, **joining.area_check(form, checked=form.is_bound)}
    is_faulty = form.is_bound and not only_check
    return render(request, "networks/found.html", context, status=400 if is_faulty else 200)


def _ask(request: HttpRequest, network: RegionalNetwork, partner: Partner) -> None:
    try:
        row = affiliations.ask(partner, network.organisation, by=_person(request))
    except AffiliationError as refusal:
        messages.error(request, str(refusal))
        return
    asked = _("„%(partner)s“ ist gefragt und kann jetzt zustimmen.") % {"partner": partner}
    messages.success(request, outcome(row) if row.holds else asked)


def _own_network(request: HttpRequest, slug: str) -> RegionalNetwork:
    own = RegionalNetwork.objects.editable_by(_person(request)).select_related("organisation", "coordinator")
    return get_object_or_404(own, slug=slug)


def _current(network: RegionalNetwork) -> list[Affiliation]:
    """Those that wait for the network first, then by name."""
    rows = Affiliation.objects.current().filter(organisation=network.organisation)
    rows = rows.select_related("partner__organisation", "organisation").order_by("partner__organisation__name", "pk")
    return sorted(rows, key=lambda row: row.organisation_agreed_at is not None)


def _listed_partners() -> QuerySet[Partner]:
    return Partner.objects.public().select_related("organisation", "seat").order_by("organisation__name", "pk")


def _successors(network: RegionalNetwork) -> QuerySet[Partner]:
    """Public members other than the one that coordinates."""
    others = networks.members(network).public().exclude(pk=network.coordinator_id)
    return others.select_related("organisation").order_by("organisation__name")


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
