"""A project from its first draft to its end; each step has its date, and nothing is public without one.

draft → (review →) published → ended, and withdrawn from any of the first three. Whether the office looks first is its
own setting. A published project is confirmed by its town every 90 days (a setting, too), or it ends; it never ends for
want of a confirmation before the town was told. What has ended stays as a story and may be published anew.

Every verb locks the town's organisation, then the project, so two people cannot decide differently and nobody of the
town is erased while they are written to; a step that has been taken already is no error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import kinds
from cities.models import City, Municipality, Project, ProjectRules, Skill, Topic
from cities.slugs import free_slug
from portal.accounts.models import Organisation, User
from portal.accounts.refusals import Refusal
from portal.accounts.roles import Right, may

State = Project.State
EndReason = Project.EndReason

TRANSITIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        State.DRAFT: frozenset({State.REVIEW, State.PUBLISHED, State.WITHDRAWN}),
        State.REVIEW: frozenset({State.DRAFT, State.PUBLISHED, State.WITHDRAWN}),
        State.PUBLISHED: frozenset({State.ENDED, State.WITHDRAWN}),
        State.ENDED: frozenset({State.PUBLISHED}),
    }
)


SAME_FORM = timedelta(minutes=1)  # a form that is sent twice makes one project


class ProjectError(Refusal):
    """The step does not fit the state of the project, or the person may not take it; the message is for the person."""


@dataclass(frozen=True)
class ProjectEntry:
    """Everything the town says about a project; `needs` maps the kind to a note."""

    title: str
    place: Municipality
    description: str = ""
    gives_back: str = ""
    venue: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    topics: tuple[Topic, ...] = ()
    skills: tuple[Skill, ...] = ()
    needs: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def draft(city: City, entry: ProjectEntry, *, by: User) -> Project:
    """A new project that only the town's people see. The same person sending the same again gets the first."""
    _require_member(city, by)
    _require_period(entry)
    User.objects.select_for_update().get(pk=by.pk)
    recent = Project.objects.filter(created_by=by, created_at__gt=timezone.now() - SAME_FORM)
    same = {"city": city, "title": entry.title, "description": entry.description}
    earlier = recent.filter(state=State.DRAFT, **same).first()
    if earlier:
        return earlier
    project = Project(city=city, slug=free_slug(Project, entry.title), created_by=by)
    _write(project, entry)
    return project


@transaction.atomic
def update(project: Project, entry: ProjectEntry, *, by: User) -> Project:
    """Replace what the town says. A published project stays so and counts as confirmed."""
    _require_member(project.city, by)
    _require_period(entry)
    row = _locked(project)
    if row.state == State.WITHDRAWN:
        raise ProjectError(_("„%(title)s“ ist zurückgezogen und lässt sich nicht mehr ändern.") % {"title": row.title})
    if row.state in {State.REVIEW, State.PUBLISHED}:
        _require_complete(entry)
    if row.state == State.PUBLISHED:
        row.confirmed_at, row.warned_at = timezone.now(), None
    _write(row, entry)
    return row


@transaction.atomic
def submit(project: Project, *, by: User) -> Project:
    """The town wants it public: it goes to the office first, or is published at once, as the office has set."""
    _require_member(project.city, by)
    row = _locked(project)
    if row.state in {State.REVIEW, State.PUBLISHED}:
        return row
    _require_state(row, State.DRAFT)
    if rules().review_first:
        _require_publishable(row)
        return _move(row, State.REVIEW, submitted_at=timezone.now(), question="")
    return _publish(row)


@transaction.atomic
def publish(project: Project, *, by: User) -> Project:
    """The office agrees; publishing what is public changes nothing."""
    _require_office(by)
    row = _locked(project)
    if row.state == State.PUBLISHED:
        return row
    _require_state(row, State.REVIEW)
    return _publish(row)


@transaction.atomic
def ask_for_change(project: Project, question: str, *, by: User) -> Project:
    """The office wants something changed first; the project is a draft again, with this wish."""
    _require_office(by)
    row = _locked(project)
    _require_state(row, State.REVIEW)
    if not question.strip():
        raise ProjectError(_("Bitte schreiben Sie, was geändert werden soll."))
    return _move(row, State.DRAFT, question=question.strip(), submitted_at=None)


