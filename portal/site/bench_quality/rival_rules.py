"""Other rules for the same world, each written anew from what is said of it.

- Circle only: what a directory with a search around a place does.
- Zones, then popularity: gip-inclusion/le-marche asks those whose activity has the sector and whose zone holds the
  place, the most chosen first, in batches, until enough are interested.
- All competent at once: betagouv/conseillers-entreprises asks everybody who is competent for the subject and the
  municipality, at once.
"""

from collections.abc import Iterator

from cities.geometry import distance_km
from cities.service_areas import ServiceAreas
from portal.site.bench_quality.diary import Answer, Diary, Suggestion
from portal.site.bench_quality.entries import Pair, PartnerEntry, Project, TownEntry, World

CIRCLE_KM = 50
AT_ONCE = 3
BATCH = 10
ENOUGH_INTERESTED = 5


class CircleOnly:
    """Every week each town gets the next three of all partners within 50 km, the nearest first."""

    asks_partner_first = True

    def __init__(self, world: World) -> None:
        self._near = [_nearest(world, town) for town in world.towns]

    def in_view(self) -> set[Pair]:
        return {(partner, town) for town, near in enumerate(self._near) for partner in near}

    def suggest(self, diary: Diary, week: int) -> list[Suggestion]:
        found = []
        for town, near in enumerate(self._near):
            new = [partner for partner in near if not diary.of_pair[partner, town]]
            found += [Suggestion(partner, town) for partner in new[:AT_ONCE]]
        return found


class _AmongTheCompetent:
    """A rule that looks at who says to be competent."""

    asks_partner_first = True

    def __init__(self, world: World) -> None:
        self._competent = Competence(world)

    def in_view(self) -> set[Pair]:
        return self._competent.for_any_question()


class ZonesThenPopularity(_AmongTheCompetent):
    """Every week ten more partners per question of a town, the most chosen first, until five are interested."""

    def suggest(self, diary: Diary, week: int) -> list[Suggestion]:
        ranks = [_popularity(diary, number) for number in range(len(diary.world.partners))]
        return [
            Suggestion(partner, town, question.facts.key)
            for town, entry in enumerate(diary.world.towns)
            for question in entry.questions()
            if question.runs_in(week)
            for partner in sorted(self._new(diary, town, question), key=ranks.__getitem__, reverse=True)[:BATCH]
        ]

    def _new(self, diary: Diary, town: int, question: Project) -> list[int]:
        """Who has not been asked this question yet; nobody, if enough are interested."""
        asked = diary.of_question[town, question.facts.key]
        if sum(one.partner_says == Answer.YES for one in asked) >= ENOUGH_INTERESTED:
            return []
        known = {one.suggestion.partner for one in asked}
        return [partner for partner in self._competent.for_question(town, question) if partner not in known]


class AllCompetentAtOnce(_AmongTheCompetent):
    """In the first week of a question everybody is asked who works at the town on one of its topics."""

    def suggest(self, diary: Diary, week: int) -> list[Suggestion]:
        return [
            Suggestion(partner, town, question.facts.key)
            for town, entry in enumerate(diary.world.towns)
            for question in entry.questions()
            if question.first == week and question.facts.topics
            for partner in self._competent.for_question(town, question)
        ]


class Competence:
    """Which partners say of themselves that they work at a town, and on what."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._there = [dict(_at_work(world, town)) for town in world.towns]

    def for_any_question(self) -> set[Pair]:
        return {
            (partner, town)
            for town, entry in enumerate(self._world.towns)
            for question in entry.questions()
            for partner in self.for_question(town, question)
        }

    def for_question(self, town: int, question: Project) -> list[int]:
        """Of a question without topics everybody who works there."""
        wanted = question.facts.topics
        return [partner for partner, topics in self._there[town].items() if topics & wanted or not wanted]


def _at_work(world: World, town: TownEntry) -> Iterator[tuple[int, frozenset[str]]]:
    for number, partner in enumerate(world.partners):
        areas = ServiceAreas(partner.facts.area, partner.facts.topic_areas)
        topics = areas.topics_at(town.facts.place, partner.facts.topics)
        if topics and _is_public(partner):
            yield number, topics


def _nearest(world: World, town: TownEntry) -> list[int]:
    there = town.facts.place.point
    by_distance = sorted((distance_km(one.facts.seat, there), number) for number, one in enumerate(world.partners))
    return [number for km, number in by_distance if km <= CIRCLE_KM and _is_public(world.partners[number])]


def _is_public(partner: PartnerEntry) -> bool:
    """In the directory, with somebody to write to."""
    return partner.standing.takes_part and partner.standing.approved and partner.standing.has_contact


def _popularity(diary: Diary, partner: int) -> tuple[int, int]:
    """How often it was interested or chosen; among equals the first in the list."""
    interested = sum(one.partner_says == Answer.YES for one in diary.of_partner[partner])
    return diary.world.partners[partner].clicks + interested, -partner
