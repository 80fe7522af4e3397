"""What the rules need to know of a partner and of a town, as values. Pure: knows no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cities.geometry import MUNICIPALITY_KEY_LENGTH, Place, Point, check_key
from cities.service_areas import ServiceArea, ServiceAreas

LARGEST_COUNT = 50_000  # so that no numerator of a part of the points reaches 2^53


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
        if max(self.introductions, self.capacity, self.asked) > LARGEST_COUNT:
            raise ValueError(f"{self} counts more than {LARGEST_COUNT}")


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

    def __post_init__(self) -> None:
        if len(check_key(self.seat_key)) != MUNICIPALITY_KEY_LENGTH:
            raise ValueError(f"{self.seat_key!r} is not the key of a municipality")

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

    def meets(self, topics: frozenset[str], needs: frozenset[str]) -> frozenset[str]:
        """The needs it meets of a question about these topics: of a kind it offers, on a topic of the question.

        A question that states no topics is about any. For the partner as it works at the town.
        """
        return self.offers & needs if self.topics & topics or not topics else frozenset()


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
    def questions(self) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """Topics and needs of every question, the town's own first."""
        return ((self.topics, self.needs), *((project.topics, project.needs) for project in self.projects))

    @property
    def has_described_its_network(self) -> bool:
        return bool(self.sectors_present or self.sectors_missing or self.skills_missing)
