"""How well a town suits a partner: points from 0 to 100, in five named parts. Pure: knows no Django.

A comparison holds everything the points depend on, in counts and metres, of one pair (numbers) or of many (arrays of
one length). `points` is the only place where these become points, by operations that treat both alike and are exact,
so one pair and a million agree. The rules in prose, with an example: docs/matching.md.

The one rule of rounding: a part is (maximum × numerator ÷ denominator) in 1/100 point, rounded half up; the total is
the sum of the rounded parts, so that it can be added up by hand.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

UNITS_PER_POINT = 100
PARTS = ("place", "topics", "gap", "fairness", "answers")
ENOUGH_TOPICS = 3  # more shared topics than these make a pair no better
MONTHS_OF_FAIRNESS = 6

Numbers: TypeAlias = Any  # a number of one pair, or an array of many: operators and numpy's functions take both
Points = TypeVar("Points", int, NDArray[np.int64])


@dataclass(frozen=True, slots=True)
class Weights:
    """The most points each part can give; together 100. `version` names the row they come from."""

    place: int = 35
    topics: int = 30
    gap: int = 15
    fairness: int = 10
    answers: int = 10
    version: int = 0

    def __post_init__(self) -> None:
        parts = [getattr(self, part) for part in PARTS]
        if sum(parts) != 100 or min(parts) < 0:
            raise ValueError(f"weights {parts} are not five parts of 100")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A partner and a town side by side, or many of them; the records are a TrackRecord each, or TrackRecords."""

    partner: Any
    city: Any
    same_municipality: Numbers
    same_district: Numbers
    distance_m: Numbers
    radius_m: Numbers
    shared_topics: Numbers
    needs: Numbers
    met_needs: Numbers
    fills_gap: Numbers
    network_is_described: Numbers


@dataclass(frozen=True, slots=True)
class Score(Generic[Points]):
    """Points by part in 1/100 point, and the distance they rest on; of one pair, or of many in arrays."""

    place: Points
    topics: Points
    gap: Points
    fairness: Points
    answers: Points
    distance_m: Points

    @property
    def total(self) -> Points:
        return self.place + self.topics + self.gap + self.fairness + self.answers

    @property
    def distance_km(self) -> Any:
        return self.distance_m / 1000


def points(pair: Comparison, weights: Weights) -> Score[Any]:
    """The points of one pair as ints, those of n pairs as arrays (n,) of int64."""
    return Score(
        place=_in_units(_place(pair, weights.place)),
        topics=_in_units(_topics(pair, weights.topics)),
        gap=_in_units(_gap(pair, weights.gap)),
        fairness=_in_units(_fairness(pair, weights.fairness)),
        answers=_in_units(_answers(pair, weights.answers)),
        distance_m=pair.distance_m,
    )


def share_of_topics(*, shared_topics: Numbers, needs: Numbers, met_needs: Numbers) -> tuple[Numbers, Numbers]:
    """Numerator and denominator: 3/5 for three shared topics, 2/5 for all needs met; without needs topics alone."""
    shared, has_needs = np.minimum(shared_topics, ENOUGH_TOPICS), needs > 0
    numerator = np.where(has_needs, shared * needs + 2 * met_needs, shared)
    return numerator, np.where(has_needs, 5 * needs, ENOUGH_TOPICS)


def _place(pair: Comparison, weight: int) -> Numbers:
    """All of it in the same municipality, 6/7 (30 of 35) in the same Kreis, else 6/7 · (1 − d/r), at least 0.

    10 km within a radius of 50 km: 35 · 6/7 · (1 − 10/50) = 24.
    """
    elsewhere = _part(weight, 6 * np.maximum(0, pair.radius_m - pair.distance_m), 7 * pair.radius_m)
    at_least_near = np.where(pair.same_district, _part(weight, 6, 7), elsewhere)
    return np.where(pair.same_municipality, _part(weight, 1, 1), at_least_near)


def _topics(pair: Comparison, weight: int) -> Numbers:
    """3/5 (18 of 30) for three shared topics and 2/5 (12) for all needs met; without needs the topics alone count.

    Two shared topics, one of two needs met: 30 · (3/5 · 2/3 + 2/5 · 1/2) = 18. Two shared, no needs: 30 · 2/3 = 20.
    """
    share = share_of_topics(shared_topics=pair.shared_topics, needs=pair.needs, met_needs=pair.met_needs)
    return _part(weight, *share)


def _gap(pair: Comparison, weight: int) -> Numbers:
    """All of it for a sector or skill that is missing, 7/15 where the town has not described its network, else nothing.

    Complement, not similarity: a network gains most from whom it has not got yet.
    """
    without = np.where(pair.network_is_described, 0, _part(weight, 7, 15))
    return np.where(pair.fills_gap, _part(weight, 1, 1), without)


def _fairness(pair: Comparison, weight: int) -> Numbers:
    """1 − the mean of both sides' use of six months' capacity, at least 0; whoever takes none counts as full.

    3 introductions at 2 a month (3/12) and 1 at 2 a month (1/12): 10 · (1 − 1/6) = 8.33. The aim, to serve those
    first who got least, is VolunteerMatch SmartSort's (Manshadi et al., SSRN 4497747).
    """
    (used, full), (other_used, other_full) = _use(pair.partner), _use(pair.city)
    both = 2 * full * other_full
    return _part(weight, np.maximum(0, both - used * other_full - other_used * full), both)


def _use(record: Any) -> tuple[Numbers, Numbers]:
    """Introductions of six months, and how many there was room for."""
    full = np.where(record.capacity, MONTHS_OF_FAIRNESS * record.capacity, 1)
    return np.where(record.capacity, record.introductions, 1), full


def _answers(pair: Comparison, weight: int) -> Numbers:
    """The mean of both sides' (answered + 1)/(asked + 2), Laplace's rule of succession; newcomers stand at half.

    3 of 4 answered and never asked: 10 · (4/6 + 1/2)/2 = 5.83.
    """
    asked, other_asked = pair.partner.asked + 2, pair.city.asked + 2
    answered = (pair.partner.answered + 1) * other_asked + (pair.city.answered + 1) * asked
    return _part(weight, answered, 2 * asked * other_asked)


def _part(weight: int, numerator: Numbers, denominator: Numbers) -> Numbers:
    """weight · numerator/denominator in 1/100 point, rounded half up: exact, though divided as floating-point numbers.

    As long as the upper number stays below 2^53, a quotient that is no whole number is too far from one to be rounded
    to it. Counts up to LARGEST_COUNT and distances on earth keep it there; dividing integers takes ten times as long.
    """
    return np.floor((2 * UNITS_PER_POINT * weight * numerator + denominator) / (2 * denominator))


def _in_units(part: Numbers) -> Numbers:
    return part.astype(np.int64) if np.ndim(part) else int(part)
