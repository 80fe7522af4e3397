"""Reference data in the admin: to look at and to choose from; only topics and skills are kept by hand."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cities.models import Municipality, Region, RegisterSync, Skill, Topic
from cities.register import sync
from cities.register.sync import SuccessorError
from portal.accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_SHOWN = ("name", "ags", "kind", "district", "land", "population", "area_km2", "seat_postcode", "dissolved_on")


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nobody edits the official register by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class WithoutSuccessorFilter(admin.SimpleListFilter):
    """Dissolved municipalities of which nobody knows where they went."""

    title = _("Stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrPromise]]":
        return [("heute", _("von heute")), ("aufgeloest", _("aufgelöst")), ("offen", _("ohne Nachfolgerin"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Municipality]) -> QuerySet[Municipality]:
        if self.value() == "heute":
            return queryset.filter(dissolved_on=None)
        if self.value() == "aufgeloest":
            return queryset.filter(dissolved_on__isnull=False)
        return queryset.filter(dissolved_on__isnull=False, successor=None) if self.value() == "offen" else queryset


class SuccessorForm(forms.ModelForm):  # type: ignore[type-arg]
    """The one thing the office knows better than the register: where a dissolved municipality went."""

    class Meta:
        model = Municipality
        fields = ["successor"]

    def clean_successor(self) -> Municipality:
        successor: Municipality | None = self.cleaned_data["successor"]
        if successor is None or successor.dissolved_on is not None:
            raise forms.ValidationError(_("Bitte wählen Sie eine Gemeinde von heute."))
        return successor


@admin.register(Municipality)
class MunicipalityAdmin(ReadOnlyAdmin):
    list_display = ["name", "ags", "district", "land", "population", "dissolved_on"]
    list_filter = [WithoutSuccessorFilter, ("land", admin.RelatedOnlyFieldListFilter)]
    form = SuccessorForm
    autocomplete_fields = ["successor"]
    list_select_related = ["district", "land"]
    search_fields = ["name", "ags"]
    ordering = ["-population"]
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Only to name a successor where there is none yet."""
        is_open = isinstance(obj, Municipality) and obj.dissolved_on is not None and obj.successor_id is None
        return is_open and admin.ModelAdmin.has_change_permission(self, request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return [field.name for field in Municipality._meta.concrete_fields if field.name != "successor"]

    def get_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        return (*_SHOWN, "successor")

    def save_model(self, request: HttpRequest, obj: Municipality, form: Any, change: bool) -> None:
        try:
            sync.name_successor(obj, form.cleaned_data["successor"], by=cast(User, request.user))
        except SuccessorError as refusal:  # somebody else was quicker
            self.message_user(request, str(refusal), messages.ERROR)


@admin.register(RegisterSync)
class RegisterSyncAdmin(ReadOnlyAdmin):
    list_display = ["register_day", "synced_at", "new", "renamed", "dissolved", "left_open"]


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ["name", "key", "kind"]
    list_filter = ["kind"]
    search_fields = ["name", "key"]


@admin.register(Topic, Skill)
class WordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The words in which partners, towns and projects say what they are about and can do."""

    list_display = ["name", "code", "position"]
    search_fields = ["name", "code"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # partners and towns refer to it, and stored reasons name it
