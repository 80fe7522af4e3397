"""The portal's own rule in the made-up world: gates, points, and every week one round that the office releases."""

from matching.assignment import assign, certify
from matching.engine import fitting
from matching.round_question import Pair as ScoredPair
from matching.round_question import Question
from matching.scoring import PARTS, Weights
from portal.site.bench_quality import sides
from portal.site.bench_quality.diary import Diary, Suggestion
from portal.site.bench_quality.entries import WEEKS, Pair, World

MOST_PER_ROUND = 3  # of a town: what the office's rules start with


class Ours:
    """Remembers what a round leaves to the next one: how long everybody was left out."""

    asks_partner_first = False  # as the office's rules start: both at once

    def __init__(self, world: World) -> None:
        self._world = world
        self._partners_wait: dict[int, int] = {}
        self._towns_wait: dict[int, int] = {}

    def in_view(self) -> set[Pair]:
        """What fits is shown to both sides."""
        partners = [one.facts for one in self._world.partners]
        towns_of_weeks = ([town.in_week(week) for town in self._world.towns] for week in range(WEEKS))
        return {(one.partner, one.city) for towns in towns_of_weeks for one in fitting(partners, towns, Weights())}

    def suggest(self, diary: Diary, week: int) -> list[Suggestion]:
        """What the round of the week chooses, proved to be the best as before every release."""
        question = self._question(diary, week)
        assignment = assign(question.market)
        certify(question.market, assignment)
        self._partners_wait, self._towns_wait = question.waiting_after(assignment)
        return [Suggestion(pair.partner, pair.city) for pair in question.chosen(assignment)]

    def _question(self, diary: Diary, week: int) -> Question:
        partners, towns = sides.partners(diary, week), sides.towns(diary, week)
        return Question.of(
            (
                side.participant(number, waiting=self._partners_wait.get(number, 0))
                for number, side in enumerate(partners)
            ),
            (
                side.participant(number, waiting=self._towns_wait.get(number, 0), most=MOST_PER_ROUND)
                for number, side in enumerate(towns)
            ),
            (
                ScoredPair(one.partner, one.city, tuple(getattr(one.score, part) for part in PARTS))
                for one in fitting([side.facts for side in partners], [side.facts for side in towns], Weights())
                if partners[one.partner].may_be_asked and towns[one.city].may_be_asked
                if not sides.are_quiet(diary, (one.partner, one.city), week)
            ),
        )
