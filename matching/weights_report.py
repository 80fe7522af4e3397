"""The weights beside what became of suggestions: rows for matching.learning and matching.backtest.

Nothing here writes: the office reads, and changes the weights with matching.weights if it wants to.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from django.db.models import QuerySet

from matching import weights
from matching.backtest import Ids, Trial, tried
from matching.learning import Case, Outcome
from matching.models import Introduction, Invitation, MatchingRound, RoundPair, ScoreWeights
from matching.round_question import Question
from matching.scoring import PARTS, Weights

ROUNDS = 12
OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        **dict.fromkeys(Introduction.AGREED, Outcome.ACCEPTED),
        Introduction.State.DECLINED: Outcome.DECLINED,
        Introduction.State.EXPIRED: Outcome.EXPIRED,
    }
)


@dataclass(frozen=True, slots=True)
class TriedRound:
    """A round under other weights; without a trial it cannot be computed again.

    `outcomes` are those of pairs that went out of it: of all rounds that chose a pair, the latest.
    """

    row: MatchingRound
    trial: Trial | None
    outcomes: Mapping[Ids, Outcome]

    @property
    def accepted(self) -> tuple[int, int]:
        """How many of its accepted pairs would have been chosen again, and how many there are."""
        return self._kept(Outcome.ACCEPTED)

    @property
    def declined(self) -> tuple[int, int]:
        return self._kept(Outcome.DECLINED)

    def _kept(self, outcome: Outcome) -> tuple[int, int]:
        pairs = {ids for ids, each in self.outcomes.items() if each == outcome}
        return len(pairs & self.trial.after) if self.trial else 0, len(pairs)


def cases() -> list[Case]:
    """Suggestions the office released, with their outcomes. One query."""
    points = [f"suggestion__points_{part}" for part in PARTS]
    maxima = [f"suggestion__weights__{part}" for part in PARTS]
    rows = _decided().values_list("state", *points, *maxima)
    return [Case(OUTCOMES[state], tuple(both[: len(PARTS)]), tuple(both[len(PARTS) :])) for state, *both in rows]


def reasons_of_refusals() -> Counter[str]:
    """How often each reason was given for a no to one of them; "" for no reason. One query."""
    refusals = Invitation.objects.filter(introduction__in=_decided(), answer=Invitation.Answer.NO)
    return Counter(refusals.values_list("reason", flat=True))


def try_on_rounds(new: Weights) -> list[TriedRound]:
    """The latest computed rounds under other weights, the newest first. Two queries; a large round takes seconds."""
    computed = MatchingRound.objects.filter(state__in=MatchingRound.COMPUTED).select_related("weights")
    rows = list(computed.defer("left_out", "waiting").order_by("-pk")[:ROUNDS])
    outcomes = _outcomes(rows)
    return [TriedRound(row, _try(row, new), outcomes[row.pk]) for row in rows]


def _decided() -> QuerySet[Introduction]:
    """Who asks without waiting for a suggestion has said yes before points could matter, and is left out."""
    return Introduction.objects.filter(suggestion__isnull=False, initiated_by="", state__in=OUTCOMES)


def _try(row: MatchingRound, new: Weights) -> Trial | None:
    old = weights.of(cast(ScoreWeights, row.weights))  # a computed round has its weights
    try:
        return tried(Question.from_json(row.question or {}), old, new)
    except ValueError:  # stored in an older format, or a part is to count that did not count then
        return None


def _outcomes(rows: Sequence[MatchingRound]) -> defaultdict[int, dict[Ids, Outcome]]:
    """By round."""
    chosen = RoundPair.objects.filter(round__in=[row.pk for row in rows], suggestion__introduction__in=_decided())
    read = ("suggestion", "round", "suggestion__partner", "suggestion__city", "suggestion__introduction__state")
    latest = {suggestion: rest for suggestion, *rest in chosen.order_by("round").values_list(*read)}
    found: defaultdict[int, dict[Ids, Outcome]] = defaultdict(dict)
    for number, partner, city, state in latest.values():
        found[number][partner, city] = OUTCOMES[state]
    return found
