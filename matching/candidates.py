"""Which towns fit a partner, and which partners a town: rows become values, the pure rules do the rest.

The number of queries does not depend on how many partners and towns are read. A pair is judged on what the database
holds now, so whoever decides reads again under its own locks.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from cities.models import City, Project
from matching import assessments, engine, track_records, vicinity, weights
from matching.assessments import Assessment, CitySide, PartnerSide, Rules
from matching.engine import Judged
from matching.facts import CityFacts, PartnerFacts, ProjectFacts, TrackRecord
from matching.gates import PairHistory, Standing
from matching.models import IntroductionRules, Side
from matching.track_records import Counts
from partners.models import Partner, ServiceAreaPart
from portal.accounts.models import Consent, Membership, Organisation, Purpose


@dataclass(frozen=True, slots=True)
class Survey:
    """Partners and towns as read at one moment, by id, and what happened between them."""

    partners: dict[int, PartnerSide]
    cities: dict[int, CitySide]
    histories: defaultdict[tuple[int, int], PairHistory]
    rules: Rules

    def assess(self, partner_id: int, city_id: int) -> Assessment:
        """KeyError for a partner or town that was not read."""
        one, other = self.partners[partner_id], self.cities[city_id]
        return assessments.assess(one, other, history=self._history(one, other), rules=self.rules)

    def fitting(self) -> list[Assessment]:
        """The pairs that pass the gates of fit, best first; at equal points the nearer one, then by name."""
        partners, cities = list(self.partners.values()), list(self.cities.values())
        found = engine.fitting([one.facts for one in partners], [one.facts for one in cities], self.rules.weights)
        pairs = (self._fitting(partners[each.partner], cities[each.city], each) for each in found)
        return sorted(pairs, key=_best_first)

    def _fitting(self, one: PartnerSide, other: CitySide, found: Judged) -> Assessment:
        return Assessment(one, other, self._history(one, other), self.rules, found)

    def _history(self, one: PartnerSide, other: CitySide) -> PairHistory:
        return self.histories.get((one.row.pk, other.row.pk), PairHistory())


def assess(partner: Partner, city: City, *, now: datetime | None = None) -> Assessment:
    """One pair, whatever its gates say; also for those who do not take part."""
    found = survey(Partner.objects.filter(pk=partner.pk), City.objects.filter(pk=city.pk), now=now)
    return found.assess(partner.pk, city.pk)


def for_partner(partner: Partner, *, limit: int | None = None, now: datetime | None = None) -> list[Assessment]:
    """The towns that fit, best first; also while the partner still waits for the office's approval."""
    around = City.objects.taking_part().filter(vicinity.towns_of(partner))
    return survey(partners_taking_part().filter(pk=partner.pk), around, now=now).fitting()[:limit]


def for_city(city: City, *, limit: int | None = None, now: datetime | None = None) -> list[Assessment]:
    """The public partners that fit, best first; those still waiting for approval are nobody's business yet."""
    around = Partner.objects.public().filter(vicinity.partners_of(city))
    return survey(around, City.objects.taking_part().filter(pk=city.pk), now=now).fitting()[:limit]


def everybody(*, now: datetime | None = None) -> Survey:
    """All who have suggestions."""
    return survey(partners_taking_part(), City.objects.taking_part(), now=now)


def partners_taking_part() -> QuerySet[Partner]:
    """Partners that are public or wait for the office; those declined or gone are not suggested."""
    organisations = Organisation.objects.filter(declined_at__isnull=True, withdrawn_at__isnull=True)
    return Partner.objects.filter(organisation__in=organisations)


def survey(partners: QuerySet[Partner], cities: QuerySet[City], *, now: datetime | None = None) -> Survey:
    """Read everything the rules need to know of these partners and towns."""
    local_now = timezone.localtime(now)
    rules = Rules(weights.current(), IntroductionRules.objects.get().months_after_refusal, local_now)
    partner_sides = _partner_sides(partners, now=local_now)
    city_sides = _city_sides(cities, now=local_now)
    histories = track_records.histories(partner_sides, city_sides, now=local_now, months_of_quiet=rules.months_of_quiet)
    return Survey(partner_sides, city_sides, histories, rules)


