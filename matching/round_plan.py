"""What a round would choose now: rows become a question, the assignment answers it, and towns left out learn why."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils import timezone

from matching.assessments import Assessment, CitySide, PartnerSide
from matching.assignment import Assignment, assign
from matching.candidates import Survey
from matching.models import Introduction, IntroductionRules, MatchingRound, Side
from matching.round_question import Pair, Participant, Question
from matching.scoring import PARTS

NOBODY = "nobody"  # no partner fits
ELSEWHERE = "elsewhere"  # all partners that could be introduced are needed more elsewhere
NEVER = 0


@dataclass(frozen=True)
class Plan:
    """The question, its answer, and the towns without an introduction: id and why (a gate, NOBODY or ELSEWHERE)."""

    question: Question
    assignment: Assignment
    left_out: list[tuple[int, str]]
    weights_version: int

    @property
    def chosen(self) -> list[Pair]:
        return self.question.chosen(self.assignment)

    @property
    def waiting(self) -> dict[str, list[tuple[int, int]]]:
        """By side, who was left out, and in how many rounds in a row."""
        sides = zip(Side, self.question.waiting_after(self.assignment), strict=True)
        return {side.value: [(pk, rounds) for pk, rounds in rows.items() if rounds] for side, rows in sides}


def plan(survey: Survey, *, among: Collection[tuple[int, int]] | None = None) -> Plan:
    """Choose among the pairs that may be introduced now; with `among` only of these (partner and city ids)."""
    fitting = survey.fitting()
    sendable = [pair for pair in fitting if pair.is_sendable]
    question = _question(survey, [pair for pair in sendable if among is None or _ids(pair) in among])
    assignment = assign(question.market)
    served = {pair.city for pair in question.chosen(assignment)}
    missing = [pk for pk in survey.cities if pk not in served]
    return Plan(question, assignment, list(_left_out(missing, fitting)), survey.rules.weights.version)


def _question(survey: Survey, sendable: Iterable[Assessment]) -> Question:
    rules = IntroductionRules.objects.get()
    partners = _participants(Side.PARTNER, survey.partners, most=None)
    cities = _participants(Side.CITY, survey.cities, most=rules.most_per_round)
    pairs = (Pair(*_ids(pair), tuple(getattr(pair.score, part) for part in PARTS)) for pair in sendable)
    return Question.of(partners, cities, pairs, partners_first=rules.partners_first)


def _participants(
    side: Side, rows: dict[int, PartnerSide] | dict[int, CitySide], *, most: int | None
) -> Iterator[Participant]:
    last, waiting = _last_asked(side), _waiting(side)
    for pk, row in rows.items():
        room = max(0, row.standing.capacity - row.standing.introductions)
        yield Participant(
            id=pk,
            room=room if most is None else min(room, most),
            received=row.facts.record.introductions,
            capacity=row.standing.capacity,
            last=last[pk].toordinal() if pk in last else NEVER,
            waiting=waiting.get(pk, 0),
        )


def _last_asked(side: Side) -> dict[int, date]:
    """The day of the latest introduction of each, by the wall clock of the portal."""
    rows = Introduction.objects.values(side.value).annotate(latest=Max("asked_at")).values_list(side.value, "latest")
    return {pk: timezone.localdate(latest) for pk, latest in rows}


def _waiting(side: Side) -> dict[int, int]:
    """What the last released round has left."""
    last = MatchingRound.objects.filter(state=MatchingRound.State.RELEASED).order_by("closed_at", "pk").last()
    return dict(last.waiting.get(side.value, ())) if last else {}


def _left_out(cities: Iterable[int], fitting: Iterable[Assessment]) -> Iterator[tuple[int, str]]:
    """Why each town has no introduction, by the best pair it has."""
    pairs_of: dict[int, list[Assessment]] = {}
    for pair in fitting:
        pairs_of.setdefault(pair.city.pk, []).append(pair)
    for pk in cities:
        yield pk, _why(pairs_of.get(pk, []))


def _why(pairs: list[Assessment]) -> str:
    if not pairs:
        return NOBODY
    if any(pair.is_sendable for pair in pairs):
        return ELSEWHERE
    return next(gate for gate, holds in pairs[0].sendable.items() if not holds)


def _ids(pair: Assessment) -> tuple[int, int]:
    return pair.partner.pk, pair.city.pk
