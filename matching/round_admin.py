"""The rounds on the office's desk: begin one, watch it, look at what it has chosen, release or discard it."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cities.models import City
from matching import round_words, rounds
from matching.models import MatchingRound, Suggestion
from matching.read_only_admin import Desk
from matching.scoring import UNITS_PER_POINT
from portal.accounts.decisions import decide_each
from portal.accounts.models import User

MOST_REFUSALS = 20  # named one by one


@admin.register(MatchingRound)
class MatchingRoundAdmin(Desk):
    list_display = ["__str__", "state", "started_at", "started_by", "number", "coverage", "points", "gap_in_percent"]
    list_filter = ["state"]
    list_select_related = ["started_by"]
    ordering = ["-pk"]
    actions = ["release", "discard"]
    change_list_template = "admin/matching/round_list.html"
    change_form_template = "admin/matching/round.html"
    fields = [
        *("state", "started_at", "started_by", "computed_at", "duration_ms", "weights", "question_hash"),
        *("points", "gap_in_percent", "coverage", "closed_at", "closed_by"),
    ]
    readonly_fields = ["points", "gap_in_percent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MatchingRound]:
        rows: QuerySet[MatchingRound] = super().get_queryset(request).defer("question", "left_out", "waiting")
        return rows.annotate(number_of_pairs=Count("pairs"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [path("neu/", view(require_POST(self.begin)), name="matching_round_begin"), *super().get_urls()]

    @admin.display(description=lazy("Vermittlungen"))
    def number(self, row: Any) -> int:
        return int(row.number_of_pairs)

    @admin.display(description=lazy("Punkte"))
    def points(self, row: MatchingRound) -> str:
        if not row.computed_at:
            return "–"
        total, bound = (number_format(value / UNITS_PER_POINT, 2) for value in (row.total, row.bound))
        return _("{total} von höchstens {bound}").format(total=total, bound=bound)

    @admin.display(description=lazy("Abstand zur Obergrenze"))
    def gap_in_percent(self, row: MatchingRound) -> str:
        return f"{number_format(100 * row.gap, 3)} %" if row.computed_at else "–"

    @admin.action(description=lazy("Freigeben"), permissions=["decide"])
    def release(self, request: HttpRequest, rows: QuerySet[MatchingRound]) -> None:
        decide_each(request, rows, lambda row, person: _say(request, rounds.release(row, by=person)))

    @admin.action(description=lazy("Verwerfen"), permissions=["decide"])
    def discard(self, request: HttpRequest, rows: QuerySet[MatchingRound]) -> None:
        decide_each(request, rows, lambda row, person: rounds.discard(row, by=person))

    def begin(self, request: HttpRequest) -> HttpResponse:
        """A new round now, computed by a worker; the page of the round shows how far it is."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        try:
            row = rounds.start(by=cast(User, request.user))
        except rounds.RoundError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:matching_matchinground_changelist")
        rounds.wake()
        return redirect("admin:matching_matchinground_change", row.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context["original"]
        context["steps"] = _steps(row)
        if row.computed_at:
            context |= _preview(row)
        context["may_decide"] = row.state == MatchingRound.State.PREPARED and self.has_decide_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)


def _say(request: HttpRequest, released: rounds.Released) -> None:
    text = ngettext("%(n)s Vermittlung hat begonnen.", "%(n)s Vermittlungen haben begonnen.", released.introductions)
    messages.success(request, text % {"n": released.introductions})
    for refusal in released.refused[:MOST_REFUSALS]:
        messages.warning(request, refusal)
    if more := len(released.refused[MOST_REFUSALS:]):
        messages.warning(request, ngettext("%(n)s weitere nicht.", "%(n)s weitere nicht.", more) % {"n": more})


def _steps(row: MatchingRound) -> list[tuple[str, bool]]:
    """While it is computed: each step, and whether it is the present one."""
    if row.state not in MatchingRound.UNFINISHED:
        return []
    return [(str(MatchingRound.State(state).label), state == row.state) for state in MatchingRound.UNFINISHED]


def _preview(row: MatchingRound) -> dict[str, Any]:
    """What would go out, and which towns get nothing, and why."""
    pairs = Suggestion.objects.filter(rounds__round=row).select_related("partner__organisation", "city__organisation")
    names = dict(City.objects.values_list("pk", "organisation__name"))
    left_out = sorted((names[pk], round_words.why(reason)) for pk, reason in row.left_out if pk in names)
    chosen = [(pair, number_format(pair.points / UNITS_PER_POINT, 2)) for pair in pairs.order_by("-points", "pk")]
    summary = round_words.summary(len(chosen), [reason for _pk, reason in row.left_out])
    asked = round_words.asked(**row.asked)
    return {"chosen": chosen, "left_out": left_out, "summary": summary, "asked": asked}
