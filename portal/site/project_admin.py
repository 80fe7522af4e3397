"""Projects and the office's rules for them in the admin: every decision is a door to a verb."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, Project, ProjectNeed, ProjectRules
from matching.suggestions import refresh_city
from portal.accounts.decisions import Ask, decide_each, decide_with_text
from portal.site import publishing


class ProjectAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Project
        fields = ["starts_on", "ends_on"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("Das Ende liegt vor dem Beginn."))
        return data


class ProjectNeedInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ProjectNeed
    extra = 0
    fields = ["kind", "note"]


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = ProjectAdminForm
    list_display = ["title", "city", "state", "place", "submitted_at", "published_at", "confirmed_at"]
    list_filter = ["state", ("city__land", admin.RelatedOnlyFieldListFilter), "topics"]
    list_select_related = ["city__organisation", "place"]
    search_fields = ["title", "slug", "city__organisation__name", "place__name"]
    ordering = ["-created_at"]
    fields = [
        "title", "slug", "city", "place", "venue", "description", "gives_back", "starts_on", "ends_on", "topics",
        "skills", "picture_shown", "state", "question", "submitted_at", "published_at", "confirmed_at", "warned_at",
        "ended_at", "end_reason", "withdrawn_at", "withdrawal_reason", "created_at", "created_by",
    ]  # fmt: skip
    readonly_fields = [
        "slug", "picture_shown", "state", "question", "submitted_at", "published_at", "confirmed_at", "warned_at",
        "ended_at", "end_reason", "withdrawn_at", "withdrawal_reason", "created_at", "created_by",
    ]  # fmt: skip
    autocomplete_fields = ["city", "place"]
    filter_horizontal = ["topics", "skills"]
    inlines = [ProjectNeedInline]
    actions = ["publish", "ask_for_change", "withdraw"]

    def view_on_site(self, project: Project) -> str:
        return reverse("project_detail", args=[project.slug])

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        """Only what was typed: the dates of the steps are the verbs' alone, and may have changed meanwhile."""
        columns = {field.name for field in Project._meta.concrete_fields}
        obj.save(update_fields=[name for name in form.changed_data if name in columns])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Topics and needs are written here, so the suggestions follow from here; of both towns, if it moved."""
        super().save_related(request, form, formsets, change)
        towns = {form.initial.get("city"), form.instance.city_id}
        for city in City.objects.filter(pk__in=towns):
            refresh_city(city)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # towns write their projects themselves

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Bild"))
    def picture_shown(self, project: Project) -> SafeString | str:
        picture = getattr(project, "picture", None)
        if picture is None:
            return "–"
        address = reverse("project_picture", args=[project.slug, picture.digest])
        return format_html(
            '<img src="{}" alt="{}" width="320"><p>{}</p>', address, picture.alternative_text, picture.alternative_text
        )

    @admin.action(description=gettext_lazy("Veröffentlichen"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        decide_each(request, queryset, lambda row, person: publishing.publish(row, by=person))

    @admin.action(description=gettext_lazy("Änderung wünschen"), permissions=["change"])
    def ask_for_change(self, request: HttpRequest, queryset: QuerySet[Project]) -> HttpResponse | None:
        ask = Ask(
            title=_("Änderung wünschen"),
            label=_("Was soll geändert werden? Dieser Wunsch geht an die Personen der Stadt."),
            decide=lambda row, text, person: publishing.ask_for_change(row, text, by=person),
        )
        return decide_with_text(self, request, queryset, ask=ask)

    @admin.action(description=gettext_lazy("Zurückziehen"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Project]) -> HttpResponse | None:
        ask = Ask(
            title=_("Projekt zurückziehen"),
            label=_("Warum? Dieser Grund geht an die Personen der Stadt."),
            decide=lambda row, text, person: publishing.withdraw(row, by=person, reason=text),
        )
        return decide_with_text(self, request, queryset, ask=ask)


@admin.register(ProjectRules)
class ProjectRulesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One row, changed and never added or deleted."""

    list_display = ["__str__", "review_first", "days_confirmed", "days_warned"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
