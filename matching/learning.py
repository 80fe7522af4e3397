"""What answers say about the five parts of the score. Pure: knows numpy, not Django.

It only tells; weights are changed by the office alone. In prose: docs/matching.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.assignment.market import Whole
from matching.scoring import PARTS, UNITS_PER_POINT

FEWEST = 10  # accepted ones, and declined ones; with fewer a single answer would sway what is said
DEVIATIONS = 2.576  # 99 % for each part, so that all five hold together in 95 of 100 reports
_HALVINGS = 40


class Outcome(StrEnum):
    """What became of a suggestion that went out."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Case:
    """A suggestion with an outcome: its points by part in 1/100, and the weights of that time, both as in PARTS."""

    outcome: Outcome
    points: tuple[int, ...]
    weights: tuple[int, ...]

    def percent(self, part: int) -> int | None:
        """What it had of the part, in whole percent of the most; None where the part did not count.

        Whole percent make cases of different weights comparable: roundings of points are no difference.
        """
        whole = UNITS_PER_POINT * self.weights[part]
        return (200 * self.points[part] + whole) // (2 * whole) if whole else None


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one outcome: how many, and the mean of what they had of the part, in percent; None without any."""

    number: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Separation:
    """The chance that an accepted suggestion had more of the part than a declined one, each drawn blindly.

    Equals count half, so 1/2 means that the part tells nothing. `low` and `high` are the range it lies in.
    """

    chance: float
    low: float
    high: float

    @property
    def direction(self) -> int:
        """1: accepted ones had more; -1: they had less; 0: it may be chance."""
        return (self.low > 0.5) - (self.high < 0.5)


@dataclass(frozen=True, slots=True)
class PartReport:
    """What one part had to do with the answers; without separation there are too few of them."""

    groups: dict[Outcome, Group]
    separation: Separation | None


def report(cases: Sequence[Case]) -> dict[str, PartReport]:
    """By part, in the order of PARTS."""
    return {name: _part_report(cases, number) for number, name in enumerate(PARTS)}


def separation(accepted: Iterable[int], declined: Iterable[int]) -> Separation | None:
    """Mann and Whitney's statistic over the number of comparisons; None below FEWEST on either side.

    The range is Newcombe's (Statistics in Medicine 25, 2006, 559–573, method 5): all chances from which the observed
    one deviates by no more than DEVIATIONS of their own standard error. Unlike those around the observed value, it is
    no single point where all accepted ones had more.
    """
    more, less = np.fromiter(accepted, np.int64), np.sort(np.fromiter(declined, np.int64))
    if min(more.size, less.size) < FEWEST:
        return None
    chance = _chance(more, less)
    low = _edge(chance, 0.0, more.size, less.size)
    return Separation(chance, low, _edge(chance, 1.0, more.size, less.size))


def _part_report(cases: Sequence[Case], part: int) -> PartReport:
    percents: dict[Outcome, list[int]] = {outcome: [] for outcome in Outcome}
    for case in cases:
        percent = case.percent(part)
        if percent is not None:
            percents[case.outcome].append(percent)
    groups = {outcome: _group(values) for outcome, values in percents.items()}
    return PartReport(groups, separation(percents[Outcome.ACCEPTED], percents[Outcome.DECLINED]))


def _group(percents: Sequence[int]) -> Group:
    return Group(len(percents), sum(percents) / len(percents) if percents else None)


def _chance(accepted: Whole, declined_sorted: Whole) -> float:
    """Of all comparisons of an accepted with a declined one: those with more, and half of the equal ones."""
    below = np.searchsorted(declined_sorted, accepted, "left").sum()
    not_above = np.searchsorted(declined_sorted, accepted, "right").sum()
    return float(below + not_above) / (2 * accepted.size * declined_sorted.size)


def _edge(chance: float, end: float, accepted: int, declined: int) -> float:
    """The chance nearest to `end` (0 or 1) that the observed one still speaks for, by halving the way to it."""
    inside, outside = chance, end
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if abs(middle - chance) <= DEVIATIONS * _standard_error(middle, accepted, declined):
            inside = middle
        else:
            outside = middle
    return inside


def _standard_error(chance: float, accepted: int, declined: int) -> float:
    """Hanley and McNeil's (1982) with the mean of both numbers in the place of each, as Newcombe advises."""
    others = (accepted + declined) / 2 - 1
    spread = 1 + others * ((1 - chance) / (2 - chance) + chance / (1 + chance))
    return float(np.sqrt(chance * (1 - chance) * spread / (accepted * declined)))
