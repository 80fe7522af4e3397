"""Partners as the rules see them, read from the database in a number of queries that does not depend on how many."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from cities.geometry import Circle, Point
from cities.service_areas import ServiceArea
from matching import readings, track_records
from matching.assessments import PartnerSide
from matching.entries import PartnerEntry
from matching.facts import PartnerFacts, TrackRecord
from matching.id_lists import among
from matching.models import Side
from matching.readings import Owner
from partners.models import Offer, Partner, ServiceAreaPart

Areas = dict[str | None, ServiceArea]  # by topic; None is the general one


class _Row(NamedTuple):
    pk: int
    slug: str
    sector: str
    seat_id: str
    seat__name: str
    seat__latitude: float
    seat__longitude: float
    topic_codes: list[str]
    skill_codes: list[str]
    offer_kinds: list[str]


def read(partners: QuerySet[Partner], *, now: datetime) -> dict[int, PartnerSide]:
    """By id; `now` in the wall clock of the portal."""
    rows = _rows(partners)
    ids = [row.pk for row, _owner in rows]
    counts = track_records.counts(Side.PARTNER, ids, now=now)
    contacts = readings.contacts([owner.id for _row, owner in rows])
    areas = _areas(ids)
    return {
        row.pk: PartnerSide(
            PartnerEntry(row.pk, row.slug, owner.name, row.seat__name),
            _facts(row, areas[row.pk], owner.record(counts[row.pk])),
            owner.standing(counts[row.pk], contacts, takes_part=True),
        )
        for row, owner in rows
    }


def _rows(partners: QuerySet[Partner]) -> list[tuple[_Row, Owner]]:
    rows = partners.annotate(
        topic_codes=readings.codes(Partner.topics.through, "partner", "topic_id"),
        skill_codes=readings.codes(Partner.skills.through, "partner", "skill_id"),
        offer_kinds=readings.codes(Offer, "partner", "kind"),
    ).values_list(*_Row._fields, *readings.COLUMNS)
    width = len(_Row._fields)
    return [(_Row(*row[:width]), Owner(*row[width:])) for row in rows]


def _areas(partner_ids: Collection[int]) -> defaultdict[int, Areas]:
    """By partner."""
    found: defaultdict[int, defaultdict[str | None, list[_Part]]] = defaultdict(lambda: defaultdict(list))
    for partner, topic, *part in _parts(partner_ids):
        found[partner][topic].append(_Part(*part))
    areas: defaultdict[int, Areas] = defaultdict(dict)
    for partner, by_topic in found.items():
        areas[partner] = {topic: _area(parts) for topic, parts in by_topic.items()}
    return areas


class _Part(NamedTuple):
    key: str
    radius_km: int | None
    nationwide: bool
    name: str | None
    latitude: float | None
    longitude: float | None


def _parts(partner_ids: Collection[int]) -> Iterable[tuple[Any, ...]]:
    centre = {"name": F("centre__name"), "latitude": F("centre__latitude"), "longitude": F("centre__longitude")}
    rows = ServiceAreaPart.objects.filter(partner__in=among(partner_ids)).order_by("pk").annotate(**centre)
    return rows.values_list("partner", "topic", *_Part._fields)


def _area(parts: Collection[_Part]) -> ServiceArea:
    circles = (
        Circle(Point(part.latitude, part.longitude), part.radius_km, part.name or "")
        for part in parts
        if part.radius_km is not None and part.latitude is not None and part.longitude is not None
    )
    return ServiceArea(
        keys=frozenset(part.key for part in parts if part.key),
        circles=tuple(circles),
        nationwide=any(part.nationwide for part in parts),
    )


def _facts(row: _Row, areas: Areas, record: TrackRecord) -> PartnerFacts:
    return PartnerFacts(
        seat=Point(row.seat__latitude, row.seat__longitude),
        seat_key=row.seat_id,
        area=areas.get(None, ServiceArea()),
        sector=row.sector,
        topics=frozenset(row.topic_codes),
        offers=frozenset(row.offer_kinds),
        skills=frozenset(row.skill_codes),
        record=record,
        topic_areas={topic: area for topic, area in areas.items() if topic is not None},
    )
