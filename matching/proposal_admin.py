"""What companies propose to towns, for the office to follow; it answers for nobody, but may take something back."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from matching import proposals
from matching.models import Proposal
from matching.read_only_admin import Desk, DisclosureInline
from portal.accounts.decisions import Ask, decide_with_text


@admin.register(Proposal)
class ProposalAdmin(Desk):
    list_display = ["title", "kind", "company", "city", "state", "created_at", "expires_at", "closed_at"]
    list_filter = ["kind", "state"]
    list_select_related = ["company__organisation", "city__organisation"]
    search_fields = ["title", "company__organisation__name", "city__organisation__name"]
    search_help_text = lazy("Titel, Name des Unternehmens oder der Stadt")
    ordering = ["-created_at", "-pk"]
    actions = ["withdraw"]
    inlines = [DisclosureInline]
    exclude = ["kinds", "answered_by"]
    readonly_fields = ["what_is_offered", "who_answered"]

    @admin.display(description=lazy("Angebot"))
    def what_is_offered(self, proposal: Proposal) -> str:
        return ", ".join(proposal.kind_labels)

    @admin.display(description=lazy("geantwortet für die Stadt"))
    def who_answered(self, proposal: Proposal) -> str:
        return str(proposal.answered_by or "")

    @admin.action(description=lazy("Zurückziehen"), permissions=["decide"])
    def withdraw(self, request: HttpRequest, rows: QuerySet[Proposal]) -> HttpResponse | None:
        ask = Ask(
            title=_("Angebote und Ideen zurückziehen"),
            label=_("Warum? Der Grund steht in der Mail an Unternehmen und Stadt."),
            decide=lambda row, text, person: proposals.withdraw(row, by=person, reason=text),
        )
        return decide_with_text(self, request, rows, ask=ask)
