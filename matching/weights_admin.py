"""The weights on the office's desk: what answers say about them, what others would have chosen, and changing them."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from matching import learning, learning_words, suggestions, weights, weights_report
from matching.explanations import PART_LABELS
from matching.forms import WeightsForm
from matching.learning import Group, Outcome, PartReport
from matching.models import Invitation, ScoreWeights
from matching.scoring import Weights
from portal.accounts.models import User


@admin.register(ScoreWeights)
class ScoreWeightsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A change is a new row: suggestions name the version they were scored with."""

    form = WeightsForm
    list_display = ["pk", "place", "topics", "gap", "fairness", "answers", "created_at", "created_by"]
    list_select_related = ["created_by"]
    ordering = ["-pk"]
    change_list_template = "admin/matching/weights_list.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        report = self.admin_site.admin_view(require_safe(self.report))
        return [path("auswertung/", report, name="matching_scoreweights_report"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: ScoreWeights, form: Any, change: bool) -> None:
        by = cast(User, request.user)  # the admin lets nobody else come here
        obj.pk = weights.change(**form.cleaned_data, by=by).pk
        changes = suggestions.refresh_all()
        sentence = ngettext(
            "{count} Vorschlag ist neu bewertet.", "{count} Vorschläge sind neu bewertet.", changes.rescored
        )
        messages.success(request, sentence.format(count=changes.rescored))

    def report(self, request: HttpRequest) -> HttpResponse:
        """What answers say about the weights, and what those typed here would have chosen. Writes nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = WeightsForm(request.GET or None, initial=model_to_dict(ScoreWeights.objects.latest()))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Was Antworten über die Gewichtung sagen"),
            "opts": self.opts,
            "form": form,
            **_learned(),
        }
        if form.is_valid():
            context |= _tried(form.cleaned_data, may_add=self.has_add_permission(request))
        return TemplateResponse(request, "admin/matching/weights_report.html", context)


def _learned() -> dict[str, Any]:
    cases = weights_report.cases()
    reasons = weights_report.reasons_of_refusals()
    labels = {**dict(Invitation.Reason.choices), "": _("ohne Grund")}
    return {
        "numbers": {outcome.value: sum(case.outcome == outcome for case in cases) for outcome in Outcome},
        "parts": [_part(PART_LABELS[part], found) for part, found in learning.report(cases).items()],
        "refusals": [(labels[reason], number) for reason, number in reasons.most_common()],
    }


def _tried(data: dict[str, int], *, may_add: bool) -> dict[str, Any]:
    rounds = weights_report.try_on_rounds(Weights(**data))
    return {
        "rounds": rounds,
        "summary": learning_words.summary(rounds),
        "take_over": f"?{urlencode(data)}" if may_add else "",
    }


def _part(label: object, found: PartReport) -> tuple[object, list[str], str]:
    """A row of the table: the part, the mean of each outcome, and the difference in words."""
    return label, [_mean(found.groups[outcome]) for outcome in Outcome], learning_words.difference(found.separation)


def _mean(group: Group) -> str:
    return "–" if group.mean is None else f"{number_format(group.mean, 0)}\u00a0%"
