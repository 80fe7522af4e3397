"""Members keep the entry of their organisation; its suggestions follow in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass
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
from partners import companies, entries, networks
from partners.company_forms import CompanyForm
from partners.forms import AreaForm, PartnerForm
from partners.models import Company, Partner, RegionalNetwork
from partners.network_forms import NetworkForm
from portal.accounts import organisations
from portal.accounts.forms import UpkeepForm
from portal.accounts.models import Organisation, User
from portal.accounts.refusals import Refusal
from portal.accounts.roles import Right, may
from portal.site import joining

Kind = Organisation.Kind
show_or_save = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Entry:
    """How one kind of entry is kept: its rows, its form, the verb that writes it, and what follows from it.

    `fields` is the template of its form's fields, which stand in the page all kinds share.
    `follow` brings the suggestions up to date and `fitting` counts them, for kinds that have any.
    """

    model: Any
    form: Any
    update: Callable[..., object]
    fields: str
    follow: Callable[[Any], object] | None = None
    fitting: Callable[[Any], int] | None = None


ENTRIES = {
    Kind.PARTNER: Entry(
        model=Partner,
        form=PartnerForm,
        update=entries.update,
        follow=refresh_partner,
        fitting=lambda partner: partner.suggestions.open().count(),
        fields="site/parts/partner_fields.html",
    ),
    Kind.CITY: Entry(
        model=City,
        form=CityForm,
        update=towns.update,
        follow=refresh_city,
        fitting=lambda city: city.suggestions.open().filter(partner__in=Partner.objects.public()).count(),
        fields="site/parts/city_fields.html",
    ),
    Kind.NETWORK: Entry(model=RegionalNetwork, form=NetworkForm, update=networks.update, fields="networks/fields.html"),
    Kind.COMPANY: Entry(
        model=Company,
        form=CompanyForm,
        update=companies.update,
        fields="site/parts/company_fields.html",
    ),
}


@never_cache
@show_or_save
def edit(request: HttpRequest, slug: str, kind: Organisation.Kind) -> HttpResponse:
    """The entry and who is asked, on one page; the button that only checks an area saves nothing."""
    person, way = _person(request), ENTRIES[kind]
    entry = get_object_or_404(way.model.objects.editable_by(person).select_related("organisation"), slug=slug)
    form = way.form(request.POST or None, initial=way.form.initial_of(entry))
    may_choose = may(person, Right.CHOOSE_CONTACT, organisation=entry.organisation)
    upkeep = UpkeepForm(request.POST or None, organisation=entry.organisation, may_choose=may_choose)
    only_check = joining.CHECK in request.POST and isinstance(form, AreaForm)
    if request.method == "POST" and not only_check and all([form.is_valid(), upkeep.is_valid()]):
        try:
            _save(way, entry, form, upkeep, by=person)
        except Refusal as refusal:  # such as a name that somebody else has taken meanwhile
            form.add_error(None, str(refusal))
        else:
            _tell(request, way, entry)
            return redirect("dashboard")
    return _show(request, entry, form, upkeep, fields=way.fields)


@never_cache
@require_POST
def confirm(request: HttpRequest, slug: str, kind: Organisation.Kind) -> HttpResponse:
    """One click says that everything is still right."""
    person = _person(request)
    entry = get_object_or_404(ENTRIES[kind].model.objects.editable_by(person), slug=slug)
    organisations.confirm(entry.organisation, by=person)
    messages.success(request, _("Danke. Ihre Angaben sind bestätigt."))
    return redirect("dashboard")


@transaction.atomic
def _save(way: Entry, entry: Any, form: Any, upkeep: UpkeepForm, *, by: User) -> None:
    way.update(entry, form.entry(), by=by)  # first: it takes the locks of the entry in their order
    upkeep.write(by=by)
    if way.follow:
        way.follow(entry)


def _show(request: HttpRequest, entry: Any, form: Any, upkeep: UpkeepForm, *, fields: str) -> HttpResponse:
    is_faulty = form.is_bound and bool(form.errors or upkeep.errors)
    context = {
        "entry": entry,
        "organisation": entry.organisation,
        "form": form,
        "fields": fields,
        "upkeep": upkeep,
        "forms": [form, upkeep],
        **joining.area_check(form, checked=form.is_bound),
    }
    return render(request, "site/edit_entry.html", context, status=400 if is_faulty else 200)


def _tell(request: HttpRequest, way: Entry, entry: Any) -> None:
    """Saying how many fit now shows that the change has taken effect."""
    if way.fitting is None:
        messages.success(request, _("Ihre Angaben sind gespeichert."))
        return
    fitting = way.fitting(entry)
    text = ngettext(
        "Ihre Angaben sind gespeichert. %(count)d Vorschlag passt jetzt zu Ihnen.",
        "Ihre Angaben sind gespeichert. %(count)d Vorschläge passen jetzt zu Ihnen.",
        fitting,
    )
    messages.success(request, text % {"count": fitting})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
