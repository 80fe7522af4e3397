"""What happened in the made-up world so far: who was suggested to whom, and what they said."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from portal.site.bench_quality.entries import Pair, World, moment

_WEEKS_TO_ANSWER = 3
Month = tuple[int, int]


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    SILENCE = "silence"
    NOT_ASKED = "not asked"


class Suggestion(NamedTuple):
    """For a question of the town: the key of a project, or nothing for the town's own."""

    partner: int
    town: int
    question: str = ""

    @property
    def pair(self) -> Pair:
        return self.partner, self.town


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer comes before the next week, silence is settled after three weeks."""

    week: int
    suggestion: Suggestion
    partner_says: Answer
    town_says: Answer

    @property
    def is_contact(self) -> bool:
        return self.partner_says == self.town_says == Answer.YES

    @property
    def is_refused(self) -> bool:
        return Answer.NO in (self.partner_says, self.town_says)

    @property
    def town_was_asked(self) -> bool:
        return self.town_says != Answer.NOT_ASKED

    def is_expired(self, week: int) -> bool:
        return not self.is_contact and not self.is_refused and week >= self.week + _WEEKS_TO_ANSWER


class Diary:
    """All of it in order, and by partner, town, pair and question."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[Asked] = []
        self.of_partner: dict[int, list[Asked]] = defaultdict(list)
        self.of_town: dict[int, list[Asked]] = defaultdict(list)
        self.of_pair: dict[Pair, list[Asked]] = defaultdict(list)
        self.of_question: dict[tuple[int, str], list[Asked]] = defaultdict(list)

    def write(self, asked: Asked) -> None:
        partner, town, question = asked.suggestion
        self.asked.append(asked)
        self.of_partner[partner].append(asked)
        self.of_town[town].append(asked)
        self.of_pair[partner, town].append(asked)
        self.of_question[town, question].append(asked)


def month(week: int) -> Month:
    """The calendar month the week begins in."""
    return moment(week).year, moment(week).month