@transaction.atomic
def confirm(project: Project, *, by: User) -> Project:
    """The town says that it still holds; the days until the next confirmation begin anew."""
    _require_member(project.city, by)
    row = _locked(project)
    _require_state(row, State.PUBLISHED)
    row.confirmed_at, row.warned_at = timezone.now(), None
    row.save(update_fields=["confirmed_at", "warned_at"])
    return row


@transaction.atomic
def end(project: Project, *, by: User) -> Project:
    """The town says that it is done."""
    _require_member(project.city, by)
    row = _locked(project)
    if row.state == State.ENDED:
        return row
    _require_state(row, State.PUBLISHED)
    return _move(row, State.ENDED, ended_at=timezone.now(), end_reason=EndReason.DONE)


@transaction.atomic
def renew(project: Project, *, by: User) -> Project:
    """Publish an ended project anew; its period must not be over."""
    _require_member(project.city, by)
    row = _locked(project)
    if row.state == State.PUBLISHED:
        return row
    _require_state(row, State.ENDED)
    return _publish(row, ended_at=None, end_reason="")


@transaction.atomic
def withdraw(project: Project, *, by: User, reason: str = "") -> Project:
    """Take it back: the town for whatever reason, the office with one."""
    _require_member(project.city, by)
    row = _locked(project)
    if row.state == State.WITHDRAWN:
        return row
    is_member = row.city.organisation.memberships.filter(user=by).exists()
    if not (is_member or reason.strip()):
        raise ProjectError(_("Bitte nennen Sie einen Grund."))
    return _move(row, State.WITHDRAWN, withdrawn_at=timezone.now(), withdrawal_reason=reason.strip(), question="")


def due_to_end(now: datetime | None = None) -> list[int]:
    """Published projects whose period is over or that nobody has confirmed in time, by id."""
    return _ids(_over(_today(now)) | _unconfirmed(_today(now)))


def due_to_warn(now: datetime | None = None) -> list[int]:
    """Published projects that end soon unless they are confirmed and whose town has not been told yet, by id."""
    return _ids(_ending_soon(_today(now)))


@transaction.atomic
def end_if_due(pk: int, now: datetime | None = None) -> Project | None:
    """End one project whose time is over; None where it was confirmed or ended meanwhile."""
    row, today = _locked_published(pk), _today(now)
    for condition, reason in ((_over(today), EndReason.OVER), (_unconfirmed(today), EndReason.UNCONFIRMED)):
        if row and Project.objects.filter(condition, pk=pk).exists():
            return _move(row, State.ENDED, ended_at=now or timezone.now(), end_reason=reason)
    return None


@transaction.atomic
def warn_if_due(pk: int, now: datetime | None = None) -> Project | None:
    """Note that the town is told of the coming end; None where it was told, confirmed or ended meanwhile."""
    row = _locked_published(pk)
    if row is None or not Project.objects.filter(_ending_soon(_today(now)), pk=pk).exists():
        return None
    row.warned_at = now or timezone.now()
    row.save(update_fields=["warned_at"])
    return row


def published_until(project: Project, by_rules: ProjectRules | None = None) -> date | None:
    """The last day of the project if nobody does anything; None while it is not published.

    It is over with its period, or for want of a confirmation; whoever was told late has the days of the warning.
    """
    if project.state != State.PUBLISHED or project.confirmed_at is None:
        return None
    valid = by_rules or rules()
    until = timezone.localdate(project.confirmed_at) + timedelta(days=valid.days_confirmed)
    if project.warned_at:
        until = max(until, timezone.localdate(project.warned_at) + timedelta(days=valid.days_warned))
    return min(until, project.ends_on) if project.ends_on else until


def rules() -> ProjectRules:
    return ProjectRules.objects.get(pk=1)


def entry_of(project: Project) -> ProjectEntry:
    """What the town says today, as a value."""
    return ProjectEntry(
        title=project.title,
        place=project.place,
        description=project.description,
        gives_back=project.gives_back,
        venue=project.venue,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        topics=tuple(project.topics.all()),
        skills=tuple(project.skills.all()),
        needs={need.kind: need.note for need in project.needs.all()},
    )


def _write(project: Project, entry: ProjectEntry) -> None:
    for name in ("title", "place", "description", "gives_back", "venue", "starts_on", "ends_on"):
        setattr(project, name, getattr(entry, name))
    project.save()
    project.topics.set(entry.topics)
    project.skills.set(entry.skills)
    kinds.write(project.needs, entry.needs)


