"""People, consents and the office's tasks in the admin. Organisations stand in portal.site, with their decisions."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts import consents, office, organisations
from portal.accounts.models import Consent, Membership, OfficeTask, Purpose, User

# allauth's own pages would show the secrets of second factors, and confirm addresses without a code.
admin.site.unregister([Authenticator, EmailAddress])


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 0
    fields = ["organisation", "role", "is_contact", "created_at"]
    readonly_fields = ["organisation", "is_contact", "created_at"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People register themselves and keep their own address and password; the office corrects names and access."""

    list_display = ["email", "first_name", "last_name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["email"]
    fields = [
        "email", "salutation", "first_name", "last_name", "phone", "is_active", "is_staff", "groups", "date_joined",
        "last_login",
    ]  # fmt: skip
    filter_horizontal = ["groups"]
    inlines = [MembershipInline]

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        """Only a superuser decides who belongs to the office."""
        rights = [] if request.user.is_superuser else ["is_staff", "groups"]
        return ["email", "date_joined", "last_login", *rights]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # people delete their own account, and with it everything that belongs to it

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Somebody of the office who is no superuser does not change one."""
        people: QuerySet[User] = super().get_queryset(request)
        return people if request.user.is_superuser else people.filter(is_superuser=False)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who belongs where; people are added at their organisation."""

    list_display = ["user", "organisation", "role", "is_contact", "created_at"]
    list_filter = ["role", "is_contact", "organisation__kind"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__email", "user__last_name", "organisation__name"]
    fields = ["user", "organisation", "role", "is_contact", "created_at"]
    readonly_fields = ["user", "organisation", "is_contact", "created_at"]
    actions = ["make_contact"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=gettext_lazy("Zur Ansprechperson machen"), permissions=["change"])
    def make_contact(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for membership in queryset:
            organisations.choose_contact(membership.organisation, membership.user, by=cast(User, request.user))
            text = _("%(person)s ist jetzt Ansprechperson von „%(organisation)s“.")
            names = {"person": membership.user, "organisation": membership.organisation}
            self.message_user(request, text % names, messages.SUCCESS)


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("Stand")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("valid", _("gültig")), ("ticked", _("noch nicht bestätigt")), ("withdrawn", _("widerrufen"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Consent]) -> QuerySet[Consent]:
        match self.value():
            case "valid":
                return queryset.filter(confirmed_at__isnull=False, withdrawn_at=None)
            case "ticked":
                return queryset.filter(confirmed_at=None, withdrawn_at=None)
            case "withdrawn":
                return queryset.filter(withdrawn_at__isnull=False)
        return queryset


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The proof of who agreed to what; the office cannot give a consent, only record that one was withdrawn."""

    list_display = ["user", "purpose", "text_version", "given_at", "confirmed_at", "withdrawn_at"]
    list_filter = ["purpose", StateFilter]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__last_name"]
    ordering = ["-given_at"]
    actions = ["withdraw"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_consent")

    @admin.action(description=gettext_lazy("Einwilligung widerrufen"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Consent]) -> None:
        with_ = f"Geschäftsstelle ({request.user})"
        done = sum(
            consents.withdraw(consent.user, Purpose(consent.purpose), with_=with_)
            for consent in queryset.filter(withdrawn_at=None)
        )
        text = ngettext("%(count)d Einwilligung widerrufen.", "%(count)d Einwilligungen widerrufen.", done)
        self.message_user(request, text % {"count": done}, messages.SUCCESS)


class DoneFilter(admin.SimpleListFilter):
    """Open tasks come first; whoever wants to see the others asks for them."""

    title = gettext_lazy("Stand")
    parameter_name = "done"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("erledigt")), ("all", _("alle"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OfficeTask]) -> QuerySet[OfficeTask]:
        if self.value() == "all":
            return queryset
        return queryset.filter(done_at__isnull=self.value() != "yes")

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        return [everything | {"display": _("offen")}, *others]


@admin.register(OfficeTask)
class OfficeTaskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["text", "kind", "organisation", "due_on", "done_at"]
    list_filter = [DoneFilter, "kind"]
    list_select_related = ["organisation"]
    search_fields = ["text", "organisation__name"]
    fields = ["kind", "organisation", "text", "due_on", "created_at", "done_at", "done_by"]
    readonly_fields = ["kind", "organisation", "text", "created_at", "done_at", "done_by"]
    actions = ["finish"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Aufgabe abschließen"), permissions=["change"])
    def finish(self, request: HttpRequest, queryset: QuerySet[OfficeTask]) -> None:
        tasks = [office.finish(task, by=cast(User, request.user)) for task in queryset]
        text = ngettext("%(count)d Aufgabe abgeschlossen.", "%(count)d Aufgaben abgeschlossen.", len(tasks))
        self.message_user(request, text % {"count": len(tasks)}, messages.SUCCESS)
