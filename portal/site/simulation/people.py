"""How the invented people behave: what each does about a question, and after how many days. Pure: knows no Django.

Chance depends on the seed, the person and the question alone, so that nobody's answer changes by what others do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from types import MappingProxyType


class Temperament(StrEnum):
    """How somebody treats questions in mails."""

    PROMPT = "prompt"
    SLOW = "slow"
    SILENT = "silent"
    GONE = "gone"  # the address does not exist any more
    AWAY = "away"  # prompt, but not in the school holidays of the Land


class Act(StrEnum):
    """What comes of a mail."""

    YES = "yes"
    NO = "no"
    FORWARD = "forward"
    UNSUBSCRIBE = "unsubscribe"
    PAUSE = "pause"
    LEAVE = "leave"
    REPORT = "report"


TEMPERAMENTS: Mapping[str, int] = MappingProxyType(  # of 100
    {
        Temperament.PROMPT: 35,
        Temperament.SLOW: 25,
        Temperament.SILENT: 18,
        Temperament.GONE: 8,
        Temperament.AWAY: 14,
    }
)
ACTS: Mapping[str, int] = MappingProxyType(  # of 100
    {Act.YES: 58, Act.NO: 25, Act.FORWARD: 7, Act.UNSUBSCRIBE: 4, Act.PAUSE: 4, Act.LEAVE: 2}
)
REASONS: Mapping[str, int] = MappingProxyType(
    {"": 20, "not_now": 30, "region": 15, "topic": 15, "known": 10, "other": 10}
)
REPORTS: Mapping[str, int] = MappingProxyType({"met": 40, "not_yet": 25, "cooperating": 15, "no_cooperation": 20})
DAYS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {Temperament.PROMPT: (0, 3), Temperament.AWAY: (0, 3), Temperament.SLOW: (5, 20)}
)


@dataclass(frozen=True, slots=True)
class Reaction:
    """`detail`: the reason of a no, or what is reported."""

    days: int
    act: Act
    detail: str = ""


def temperament_of(seed: int, name: str) -> Temperament:
    return Temperament(_choose(Random(f"{seed}:{name}"), TEMPERAMENTS))  # noqa: S311 - a game, no secret


def answer_of(seed: int, name: str, question: str) -> Reaction | None:
    """To the question whether they want to meet; None from whoever never answers."""
    chance = Random(f"{seed}:{name}:{question}")  # noqa: S311 - a game, no secret
    act = Act(_choose(chance, ACTS))
    return _in_time(seed, name, chance, act, _choose(chance, REASONS) if act is Act.NO else "")


def report_of(seed: int, name: str, question: str) -> Reaction | None:
    """To the question what became of it; None from whoever never answers."""
    chance = Random(f"{seed}:{name}:{question}")  # noqa: S311 - a game, no secret
    return _in_time(seed, name, chance, Act.REPORT, _choose(chance, REPORTS))


def colleague_of(seed: int, name: str, question: str) -> Reaction:
    """Whoever the link was passed on to says yes or no within some days."""
    chance = Random(f"{seed}:{name}:{question}:colleague")  # noqa: S311 - a game, no secret
    return Reaction(chance.randint(1, 5), Act.YES if chance.random() < 0.6 else Act.NO)


def _in_time(seed: int, name: str, chance: Random, act: Act, detail: str) -> Reaction | None:
    days = DAYS.get(temperament_of(seed, name))
    return Reaction(chance.randint(*days), act, detail) if days else None


def _choose(chance: Random, weights: Mapping[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
