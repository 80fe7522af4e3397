"""Towns as the rules see them, read from the database in a number of queries that does not depend on how many."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from cities.geometry import Place, Point
from cities.models import City, Need, Project, ProjectNeed
from matching import readings, track_records
from matching.assessments import CitySide
from matching.entries import CityEntry
from matching.facts import CityFacts, ProjectFacts, TrackRecord
from matching.id_lists import among
from matching.models import Side
from matching.readings import Owner


class _Row(NamedTuple):
    pk: int
    slug: str
    latitude: float
    longitude: float
    taking_part: bool
    sectors_present: list[str]
    sectors_missing: list[str]
    reach_km: int | None
    district_id: str
    district__name: str
    land_id: str
    land__name: str
    topic_codes: list[str]
    skill_codes: list[str]
    need_kinds: list[str]
    municipality_keys: list[str]
    municipality_names: list[str]


class _ProjectRow(NamedTuple):
    city_id: int
    slug: str
    title: str
    topic_codes: list[str]
    skill_codes: list[str]
    need_kinds: list[str]


def read(cities: QuerySet[City], *, now: datetime) -> dict[int, CitySide]:
    """By id; `now` in the wall clock of the portal."""
    rows = _rows(cities)
    ids = [row.pk for row, _owner in rows]
    counts = track_records.counts(Side.CITY, ids, now=now)
    contacts = readings.contacts([owner.id for _row, owner in rows])
    projects = _running_projects(ids, now=now)
    return {
        row.pk: CitySide(
            _entry(row, owner, projects[row.pk]),
            _facts(row, projects[row.pk], owner.record(counts[row.pk])),
            owner.standing(counts[row.pk], contacts, takes_part=row.taking_part),
        )
        for row, owner in rows
    }


def _rows(cities: QuerySet[City]) -> list[tuple[_Row, Owner]]:
    municipalities = City.municipalities.through.objects.filter(city=OuterRef("pk")).order_by("municipality")
    rows = cities.annotate(
        topic_codes=readings.codes(City.topics.through, "city", "topic_id"),
        skill_codes=readings.codes(City.skills_missing.through, "city", "skill_id"),
        need_kinds=readings.codes(Need, "city", "kind"),
        municipality_keys=ArraySubquery(municipalities.values("municipality_id")),
        municipality_names=ArraySubquery(municipalities.values("municipality__name")),
    ).values_list(*_Row._fields, *readings.COLUMNS)
    width = len(_Row._fields)
    return [(_Row(*row[:width]), Owner(*row[width:])) for row in rows]


def _running_projects(city_ids: Collection[int], *, now: datetime) -> defaultdict[int, list[_ProjectRow]]:
    """By town: published and not over, also those that begin later: partners are needed before."""
    rows = Project.objects.filter(Q(ends_on=None) | Q(ends_on__gte=now.date()), state=Project.State.PUBLISHED)
    rows = rows.filter(city__in=among(city_ids)).annotate(
        topic_codes=readings.codes(Project.topics.through, "project", "topic_id"),
        skill_codes=readings.codes(Project.skills.through, "project", "skill_id"),
        need_kinds=readings.codes(ProjectNeed, "project", "kind"),
    )
    found: defaultdict[int, list[_ProjectRow]] = defaultdict(list)
    for row in rows.order_by("pk").values_list(*_ProjectRow._fields):
        found[row[0]].append(_ProjectRow(*row))
    return found


def _entry(row: _Row, owner: Owner, projects: Collection[_ProjectRow]) -> CityEntry:
    places = dict(zip(row.municipality_keys, row.municipality_names, strict=True))
    places |= {row.district_id: row.district__name, row.land_id: row.land__name}
    return CityEntry(row.pk, row.slug, owner.name, places, {project.slug: project.title for project in projects})


def _facts(row: _Row, projects: Collection[_ProjectRow], record: TrackRecord) -> CityFacts:
    return CityFacts(
        place=Place(Point(row.latitude, row.longitude), tuple(row.municipality_keys)),
        topics=frozenset(row.topic_codes),
        needs=frozenset(row.need_kinds),
        sectors_present=frozenset(row.sectors_present),
        sectors_missing=frozenset(row.sectors_missing),
        skills_missing=frozenset(row.skill_codes),
        reach_km=row.reach_km,
        projects=tuple(_project_facts(project) for project in projects),
        record=record,
    )


def _project_facts(row: _ProjectRow) -> ProjectFacts:
    return ProjectFacts(row.slug, frozenset(row.topic_codes), frozenset(row.need_kinds), frozenset(row.skill_codes))