def _partner_sides(partners: QuerySet[Partner], *, now: datetime) -> dict[int, PartnerSide]:
    parts = Prefetch("area_parts", ServiceAreaPart.objects.select_related("centre"))
    rows = partners.select_related("organisation", "seat").prefetch_related("topics", "skills", "offers", parts)
    found = {row.pk: row for row in rows}
    counts = track_records.counts(Side.PARTNER, found, now=now)
    contacts = _contacts(row.organisation_id for row in found.values())
    return {
        pk: PartnerSide(
            row,
            _partner_facts(row, _record(row.organisation, counts[pk])),
            _standing(row.organisation, counts[pk], takes_part=_is_listed(row.organisation), contacts=contacts),
        )
        for pk, row in found.items()
    }


def _city_sides(cities: QuerySet[City], *, now: datetime) -> dict[int, CitySide]:
    rows = cities.select_related("organisation", "district", "land")
    related = ("topics", "needs", "skills_missing", "municipalities", _running_projects(now))
    found = {row.pk: row for row in rows.prefetch_related(*related)}
    counts = track_records.counts(Side.CITY, found, now=now)
    contacts = _contacts(row.organisation_id for row in found.values())
    return {
        pk: CitySide(
            row,
            _city_facts(row, _record(row.organisation, counts[pk])),
            _standing(
                row.organisation,
                counts[pk],
                takes_part=row.taking_part and _is_listed(row.organisation),
                contacts=contacts,
            ),
        )
        for pk, row in found.items()
    }


def _partner_facts(row: Partner, record: TrackRecord) -> PartnerFacts:
    return PartnerFacts(
        seat=row.seat.point,
        seat_key=row.seat.ags,
        area=row.service_area,
        sector=row.sector,
        topics=frozenset(topic.code for topic in row.topics.all()),
        offers=frozenset(offer.kind for offer in row.offers.all()),
        skills=frozenset(skill.code for skill in row.skills.all()),
        record=record,
        topic_areas=row.topic_areas,
    )


def _city_facts(row: City, record: TrackRecord) -> CityFacts:
    return CityFacts(
        place=row.place,
        topics=frozenset(topic.code for topic in row.topics.all()),
        needs=frozenset(need.kind for need in row.needs.all()),
        sectors_present=frozenset(row.sectors_present),
        sectors_missing=frozenset(row.sectors_missing),
        skills_missing=frozenset(skill.code for skill in row.skills_missing.all()),
        reach_km=row.reach_km,
        projects=tuple(_project_facts(project) for project in row.projects.all()),
        record=record,
    )


def _project_facts(row: Project) -> ProjectFacts:
    return ProjectFacts(
        key=row.slug,
        topics=frozenset(topic.code for topic in row.topics.all()),
        needs=frozenset(need.kind for need in row.needs.all()),
        skills=frozenset(skill.code for skill in row.skills.all()),
    )


def _running_projects(now: datetime) -> "Prefetch[Any, Any, Any]":
    """Published projects that are not over, also those that begin later: partners are needed before."""
    rows = Project.objects.filter(Q(ends_on=None) | Q(ends_on__gte=now.date()), state=Project.State.PUBLISHED)
    return Prefetch("projects", rows.order_by("pk").prefetch_related("topics", "needs", "skills"))


def _record(organisation: Organisation, counts: Counts) -> TrackRecord:
    return TrackRecord(counts.recent, organisation.capacity, counts.asked, counts.answered)


def _standing(organisation: Organisation, counts: Counts, *, takes_part: bool, contacts: dict[int, bool]) -> Standing:
    return Standing(
        takes_part=takes_part,
        approved=organisation.approved_at is not None,
        confirmed_at=organisation.confirmed_at,
        has_contact=organisation.pk in contacts,
        consent=contacts.get(organisation.pk, False),
        capacity=organisation.capacity,
        introductions=counts.this_month,
        paused_until=organisation.paused_until,
    )


def _is_listed(organisation: Organisation) -> bool:
    return organisation.declined_at is None and organisation.withdrawn_at is None


def _contacts(organisation_ids: Iterable[int]) -> dict[int, bool]:
    """For organisations with a contact person: whether that person agreed to suggestions by mail."""
    consents = Consent.objects.valid().filter(user=OuterRef("user"), purpose=Purpose.SUGGESTIONS)
    contacts = Membership.objects.filter(organisation__in=list(organisation_ids), is_contact=True, user__is_active=True)
    return dict(contacts.annotate(consent=Exists(consents)).values_list("organisation", "consent"))


def _best_first(pair: Assessment) -> tuple[int, float, str, str]:
    return -pair.score.total, pair.score.distance_km, pair.city.slug, pair.partner.slug
