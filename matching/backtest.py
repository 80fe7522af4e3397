"""What other weights would have chosen in a round of the past. Pure: knows no Django.

A stored question has the points of each part, and a part scales with its weight; so the same round can be asked again
under other weights. Rooms, turns and claims stay those of that day.
"""

from dataclasses import dataclass, replace

from matching.assignment import assign
from matching.round_question import Pair, Question
from matching.scoring import PARTS, Weights

Ids = tuple[int, int]  # of partner and town


@dataclass(frozen=True, slots=True)
class Trial:
    """The pairs that were chosen, and those that would have been."""

    before: frozenset[Ids]
    after: frozenset[Ids]

    @property
    def kept(self) -> frozenset[Ids]:
        return self.before & self.after

    @property
    def missing(self) -> frozenset[Ids]:
        return self.before - self.after

    @property
    def new(self) -> frozenset[Ids]:
        return self.after - self.before

    @property
    def coverage(self) -> tuple[int, int]:
        """Towns with an introduction, before and after."""
        before, after = (len({city for _partner, city in pairs}) for pairs in (self.before, self.after))
        return before, after


def tried(question: Question, old: Weights, new: Weights) -> Trial:
    """The round by its own weights and by others; the same question has the same answer, so none need be stored.

    ValueError as for `reweighted`.
    """
    return Trial(_chosen(question), _chosen(reweighted(question, old, new)))


def reweighted(question: Question, old: Weights, new: Weights) -> Question:
    """The question as it would have been under other weights; under the same it is the same.

    What is scaled was rounded before, so a part may be ⌈new/(2·old)⌉ hundredths off what the facts would have given:
    1/100 point, unless a weight more than doubles. ValueError where a part is to count that did not count then: nobody
    stored what it would have been.
    """
    scales = [(getattr(old, part), getattr(new, part)) for part in PARTS]
    unknown = [part for part, (before, after) in zip(PARTS, scales, strict=True) if after and not before]
    if unknown:
        raise ValueError(f"the round knows nothing of {', '.join(unknown)}")
    return replace(question, pairs=tuple(_reweighted(pair, scales) for pair in question.pairs))


def _reweighted(pair: Pair, scales: list[tuple[int, int]]) -> Pair:
    return replace(pair, parts=tuple(_scaled(part, *scale) for part, scale in zip(pair.parts, scales, strict=True)))


def _scaled(points: int, old: int, new: int) -> int:
    """points · new/old, rounded half up in whole numbers, as everywhere."""
    return (2 * points * new + old) // (2 * old) if old else 0


def _chosen(question: Question) -> frozenset[Ids]:
    return frozenset((pair.partner, pair.city) for pair in question.chosen(assign(question.market)))
