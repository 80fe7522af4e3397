"""What is so in the made-up world, whatever the entries say: who really suits whom.

No rule sees any of this. An entry is a noisy copy of it: areas are given too wide or too narrow, topics are left out or
claimed, limits are not written down, and some of those who have not confirmed their entry are gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from cities.geometry import Place, Point, distance_km

ENOUGH_IN_COMMON = 0.2


@dataclass(frozen=True, slots=True)
class Ground:
    """Where somebody really works: in districts (keys begin with theirs), or as far from the office as it travels."""

    office: Point
    districts: tuple[str, ...] = ()
    travels_km: float = 0

    def holds(self, place: Place) -> bool:
        by_key = any(key.startswith(self.districts) for key in place.keys)
        return by_key or distance_km(self.office, place.point) <= self.travels_km


@dataclass(frozen=True, slots=True)
class PartnerTruth:
    """`organisation` is who it is: the same for two entries of one organisation; `work` by topic adds up to 1.

    `attentive` is the chance that a single question is answered at all.
    """

    organisation: int
    ground: Ground
    work: Mapping[str, float]
    sector: str
    topic_grounds: Mapping[str, Ground] = field(default_factory=dict)
    is_there: bool = True
    wants: bool = True
    attentive: float = 1

    def ground_of(self, topic: str) -> Ground:
        return self.topic_grounds.get(topic, self.ground)


@dataclass(frozen=True, slots=True)
class TownTruth:
    """`questions` are the town's own and its projects', each by topic adding up to 1.

    `goes_km`: how far away an office may be; `has_enough`: sectors of which the town wants nobody else.
    """

    questions: tuple[Mapping[str, float], ...]
    goes_km: float = inf
    has_enough: frozenset[str] = frozenset()
    is_there: bool = True
    wants: bool = True
    attentive: float = 1


def suits(partner: PartnerTruth, town: TownTruth, place: Place) -> bool:
    """Both are there and want it, the town needs that sector, the way is short enough, and the work is in common.

    What is in common is, topic by topic, the smaller of the partner's share of work (where it works at the town) and
    the town's share of interest; for one question of the town it has to be a fifth or more.
    """
    both_want = partner.is_there and partner.wants and town.is_there and town.wants
    if not both_want or partner.sector in town.has_enough:
        return False
    return any(_in_common(partner, town, place, question) >= ENOUGH_IN_COMMON for question in town.questions)


def _in_common(partner: PartnerTruth, town: TownTruth, place: Place, question: Mapping[str, float]) -> float:
    return sum(
        min(share, question.get(topic, 0))
        for topic, share in partner.work.items()
        if _comes_for(topic, partner, town, place)
    )


def _comes_for(topic: str, partner: PartnerTruth, town: TownTruth, place: Place) -> bool:
    ground = partner.ground_of(topic)
    return ground.holds(place) and distance_km(ground.office, place.point) <= town.goes_km
