"""Invented partners and towns in the real places of Germany, for measuring; the same in every run. Knows no Django."""

from functools import cache
from random import Random

from cities.baseline.tables import FOLDER, read_table
from cities.geometry import Circle, Place, Point
from cities.service_areas import ServiceArea
from matching.facts import CityFacts, PartnerFacts, ProjectFacts, TrackRecord

_SEED = 5
TOPICS = [f"topic {number}" for number in range(17)]
KINDS = ["time", "knowledge", "rooms", "material", "contacts"]
SECTORS = ["administration", "civil_society", "business", "science"]
SKILLS = [f"skill {number}" for number in range(8)]
_RADII = [20, 30, 40, 50, 50, 75, 100]


def invent(partners: int, towns: int) -> tuple[list[PartnerFacts], list[CityFacts]]:
    """Towns are municipalities, each at most once; a partner has its seat in any of them."""
    chance = _Chance(_SEED)
    rows = chance.sample(municipalities(), towns)
    return [chance.partner() for _ in range(partners)], [chance.town(*row) for row in rows]


@cache
def municipalities() -> list[tuple[Point, str]]:
    """Points and keys of all of them."""
    rows = read_table(FOLDER / "municipalities.csv.gz")
    return [
        (Point(float(row["latitude"]), float(row["longitude"])), row["ags"]) for row in rows if not row["successor"]
    ]


class _Chance(Random):
    def partner(self) -> PartnerFacts:
        seat, key = self.choice(municipalities())
        topics = self.some(TOPICS, 1, 4)
        own = {min(topics): self.area(seat, key)} if self.random() < 0.05 else {}
        return PartnerFacts(
            seat=seat,
            seat_key=key,
            area=self.area(seat, key),
            sector=self.choice(SECTORS),
            topics=topics,
            offers=self.some(KINDS, 0, 3),
            skills=self.some(SKILLS, 0, 2),
            record=self.record(),
            topic_areas=own,
        )

    def area(self, seat: Point, key: str) -> ServiceArea:
        """Of 100: 70 a circle, 4 two of them, 5 circle and Kreis, 15 up to three Kreise, 5 a Land, 1 all of Germany."""
        kind, radius = self.random(), self.choice(_RADII)
        if kind < 0.70:
            return ServiceArea(circles=(Circle(seat, radius),))
        if kind < 0.74:
            return ServiceArea(circles=(Circle(seat, radius), Circle(self.choice(municipalities())[0], radius)))
        if kind < 0.79:
            return ServiceArea(frozenset({key[:5]}), (Circle(seat, radius),))
        if kind < 0.94:
            others = (self.choice(municipalities())[1][:5] for _ in range(self.randint(0, 2)))
            return ServiceArea(frozenset({key[:5], *others}))
        return ServiceArea(frozenset({key[:2]})) if kind < 0.99 else ServiceArea(nationwide=True)

    def town(self, point: Point, key: str) -> CityFacts:
        """One in five limits its reach, one in four has projects."""
        return CityFacts(
            Place(point, (key,)),
            topics=self.some(TOPICS, 2, 4),
            needs=self.some(KINDS, 0, 3),
            sectors_present=self.some(SECTORS, 0, 2),
            sectors_missing=self.some(SECTORS, 0, 1),
            skills_missing=self.some(SKILLS, 0, 1),
            reach_km=self.choice([None, None, None, None, None, None, None, None, 60, 100]),
            projects=tuple(self.project() for _ in range(self.choice([0, 0, 0, 0, 0, 0, 1, 2]))),
            record=self.record(),
        )

    def project(self) -> ProjectFacts:
        return ProjectFacts("project", self.some(TOPICS, 1, 2), self.some(KINDS, 0, 2), self.some(SKILLS, 0, 1))

    def record(self) -> TrackRecord:
        asked = self.randint(0, 12)
        return TrackRecord(self.randint(0, 8), self.randint(1, 4), asked, self.randint(0, asked))

    def some(self, words: list[str], fewest: int, most: int) -> frozenset[str]:
        return frozenset(self.sample(words, self.randint(fewest, most)))
