"""Compute a round, or only show what it would choose."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cities.models import City
from matching import candidates, round_plan, round_words, rounds
from matching.models import MatchingRound
from matching.round_plan import Plan
from matching.round_question import Question
from matching.rounds import RoundError
from matching.scoring import UNITS_PER_POINT
from partners.models import Partner


class Command(BaseCommand):
    help = (
        "Berechnet eine Runde: welche Vermittlungen jetzt für alle zusammen am besten wären. "
        "Freigegeben wird sie von der Geschäftsstelle. Mit --dry-run wird nichts geschrieben."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="nur zeigen, was ausgewählt würde")
        parser.add_argument("--json", action="store_true", help="als JSON auf der Standardausgabe")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self._print(_of_plan(round_plan.plan(candidates.everybody())), as_json=options["json"])
            return
        try:
            row = rounds.run(rounds.start(by=None))
        except RoundError as error:
            raise CommandError(str(error)) from error
        if row is None:
            raise CommandError(_("Ein Worker hat die Runde übernommen; sie steht gleich unter „Runden“."))
        self._print(_of_round(row), as_json=options["json"])

    def _print(self, found: dict[str, Any], *, as_json: bool) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(found)))


def _of_plan(plan: Plan) -> dict[str, Any]:
    pairs = [(pair.partner, pair.city, pair.points) for pair in plan.chosen]
    return {
        "round": None,
        "weights_version": plan.weights_version,
        "input_hash": plan.question.digest(),
        **_asked(plan.question),
        "coverage": plan.assignment.coverage,
        **_points(plan.assignment.total, plan.assignment.bound, plan.assignment.gap),
        **_named(pairs, plan.left_out),
    }


def _of_round(row: MatchingRound) -> dict[str, Any]:
    pairs = list(row.pairs.values_list("suggestion__partner", "suggestion__city", "suggestion__points"))
    return {
        "round": row.pk,
        "weights_version": row.weights_id,
        "input_hash": row.question_hash,
        **row.asked,
        "coverage": row.coverage,
        **_points(row.total, row.bound, row.gap),
        **_named(pairs, row.left_out),
    }


def _asked(question: Question) -> dict[str, int]:
    return {"partners": len(question.partners), "cities": len(question.cities), "pairs": len(question.pairs)}


def _points(total: int, bound: int, gap: float) -> dict[str, float]:
    return {"points": total / UNITS_PER_POINT, "bound": bound / UNITS_PER_POINT, "gap": gap}


def _named(pairs: list[tuple[int, int, int]], left_out: list[tuple[int, str]]) -> dict[str, Any]:
    """With the short names of the addresses, best pairs first."""
    partners = dict(Partner.objects.values_list("pk", "slug"))
    cities = dict(City.objects.values_list("pk", "slug"))
    named = sorted((-points, cities[city], partners[partner]) for partner, city, points in pairs)
    chosen = [{"partner": partner, "city": city, "points": -worth / UNITS_PER_POINT} for worth, city, partner in named]
    return {"introductions": chosen, "left_out": [{"city": cities[city], "why": why} for city, why in left_out]}


def _lines(found: dict[str, Any]) -> list[str]:
    pairs = [f"  {_number(pair['points']):>6}  {pair['partner']} – {pair['city']}" for pair in found["introductions"]]
    proof = _("{points} von höchstens {bound} Punkten, {coverage} Städte").format(
        points=_number(found["points"]), bound=_number(found["bound"]), coverage=found["coverage"]
    )
    reasons = [row["why"] for row in found["left_out"]]
    return [*pairs, round_words.summary(len(pairs), reasons), proof]


def _number(points: float) -> str:
    return f"{points:.2f}".replace(".", ",")
