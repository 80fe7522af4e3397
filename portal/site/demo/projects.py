"""The invented projects of the demo towns, in every state."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from cities import projects
from cities.models import City, Project, ProjectNeed, ProjectPicture
from cities.place_names import slug
from portal.site.demo import pictures, rows, towns
from portal.site.demo_world.projects import (
    COURSES,
    IDEAS,
    INVENTED,
    OFFICE_WITHDRAWAL,
    PERIODS,
    QUESTION,
    WITHDRAWAL,
    DemoCourse,
    Period,
)

State, EndReason = Project.State, Project.EndReason
DRAWN_EVERY = 3  # the others have no picture


def write(cities: Sequence[City]) -> list[Project]:
    """All of them, in the order of their courses; cities in the order of the network's list."""
    now = timezone.now()
    ideas = [IDEAS[number % len(IDEAS)] for number in range(len(COURSES))]
    written = Project.objects.bulk_create(
        _entry(number, course, cities[course.town % len(cities)], now=now) for number, course in enumerate(COURSES)
    )
    told = list(zip(written, ideas, strict=True))
    rows.link("topics", [(project, idea.topics) for project, idea in told])
    rows.link("skills", [(project, idea.skills) for project, idea in told])
    rows.write_kinds(ProjectNeed, "project", [(project, idea.needs) for project, idea in told])
    ProjectPicture.objects.bulk_create(
        pictures.drawn_for(project, idea, variant=number) for number, (project, idea) in enumerate(told[::DRAWN_EVERY])
    )
    return written


def _entry(number: int, course: DemoCourse, city: City, *, now: datetime) -> Project:
    idea = IDEAS[number % len(IDEAS)]
    title = idea.title if number < len(IDEAS) else f"{idea.title} in {city.name}"
    fields = _stage(course.stage, number, now=now)
    return Project(
        city=city,
        slug=slug(title),
        title=title,
        description=f"{idea.text}\n\n{INVENTED}",
        gives_back=idea.gives_back,
        place=towns.seat_of(city),
        venue=f"Musterstraße {number + 1}" if number % 2 else "",
        created_by=city.organisation.contact,
        **(_period(PERIODS[number % len(PERIODS)], today=timezone.localdate(now)) | fields),
    )


def _stage(stage: str, number: int, *, now: datetime) -> dict[str, Any]:
    """State and dates; what is called `soon` ends in a few days unless its town confirms it."""
    before = [now - timedelta(days=days) for days in range(200)]
    days_confirmed = projects.rules().days_confirmed
    public = {"created_at": before[150], "published_at": before[140], "confirmed_at": before[100]}
    stages: dict[str, dict[str, Any]] = {
        "draft": {"created_at": before[number % 7]},
        "wish": {"created_at": before[9], "question": QUESTION},
        "review": {"state": State.REVIEW, "created_at": before[6], "submitted_at": before[2]},
        "published": _published(before[1 + number], before[max(0, number - 20)]),
        "soon": _published(before[140], now - timedelta(days=days_confirmed - 5)) | {"warned_at": before[4]},
        "done": public | {"state": State.ENDED, "ended_at": before[30], "end_reason": EndReason.DONE},
        "over": public | {"state": State.ENDED, "ended_at": before[20], "end_reason": EndReason.OVER},
        "unconfirmed": public | {"state": State.ENDED, "ended_at": before[10], "end_reason": EndReason.UNCONFIRMED},
        "withdrawn": {"state": State.WITHDRAWN, "withdrawn_at": before[8], "withdrawal_reason": WITHDRAWAL},
        "withdrawn_by_office": {
            "state": State.WITHDRAWN,
            "withdrawn_at": before[3],
            "withdrawal_reason": OFFICE_WITHDRAWAL,
        },
    }
    over = {"starts_on": before[120].date(), "ends_on": before[21].date()} if stage in {"over", "done"} else {}
    return stages[stage] | over


def _published(at: datetime, confirmed: datetime) -> dict[str, Any]:
    return {
        "state": State.PUBLISHED,
        "created_at": at - timedelta(days=3),
        "submitted_at": at - timedelta(days=1),
        "published_at": at,
        "confirmed_at": confirmed,
    }


def _period(period: Period, *, today: date) -> dict[str, date | None]:
    def day(offset: int | None) -> date | None:
        return None if offset is None else today + timedelta(days=offset)

    return {"starts_on": day(period.starts), "ends_on": day(period.ends)}
