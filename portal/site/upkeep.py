"""Members keep the entry of their organisation; its suggestions follow in the same transaction."""

from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cities import towns
from cities.forms import CityForm
from cities.models import City
from matching.suggestions import refresh_city, refresh_partner
from partners import entries
from partners.forms import PartnerForm
from partners.models import Partner
from portal.accounts import organisations
from portal.accounts.forms import UpkeepForm
from portal.accounts.models import Organisation, User
from portal.accounts.roles import Right, may
from portal.site import joining

show_or_save = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@show_or_save
def edit_partner(request: HttpRequest, slug: str) -> HttpResponse:
    person = _person(request)
    partner = get_object_or_404(Partner.objects.editable_by(person).select_related("organisation", "seat"), slug=slug)
    form = PartnerForm(request.POST or None, initial=PartnerForm.initial_of(partner))
    upkeep = _upkeep(request, partner.organisation)
    if request.method == "POST" and joining.CHECK in request.POST:
        return _show(request, partner, form, upkeep, checked=True)
    if request.method == "POST" and all([form.is_valid(), upkeep.is_valid()]):
        with transaction.atomic():
            upkeep.write(by=person)
            entries.update(partner, form.entry(), by=person)
            refresh_partner(partner)
        _tell(request, partner.suggestions.open().count())
        return redirect("dashboard")
    return _show(request, partner, form, upkeep, checked=form.is_bound)


@never_cache
@show_or_save
def edit_city(request: HttpRequest, slug: str) -> HttpResponse:
    person = _person(request)
    city = get_object_or_404(City.objects.editable_by(person).select_related("organisation"), slug=slug)
    form = CityForm(request.POST or None, initial=CityForm.initial_of(city))
    upkeep = _upkeep(request, city.organisation)
    if request.method == "POST" and all([form.is_valid(), upkeep.is_valid()]):
        with transaction.atomic():
            upkeep.write(by=person)
            towns.update(city, form.entry(), by=person)
            refresh_city(city)
        _tell(request, city.suggestions.open().filter(partner__in=Partner.objects.public()).count())
        return redirect("dashboard")
    return _show(request, city, form, upkeep)


@never_cache
@require_POST
def confirm_partner(request: HttpRequest, slug: str) -> HttpResponse:
    return _confirm(request, get_object_or_404(Partner.objects.editable_by(_person(request)), slug=slug).organisation)


@never_cache
@require_POST
def confirm_city(request: HttpRequest, slug: str) -> HttpResponse:
    return _confirm(request, get_object_or_404(City.objects.editable_by(_person(request)), slug=slug).organisation)


def _confirm(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    organisations.confirm(organisation, by=_person(request))
    messages.success(request, _("Danke. Ihre Angaben sind bestätigt."))
    return redirect("dashboard")


def _upkeep(request: HttpRequest, organisation: Organisation) -> UpkeepForm:
    may_choose = may(_person(request), Right.CHOOSE_CONTACT, organisation=organisation)
    return UpkeepForm(request.POST or None, organisation=organisation, may_choose=may_choose)


def _show(
    request: HttpRequest,
    entry: Partner | City,
    form: PartnerForm | CityForm,
    upkeep: UpkeepForm,
    *,
    checked: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {
        "entry": entry,
        "organisation": entry.organisation,
        "form": form,
        "upkeep": upkeep,
        "checked": checked,
    }
    context["forms"] = [form, upkeep]
    if checked and isinstance(form, PartnerForm):
        context["towns"] = joining.towns_in(form)
    template = "site/edit_partner.html" if isinstance(entry, Partner) else "site/edit_city.html"
    is_faulty = form.is_bound and bool(form.errors or upkeep.errors)
    return render(request, template, context, status=400 if is_faulty else 200)


def _tell(request: HttpRequest, fitting: int) -> None:
    """Saying how many fit now shows that the change has taken effect."""
    text = ngettext(
        "Ihre Angaben sind gespeichert. %(count)d Vorschlag passt jetzt zu Ihnen.",
        "Ihre Angaben sind gespeichert. %(count)d Vorschläge passen jetzt zu Ihnen.",
        fitting,
    )
    messages.success(request, text % {"count": fitting})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
