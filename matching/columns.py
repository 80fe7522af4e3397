"""Partners and towns as columns: one array per fact, one entry per partner or town. Pure: knows numpy, no Django.

Sets of words (topics, kinds of help, sectors, skills) become bits, points become unit vectors, official keys become
numbers that sort as their digits do. Whoever reads columns goes by row: the place in the list they were made from.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.facts import TrackRecord

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Truth = NDArray[np.bool_]
Bits = NDArray[np.uint64]  # (words, n): as many words of 64 bits as a vocabulary needs

NO_MUNICIPALITY = -1
_WORD = 64


class Columns:
    """What all columns of one table can do; the last axis counts the rows."""

    __slots__ = ()

    def take(self, rows: Whole) -> Self:
        return type(self)(*(column.take(rows, axis=-1) for column in self._columns()))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of all parts one after another; at least one part."""
        columns = zip(*(part._columns() for part in parts), strict=True)
        return cls(*(np.concatenate(column, axis=-1) for column in columns))

    def _columns(self) -> list[NDArray[Any]]:
        return [getattr(self, field.name) for field in fields(self)]  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class TrackRecords(Columns):
    """Track records of n organisations, each column (n,)."""

    introductions: Whole
    capacity: Whole
    asked: Whole
    answered: Whole

    @classmethod
    def of(cls, records: Sequence[TrackRecord]) -> "TrackRecords":
        rows = [(each.introductions, each.capacity, each.asked, each.answered) for each in records]
        return cls(*np.array(rows, dtype=np.int64).reshape(-1, 4).T.copy())


@dataclass(frozen=True, slots=True)
class Areas:
    """The parts of all partners' areas as rows: first the circles, then the ranges of keys, each by partner."""

    partner: Whole  # (parts,)
    overlapping: Truth  # (partners,): whether a town may lie in several parts
    topics: Bits  # those its partner works on there
    radius_km: Real  # (parts,): where closeness ends, and the circle
    centres: Real  # (3, circles)
    first_key: Whole  # (ranges,)
    behind_key: Whole  # (ranges,): the first key that no longer belongs

    @property
    def circles(self) -> int:
        """How many there are; the part of this number is the first range of keys."""
        return len(self.centres[0])


@dataclass(frozen=True, slots=True)
class PartnerColumns:
    seats: Real  # (3, n)
    municipality: Whole  # (n,): the key of the seat's
    topics: Bits
    offers: Bits
    brings: Bits  # sector and skills
    records: TrackRecords
    areas: Areas


@dataclass(frozen=True, slots=True)
class TownColumns:
    """A town asks questions: its own first, then one for each project; what it lacks is lacking for all of them."""

    anchors: Real  # (3, n)
    municipalities: Whole  # (m, n): their keys, first, second and so on; NO_MUNICIPALITY where a town has fewer
    extent: Whole  # (n,): how many municipalities
    reach_km: Real  # (n,): infinite where a town sets none
    is_described: Truth
    projects: Whole  # (n,): how many
    question_topics: tuple[Bits, ...]  # by question; nothing where a town has fewer
    question_needs: tuple[Bits, ...]
    states_topics: tuple[Truth, ...]  # whether it is about any, also those nobody works on
    needs: Whole  # (questions, n): how many, also those nobody offers
    topics: Bits  # of all questions
    lacks: Bits  # sectors and skills
    records: TrackRecords


@dataclass(frozen=True, slots=True)
class Index:
    """Towns by latitude, and municipalities by key with the town of each."""

    latitude: Real  # (towns,), ascending, in radians
    vectors: Real  # (3, towns) in that order
    town_by_latitude: Whole
    keys: Whole  # (municipalities,), ascending
    town_by_key: Whole


@dataclass(frozen=True, slots=True)
class World:
    """All partners and towns that are compared; bits mean the same on both sides."""

    partners: PartnerColumns
    towns: TownColumns
    index: Index


class Vocabulary:
    """A bit for every word that both sides use; all others can never meet."""

    def __init__(self, one_side: Iterable[Collection[str]], other_side: Iterable[Collection[str]]) -> None:
        common = set[str]().union(*one_side) & set[str]().union(*other_side)
        self._bits = {word: 1 << number for number, word in enumerate(sorted(common))}
        self._words = max(1, -(-len(common) // _WORD))

    def bits(self, sets: Iterable[Collection[str]]) -> Bits:
        """Shape (words, number of sets)."""
        number = cache(self._number)  # many sets are alike
        numbers = [number(frozenset(words)) for words in sets]
        cut = [[number >> _WORD * word & 2**_WORD - 1 for number in numbers] for word in range(self._words)]
        return np.array(cut, dtype=np.uint64)

    def _number(self, words: Collection[str]) -> int:
        return sum(self._bits.get(word, 0) for word in words)


def overlap(one: Bits, other: Bits) -> Truth:
    """Whether two sets have a word in common, (n,)."""
    found: Truth = np.bitwise_or.reduce(one & other) != 0
    return found


def number_in_common(one: Bits, other: Bits) -> Whole:
    """How many words two sets have in common, (n,)."""
    number: Whole = np.bitwise_count(one & other).sum(axis=0, dtype=np.int64)
    return number
