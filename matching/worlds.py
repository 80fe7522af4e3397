"""Facts become columns. Pure: knows numpy, no Django."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import zip_longest
from math import inf

import numpy as np

from cities.geometry import MUNICIPALITY_KEY_LENGTH, enclosing_keys, vectors
from cities.service_areas import KEY_AREA_RADIUS_KM, ServiceArea
from matching.columns import (
    NO_MUNICIPALITY,
    Areas,
    Index,
    PartnerColumns,
    Real,
    TownColumns,
    TrackRecords,
    Vocabulary,
    Whole,
    World,
)
from matching.facts import CityFacts, PartnerFacts

_NO_QUESTION: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


def world_of(partners: Sequence[PartnerFacts], towns: Sequence[CityFacts]) -> World:
    """Columns whose rows are the places in these lists."""
    asked = [question for town in towns for question in town.questions]
    topics = Vocabulary((row.topics for row in partners), (topics for topics, _ in asked))
    kinds = Vocabulary((row.offers for row in partners), (needs for _, needs in asked))
    gifts = Vocabulary(map(_brought, partners), map(_lacking, towns))
    columns = _towns(towns, topics, kinds, gifts)
    return World(
        partners=PartnerColumns(
            seats=vectors(row.seat for row in partners),
            municipality=_whole(int(row.seat_key) for row in partners),
            topics=topics.bits(row.topics for row in partners),
            offers=kinds.bits(row.offers for row in partners),
            brings=gifts.bits(map(_brought, partners)),
            records=TrackRecords.of([row.record for row in partners]),
            areas=_areas(partners, topics),
        ),
        towns=columns,
        index=_index(columns),
    )


def _towns(towns: Sequence[CityFacts], topics: Vocabulary, kinds: Vocabulary, gifts: Vocabulary) -> TownColumns:
    questions = list(zip_longest(*(row.questions for row in towns), fillvalue=_NO_QUESTION)) or [()]
    needs = [len(needs) for of_each in questions for _, needs in of_each]
    return TownColumns(
        anchors=vectors(row.place.point for row in towns),
        municipalities=_municipalities(towns),
        extent=_whole(len(row.place.keys) for row in towns),
        reach_km=_real(inf if row.reach_km is None else row.reach_km for row in towns),
        is_described=np.array([row.has_described_its_network for row in towns], dtype=np.bool_),
        projects=_whole(len(row.projects) for row in towns),
        question_topics=tuple(topics.bits(topics for topics, _ in of_each) for of_each in questions),
        question_needs=tuple(kinds.bits(needs for _, needs in of_each) for of_each in questions),
        states_topics=tuple(np.array([bool(topics) for topics, _ in of_each], dtype=np.bool_) for of_each in questions),
        needs=_whole(needs).reshape(len(questions), len(towns)),
        topics=topics.bits(frozenset().union(*(topics for topics, _ in row.questions)) for row in towns),
        lacks=gifts.bits(map(_lacking, towns)),
        records=TrackRecords.of([row.record for row in towns]),
    )


def _index(towns: TownColumns) -> Index:
    """Every town has a row among the keys, also one without municipalities."""
    latitude = np.arcsin(towns.anchors[2])
    by_latitude = np.argsort(latitude)
    place, town = np.nonzero(np.arange(len(towns.municipalities))[:, np.newaxis] < np.maximum(towns.extent, 1))
    keys = towns.municipalities[place, town]
    by_key = np.argsort(keys)
    vectors = towns.anchors.take(by_latitude, axis=1)
    return Index(latitude[by_latitude], vectors, by_latitude, keys[by_key], town[by_key])


def _areas(partners: Sequence[PartnerFacts], topics: Vocabulary) -> Areas:
    """Nationwide is the range of all keys, and of towns without any."""
    areas = [(row, *area) for row, partner in enumerate(partners) for area in _areas_of(partner)]
    circles = [(row, worked_on, circle) for row, area, worked_on in areas for circle in area.circles]
    ranges = [(row, worked_on, key) for row, area, worked_on in areas for key in _prefixes(area)]
    widths = [10 ** (MUNICIPALITY_KEY_LENGTH - len(key)) for _, _, key in ranges]
    first = [int(key) * width if key else NO_MUNICIPALITY for (_, _, key), width in zip(ranges, widths, strict=True)]
    partner = _whole([*(row for row, _, _ in circles), *(row for row, _, _ in ranges)])
    return Areas(
        partner=partner,
        overlapping=np.array([_may_overlap(area for area, _ in _areas_of(row)) for row in partners], dtype=np.bool_),
        topics=topics.bits([*(worked_on for _, worked_on, _ in circles), *(worked_on for _, worked_on, _ in ranges)]),
        radius_km=_real([*(circle.radius_km for _, _, circle in circles), *(KEY_AREA_RADIUS_KM for _ in ranges)]),
        centres=vectors(circle.centre for _, _, circle in circles),
        first_key=_whole(first),
        behind_key=np.maximum(_whole(first), 0) + _whole(widths),
    )


def _areas_of(partner: PartnerFacts) -> Iterator[tuple[ServiceArea, Collection[str]]]:
    """Every area with the topics that count in it; that of a topic the partner does not have counts for nothing."""
    own = partner.topics & partner.topic_areas.keys()
    yield partner.area, partner.topics - own
    for topic in own:
        yield partner.topic_areas[topic], (topic,)


def _prefixes(area: ServiceArea) -> list[str]:
    """Keys of which none lies in another one; the shortest of all is that of everything."""
    return [""] if area.nationwide else [key for key in area.keys if area.keys.isdisjoint(enclosing_keys(key)[:-1])]


def _may_overlap(areas: Iterable[ServiceArea]) -> bool:
    """Circles may, and anything with a circle or with another area; keys of one area have nothing in common."""
    return sum(len(area.circles) + bool(area.keys or area.nationwide) for area in areas) > 1


def _brought(partner: PartnerFacts) -> set[str]:
    return {f"sector {partner.sector}", *(f"skill {skill}" for skill in partner.skills)}


def _lacking(town: CityFacts) -> set[str]:
    """What the town calls missing, and the skills its projects look for."""
    skills = town.skills_missing.union(*(project.skills for project in town.projects))
    return {*(f"sector {sector}" for sector in town.sectors_missing), *(f"skill {skill}" for skill in skills)}


def _municipalities(towns: Sequence[CityFacts]) -> Whole:
    keys = [[int(key) for key in row.place.keys] or [NO_MUNICIPALITY] for row in towns]
    by_place = list(zip_longest(*keys, fillvalue=NO_MUNICIPALITY))
    return _whole(key for of_each in by_place for key in of_each).reshape(len(by_place), len(towns))


def _whole(numbers: Iterable[int]) -> Whole:
    return np.array(list(numbers), dtype=np.int64)


def _real(numbers: Iterable[float]) -> Real:
    return np.array(list(numbers), dtype=np.float64)
