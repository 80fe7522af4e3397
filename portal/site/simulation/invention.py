"""Invented partners and towns around four cities, and the school holidays of their Länder. Pure: knows no Django.

They live close together, so that many fit; how well is another question: see portal.site.bench_quality.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from random import Random

from cities.geometry import Circle, Place, Point, distance_km
from cities.service_areas import ServiceArea
from matching.facts import CityFacts, PartnerFacts
from matching.open_days import Break
from portal.site.bench_worlds import KINDS, SECTORS, TOPICS, municipalities

START = date(2026, 9, 21)  # a Monday
CENTRES = (Point(51.96, 7.63), Point(49.45, 11.08), Point(52.37, 9.73), Point(51.34, 12.37))
AROUND_KM = 60
_TOPICS = TOPICS[:8]
_RADII = [30, 50, 75, 100]
_CHRISTMAS = Break(date(2026, 12, 21), date(2027, 1, 6))


def invent(seed: int, partners: int, towns: int) -> tuple[list[PartnerFacts], list[CityFacts]]:
    """Towns are municipalities, each at most once; a partner has its seat in any of them. Few live around one city."""
    chance = Random(f"{seed}:world")  # noqa: S311 - a game, no secret
    near = [place for centre in CENTRES[: max(1, towns // 6)] for place in places_around(centre)]
    chosen = chance.sample(near, towns)
    return [_partner(chance, *chance.choice(near)) for _ in range(partners)], [_town(chance, *each) for each in chosen]


def school_holidays(lands: set[str]) -> Mapping[str, list[Break]]:
    """Two weeks in autumn and one in winter, which move by a week or two from Land to Land; Christmas is the same."""
    return {land: _holidays(position % 3) for position, land in enumerate(sorted(lands))}


@cache
def places_around(centre: Point) -> list[tuple[Point, str]]:
    """Points and keys of municipalities."""
    return [(point, key) for point, key in municipalities() if distance_km(point, centre) <= AROUND_KM]


def _holidays(later: int) -> list[Break]:
    autumn = START + timedelta(weeks=1 + later)
    winter = date(2027, 2, 1) + timedelta(weeks=later)
    return [Break(autumn, autumn + timedelta(days=11)), _CHRISTMAS, Break(winter, winter + timedelta(days=4))]


def _partner(chance: Random, seat: Point, key: str) -> PartnerFacts:
    return PartnerFacts(
        seat=seat,
        seat_key=key,
        area=ServiceArea(circles=(Circle(seat, chance.choice(_RADII)),)),
        sector=chance.choice(SECTORS),
        topics=_some(chance, _TOPICS, 2, 5),
        offers=_some(chance, KINDS, 1, 3),
    )


def _town(chance: Random, point: Point, key: str) -> CityFacts:
    return CityFacts(
        Place(point, (key,)),
        topics=_some(chance, _TOPICS, 2, 5),
        needs=_some(chance, KINDS, 1, 3),
        sectors_missing=_some(chance, SECTORS, 0, 1),
    )


def _some(chance: Random, words: list[str], fewest: int, most: int) -> frozenset[str]:
    return frozenset(chance.sample(words, chance.randint(fewest, most)))
