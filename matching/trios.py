"""Three that fit together: a town's question, a centre that knows something about it, a partner that reaches the firms.

A question asks for knowledge on its topics. The centre offers knowledge and works on one of them; the relay is another
partner that works on the same topic and reaches firms, so what the centre knows arrives there. Pure: knows no Django.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matching.facts import CityFacts, PartnerFacts

TRANSFER = "knowledge"  # the kind of help by which a centre passes on what it knows


@dataclass(frozen=True, slots=True)
class Candidate:
    """A partner that is suggested to the town: `key` names the suggestion, `facts` are those that count at the town."""

    key: int
    name: str  # decides between equals
    facts: PartnerFacts
    points: int
    is_sendable: bool = True
    is_centre: bool = False
    reaches_firms: bool = False


@dataclass(frozen=True, slots=True)
class Trio:
    """`project` is the key of the project that asks, empty for the town itself; `topics` are those all three share."""

    project: str
    topics: frozenset[str]
    centre: Candidate
    relay: Candidate


def trios(city: CityFacts, candidates: Sequence[Candidate]) -> list[Trio]:
    """The best trio of each question that has one, the town's own first.

    Whoever may be introduced now comes before whoever may not; then the two suggestions with most points together; of
    equals those first by name.
    """
    keys = ("", *(project.key for project in city.projects))
    questions = zip(keys, city.questions, strict=True)
    found = (_best(key, topics, candidates) for key, (topics, needs) in questions if TRANSFER in needs)
    return [trio for trio in found if trio]


def _best(project: str, topics: frozenset[str], candidates: Sequence[Candidate]) -> Trio | None:
    return min(_possible(project, topics, candidates), key=_rank, default=None)


def _possible(project: str, topics: frozenset[str], candidates: Sequence[Candidate]) -> Iterator[Trio]:
    """A question without topics has none: nobody could say what the three would meet about."""
    centres = [each for each in candidates if each.is_centre and TRANSFER in each.facts.offers]
    relays = [each for each in candidates if each.reaches_firms]
    for centre in centres:
        for relay in relays:
            shared = topics & centre.facts.topics & relay.facts.topics
            if shared and centre.key != relay.key:
                yield Trio(project, shared, centre, relay)


def _rank(trio: Trio) -> tuple[bool, int, str, str]:
    one, other = trio.centre, trio.relay
    return not (one.is_sendable and other.is_sendable), -one.points - other.points, one.name, other.name
