"""The outbox as the office sees it, without codes and without links that act; and addresses mails do not reach."""

import re
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.decisions import decide_each
from portal.mail import addresses, outbox
from portal.mail.models import BlockedAddress, OutgoingMail

SECRET = re.compile(r"(/(?:antwort|abmelden)/)[^/\s<>\"']+")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read only; mails with codes (`account`) are nobody's business and are not there at all."""

    list_display = ["subject", "to", "kind", "status", "due_at", "sent_at", "attempts"]
    list_filter = ["status", "kind"]
    search_fields = ["to", "subject"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    list_per_page = 50
    show_full_result_count = False
    fields = ["to", "subject", "kind", "status", "masked_text", "created_at", "due_at", "sent_at", "attempts", "error"]
    readonly_fields = ["masked_text"]
    actions = ["try_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        mails: QuerySet[OutgoingMail] = super().get_queryset(request)
        return mails.exclude(kind=OutgoingMail.Kind.ACCOUNT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Text"))
    def masked_text(self, mail: OutgoingMail) -> str:
        """Whoever has a link of the mail can answer in the person's name."""
        return SECRET.sub(r"\1…", mail.body) or _("nach Ablauf der Frist geleert")

    @admin.action(description=gettext_lazy("Nicht zustellbare Mails noch einmal senden"), permissions=["view"])
    def try_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        queued = 0
        for mail in mails:
            try:
                outbox.retry(mail)
                queued += 1
            except outbox.OutboxError as error:
                self.message_user(request, f"{mail.subject}: {error}", messages.WARNING)
        if queued:
            text = ngettext("%d Mail wird noch einmal gesendet.", "%d Mails werden noch einmal gesendet.", queued)
            self.message_user(request, text % queued, messages.SUCCESS)


class LiftedFilter(admin.SimpleListFilter):
    """Addresses that are not reachable now; the others are asked for."""

    title = gettext_lazy("Stand")
    parameter_name = "lifted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("wieder erreichbar")), ("all", _("alle"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[BlockedAddress]) -> QuerySet[BlockedAddress]:
        if self.value() == "all":
            return queryset
        return queryset.filter(lifted_at__isnull=self.value() != "yes")

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        return [everything | {"display": _("nicht erreichbar")}, *others]


@admin.register(BlockedAddress)
class BlockedAddressAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read only; a block comes from a mail server, and the office says when it is over."""

    list_display = ["id", "address", "user", "reason", "blocked_at", "lifted_at"]
    list_filter = [LiftedFilter, "reason"]
    list_select_related = ["user"]
    search_fields = ["address", "user__last_name"]
    ordering = ["-blocked_at"]
    actions = ["lift"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.change_blockedaddress")

    @admin.action(description=gettext_lazy("Adresse ist wieder erreichbar"), permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[BlockedAddress]) -> None:
        decide_each(request, queryset, lambda row, person: addresses.lift(row.address, by=person))
