"""Which towns fit a partner, and which partners a town: rows become values, the pure rules do the rest.

The number of queries does not depend on how many partners and towns are read. A pair is judged on what the database
holds now, so whoever decides reads again under its own locks.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from cities.models import City, Skill, Topic
from matching import assessments, city_sides, engine, partner_sides, track_records, vicinity, weights
from matching.assessments import Assessment, CitySide, PartnerSide, Rules
from matching.engine import Judged
from matching.entries import Words
from matching.gates import PairHistory
from matching.models import IntroductionRules
from partners.models import Partner
from portal.accounts.models import Organisation


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
        return self.histories.get((one.entry.pk, other.entry.pk), PairHistory())


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
    words = Words(*(dict(model.objects.values_list("code", "name")) for model in (Topic, Skill)))
    rules = Rules(weights.current(), IntroductionRules.objects.get().months_after_refusal, local_now, words)
    one, other = partner_sides.read(partners, now=local_now), city_sides.read(cities, now=local_now)
    histories = track_records.histories(one, other, now=local_now, months_of_quiet=rules.months_of_quiet)
    return Survey(one, other, histories, rules)


def _best_first(pair: Assessment) -> tuple[int, float, str, str]:
    return -pair.score.total, pair.score.distance_km, pair.city.slug, pair.partner.slug
