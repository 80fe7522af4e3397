"""The 108 real towns with invented wishes, and sixty invented projects."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from matching.facts import CityFacts, ProjectFacts
from matching.gates import Standing
from portal.site.bench_quality.entries import START, WEEKS, Project, TownEntry
from portal.site.bench_quality.places import NamedPlace
from portal.site.bench_quality.truth import TownTruth
from portal.site.bench_quality.words import RESOURCES, SECTORS, SKILLS, TOPICS, recorded, shares

STALE, PAUSED, NO_CONSENT = "stale town", "paused town", "town without consent"
WITHOUT_TOPICS, UNWRITTEN_LIMIT = "town without topics", "town with an unwritten limit"
PLANTED = {STALE: 6, PAUSED: 6, NO_CONSENT: 8, WITHOUT_TOPICS: 12, UNWRITTEN_LIMIT: 12}
WITH_REACH = 36
PROJECTS = 60
_RUNNING_FROM_THE_START = 30


def invent(chance: Random, places: Sequence[NamedPlace]) -> tuple[TownEntry, ...]:
    """In the order of the network's list."""
    towns = [_town(chance, place) for place in places]
    numbers = chance.sample(range(len(towns)), sum(PLANTED.values()) + WITH_REACH)
    for kind, count in PLANTED.items():
        chosen, numbers = numbers[:count], numbers[count:]
        for number in chosen:
            towns[number] = _spoil(chance, towns[number], kind)
    for number in numbers:
        towns[number] = _limited(chance, towns[number])
    for number in range(PROJECTS):
        at = chance.randrange(len(towns))
        towns[at] = _with_project(chance, towns[at], number)
    return tuple(towns)


def _town(chance: Random, named: NamedPlace) -> TownEntry:
    """Three of five have described their network."""
    wants = shares(chance, TOPICS, least=3, most=5)
    enough = frozenset(chance.sample(SECTORS, chance.randint(0, 2)))
    facts = CityFacts(
        place=named.place,
        topics=recorded(chance, wants, TOPICS, claimed=0.15),
        needs=frozenset(chance.sample(RESOURCES, chance.randint(0, 3))),
    )
    if chance.random() < 0.6:
        missing = frozenset(sector for sector in SECTORS if sector not in enough and chance.random() < 0.6)
        facts = replace(
            facts,
            sectors_present=enough,
            sectors_missing=missing,
            skills_missing=frozenset(chance.sample(SKILLS, chance.randint(0, 2))),
        )
    standing = Standing(
        confirmed_at=START - timedelta(days=chance.randint(0, 170)), capacity=chance.choice((2, 2, 2, 3, 4))
    )
    truth = TownTruth((wants,), has_enough=enough, attentive=chance.uniform(0.5, 0.98))
    return TownEntry(named.name, facts, standing, truth)


def _spoil(chance: Random, entry: TownEntry, kind: str) -> TownEntry:
    """A third of the stale no longer take part, half of those without consent want nothing."""
    facts, standing, truth = entry.facts, entry.standing, entry.truth
    if kind == STALE:
        standing = replace(standing, confirmed_at=START - timedelta(days=chance.randint(400, 1200)))
        truth = replace(truth, is_there=chance.random() < 2 / 3)
    elif kind == PAUSED:
        standing = replace(standing, paused_until=(START + timedelta(days=chance.choice((40, 75, 400)))).date())
    elif kind == NO_CONSENT:
        standing = replace(standing, consent=False)
        truth = replace(truth, wants=chance.random() < 0.5)
    elif kind == WITHOUT_TOPICS:
        facts = replace(facts, topics=frozenset())
    else:
        truth = replace(truth, goes_km=chance.uniform(80, 150))
    return replace(entry, facts=facts, standing=standing, truth=truth, planted=kind)


def _limited(chance: Random, entry: TownEntry) -> TownEntry:
    """What is written down is about right."""
    reach_km = chance.choice((40.0, 60.0, 80.0, 100.0, 150.0))
    truth = replace(entry.truth, goes_km=reach_km * chance.uniform(0.9, 1.2))
    return replace(entry, facts=replace(entry.facts, reach_km=reach_km), truth=truth)


def _with_project(chance: Random, entry: TownEntry, number: int) -> TownEntry:
    """Half of them run from the start, the others begin later; each runs for eight weeks or more."""
    about = shares(chance, TOPICS, least=2, most=3)
    first = 0 if number < _RUNNING_FROM_THE_START else chance.randint(1, WEEKS - 6)
    facts = ProjectFacts(
        key=f"project-{number}",
        topics=recorded(chance, about, TOPICS, claimed=0.1),
        needs=frozenset(chance.sample(RESOURCES, chance.randint(1, 2))),
        skills=frozenset(chance.sample(SKILLS, chance.randint(0, 2))),
    )
    project = Project(facts, first, min(WEEKS - 1, first + chance.randint(8, WEEKS)))
    truth = replace(entry.truth, questions=(*entry.truth.questions, about))
    return replace(entry, projects=(*entry.projects, project), truth=truth)
