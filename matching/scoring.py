"""How well a town suits a partner: points from 0 to 100, in five named parts. Pure: knows no Django.

Two steps, so that one pair and a million pairs go the same way: `compare` turns facts into counts and metres, `points`
turns these into points by whole numbers alone. What is exact does not depend on the order of calculation, therefore
arrays of the same counts give the same points. The rules in prose, with an example: docs/matching.md.

The one rule of rounding: a part is (maximum × numerator ÷ denominator) in 1/100 point, rounded half up; the total is
the sum of the rounded parts, so that it can be added up by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import floor
from typing import cast

from cities.geometry import DISTRICT_KEY_LENGTH, Place, Point
from cities.service_areas import Nearness, ServiceArea, ServiceAreas

UNITS_PER_POINT = 100
PARTS = ("place", "topics", "gap", "fairness", "answers")
ENOUGH_TOPICS = 3  # more shared topics than these make a pair no better
MONTHS_OF_FAIRNESS = 6


@dataclass(frozen=True, slots=True)
class Weights:
    """The most points each part can give; together 100. `version` names the row they come from."""

    place: int = 35
    topics: int = 30
    gap: int = 15
    fairness: int = 10
    answers: int = 10
    version: int = 0

    def __post_init__(self) -> None:
        parts = [getattr(self, part) for part in PARTS]
        if sum(parts) != 100 or min(parts) < 0:
            raise ValueError(f"weights {parts} are not five parts of 100")


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What an organisation was asked so far: introductions of six months, capacity a month, questions and answers."""

    introductions: int = 0
    capacity: int = 2
    asked: int = 0
    answered: int = 0

    def __post_init__(self) -> None:
        if min(self.introductions, self.capacity) < 0 or not 0 <= self.answered <= self.asked:
            raise ValueError(f"{self} counts less than nothing, or more answers than questions")


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """What the points need to know of a partner; `seat_key` is the AGS of its seat's municipality.

    `topic_areas` are those of topics that have an area of their own, which counts instead of the general one.
    """

    seat: Point
    seat_key: str
    area: ServiceArea
    sector: str
    topics: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    record: TrackRecord = TrackRecord()
    topic_areas: Mapping[str, ServiceArea] = field(default_factory=dict)

    def at(self, place: Place) -> "PartnerFacts":
        """The partner as it works at the town: every area of its topics, and only the topics it works on there.

        Where it does not work at all, all of its topics stay: that the town lies outside is another gate.
        """
        if not self.topic_areas:
            return self
        areas = ServiceAreas(self.area, self.topic_areas)
        everywhere = areas.of(self.topics)
        topics = areas.topics_at(place, self.topics) if everywhere.contains(place) else self.topics
        return replace(self, area=everywhere, topics=topics, topic_areas={})


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What a running project of a town is about and looks for; `key` names it."""

    key: str
    topics: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CityFacts:
    """What the points need to know of a town; `reach_km` is how far away a partner may be, None: anywhere.

    Its running projects are further questions beside the town's own: a partner may answer any one of them.
    """

    place: Place
    topics: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    sectors_present: frozenset[str] = frozenset()
    sectors_missing: frozenset[str] = frozenset()
    skills_missing: frozenset[str] = frozenset()
    reach_km: float | None = None
    projects: tuple[ProjectFacts, ...] = ()
    record: TrackRecord = TrackRecord()

    @property
    def has_described_its_network(self) -> bool:
        return bool(self.sectors_present or self.sectors_missing or self.skills_missing)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A partner and a town side by side: everything the points depend on, in counts and metres."""

    same_municipality: bool
    same_district: bool
    distance_m: int
    radius_m: int
    shared_topics: int
    needs: int
    met_needs: int
    fills_gap: bool
    network_is_described: bool
    partner: TrackRecord
    city: TrackRecord


@dataclass(frozen=True, slots=True)
class Score:
    """Points by part in 1/100 point, and the distance they rest on."""

    place: int
    topics: int
    gap: int
    fairness: int
    answers: int
    distance_km: float

    @property
    def total(self) -> int:
        return self.place + self.topics + self.gap + self.fairness + self.answers


def score(partner: PartnerFacts, city: CityFacts, weights: Weights) -> Score:
    """The points of one pair, whether or not it passes the gates."""
    return points(compare(partner, city), weights)


def compare(partner: PartnerFacts, city: CityFacts) -> Comparison:
    """Distance counts from the nearest of seat and centre of a circle that holds the town."""
    partner = partner.at(city.place)
    nearness = nearness_of(partner, city)
    radius_km = nearness.radius_km if city.reach_km is None else min(nearness.radius_km, city.reach_km)
    return Comparison(
        same_municipality=partner.seat_key in city.place.keys,
        same_district=partner.seat_key[:DISTRICT_KEY_LENGTH] in {key[:DISTRICT_KEY_LENGTH] for key in city.place.keys},
        distance_m=_metres(nearness.distance_km),
        radius_m=max(1, _metres(radius_km)),
        **_best_answer(partner, city),
        fills_gap=fills_gap(partner, city),
        network_is_described=city.has_described_its_network,
        partner=partner.record,
        city=city.record,
    )


def points(pair: Comparison, weights: Weights) -> Score:
    return Score(
        place=_place(pair, weights.place),
        topics=_topics(pair, weights.topics),
        gap=_gap(pair, weights.gap),
        fairness=_fairness(pair, weights.fairness),
        answers=_answers(pair, weights.answers),
        distance_km=pair.distance_m / 1000,
    )


