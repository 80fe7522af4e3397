"""The projects of towns as their own people see them, and as the page of a town shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from cities import projects
from cities.models import City, Project

MOST_STORIES = 3
State = Project.State


@dataclass(frozen=True)
class OwnProject:
    """A project with what its people have to know; `until` is its last day without another confirmation."""

    project: Project
    until: date | None
    missing: list[str] = field(default_factory=list)

    @property
    def is_due(self) -> bool:
        """The town was told that the project ends soon."""
        return self.until is not None and self.project.warned_at is not None


@dataclass(frozen=True)
class OfPage:
    """What the page of a town shows: projects one can help with, and the latest that have ended."""

    published: QuerySet[Project]
    stories: QuerySet[Project]


def of(cities: Iterable[int]) -> list[OwnProject]:
    """The projects of these towns, the newest first; those taken back come last."""
    rows = Project.objects.filter(city__in=cities).order_by("-created_at", "-pk")
    rules = projects.rules()
    shown = [OwnProject(row, projects.published_until(row, rules)) for row in rows]
    return sorted(shown, key=lambda own: own.project.state == State.WITHDRAWN)


def kept(project: Project) -> OwnProject:
    """One project with everything its people need on its page."""
    return OwnProject(project, projects.published_until(project), projects.missing(projects.entry_of(project)))


def of_page(city: City) -> OfPage:
    rows = city.projects.select_related("place")
    return OfPage(
        published=rows.published().order_by("-published_at", "pk"),
        stories=rows.public().filter(state=State.ENDED).order_by("-ended_at", "pk")[:MOST_STORIES],
    )
