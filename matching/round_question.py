"""What a round asks: who takes part, how much room each has, and which pairs may be introduced. Pure: knows no Django.

A question is plain numbers, so that it can be stored with its answer, hashed, and asked again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from matching.assignment import Assignment, Market
from matching.assignment.market import Whole
from matching.assignment.turns import claims, ranks, waiting_after

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Participant:
    """A partner or a town by its id.

    `room`: how many introductions this round may bring; `received` of six months and `capacity` of one say whose turn
    it is, then `last`, the day of the latest one (a day's ordinal; 0 for none); `waiting`: in how many rounds in a row
    it was left out although there was somebody for it.
    """

    id: int
    room: int
    received: int
    capacity: int
    last: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A partner and a town that may be introduced now, with the points of each part in 1/100."""

    partner: int
    city: int
    parts: tuple[int, ...]

    @property
    def points(self) -> int:
        return sum(self.parts)


@dataclass(frozen=True)
class Question:
    """Partners, towns and pairs, each in the order of their ids.

    `partners_first`: every partner has a claim to a first introduction as well, not only every town.
    """

    partners: tuple[Participant, ...]
    cities: tuple[Participant, ...]
    pairs: tuple[Pair, ...]
    partners_first: bool = False

    @classmethod
    def of(
        cls,
        partners: Iterable[Participant],
        cities: Iterable[Participant],
        pairs: Iterable[Pair],
        *,
        partners_first: bool = False,
    ) -> "Question":
        """In whatever order they come."""
        return cls(
            tuple(sorted(partners, key=lambda row: row.id)),
            tuple(sorted(cities, key=lambda row: row.id)),
            tuple(sorted(pairs, key=lambda row: (row.partner, row.city))),
            partners_first,
        )

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Question":
        """ValueError where it was stored by another version."""
        if stored.get("format") != FORMAT:
            raise ValueError(f"a question of format {stored.get('format')!r} cannot be read")
        return cls(
            tuple(Participant(*row) for row in stored["partners"]),
            tuple(Participant(*row) for row in stored["cities"]),
            tuple(Pair(partner, city, tuple(parts)) for partner, city, *parts in stored["pairs"]),
            stored["partners_first"],
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "partners": [list(astuple(row)) for row in self.partners],
            "cities": [list(astuple(row)) for row in self.cities],
            "pairs": [[pair.partner, pair.city, *pair.parts] for pair in self.pairs],
            "partners_first": self.partners_first,
        }

    def digest(self) -> str:
        """The same for the same question, whatever has stored it meanwhile."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def market(self) -> Market:
        """As the assignment takes it: rows instead of ids."""
        partner_row = {row.id: number for number, row in enumerate(self.partners)}
        city_row = {row.id: number for number, row in enumerate(self.cities)}
        return Market(
            _whole(partner_row[pair.partner] for pair in self.pairs),
            _whole(city_row[pair.city] for pair in self.pairs),
            _whole(pair.points for pair in self.pairs),
            partner_capacity=_whole(row.room for row in self.partners),
            city_capacity=_whole(row.room for row in self.cities),
            partner_rank=_turns(self.partners),
            city_rank=_turns(self.cities),
            partner_claim=claims(_waiting(self.partners), everybody=self.partners_first),
            city_claim=claims(_waiting(self.cities), everybody=True),
        )

    def chosen(self, assignment: Assignment) -> list[Pair]:
        return [self.pairs[number] for number in assignment.chosen.tolist()]

    def waiting_after(self, assignment: Assignment) -> tuple[dict[int, int], dict[int, int]]:
        """By id of partners and of towns: how many rounds in a row each was left out now."""
        after = waiting_after(assignment, _waiting(self.partners), _waiting(self.cities))
        sides = zip((self.partners, self.cities), after, strict=True)
        partners, cities = ({row.id: int(count) for row, count in zip(*side, strict=True)} for side in sides)
        return partners, cities


def _turns(rows: tuple[Participant, ...]) -> Whole:
    return ranks(
        _whole(row.received for row in rows), _whole(row.capacity for row in rows), _whole(row.last for row in rows)
    )


def _waiting(rows: tuple[Participant, ...]) -> Whole:
    return _whole(row.waiting for row in rows)


def _whole(numbers: Iterable[int]) -> Whole:
    return np.fromiter(numbers, np.int64)