def missing(entry: ProjectEntry) -> list[str]:
    """What readers need in order to help and the entry does not say yet, in words."""
    needed = {
        _("eine Beschreibung"): bool(entry.description.strip()),
        _("mindestens ein Thema"): bool(entry.topics),
        _("mindestens ein Bedarf"): bool(entry.needs),
    }
    return [name for name, is_there in needed.items() if not is_there]


def _publish(row: Project, **more: Any) -> Project:
    _require_publishable(row)
    now = timezone.now()
    return _move(row, State.PUBLISHED, published_at=now, confirmed_at=now, warned_at=None, question="", **more)


def _require_publishable(row: Project) -> None:
    _require_complete(entry_of(row))
    if not row.city.taking_part or row.city.organisation.approved_at is None:
        raise ProjectError(_("„%(city)s“ nimmt zurzeit nicht teil.") % {"city": row.city})
    if row.ends_on and row.ends_on < timezone.localdate():
        raise ProjectError(_("Der Zeitraum ist vorbei. Bitte ändern Sie zuerst das Ende."))


def _move(row: Project, state: State, **fields: Any) -> Project:
    """The one place that changes a state: in one UPDATE with the dates the constraints ask for."""
    if state not in TRANSITIONS.get(row.state, frozenset()):
        raise ProjectError(_("Dieser Schritt ist hier nicht möglich."))
    fields["state"] = state
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    return row


def _today(now: datetime | None) -> date:
    return timezone.localdate(now)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def _over(today: date) -> Q:
    return Q(state=State.PUBLISHED, ends_on__lt=today)


def _unconfirmed(today: date) -> Q:
    """The days of the confirmation and those of the warning are over; people read a date, so each day counts whole."""
    confirmed_before = _start_of(today - timedelta(days=rules().days_confirmed))
    warned_before = _start_of(today - timedelta(days=rules().days_warned))
    return Q(state=State.PUBLISHED, confirmed_at__lt=confirmed_before, warned_at__lt=warned_before)


def _ending_soon(today: date) -> Q:
    """The days of the warning begin today, or should have begun earlier; a period that is over by then needs none."""
    warned, confirmed = timedelta(days=rules().days_warned), timedelta(days=rules().days_confirmed)
    confirmed_before = _start_of(today - confirmed + warned + timedelta(days=1))
    goes_on = Q(ends_on=None) | Q(ends_on__gt=today + warned)
    return goes_on & Q(state=State.PUBLISHED, confirmed_at__lt=confirmed_before, warned_at=None)


def _ids(condition: Q) -> list[int]:
    return list(Project.objects.filter(condition).order_by("pk").values_list("pk", flat=True))


def _locked_published(pk: int) -> Project | None:
    _lock_organisation(pk)
    rows = Project.objects.select_for_update(of=("self",)).select_related("city__organisation")
    return rows.filter(pk=pk, state=State.PUBLISHED).first()


def _locked(project: Project) -> Project:
    _lock_organisation(project.pk)
    rows = Project.objects.select_for_update(of=("self",)).select_related("city__organisation", "place")
    return rows.get(pk=project.pk)


def _lock_organisation(project: int) -> None:
    """Organisations come before people and cases wherever several are locked."""
    own = Organisation.objects.filter(city__projects=project)
    list(own.select_for_update(of=("self",), no_key=True))


def _require_member(city: City, person: User) -> None:
    if not may(person, Right.EDIT, organisation=city.organisation):
        raise ProjectError(_("Das können nur die Personen, die „%(city)s“ betreuen.") % {"city": city})


def _require_office(person: User) -> None:
    if not person.is_staff:
        raise ProjectError(_("Nur die Geschäftsstelle kann darüber entscheiden."))


def _require_state(project: Project, state: State) -> None:
    if project.state != state:
        text = _("„%(title)s“ ist %(state)s. Dieser Schritt ist hier nicht möglich.")
        raise ProjectError(text % {"title": project.title, "state": project.get_state_display()})


def _require_period(entry: ProjectEntry) -> None:
    if entry.starts_on and entry.ends_on and entry.ends_on < entry.starts_on:
        raise ProjectError(_("Das Ende liegt vor dem Beginn."))


def _require_complete(entry: ProjectEntry) -> None:
    lacking = missing(entry)
    if lacking:
        text = _("Bevor andere das Projekt sehen, fehlt noch: %(missing)s. Bitte ergänzen Sie das.")
        raise ProjectError(text % {"missing": ", ".join(lacking)})
