"""A partner's companies: whom it has invited, whom it advises, and who names it as adviser."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from partners import invitations
from partners.models import Affiliation, CompanyInvitation, Partner
from portal.accounts.models import Organisation, User
from portal.accounts.refusals import Refusal

show_or_invite = require_http_methods(["GET", "HEAD", "POST"])


class InvitationForm(forms.Form):
    """For whom the link is: a note of the partner, which the company does not see."""

    for_whom = forms.CharField(
        label=gettext_lazy("Für welches Unternehmen?"),
        max_length=200,
        help_text=gettext_lazy("Nur für Ihre Übersicht. Das Unternehmen sieht diesen Text nicht."),
    )


@never_cache
@show_or_invite
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Invitations and companies of one partner; a new link is shown in the answer to its form and nowhere else."""
    partner, person = _partner(request, slug), _person(request)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    link = ""
    if form.is_valid():
        try:
            token = invitations.invite(partner, form.cleaned_data["for_whom"], by=person)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            link = settings.SITE_URL + reverse("company_invitation", args=[token])
    context = _context(partner) | {"form": InvitationForm() if link else form, "link": link}
    context["for_whom"] = form.cleaned_data["for_whom"] if link else ""
    return render(request, "site/partner_companies.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
def withdraw_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    partner = _partner(request, slug)
    invitation = get_object_or_404(CompanyInvitation, partner=partner, pk=pk)
    try:
        invitations.withdraw(invitation, by=_person(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Die Einladung ist zurückgezogen. Der Link führt nicht mehr weiter."))
    return redirect("partner_companies", partner.slug)


def _context(partner: Partner) -> dict[str, Any]:
    invited = CompanyInvitation.objects.filter(partner=partner).select_related("company__organisation")
    advice = Affiliation.objects.current().filter(
        partner=partner, organisation__kind=Organisation.Kind.COMPANY, organisation_agreed_at__isnull=False
    )
    rows = list(advice.select_related("organisation__company__seat").order_by("-asked_at"))
    return {
        "partner": partner,
        "may_invite": partner.organisation.approved_at is not None and partner.organisation.withdrawn_at is None,
        "invitations": [(row, _state(row)) for row in invited.order_by("-created_at")],
        "asked": [row for row in rows if not row.holds],
        "advised": [row for row in rows if row.holds],
    }


def _state(invitation: CompanyInvitation) -> str:
    """Where an invitation stands, in a word."""
    if invitation.used_at:
        return _("eingelöst")
    if invitation.withdrawn_at:
        return _("zurückgezogen")
    return _("abgelaufen") if invitation.expires_at <= timezone.now() else _("offen")


def _partner(request: HttpRequest, slug: str) -> Partner:
    partners = Partner.objects.editable_by(_person(request)).select_related("organisation")
    return get_object_or_404(partners, slug=slug)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
