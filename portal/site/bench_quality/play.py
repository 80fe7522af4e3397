"""Half a year in the made-up world under one rule: every week it suggests, and those who were asked answer.

Everybody answers in the same way, whoever asks: what chance decides depends on the week, the side and the suggestion,
not on the rule.
"""

from collections import Counter
from random import Random
from typing import Protocol

from matching.gates import Standing
from portal.site.bench_quality.diary import Answer, Asked, Diary, Suggestion, month
from portal.site.bench_quality.entries import WEEKS, Pair, PartnerEntry, TownEntry, World, moment

_PARTNER, _TOWN = "partner", "town"
_YES = {_PARTNER: (0.1, 0.7), _TOWN: (0.15, 0.8)}  # chance of a yes to what does not suit, and to what does


class Rule(Protocol):
    """A way to choose who is suggested; it knows the entries and what happened, and nothing of what is really so.

    `asks_partner_first`: the town is only asked about partners that have said yes.
    """

    asks_partner_first: bool

    def in_view(self) -> set[Pair]:
        """Whom a town can find by the rule at some time, without a mail to anybody."""

    def suggest(self, diary: Diary, week: int) -> list[Suggestion]:
        """Whom it brings together in the week."""


def play(world: World, rule: Rule, *, weeks: int = WEEKS, tiring: bool = True) -> Diary:
    """`tiring` off: everybody reads every question, however many there are."""
    diary = Diary(world)
    for week in range(weeks):
        suggestions = rule.suggest(diary, week)
        partners_say = _answers(_PARTNER, suggestions, diary, week, tiring=tiring)
        put = [one for one in suggestions if not rule.asks_partner_first or partners_say[one] == Answer.YES]
        towns_say = _answers(_TOWN, put, diary, week, tiring=tiring)
        for one in suggestions:
            diary.write(Asked(week, one, partners_say[one], towns_say.get(one, Answer.NOT_ASKED)))
    return diary


def _answers(
    side: str, suggestions: list[Suggestion], diary: Diary, week: int, *, tiring: bool
) -> dict[Suggestion, Answer]:
    """Each person's load is the questions it gets in this calendar month, those of this week included."""
    before = (one.suggestion for one in diary.asked if month(one.week) == month(week) and _was_put(side, one))
    loads = Counter(_person(side, diary.world, one) for one in (*before, *suggestions))
    return {
        one: _answer(side, one, diary.world, week, load=loads[_person(side, diary.world, one)] if tiring else 0)
        for one in suggestions
    }


def _answer(side: str, suggestion: Suggestion, world: World, week: int, *, load: int) -> Answer:
    """Nobody answers who is gone or paused; who has room for two a month and is asked ten times answers two of them."""
    entry: PartnerEntry | TownEntry = world.towns[suggestion.town]
    if side == _PARTNER:
        entry = world.partners[suggestion.partner]
    chance = Random(f"{week} {side} {suggestion}")  # noqa: S311 - the same in every run and under every rule
    reads, agrees = chance.random(), chance.random()
    attention = entry.truth.attentive * min(1, entry.standing.capacity / max(1, load))
    if not entry.truth.is_there or _is_paused(entry.standing, week) or reads >= attention:
        return Answer.SILENCE
    yes = _YES[side][(world.organisation(suggestion.partner), suggestion.town) in world.suitable]
    return Answer.YES if entry.truth.wants and agrees < yes else Answer.NO


def _person(side: str, world: World, suggestion: Suggestion) -> int:
    """Two entries of one organisation are one person."""
    return world.organisation(suggestion.partner) if side == _PARTNER else suggestion.town


def _was_put(side: str, asked: Asked) -> bool:
    return side == _PARTNER or asked.town_was_asked


def _is_paused(standing: Standing, week: int) -> bool:
    return standing.paused_until is not None and moment(week).date() <= standing.paused_until
