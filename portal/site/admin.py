"""Organisations, access and the texts of the portal in the admin: every action is a door to a verb."""

from functools import partial
from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import access
from portal.accounts.decisions import Ask, decide_each, decide_with_text
from portal.accounts.models import AccessRequest, Membership, Organisation, User
from portal.site import company_admin, curation, entry_admin, network_admin, project_admin
from portal.site.calls import call_page
from portal.site.import_page import import_page
from portal.site.mail_previews import pages
from portal.site.models import SitePage

__all__ = ["company_admin", "entry_admin", "network_admin", "project_admin"]


class OrganisationState(admin.SimpleListFilter):
    title = gettext_lazy("Stand")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waiting", _("wartet auf die Geschäftsstelle")),
            ("asked", _("wartet auf die Antwort")),
            ("approved", _("freigegeben")),
            ("declined", _("abgelehnt")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> QuerySet[Organisation]:
        undecided = queryset.filter(approved_at=None, declined_at=None, withdrawn_at=None)
        match self.value():
            case "waiting":
                return undecided.filter(question="")
            case "asked":
                return undecided.exclude(question="")
            case "approved":
                return queryset.filter(approved_at__isnull=False, withdrawn_at=None)
            case "declined":
                return queryset.filter(declined_at__isnull=False)
        return queryset


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 0
    fields = ["user", "role", "is_contact", "created_at"]
    readonly_fields = ["is_contact", "created_at"]
    autocomplete_fields = ["user"]


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "kind", "state", "contact_person", "created_at", "confirmed_at"]
    list_filter = [OrganisationState, "kind", "is_demo"]
    search_fields = ["name", "memberships__user__email", "memberships__user__last_name"]
    ordering = ["-created_at"]
    fields = [
        "name", "kind", "capacity", "paused_until", "postal_address", "created_at", "confirmed_at", "question",
        "asked_at", "approved_at", "approved_by", "declined_at", "decline_reason", "withdrawn_at", "is_demo",
    ]  # fmt: skip
    readonly_fields = [
        "kind", "created_at", "confirmed_at", "question", "asked_at", "approved_at", "approved_by", "declined_at",
        "decline_reason", "withdrawn_at", "is_demo",
    ]  # fmt: skip
    inlines = [MembershipInline]
    actions = ["approve", "ask_back", "decline", "leave", "print_letters"]

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(import_page, site=self.admin_site))
        call = self.admin_site.admin_view(partial(call_page, site=self.admin_site))
        return [
            path("importieren/", page, name="accounts_organisation_import"),
            path("aufgaben/<int:pk>/", call, name="accounts_officetask_call"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        rows: QuerySet[Organisation] = super().get_queryset(request)
        return rows.prefetch_related("memberships__user")

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Only what was typed: the dates of decisions are the verbs' alone, and may have changed meanwhile."""
        obj.save(update_fields=form.changed_data)

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> list[str]:
        """A company is told from others by its name, so the name is kept with its entry."""
        is_company = obj is not None and obj.kind == Organisation.Kind.COMPANY
        return [*self.readonly_fields, *(["name"] if is_company else [])]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # an organisation comes with its entry: by registration or by import

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Stand"))
    def state(self, organisation: Organisation) -> str:
        if organisation.withdrawn_at:
            return _("ausgetreten")
        if organisation.approved_at:
            return _("freigegeben")
        if organisation.declined_at:
            return _("abgelehnt")
        return _("wartet auf die Antwort") if organisation.question else _("wartet auf die Geschäftsstelle")

    @admin.display(description=gettext_lazy("Ansprechperson"))
    def contact_person(self, organisation: Organisation) -> str:
        return str(organisation.contact or "–")

    @admin.action(description=gettext_lazy("Freigeben"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        decide_each(request, queryset, lambda row, person: curation.approve(row, by=person))

    @admin.action(description=gettext_lazy("Rückfrage stellen"), permissions=["change"])
    def ask_back(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> HttpResponse | None:
        ask = Ask(
            title=_("Rückfrage stellen"),
            label=_("Was möchten Sie wissen? Diese Frage geht an die Personen der Organisation."),
            decide=lambda row, text, person: curation.ask_back(row, text, by=person),
        )
        return decide_with_text(self, request, queryset, ask=ask)

    @admin.action(description=gettext_lazy("Ablehnen"), permissions=["change"])
    def decline(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> HttpResponse | None:
        ask = Ask(
            title=_("Registrierung ablehnen"),
            label=_("Warum? Dieser Grund geht an die Personen der Organisation."),
            decide=lambda row, text, person: curation.decline(row, text, by=person),
        )
        return decide_with_text(self, request, queryset, ask=ask)

    @admin.action(description=gettext_lazy("Austritt eintragen (beendet offene Vermittlungen)"), permissions=["change"])
    def leave(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        decide_each(request, queryset, lambda row, person: curation.leave(row, by=person))

    @admin.action(description=gettext_lazy("Brief mit Zugangscode drucken"), permissions=["change"])
    def print_letters(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> HttpResponse:
        """The codes are shown here and nowhere else; only their hashes are kept."""
        person = cast(User, request.user)
        valid_until = timezone.localdate() + access.VALID_FOR
        letters = [
            {"organisation": row, "code": access.issue_code(row, by=person), "valid_until": valid_until}
            for row in queryset
        ]
        context = {
            "letters": letters,
            "join_url": settings.SITE_URL + reverse("join_code"),
            "back_url": reverse("admin:accounts_organisation_changelist"),
        }
        response = render(request, "admin/letters.html", context)
        response["Cache-Control"] = "no-store"
        return response


class RequestState(admin.SimpleListFilter):
    title = gettext_lazy("Stand")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", _("offen")), ("granted", _("gewährt")), ("declined", _("abgelehnt"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
        match self.value():
            case "open":
                return queryset.filter(granted_at=None, declined_at=None)
            case "granted":
                return queryset.filter(granted_at__isnull=False)
            case "declined":
                return queryset.filter(declined_at__isnull=False)
        return queryset


@admin.register(AccessRequest)
class AccessRequestAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["user", "organisation", "message", "asked_at", "granted_at", "declined_at"]
    list_filter = [RequestState]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__email", "user__last_name", "organisation__name"]
    ordering = ["-asked_at"]
    actions = ["grant", "decline"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # decided by the actions alone

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return cast(User, request.user).has_perm("accounts.change_accessrequest")

    @admin.action(description=gettext_lazy("Zugang gewähren"), permissions=["decide"])
    def grant(self, request: HttpRequest, queryset: QuerySet[AccessRequest]) -> None:
        decide_each(request, queryset, lambda row, person: curation.grant_access(row, by=person))

    @admin.action(description=gettext_lazy("Zugang ablehnen"), permissions=["decide"])
    def decline(self, request: HttpRequest, queryset: QuerySet[AccessRequest]) -> HttpResponse | None:
        ask = Ask(
            title=_("Zugang ablehnen"),
            label=_("Warum? Dieser Grund geht an die Person."),
            decide=lambda row, text, person: curation.decline_access(row, text, by=person),
        )
        return decide_with_text(self, request, queryset, ask=ask)


@admin.register(SitePage)
class SitePageAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["title", "slug", "updated_at"]
    readonly_fields = ["slug", "updated_at"]
    fields = ["slug", "title", "body", "updated_at"]

    def get_urls(self) -> list[URLPattern]:
        """The mails stand beside the texts; the list of what was sent leads here."""
        view = self.admin_site.admin_view
        return [
            path("mails/", view(partial(pages.list_page, site=self.admin_site)), name="mail_previews"),
            path(
                "mails/<slug:letter>/<int:number>/",
                view(partial(pages.text_page, site=self.admin_site)),
                name="mail_preview",
            ),
            path("mails/<slug:letter>/<int:number>/html/", view(pages.html_page), name="mail_preview_html"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the pages every page links to are there from the start

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
