"""What the made-up world consists of: entries as the rules see them, each with what is really so."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from matching.facts import CityFacts, PartnerFacts, ProjectFacts
from matching.gates import Standing
from portal.site.bench_quality.truth import PartnerTruth, TownTruth, suits

START = datetime(2026, 1, 5, 6, tzinfo=ZoneInfo("Europe/Berlin"))  # a Monday
WEEKS = 26

Pair = tuple[int, int]  # partner and town by their place in the world


def moment(week: int) -> datetime:
    """When the round of the week begins, by the wall clock; week 0 is the first."""
    return START + timedelta(weeks=week)


@dataclass(frozen=True, slots=True)
class PartnerEntry:
    """`planted` names what is wrong with the entry, if anything; `clicks` is how often it was chosen before."""

    name: str
    facts: PartnerFacts
    standing: Standing
    truth: PartnerTruth
    planted: str = ""
    clicks: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """Runs from the round of `first` to that of `last`."""

    facts: ProjectFacts
    first: int
    last: int

    def runs_in(self, week: int) -> bool:
        return self.first <= week <= self.last


@dataclass(frozen=True, slots=True)
class TownEntry:
    name: str
    facts: CityFacts
    standing: Standing
    truth: TownTruth
    planted: str = ""
    projects: tuple[Project, ...] = ()

    def in_week(self, week: int) -> CityFacts:
        """With the projects that run then."""
        return replace(self.facts, projects=tuple(one.facts for one in self.projects if one.runs_in(week)))

    def questions(self) -> Iterator[Project]:
        """The town's own question, of all weeks, and those of its projects."""
        yield Project(ProjectFacts("", self.facts.topics, self.facts.needs, self.facts.skills_missing), 0, WEEKS)
        yield from self.projects


@dataclass(frozen=True)
class World:
    """`declined`: pairs that said no before the first week, and when."""

    partners: tuple[PartnerEntry, ...]
    towns: tuple[TownEntry, ...]
    declined: Mapping[Pair, datetime] = field(default_factory=dict)

    @cached_property
    def suitable(self) -> frozenset[Pair]:
        """Organisations (not entries) and towns that really suit one another; who said no does not."""
        refused = {(self.organisation(partner), town) for partner, town in self.declined}
        return frozenset(
            (one.truth.organisation, number)
            for number, town in enumerate(self.towns)
            for one in self.partners
            if suits(one.truth, town.truth, town.facts.place) and (one.truth.organisation, number) not in refused
        )

    def organisation(self, partner: int) -> int:
        return self.partners[partner].truth.organisation

    def planted(self) -> dict[str, int]:
        """How many entries of each kind are wrong, read from the entries."""
        kinds = Counter([one.planted for one in self.partners] + [one.planted for one in self.towns])
        return {kind: count for kind, count in sorted(kinds.items()) if kind} | {"declined pair": len(self.declined)}
