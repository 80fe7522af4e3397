"""Regional networks and what partners belong to, in the admin; who belongs to whom is changed by the verbs alone.

Networks come from their people or by import, as all entries do.
"""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.links import WebAddressField
from cities.models import Region
from partners import affiliations, networks
from partners.models import Affiliation, NetworkAreaPart, RegionalNetwork
from portal.accounts.decisions import decide_each
from portal.accounts.models import Organisation, User
from portal.site import coordination


class NetworkState(admin.SimpleListFilter):
    title = gettext_lazy("Stand")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", _("wartet")), ("approved", _("freigegeben"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RegionalNetwork]) -> QuerySet[RegionalNetwork]:
        match self.value():
            case "waiting":
                return queryset.filter(organisation__in=Organisation.objects.waiting())
            case "approved":
                return queryset.filter(organisation__in=Organisation.objects.approved())
        return queryset


class CoordinatorLand(admin.SimpleListFilter):
    title = gettext_lazy("Land der Koordination")
    parameter_name = "land"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Region.objects.filter(kind=Region.Kind.LAND).order_by("name").values_list("key", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[RegionalNetwork]) -> QuerySet[RegionalNetwork]:
        known = dict(self.lookup_choices)
        return queryset.filter(coordinator__seat__land=self.value()) if self.value() in known else queryset


class NetworkAreaInline(admin.TabularInline):  # type: ignore[type-arg]
    model = NetworkAreaPart
    extra = 0
    min_num = 1
    validate_min = True
    fields = ["key", "centre", "radius_km"]
    autocomplete_fields = ["centre"]


class NetworkEntryForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_coordinator(self) -> Any:
        """A member coordinates; whoever is none is asked first."""
        chosen = self.cleaned_data["coordinator"]
        is_new = chosen.pk != self.instance.coordinator_id
        if is_new and not networks.members(self.instance).public().filter(pk=chosen.pk).exists():
            raise forms.ValidationError(_("Nur ein bestätigtes Mitglied kann das Netzwerk koordinieren."))
        return chosen


@admin.register(RegionalNetwork)
class RegionalNetworkAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = NetworkEntryForm
    list_display = ["__str__", "coordinator", "land", "is_approved", "code"]
    list_filter = [NetworkState, CoordinatorLand, "organisation__is_demo"]
    list_select_related = ["organisation", "coordinator__organisation", "coordinator__seat__land"]
    search_fields = ["organisation__name", "slug", "code", "coordinator__organisation__name"]
    ordering = ["organisation__name"]
    fields = ["organisation", "slug", "code", "coordinator", "description", "website", "members"]
    readonly_fields = ["organisation", "slug", "code", "members"]
    autocomplete_fields = ["coordinator"]
    inlines = [NetworkAreaInline]
    formfield_overrides = {models.URLField: {"form_class": WebAddressField}}

    def view_on_site(self, network: RegionalNetwork) -> str:
        return reverse("network_detail", args=[network.slug])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RegionalNetwork, form: Any, change: bool) -> None:
        """Only what was typed; another coordinator also gets the network to keep."""
        if "coordinator" in form.changed_data:
            coordination.hand_over(obj, obj.coordinator, by=cast(User, request.user))
        obj.save(update_fields=[name for name in form.changed_data if name != "coordinator"])

    @admin.display(description=gettext_lazy("Land"))
    def land(self, network: RegionalNetwork) -> str:
        return str(network.coordinator.seat.land)

    @admin.display(description=gettext_lazy("freigegeben"), boolean=True)
    def is_approved(self, network: RegionalNetwork) -> bool:
        return network.organisation.approved_at is not None

    @admin.display(description=gettext_lazy("Mitglieder und Anfragen"))
    def members(self, network: RegionalNetwork) -> SafeString:
        rows = Affiliation.objects.current().filter(organisation=network.organisation)
        rows = rows.select_related("partner__organisation", "organisation").order_by("partner__organisation__name")
        page = "admin:partners_affiliation_change"
        lines = ((reverse(page, args=[row.pk]), row.partner.name, state_of(row)) for row in rows)
        return format_html_join(SafeString("<br>"), '<a href="{}">{}</a> ({})', lines)


class AffiliationState(admin.SimpleListFilter):
    title = gettext_lazy("Stand")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("holds", _("gilt")), ("waiting", _("wartet auf eine Seite")), ("ended", _("beendet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Affiliation]) -> QuerySet[Affiliation]:
        holding = Affiliation.objects.holding()
        match self.value():
            case "holds":
                return queryset.filter(pk__in=holding)
            case "waiting":
                return queryset.filter(ended_at=None).exclude(pk__in=holding)
            case "ended":
                return queryset.filter(ended_at__isnull=False)
        return queryset


@admin.register(Affiliation)
class AffiliationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["partner", "organisation", "kind", "state", "asked_at", "ended_at"]
    list_filter = [AffiliationState, "organisation__kind"]
    list_select_related = ["partner__organisation", "organisation"]
    search_fields = ["partner__organisation__name", "organisation__name"]
    ordering = ["-asked_at"]
    actions = ["end"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # the two sides agree, here it is ended at most

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        return cast(User, request.user).has_perm("partners.change_affiliation")

    @admin.display(description=gettext_lazy("Art"), ordering="organisation__kind")
    def kind(self, affiliation: Affiliation) -> str:
        return affiliation.organisation.get_kind_display()

    @admin.display(description=gettext_lazy("Stand"))
    def state(self, affiliation: Affiliation) -> str:
        return state_of(affiliation)

    @admin.action(description=gettext_lazy("Beenden"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Affiliation]) -> None:
        decide_each(request, queryset, lambda row, person: affiliations.end(row, by=person))


def state_of(affiliation: Affiliation) -> str:
    """Where it stands, in a few words."""
    if affiliation.ended_at:
        return _("beendet")
    waiting = affiliation.waits_for
    return _("wartet auf {name}").format(name=waiting) if waiting else _("gilt")
