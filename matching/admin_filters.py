"""By what the office narrows the list of suggestions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cities.models import City
from matching import candidates, explanations
from matching.assessments import Assessment
from matching.models import Suggestion
from partners.models import Partner

SENDABLE = "nichts"
EVERYTHING = "alle"


def assessments(suggestions: QuerySet[Suggestion] | list[Suggestion]) -> dict[int, Assessment]:
    """Each suggestion as it stands today, by its id, in a number of queries that does not depend on how many."""
    pairs = {suggestion.pk: (suggestion.partner_id, suggestion.city_id) for suggestion in suggestions}
    survey = candidates.survey(
        Partner.objects.filter(pk__in={partner for partner, _city in pairs.values()}),
        City.objects.filter(pk__in={city for _partner, city in pairs.values()}),
    )
    return {pk: survey.assess(*pair) for pk, pair in pairs.items()}


class StateFilter(admin.SimpleListFilter):
    """Open suggestions unless asked otherwise: the list is what the office has still to do."""

    title = lazy("Stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        decided = [choice for choice in Suggestion.State.choices if choice[0] != Suggestion.State.OPEN]
        return [*decided, (EVERYTHING, _("alle"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": Suggestion.State.OPEN.label}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
        if self.value() == EVERYTHING:
            return queryset
        return queryset.filter(state=self.value() or Suggestion.State.OPEN)


class MissingFilter(admin.SimpleListFilter):
    """What can be released now, or what is missing."""

    title = lazy("Was fehlt?")
    parameter_name = "fehlt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(SENDABLE, _("nichts, kann vermittelt werden")), *explanations.GATE_LABELS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
        wanted = self.value()
        if wanted is None:
            return queryset
        found = assessments(queryset)
        return queryset.filter(pk__in=[pk for pk, assessment in found.items() if _misses(assessment, wanted)])


def _misses(assessment: Assessment, wanted: str) -> bool:
    if wanted == SENDABLE:
        return assessment.is_sendable
    return any(gate.name == wanted and not gate.holds for gate in assessment.gates)
