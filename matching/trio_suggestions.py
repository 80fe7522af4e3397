"""Suggestions of three, derived from the open suggestions of a town whenever somebody asks; nothing of them is stored.

So a trio exists exactly as long as both of its suggestions are open, and no refresh has to know of it. Both stay what
they are, with gates, points and reasons of their own.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from cities.models import City, Need, Project, ProjectNeed, Topic
from matching import candidates
from matching.assessments import Assessment, CitySide
from matching.models import Suggestion, SuggestionQuerySet
from matching.trios import TRANSFER, Candidate, Trio, trios
from partners.models import Affiliation, Partner
from portal.accounts.models import Organisation

CENTRES = "research"  # the category of the competence centres of labour research (ReKodA) and their like
REACHING_FIRMS = ("chamber_guild", "social_insurance", "social_partner", "professional_association")
_NAMES = ("partner__organisation", "partner__category", "city__organisation")


@dataclass(frozen=True, slots=True)
class Half:
    """One of the two pairs of a trio."""

    suggestion: Suggestion
    assessment: Assessment

    @property
    def partner(self) -> Partner:
        return self.suggestion.partner


@dataclass(frozen=True, slots=True)
class TrioSuggestion:
    """A town with two partners; `project` is the one that asks, None for the town itself."""

    city: City
    project: Project | None
    topics: tuple[Topic, ...]
    centre: Half
    relay: Half
    companies: int  # that the relay advises

    def __str__(self) -> str:
        return f"{self.city} – {self.centre.partner} – {self.relay.partner}"

    @property
    def halves(self) -> tuple[Half, Half]:
        return self.centre, self.relay

    @property
    def missing(self) -> tuple[str, ...]:
        """What stands against both introductions now, each sentence once; the town needs room for two."""
        sentences = [sentence for half in self.halves for sentence in half.assessment.missing]
        standing = self.centre.assessment.city_side.standing
        if standing.capacity - standing.introductions == 1:
            text = _("{city} hat in diesem Monat nur noch Platz für eine Vermittlung; zu dritt sind es zwei.")
            sentences.append(text.format(city=self.city.name))
        return tuple(dict.fromkeys(sentences))


def everywhere() -> list[TrioSuggestion]:
    """Those of all towns, those that can go out first, then by points."""
    found = _of(Suggestion.objects.open())
    return sorted(found, key=lambda trio: (bool(trio.missing), -sum(half.suggestion.points for half in trio.halves)))


def of_city(city: City) -> list[TrioSuggestion]:
    """At most one for each question of the town, its own first."""
    return _of(Suggestion.objects.open().filter(city=city))


def of_suggestion(suggestion: Suggestion) -> list[TrioSuggestion]:
    """Those the suggestion is one half of."""
    return [trio for trio in of_city(suggestion.city) if suggestion in [half.suggestion for half in trio.halves]]


def _of(scope: SuggestionQuerySet) -> list[TrioSuggestion]:
    """In a number of queries that does not depend on how many there are."""
    with_centre = scope.filter(partner__category=CENTRES).filter(_asks_for_knowledge()).values("city")
    rows = scope.filter(city__in=with_centre).select_related(*_NAMES)
    suggestions = {(row.partner_id, row.city_id): row for row in rows.order_by("city__organisation__name", "pk")}
    if not suggestions:
        return []
    survey = candidates.survey(
        Partner.objects.filter(pk__in={partner for partner, _city in suggestions}),
        City.objects.filter(pk__in={city for _partner, city in suggestions}),
    )
    halves: dict[int, list[Half]] = defaultdict(list)
    for pair in survey.fitting():
        if suggestion := suggestions.get((pair.partner.pk, pair.city.pk)):
            halves[pair.city.pk].append(Half(suggestion, pair))
    return _found(halves, survey.cities)


def _found(halves: dict[int, list[Half]], cities: dict[int, CitySide]) -> list[TrioSuggestion]:
    partners = {half.partner.pk for of_town in halves.values() for half in of_town}
    advised, topics = _companies_advised(partners), Topic.objects.in_bulk()
    found = [(city, trio) for city in halves for trio in _trios(cities[city], halves[city], advised)]
    projects = {row.slug: row for row in Project.objects.filter(slug__in={trio.project for _city, trio in found})}
    return [
        _told(trio, halves[city], project=projects.get(trio.project), topics=topics, advised=advised)
        for city, trio in found
    ]


def _trios(side: CitySide, halves: Iterable[Half], advised: Counter[int]) -> list[Trio]:
    return trios(side.facts, [_candidate(half, advised[half.partner.pk]) for half in halves])


def _candidate(half: Half, companies: int) -> Candidate:
    category, pair = half.partner.category_id, half.assessment
    return Candidate(
        key=half.suggestion.pk,
        name=half.partner.slug,
        facts=pair.partner_side.facts.at(pair.city_side.facts.place),
        points=half.suggestion.points,
        is_sendable=pair.is_sendable,
        is_centre=category == CENTRES,
        reaches_firms=category in REACHING_FIRMS or companies > 0,
    )


def _told(
    trio: Trio, halves: Iterable[Half], *, project: Project | None, topics: dict[str, Topic], advised: Counter[int]
) -> TrioSuggestion:
    by_key = {half.suggestion.pk: half for half in halves}
    centre, relay = by_key[trio.centre.key], by_key[trio.relay.key]
    shared = tuple(topics[code] for code in sorted(trio.topics))
    city = centre.suggestion.city
    return TrioSuggestion(city, project, shared, centre, relay, companies=advised[relay.partner.pk])


def _asks_for_knowledge() -> Q:
    """The town itself or a project of it; whether that runs is for the rules to say."""
    own = Need.objects.filter(city=OuterRef("city"), kind=TRANSFER).values("city")
    published = ProjectNeed.objects.filter(
        project__city=OuterRef("city"), project__state=Project.State.PUBLISHED, kind=TRANSFER
    )
    return Q(Exists(own)) | Q(Exists(published))


def _companies_advised(partners: Collection[int]) -> Counter[int]:
    """By partner, how many companies say that it advises them, and it says so, too."""
    companies = Organisation.objects.approved().filter(kind=Organisation.Kind.COMPANY)
    rows = Affiliation.objects.holding().filter(partner__in=partners, organisation__in=companies)
    return Counter(rows.values_list("partner", flat=True))
