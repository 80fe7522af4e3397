"""The steps of a project as the people concerned notice them: the step, the town's suggestions, a mail.

A published project is a reason in its town's suggestions, so they follow whenever one appears, changes or goes.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cities import projects
from cities.models import Project
from cities.projects import ProjectEntry
from matching import proposals
from matching.suggestions import refresh_city
from portal.accounts.models import User
from portal.mail.notices import tell_members

logger = logging.getLogger(__name__)
State = Project.State


@transaction.atomic
def update(project: Project, entry: ProjectEntry, *, by: User) -> Project:
    """Replace what the town says."""
    changed = projects.update(project, entry, by=by)
    if changed.state == State.PUBLISHED:
        refresh_city(changed.city)
    return changed


@transaction.atomic
def submit(project: Project, *, by: User) -> Project:
    """Send it to the office, which finds it on its desk, or publish it at once."""
    return _follow_publication(projects.submit(project, by=by))


@transaction.atomic
def publish(project: Project, *, by: User) -> Project:
    """The office agrees; publishing again changes nothing."""
    return _follow_publication(projects.publish(project, by=by))


@transaction.atomic
def ask_for_change(project: Project, question: str, *, by: User) -> Project:
    """The town gets the wish, and the project back as a draft."""
    asked = projects.ask_for_change(project, question, by=by)
    _tell("project_change_wished", asked, since=timezone.now())
    return asked


@transaction.atomic
def end(project: Project, *, by: User) -> Project:
    """The town says that it is done."""
    return _follow_end(projects.end(project, by=by))


@transaction.atomic
def renew(project: Project, *, by: User) -> Project:
    """Publish an ended project anew."""
    return _follow_publication(projects.renew(project, by=by))


@transaction.atomic
def withdraw(project: Project, *, by: User, reason: str = "") -> Project:
    """Take it back; where the office did so, the town is told why. What is back already tells nobody anything."""
    withdrawn = _follow_end(projects.withdraw(project, by=by, reason=reason))
    is_town = Project.objects.editable_by(by).filter(pk=withdrawn.pk).exists()
    if withdrawn.withdrawal_reason and withdrawn.withdrawal_reason == reason.strip() and not is_town:
        _tell("project_withdrawn", withdrawn, since=withdrawn.withdrawn_at)
    return withdrawn


def about(project: Project) -> dict[str, Any]:
    """What mails about a step say."""
    return {
        "project": project,
        "until": projects.published_until(project),
        "project_url": _url("project_detail", project),
        "edit_url": _url("edit_project", project),
        "confirm_url": _url("project_step", project, "bestaetigen"),
    }


def keep_current(now: datetime | None = None) -> None:
    """End what is due and warn of what ends soon, each project on its own; a second run finds nothing."""
    for pk in projects.due_to_end(now):
        _alone(_end, pk, now)
    for pk in projects.due_to_warn(now):
        _alone(_warn, pk, now)


@transaction.atomic
def _warn(pk: int, now: datetime | None) -> None:
    warned = projects.warn_if_due(pk, now)
    if warned:
        _tell("project_ends_soon", warned, since=warned.warned_at)


@transaction.atomic
def _end(pk: int, now: datetime | None) -> None:
    ended = projects.end_if_due(pk, now)
    if ended:
        _follow_end(ended)
        _tell("project_ended", ended, since=ended.ended_at)


def _alone(step: Callable[[int, datetime | None], None], pk: int, now: datetime | None) -> None:
    """A project that fails stays as it is and is tried again in an hour; the others must not wait for it."""
    try:
        step(pk, now)
    except Exception:
        logger.exception("Project %s could not be brought up to date", pk)


def _follow_publication(project: Project) -> Project:
    if project.state == State.PUBLISHED:
        refresh_city(project.city)
        _tell("project_published", project, since=project.published_at)
    return project


def _follow_end(project: Project) -> Project:
    """What companies offered is closed once the step is written; what is missed here, the clock finds."""
    if project.published_at:
        refresh_city(project.city)
        transaction.on_commit(lambda: proposals.close_for(project), robust=True)
    return project


def _tell(letter: str, project: Project, *, since: datetime | None) -> None:
    """Write to the people of the town, once for this step at this time."""
    tell_members(
        letter,
        project.city.organisation,
        occasion=f"{letter}:{project.pk}:{since:%Y%m%d%H%M%S}",
        context=about(project),
    )


def _url(name: str, project: Project, *more: str) -> str:
    address: str = settings.SITE_URL + reverse(name, args=[project.slug, *more])
    return address