def nearness_of(partner: PartnerFacts, city: CityFacts) -> Nearness:
    """How far the town is from the partner's nearest point, and where closeness ends."""
    area = partner.at(city.place).area
    return cast(Nearness, area.nearness(city.place, seat=partner.seat))  # never None: the seat is known


def fills_gap(partner: PartnerFacts, city: CityFacts) -> bool:
    """The partner belongs to a sector the town calls missing, or has a skill the town or a project of it lacks."""
    return partner.sector in city.sectors_missing or bool(skills_brought(partner, city))


def skills_brought(partner: PartnerFacts, city: CityFacts) -> frozenset[str]:
    """The partner's skills that the town calls missing or one of its projects looks for."""
    return partner.skills & city.skills_missing.union(*(project.skills for project in city.projects))


def shares_topic(partner: PartnerFacts, city: CityFacts) -> bool:
    """The partner works at the town on a topic of it or of one of its projects."""
    wanted = city.topics.union(*(project.topics for project in city.projects))
    return not partner.at(city.place).topics.isdisjoint(wanted)


def _best_answer(partner: PartnerFacts, city: CityFacts) -> dict[str, int]:
    """Shared topics, needs and met needs of the question the partner answers best: the town's own or a project's.

    So a project can only add points; of equals the town's own counts.
    """
    questions = [(city.topics, city.needs), *((project.topics, project.needs) for project in city.projects)]
    answers = [
        {
            "shared_topics": len(partner.topics & topics),
            "needs": len(needs),
            "met_needs": len(partner.offers & needs),
        }
        for topics, needs in questions
    ]
    return max(answers, key=_share_met)


def _share_met(answer: dict[str, int]) -> float:
    """To compare answers by: denominators divide 300, so two shares that differ do so by far more than rounding."""
    numerator, denominator = _topics_share(**answer)
    return numerator / denominator


def _topics_share(*, shared_topics: int, needs: int, met_needs: int) -> tuple[int, int]:
    """Numerator and denominator: 3/5 for three shared topics, 2/5 for all needs met; without needs topics alone."""
    shared = min(shared_topics, ENOUGH_TOPICS)
    return (shared * needs + 2 * met_needs, 5 * needs) if needs else (shared, ENOUGH_TOPICS)


def _place(pair: Comparison, weight: int) -> int:
    """All of it in the same municipality, 6/7 (30 of 35) in the same Kreis, else 6/7 · (1 − d/r), at least 0.

    10 km within a radius of 50 km: 35 · 6/7 · (1 − 10/50) = 24.
    """
    if pair.same_municipality:
        return _part(weight, 1, 1)
    if pair.same_district:
        return _part(weight, 6, 7)
    return _part(weight, 6 * max(0, pair.radius_m - pair.distance_m), 7 * pair.radius_m)


def _topics(pair: Comparison, weight: int) -> int:
    """3/5 (18 of 30) for three shared topics and 2/5 (12) for all needs met; without needs the topics alone count.

    Two shared topics, one of two needs met: 30 · (3/5 · 2/3 + 2/5 · 1/2) = 18. Two shared, no needs: 30 · 2/3 = 20.
    """
    share = _topics_share(shared_topics=pair.shared_topics, needs=pair.needs, met_needs=pair.met_needs)
    return _part(weight, *share)


def _gap(pair: Comparison, weight: int) -> int:
    """All of it for a sector or skill that is missing, 7/15 where the town has not described its network, else nothing.

    Complement, not similarity: a network gains most from whom it has not got yet.
    """
    if pair.fills_gap:
        return _part(weight, 1, 1)
    return 0 if pair.network_is_described else _part(weight, 7, 15)


def _fairness(pair: Comparison, weight: int) -> int:
    """1 − the mean of both sides' use of six months' capacity, at least 0; whoever takes none counts as full.

    3 introductions at 2 a month (3/12) and 1 at 2 a month (1/12): 10 · (1 − 1/6) = 8.33. The aim, to serve those
    first who got least, is VolunteerMatch SmartSort's (Manshadi et al., SSRN 4497747).
    """
    (used, full), (other_used, other_full) = _use(pair.partner), _use(pair.city)
    both = 2 * full * other_full
    return _part(weight, max(0, both - used * other_full - other_used * full), both)


def _use(record: TrackRecord) -> tuple[int, int]:
    """Introductions of six months, and how many there was room for."""
    return (record.introductions, MONTHS_OF_FAIRNESS * record.capacity) if record.capacity else (1, 1)


def _answers(pair: Comparison, weight: int) -> int:
    """The mean of both sides' (answered + 1)/(asked + 2), Laplace's rule of succession; newcomers stand at half.

    3 of 4 answered and never asked: 10 · (4/6 + 1/2)/2 = 5.83.
    """
    asked, other_asked = pair.partner.asked + 2, pair.city.asked + 2
    answered = (pair.partner.answered + 1) * other_asked + (pair.city.answered + 1) * asked
    return _part(weight, answered, 2 * asked * other_asked)


def _part(weight: int, numerator: int, denominator: int) -> int:
    """weight · numerator/denominator in 1/100 point, rounded half up, in whole numbers throughout."""
    return (2 * UNITS_PER_POINT * weight * numerator + denominator) // (2 * denominator)


def _metres(km: float) -> int:
    return floor(1000 * km + 0.5)
