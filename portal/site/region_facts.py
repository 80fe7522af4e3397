"""What the page of a Land or Kreis and its handout say: who is there, what runs there, and what is missing."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from cities.models import City, Project, Region, ResourceKind, Sector, Skill, Topic
from cities.place_names import land_label
from cities.service_areas import ServiceAreas
from matching.gaps import Brought, Gaps, Wanted, gaps
from partners.models import Partner, RegionalNetwork, ServiceAreaPart
from portal.site import maps, nearby, region_words

MOST_SHOWN = 20
Kind = Region.Kind


def gather(region: Region) -> dict[str, Any]:
    """The context of the region's page: all of it is public."""
    towns = list(_towns(region))
    partners = _partners(region, towns)
    local = partners.filter(Exists(_local_parts()))
    networks, districts = list(_networks(region)), _districts(region)
    projects = list(_projects(region))
    missing = _in_words(gaps(map(_wanted, towns), (_brought(partner, towns) for partner in partners)))
    facts = {
        "region": region,
        "land": None if region.kind == Kind.LAND else Region.objects.get(pk=region.pk[:2]),
        "towns": towns[:MOST_SHOWN],
        "town_count": len(towns),
        "partners": local[:MOST_SHOWN],
        "partner_count": local.count(),
        "nationwide_count": partners.exclude(Exists(_local_parts())).count(),
        "projects": projects[:MOST_SHOWN],
        "project_count": len(projects),
        "networks": networks,
        "map": maps.of_region(region, towns, projects),
        "districts": districts,
        "empty_districts": [row for row in districts if not row["towns"]],
        "missing": missing,
        "nothing_missing": towns and networks and not any(missing.values()) and all(row["towns"] for row in districts),
        "place": land_label(region.name) if region.kind == Kind.LAND else region.name,
    }
    return facts | {"words": region_words.of(facts)}


def _towns(region: Region) -> QuerySet[City]:
    rows = City.objects.taking_part().filter(nearby.in_region(City, region.pk)).distinct()
    running = Project.objects.published().running(timezone.localdate()).prefetch_related("topics", "needs", "skills")
    related = ("topics", "needs", "skills_missing", "municipalities", Prefetch("projects", running))
    return rows.select_related("organisation", "district").prefetch_related(*related).order_by("organisation__name")


def _partners(region: Region, towns: Iterable[City]) -> QuerySet[Partner]:
    """Partners whose area lies in the region, holds it, reaches into it with a circle, or holds one of its towns."""
    active = nearby.in_region(Partner, region.pk) | nearby.reaches_into(region.pk)
    for city in towns:
        active |= nearby.serves(city)
    rows = Partner.objects.public().filter(active).select_related("organisation", "category", "seat")
    return (
        rows.prefetch_related("topics", "skills", "offers", "area_parts__centre")
        .distinct()
        .order_by("organisation__name", "pk")
    )


def _local_parts() -> QuerySet[ServiceAreaPart]:
    """Who has one of these works in regions; the others in all of Germany alone."""
    return ServiceAreaPart.objects.filter(partner=OuterRef("pk"), nationwide=False)


def _projects(region: Region) -> QuerySet[Project]:
    rows = Project.objects.published().filter(nearby.in_region(Project, region.pk))
    return rows.select_related("city__organisation", "place").order_by("-published_at", "pk")


def _networks(region: Region) -> QuerySet[RegionalNetwork]:
    rows = RegionalNetwork.objects.public().filter(nearby.in_region(RegionalNetwork, region.pk))
    return rows.select_related("organisation").order_by("organisation__name", "pk")


def _districts(land: Region) -> list[dict[str, Any]]:
    """The Kreise of a Land, each with the number of towns that lie in it; empty for a Kreis."""
    if land.kind != Kind.LAND:
        return []
    districts = (
        Region.objects.current().filter(kind=Kind.DISTRICT, key__startswith=land.pk).exclude(key=f"{land.pk}000")
    )
    taking_part = City.objects.taking_part()
    pairs = taking_part.values_list("municipalities__district", "pk").distinct()
    towns = Counter(district for district, _city in pairs)
    return [{"region": district, "towns": towns[district.pk]} for district in districts.order_by("name")]


def _wanted(city: City) -> Wanted:
    """The town's own question and those of its projects."""
    questions = [*city.projects.all()]
    return Wanted(
        sectors=frozenset(city.sectors_missing),
        skills=_codes(city.skills_missing.all()).union(*(_codes(row.skills.all()) for row in questions)),
        topics=_codes(city.topics.all()).union(*(_codes(row.topics.all()) for row in questions)),
        needs=_kinds(city.needs.all()).union(*(_kinds(row.needs.all()) for row in questions)),
    )


def _brought(partner: Partner, towns: Iterable[City]) -> Brought:
    """A topic counts where the partner works on it: in a town of the region."""
    areas, topics = ServiceAreas(partner.service_area, partner.topic_areas), _codes(partner.topics.all())
    return Brought(
        sectors=frozenset([partner.sector]),
        skills=_codes(partner.skills.all()),
        topics=frozenset().union(*(areas.topics_at(city.place, topics) for city in towns)),
        needs=_kinds(partner.offers.all()),
    )


def _codes(rows: Iterable[Topic | Skill]) -> frozenset[str]:
    return frozenset(row.code for row in rows)


def _kinds(rows: Iterable[Any]) -> frozenset[str]:
    return frozenset(row.kind for row in rows)


def _in_words(found: Gaps) -> dict[str, Any]:
    """Codes as the names people know them by."""
    return {
        "sectors": sorted(str(Sector(code).label) for code in found.sectors),
        "skills": list(Skill.objects.filter(code__in=found.skills).values_list("name", flat=True)),
        "topics": list(Topic.objects.filter(code__in=found.topics).values_list("name", flat=True)),
        "needs": sorted(str(ResourceKind(kind).label) for kind in found.needs),
        "silent": found.silent,
    }
