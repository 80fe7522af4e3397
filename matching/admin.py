"""The office's desk: suggestions to decide about, introductions to follow, rules to set.

Decisions are verbs (matching.introductions, matching.suggestions); nothing here writes a state.
"""

from dataclasses import asdict
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from matching import (
    candidates,
    introductions,
    pair_history_admin,
    planning,
    proposal_admin,
    reasons,
    round_admin,
    step_words,
    suggestions,
    trio_admin,
    trio_suggestions,
    weights_admin,
)
from matching.admin_filters import MissingFilter, StateFilter, assessments
from matching.assessments import Assessment
from matching.forms import PairForm
from matching.models import Introduction, IntroductionRules, Invitation, Suggestion
from matching.read_only_admin import Desk, DisclosureInline, ReadOnlyInline
from matching.scoring import UNITS_PER_POINT
from portal.accounts.decisions import Ask, decide_each, decide_with_text
from portal.accounts.models import User

__all__ = ["proposal_admin", "round_admin", "weights_admin"]


class SuggestionList(ChangeList):
    """The suggestions of one page, each with its assessment of today."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        found = assessments(self.result_list)
        for suggestion in self.result_list:
            suggestion.assessment = found[suggestion.pk]


@admin.register(Suggestion)
class SuggestionAdmin(Desk):
    list_display = ["partner", "city", "in_points", "km", "in_short", "missing", "state"]
    list_filter = [
        StateFilter,
        MissingFilter,
        ("city__land", admin.RelatedOnlyFieldListFilter),
        ("partner__category", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["partner__organisation", "city__organisation"]
    search_fields = ["partner__organisation__name", "city__organisation__name"]
    search_help_text = lazy("Name des Partners oder der Stadt")
    ordering = ["-points", "distance_km", "pk"]
    actions = ["release", "reject"]
    fields = ["partner", "city", "state", "decided_at", "decided_by", "decision_reason", "computed_at", "weights"]
    change_list_template = "admin/matching/suggestion_list.html"
    change_form_template = "admin/matching/suggestion.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SuggestionList

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("warum/", view(self.explain), name="matching_suggestion_explain"),
            path("neu/", view(require_POST(self.refresh)), name="matching_suggestion_refresh"),
            path("zu-dritt/", view(self.trios), name="matching_suggestion_trios"),
            *super().get_urls(),
        ]

    @admin.display(description=lazy("Punkte"), ordering="points")
    def in_points(self, suggestion: Suggestion) -> str:
        return _points(suggestion.points)

    @admin.display(description=lazy("km"), ordering="distance_km")
    def km(self, suggestion: Suggestion) -> str:
        return number_format(suggestion.distance_km, 0)

    @admin.display(description=lazy("Begründung"))
    def in_short(self, suggestion: Suggestion) -> str:
        first, *others = [reason.text for reason in reasons.sentences(suggestion.reasons)] or [""]
        return others[0] if others else first  # the first says where, and so does the column km

    @admin.display(description=lazy("Was fehlt?"))
    def missing(self, suggestion: Any) -> str:
        return " ".join(suggestion.assessment.missing) or _("nichts")

    @admin.action(description=lazy("Vermitteln"), permissions=["decide"])
    def release(self, request: HttpRequest, rows: QuerySet[Suggestion]) -> None:
        decide_each(request, rows, lambda row, person: introductions.release(row, by=person))

    @admin.action(description=lazy("Verwerfen"), permissions=["decide"])
    def reject(self, request: HttpRequest, rows: QuerySet[Suggestion]) -> HttpResponse | None:
        ask = Ask(
            title=_("Vorschläge verwerfen"),
            label=_("Warum? Der Grund bleibt in der Geschäftsstelle."),
            decide=lambda row, text, person: suggestions.reject(row, text, by=person),
        )
        return decide_with_text(self, request, rows, ask=ask)

    def explain(self, request: HttpRequest) -> HttpResponse:
        """Warum, oder warum nicht: any pair, with all gates and parts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PairForm(request.GET or None)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Warum passt das, oder warum nicht?"),
            "opts": self.opts,
            "form": form,
        }
        if form.is_valid():
            context |= _explained(candidates.assess(**form.cleaned_data))
        return TemplateResponse(request, "admin/matching/explain.html", context)

    def refresh(self, request: HttpRequest) -> HttpResponse:
        """Bring all suggestions up to date now instead of in the next weekly refresh."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        changes = suggestions.refresh_all()
        sentence = _("Vorschläge: {added} neu, {rescored} neu bewertet, {withdrawn} zurückgezogen.")
        messages.success(request, sentence.format(**asdict(changes)))
        return redirect("admin:matching_suggestion_changelist")

    def trios(self, request: HttpRequest) -> HttpResponse:
        return trio_admin.page(self, request)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        suggestion = context["original"]
        context |= _explained(candidates.assess(suggestion.partner, suggestion.city))
        context["stored_reasons"] = reasons.sentences(suggestion.reasons)
        is_open = suggestion.state == Suggestion.State.OPEN
        context["trios"] = trio_admin.shown(trio_suggestions.of_suggestion(suggestion)) if is_open else []
        context["may_decide"] = is_open and self.has_decide_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)


class InvitationInline(ReadOnlyInline):
    model = Invitation
    fields = [
        "side",
        "recipient",
        "asked_at",
        "answer",
        "answered_at",
        "who_answered",
        "reason",
        "comment",
        "deferred_at",
        "not_before",
        "reminded_at",
        "noted_at",
        "forwarded_at",
        "not_yet_at",
    ]
    readonly_fields = ["who_answered"]

    @admin.display(description=lazy("angemeldet geantwortet"))
    def who_answered(self, invitation: Invitation) -> User | None:
        return invitation.answered_by


@admin.register(Introduction)
class IntroductionAdmin(Desk):
    list_display = ["partner", "city", "state", "next", "initiated_by", "asked_at", "connected_at", "closed_at"]
    list_filter = ["state", "next_step", "initiated_by"]
    list_select_related = ["partner__organisation", "city__organisation"]
    search_fields = ["partner__organisation__name", "city__organisation__name"]
    search_help_text = lazy("Name des Partners oder der Stadt")
    ordering = ["-asked_at", "-pk"]
    actions = ["withdraw"]
    inlines = [InvitationInline, DisclosureInline]
    exclude = ["reasons", "next_step", "next_step_at"]
    readonly_fields = ["next", "waits", "in_words"]
    change_form_template = "admin/matching/introduction.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.history_of_pair)
        return [path("verlauf/<int:partner>/<int:city>/", view, name="matching_pair_history"), *super().get_urls()]

    def history_of_pair(self, request: HttpRequest, partner: int, city: int) -> HttpResponse:
        return pair_history_admin.page(self, request, partner, city)

    @admin.display(description=lazy("Nächster Schritt"), ordering="next_step_at")
    def next(self, introduction: Introduction) -> str:
        return step_words.for_office(introduction)

    @admin.display(description=lazy("Warum wartet die Frage?"), empty_value="–")
    def waits(self, introduction: Introduction) -> str:
        return step_words.why_waiting(introduction)

    @admin.display(description=lazy("Begründung"))
    def in_words(self, introduction: Introduction) -> str:
        return " ".join(reason.text for reason in reasons.sentences(introduction.reasons))

    @admin.action(description=lazy("Zurückziehen"), permissions=["decide"])
    def withdraw(self, request: HttpRequest, rows: QuerySet[Introduction]) -> HttpResponse | None:
        ask = Ask(
            title=_("Vermittlungen zurückziehen"),
            label=_("Warum? Der Grund steht in der Mail an die Beteiligten."),
            decide=lambda row, text, person: introductions.withdraw(row, by=person, reason=text),
        )
        return decide_with_text(self, request, rows, ask=ask)


@admin.register(IntroductionRules)
class IntroductionRulesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One row, changed and never added or deleted."""

    list_display = [
        *("__str__", "ask_first", "reminder_days", "note_days", "answer_days", "whether_met_days", "outcome_days"),
        *("silence_days", "months_after_refusal", "most_per_round", "partners_first", "mails_per_week", "batch_size"),
        *("batch_working_days", "most_open_yes", "longest_wait_weeks"),
    ]

    def save_model(self, request: HttpRequest, obj: IntroductionRules, form: Any, change: bool) -> None:
        """What is open is planned by the new rules; no date that was promised comes forward."""
        super().save_model(request, obj, form, change)
        planning.wake()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _explained(assessment: Assessment) -> dict[str, Any]:
    """For templates/admin/matching/_assessment.html."""
    parts = [(part.label, _points(part.points), _points(part.maximum)) for part in assessment.parts]
    return {"assessment": assessment, "parts": parts, "total": _points(assessment.score.total)}


def _points(hundredths: int) -> str:
    return number_format(hundredths / UNITS_PER_POINT, 2)
