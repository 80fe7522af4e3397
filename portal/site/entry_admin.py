"""The entries of partners and towns in the admin; whoever corrects one sees the suggestions follow."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from cities import further_links, sectors
from cities.links import WebAddressField
from cities.models import City, CityActors, CityLink, CityOffer, Need, Sector
from cities.point_fields import outside_germany
from matching.suggestions import refresh_city, refresh_partner
from partners.models import Offer, Partner, ServiceAreaPart


class OfferInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Offer
    extra = 0
    fields = ["kind", "note"]


class AreaInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ServiceAreaPart
    extra = 0
    fields = ["key", "centre", "radius_km", "nationwide", "topic"]
    autocomplete_fields = ["centre"]


class NeedInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Need
    extra = 0
    fields = ["kind", "note"]


class CityOfferInline(admin.TabularInline):  # type: ignore[type-arg]
    model = CityOffer
    extra = 0
    fields = ["kind", "note"]


class ActorsInline(admin.TabularInline):  # type: ignore[type-arg]
    model = CityActors
    extra = 0
    fields = ["sector", "names"]


class LinkInline(admin.TabularInline):  # type: ignore[type-arg]
    model = CityLink
    extra = 0
    max_num = further_links.MOST
    fields = ["label", "url"]
    formfield_overrides = {models.URLField: {"form_class": WebAddressField}}


class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What both kinds of entries have in common; they come by registration or import and are not deleted."""

    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "slug"]
    ordering = ["organisation__name"]
    filter_horizontal = ["topics"]
    formfield_overrides = {models.URLField: {"form_class": WebAddressField}}

    def view_on_site(self, entry: Any) -> str:
        """„Auf der Website anzeigen“; the office may open what is not public, too."""
        return reverse(f"{entry.organisation.kind}_detail", args=[entry.slug])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Names are the organisation's, in forms as in lists; a list that finds rows joined joins no more by itself."""
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description=gettext_lazy("freigegeben"), boolean=True)
    def is_approved(self, entry: Partner | City) -> bool:
        return entry.organisation.approved_at is not None


@admin.register(Partner)
class PartnerAdmin(EntryAdmin):
    list_display = ["__str__", "category", "sector", "seat", "is_approved"]
    list_filter = ["category", "sector"]
    list_select_related = ["organisation", "category", "seat"]
    fields = ["organisation", "slug", "category", "sector", "seat", "description", "website", "topics", "skills"]
    readonly_fields = ["organisation", "slug"]
    autocomplete_fields = ["seat"]
    filter_horizontal = ["topics", "skills"]
    inlines = [AreaInline, OfferInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Topics and area are written here, so the suggestions follow from here; the admin's transaction holds both."""
        super().save_related(request, form, formsets, change)
        refresh_partner(form.instance)


class CityForm(forms.ModelForm):  # type: ignore[type-arg]
    """Sectors are ticked, not typed, and none is both there and missing."""

    sectors_present = forms.MultipleChoiceField(
        choices=Sector.choices,
        label=gettext_lazy("Vertretene Bereiche"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sectors_missing = forms.MultipleChoiceField(
        choices=Sector.choices,
        label=gettext_lazy("Fehlende Bereiche"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        problem = sectors.contradiction(data.get("sectors_present", ()), data.get("sectors_missing", ()))
        if problem:
            self.add_error("sectors_missing", problem)
        for field, message in outside_germany(data):
            self.add_error(field, message)
        return data


@admin.register(City)
class CityAdmin(EntryAdmin):
    form = CityForm
    list_display = ["__str__", "code", "land", "status", "taking_part", "joined_year", "verified_on"]
    list_filter = ["taking_part", "land", "area_kind", "skills_missing"]
    list_select_related = ["organisation", "land"]
    search_fields = ["organisation__name", "slug", "code"]
    fields = [
        "organisation", "slug", "code", "area_kind", "municipalities", "district", "land", "latitude", "longitude",
        "status", "taking_part", "joined_year", "source", "verified_on", "host", "host_kind", "note", "description",
        "website", "topics", "sectors_present", "sectors_missing", "skills_missing", "reach_km",
    ]  # fmt: skip
    readonly_fields = ["organisation", "slug", "code"]
    autocomplete_fields = ["municipalities", "district", "land"]
    filter_horizontal = ["topics", "skills_missing"]
    inlines = [ActorsInline, NeedInline, CityOfferInline, LinkInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh_city(form.instance)
