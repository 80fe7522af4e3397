"""Reference data in the admin: to look at and to choose from; only topics and skills are kept by hand."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cities.geometry import Point
from cities.models import Municipality, Region, RegisterSync, SchoolHoliday, Skill, Topic
from cities.point_fields import outside_germany
from cities.register import answers
from cities.register.answers import AnswerError
from cities.signals import school_holidays_changed
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
    """Where a dissolved municipality went: the register does not say."""

    class Meta:
        model = Municipality
        fields = ["successor"]

    def clean_successor(self) -> Municipality:
        successor: Municipality | None = self.cleaned_data["successor"]
        if successor is None or successor.dissolved_on is not None:
            raise forms.ValidationError(_("Bitte wählen Sie eine Gemeinde von heute."))
        return successor


class PointForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where a municipality of today lies: the register does not say."""

    class Meta:
        model = Municipality
        fields = ["latitude", "longitude"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for field, message in outside_germany(data):
            self.add_error(field, message)
        return data


@admin.register(Municipality)
class MunicipalityAdmin(ReadOnlyAdmin):
    """The office answers what the register leaves open, each with a form of its own."""

    list_display = ["name", "ags", "district", "land", "population", "dissolved_on"]
    list_filter = [WithoutSuccessorFilter, ("land", admin.RelatedOnlyFieldListFilter)]
    autocomplete_fields = ["successor"]
    list_select_related = ["district", "land"]
    search_fields = ["name", "ags"]
    ordering = ["-population"]
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Only where there is something to answer."""
        return _form_of(obj) is not None and admin.ModelAdmin.has_change_permission(self, request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = _form_of(obj)
        return super().get_form(request, obj, change, **kwargs | ({"form": form} if form else {}))

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        form = _form_of(obj)
        asked = form.base_fields if form else {}
        return [field.name for field in Municipality._meta.concrete_fields if field.name not in asked]

    def get_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        return (*_SHOWN, "latitude", "longitude", "successor")

    def save_model(self, request: HttpRequest, obj: Municipality, form: Any, change: bool) -> None:
        by, typed = cast(User, request.user), form.cleaned_data
        try:
            if isinstance(form, PointForm):
                answers.set_point(obj, Point(typed["latitude"], typed["longitude"]), by=by)
            else:
                answers.name_successor(obj, typed["successor"], by=by)
        except AnswerError as refusal:  # somebody else was quicker
            self.message_user(request, str(refusal), messages.ERROR)


def _form_of(obj: object) -> "type[PointForm] | type[SuccessorForm] | None":
    """What the office can say of the municipality: its point, or its successor until that is known."""
    if not isinstance(obj, Municipality) or obj.successor_id:
        return None
    return SuccessorForm if obj.dissolved_on else PointForm


@admin.register(RegisterSync)
class RegisterSyncAdmin(ReadOnlyAdmin):
    list_display = ["register_day", "synced_at", "new", "renamed", "dissolved", "left_open"]


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ["name", "key", "kind"]
    list_filter = ["kind"]
    search_fields = ["name", "key"]


@admin.register(SchoolHoliday)
class SchoolHolidayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Entered by hand, or by `import_school_holidays`; the dates of open introductions follow."""

    list_display = ["name", "land", "first_day", "last_day", "source"]
    list_filter = [("land", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["land"]
    search_fields = ["name", "land__name"]
    ordering = ["-first_day", "land"]

    def save_model(self, request: HttpRequest, obj: SchoolHoliday, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        school_holidays_changed.send(sender=SchoolHoliday)

    def delete_model(self, request: HttpRequest, obj: SchoolHoliday) -> None:
        super().delete_model(request, obj)
        school_holidays_changed.send(sender=SchoolHoliday)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SchoolHoliday]) -> None:
        super().delete_queryset(request, queryset)
        school_holidays_changed.send(sender=SchoolHoliday)


@admin.register(Topic, Skill)
class WordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The words in which partners, towns and projects say what they are about and can do."""

    list_display = ["name", "code", "position"]
    search_fields = ["name", "code"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # partners and towns refer to it, and stored reasons name it
