"""Partners and towns by the names that reasons and pages give them. Pure: knows no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PartnerEntry:
    pk: int
    slug: str
    name: str
    seat: str  # the name of its municipality

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class CityEntry:
    """`places`: the names of its municipalities, Kreis and Land by key; `projects`: titles of running ones by slug."""

    pk: int
    slug: str
    name: str
    places: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Words:
    """What topics and skills are called, by code and in the order in which they are shown."""

    topics: Mapping[str, str]
    skills: Mapping[str, str]
