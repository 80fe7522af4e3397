"""A project from draft to end: which step leads where, who may take it, and what the town is told first."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pghistory
import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cities import projects
from cities.models import Project, ProjectRules, Topic
from cities.projects import ProjectEntry, ProjectError
from tests.factories import make_city, make_curator, make_municipality, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def telgte():
    return make_city("Telgte", contact="stefan@telgte.example")


@pytest.fixture
def stefan(telgte):
    return telgte.organisation.contact


@pytest.fixture
def office():
    return make_curator()


@pytest.fixture
def clara():
    return make_city("Bocholt", contact="clara@bocholt.example").organisation.contact


def entry(**changes):
    values = {
        "title": "Lastenräder für alle",
        "place": make_municipality("Telgte"),
        "description": "Wir bauen einen Verleih auf.",
        "topics": tuple(Topic.objects.filter(code="climate")),
        "needs": {"rooms": "eine Werkstatt"},
    }
    return ProjectEntry(**values | changes)


def without_review():
    ProjectRules.objects.update(review_first=False)


def berlin(*numbers):
    return datetime(*numbers, tzinfo=timezone.get_default_timezone())


def test_a_draft_needs_only_title_and_place(telgte, stefan):
    project = projects.draft(telgte, ProjectEntry("Lastenräder", telgte.municipalities.get()), by=stefan)
    assert (project.state, project.slug, project.created_by) == ("draft", "lastenraeder", stefan)


def test_an_entry_is_kept_whole(telgte, stefan):
    said = entry(venue="Rathaus", starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 1), gives_back="Kontakte")
    project = projects.draft(telgte, said, by=stefan)
    assert projects.entry_of(Project.objects.get(pk=project.pk)) == said


def test_the_same_form_sent_twice_makes_one_project(telgte, stefan):
    first, second = (projects.draft(telgte, entry(), by=stefan) for _ in range(2))
    assert first.pk == second.pk


def test_the_same_title_later_is_another_project(telgte, stefan):
    first = projects.draft(telgte, entry(), by=stefan)
    Project.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert projects.draft(telgte, entry(), by=stefan).slug == f"{first.slug}-2"


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_once_make_one_project():
    telgte = make_city("Telgte", contact="stefan@telgte.example")
    stefan, said, barrier, made = telgte.organisation.contact, entry(), Barrier(2), []

    def send():
        try:
            barrier.wait()
            made.append(projects.draft(telgte, said, by=stefan).pk)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert len(set(made)) == 1


def test_an_end_before_the_start_is_refused(telgte, stefan):
    with pytest.raises(ProjectError, match="vor dem Beginn"):
        projects.draft(telgte, entry(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1)), by=stefan)


def test_the_database_refuses_an_end_before_the_start_too(telgte):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_project(telgte, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1))


@pytest.mark.parametrize(
    "step",
    [
        lambda project, person: projects.update(project, entry(), by=person),
        lambda project, person: projects.submit(project, by=person),
        lambda project, person: projects.confirm(project, by=person),
        lambda project, person: projects.end(project, by=person),
        lambda project, person: projects.renew(project, by=person),
        lambda project, person: projects.withdraw(project, by=person),
    ],
)
def test_people_of_another_town_can_do_nothing(telgte, clara, step):
    project = make_project(telgte)
    with pytest.raises(ProjectError, match="die „Telgte“ betreuen"):
        step(project, clara)


def test_people_of_a_town_cannot_decide_for_the_office(telgte, stefan):
    project = make_project(telgte, state="review")
    for decide in (
        lambda: projects.publish(project, by=stefan),
        lambda: projects.ask_for_change(project, "Bitte kürzer.", by=stefan),
    ):
        with pytest.raises(ProjectError, match="Nur die Geschäftsstelle"):
            decide()


def test_sending_goes_to_the_office_first(telgte, stefan):
    project = projects.submit(projects.draft(telgte, entry(), by=stefan), by=stefan)
    assert project.state == "review"
    assert project.submitted_at


def test_sending_publishes_at_once_where_the_office_has_set_so(telgte, stefan):
    without_review()
    project = projects.submit(projects.draft(telgte, entry(), by=stefan), by=stefan)
    assert project.state == "published"
    assert project.published_at == project.confirmed_at


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"description": " "}, "eine Beschreibung"),
        ({"topics": ()}, "mindestens ein Thema"),
        ({"needs": {}}, "mindestens ein Bedarf"),
    ],
)
@pytest.mark.parametrize("review", [True, False])
def test_what_is_missing_is_said_when_sending(telgte, stefan, changes, missing, review):
    ProjectRules.objects.update(review_first=review)
    project = projects.draft(telgte, entry(**changes), by=stefan)
    with pytest.raises(ProjectError, match=missing):
        projects.submit(project, by=stefan)


@pytest.mark.parametrize("state", ["review", "published"])
def test_what_others_see_cannot_become_incomplete(telgte, stefan, state):
    with pytest.raises(ProjectError, match="mindestens ein Thema"):
        projects.update(make_project(telgte, state=state), entry(topics=()), by=stefan)


def test_a_project_that_is_over_is_not_sent(telgte, stefan):
    yesterday = timezone.localdate() - timedelta(days=1)
    project = projects.draft(telgte, entry(ends_on=yesterday), by=stefan)
    with pytest.raises(ProjectError, match="Zeitraum ist vorbei"):
        projects.submit(project, by=stefan)


def test_a_town_that_does_not_take_part_publishes_nothing(stefan, telgte):
    telgte.taking_part = False
    telgte.save()
    with pytest.raises(ProjectError, match="nimmt zurzeit nicht teil"):
        projects.submit(make_project(telgte, state="draft"), by=stefan)
    with pytest.raises(ProjectError, match="nimmt zurzeit nicht teil"):
        projects.renew(make_project(telgte, "Zweites", state="ended"), by=stefan)


def test_the_office_publishes(telgte, office):
    project = make_project(telgte, state="review")
    published = projects.publish(project, by=office)
    assert published.state == "published"
    assert projects.publish(project, by=office).published_at == published.published_at


def test_a_wish_makes_it_a_draft_again_and_goes_with_the_next_sending(telgte, stefan, office):
    asked = projects.ask_for_change(make_project(telgte, state="review"), " Bitte kürzer. ", by=office)
    assert (asked.state, asked.question, asked.submitted_at) == ("draft", "Bitte kürzer.", None)
    assert projects.submit(asked, by=stefan).question == ""


def test_a_wish_needs_words(telgte, office):
    with pytest.raises(ProjectError, match="was geändert werden soll"):
        projects.ask_for_change(make_project(telgte, state="review"), "  ", by=office)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("draft", lambda project, town, office: projects.publish(project, by=office)),
        ("draft", lambda project, town, office: projects.ask_for_change(project, "Kürzer.", by=office)),
        ("published", lambda project, town, office: projects.ask_for_change(project, "Kürzer.", by=office)),
        ("ended", lambda project, town, office: projects.submit(project, by=town)),
        ("withdrawn", lambda project, town, office: projects.submit(project, by=town)),
        ("review", lambda project, town, office: projects.confirm(project, by=town)),
        ("ended", lambda project, town, office: projects.confirm(project, by=town)),
        ("draft", lambda project, town, office: projects.end(project, by=town)),
        ("draft", lambda project, town, office: projects.renew(project, by=town)),
        ("ended", lambda project, town, office: projects.withdraw(project, by=town)),
        ("withdrawn", lambda project, town, office: projects.update(project, entry(), by=town)),
    ],
)
def test_a_step_that_does_not_fit_the_state_is_refused(telgte, stefan, office, state, step):
    project = make_project(telgte, state=state)
    with pytest.raises(ProjectError):
        step(project, stefan, office)
    assert Project.objects.get().state == state


@pytest.mark.parametrize(
    ("state", "step", "then"),
    [
        ("draft", projects.submit, "review"),
        ("published", projects.confirm, "published"),
        ("published", projects.end, "ended"),
        ("ended", projects.renew, "published"),
        ("published", projects.withdraw, "withdrawn"),
    ],
)
def test_a_step_taken_twice_is_no_error(telgte, stefan, state, step, then):
    project = make_project(telgte, state=state)
    assert [step(project, by=stefan).state for _ in range(2)] == [then, then]


def test_changing_what_is_published_confirms_it(telgte, stefan):
    project = make_project(telgte, confirmed_at=timezone.now() - timedelta(days=85), warned_at=timezone.now())
    changed = projects.update(project, entry(title="Lastenräder"), by=stefan)
    assert changed.confirmed_at > timezone.now() - timedelta(minutes=1)
    assert (changed.warned_at, changed.state, changed.slug) == (None, "published", project.slug)


def test_the_office_needs_a_reason_to_take_back_the_town_does_not(telgte, stefan, office):
    with pytest.raises(ProjectError, match="Grund"):
        projects.withdraw(make_project(telgte), by=office)
    assert projects.withdraw(Project.objects.get(), by=stefan).state == "withdrawn"


def test_renewing_needs_an_end_that_is_still_to_come(telgte, stefan):
    project = make_project(telgte, state="ended", ends_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ProjectError, match="ändern Sie zuerst das Ende"):
        projects.renew(project, by=stefan)


CONFIRMED = berlin(2026, 1, 10, 15, 0)
UNTIL = date(2026, 4, 10)  # 90 days later
WARN = date(2026, 3, 31)  # 10 days before


def confirmed_project(city, **fields):
    return make_project(city, published_at=CONFIRMED, confirmed_at=CONFIRMED, **fields)


def test_a_town_is_told_ten_days_before(telgte):
    project = confirmed_project(telgte)
    assert projects.published_until(project) == UNTIL
    assert projects.due_to_warn(berlin(2026, 3, 30, 23, 59)) == []
    assert projects.due_to_warn(berlin(2026, 3, 31, 0, 1)) == [project.pk]
    warned = projects.warn_if_due(project.pk, berlin(2026, 3, 31, 0, 1))
    assert projects.published_until(warned) == UNTIL
    assert projects.due_to_warn(berlin(2026, 3, 31, 1, 0)) == []
    assert projects.warn_if_due(project.pk, berlin(2026, 3, 31, 1, 0)) is None


def test_the_last_day_counts_whole(telgte):
    project = confirmed_project(telgte, warned_at=berlin(2026, 3, 31, 0, 20))
    assert projects.due_to_end(berlin(2026, 4, 10, 23, 59)) == []
    assert projects.due_to_end(berlin(2026, 4, 11, 0, 1)) == [project.pk]
    ended = projects.end_if_due(project.pk, berlin(2026, 4, 11, 0, 1))
    assert (ended.state, ended.end_reason) == ("ended", "unconfirmed")
    assert projects.end_if_due(project.pk, berlin(2026, 4, 11, 1, 0)) is None


def test_nothing_ends_unconfirmed_before_its_town_was_told(telgte):
    """Beat may have been away for weeks, or the office may have shortened the days."""
    project = confirmed_project(telgte)
    late = berlin(2026, 6, 1, 8, 0)
    assert projects.due_to_end(late) == []
    warned = projects.warn_if_due(project.pk, late)
    assert projects.published_until(warned) == date(2026, 6, 11)
    assert projects.due_to_end(berlin(2026, 6, 11, 23, 0)) == []
    assert projects.due_to_end(berlin(2026, 6, 12, 0, 1)) == [project.pk]


def test_a_confirmation_begins_the_days_anew(telgte, stefan):
    project = confirmed_project(telgte, warned_at=berlin(2026, 3, 31, 0, 20))
    confirmed = projects.confirm(project, by=stefan)
    assert confirmed.warned_at is None
    assert projects.end_if_due(project.pk, berlin(2026, 4, 11, 0, 1)) is None


def test_a_project_whose_period_is_over_ends_the_day_after(telgte):
    project = confirmed_project(telgte, ends_on=date(2026, 2, 1))
    assert projects.due_to_end(berlin(2026, 2, 1, 23, 59)) == []
    ended = projects.end_if_due(project.pk, berlin(2026, 2, 2, 0, 1))
    assert (ended.state, ended.end_reason) == ("ended", "over")


def test_a_period_that_is_over_first_needs_no_warning(telgte):
    project = confirmed_project(telgte, ends_on=UNTIL)
    assert projects.published_until(project) == UNTIL
    assert projects.due_to_warn(berlin(2026, 3, 31, 0, 1)) == []
    Project.objects.update(ends_on=UNTIL + timedelta(days=1))
    assert projects.due_to_warn(berlin(2026, 3, 31, 0, 1)) == [project.pk]
    assert projects.published_until(Project.objects.get()) == UNTIL


def test_the_office_sets_the_days(telgte):
    ProjectRules.objects.update(days_confirmed=30, days_warned=5)
    project = confirmed_project(telgte)
    assert projects.published_until(project) == date(2026, 2, 9)
    assert projects.due_to_warn(berlin(2026, 2, 4, 1, 0)) == [project.pk]


def test_drafts_and_ended_projects_are_not_due(telgte):
    for state in ("draft", "review", "ended", "withdrawn"):
        make_project(telgte, state, state=state, ends_on=date(2020, 1, 1))
    later = timezone.now() + timedelta(days=400)
    assert projects.due_to_end(later) == projects.due_to_warn(later) == []


def test_who_sees_a_project(telgte, stefan, clara, office):
    for state in ("draft", "review", "published", "ended", "withdrawn"):
        make_project(telgte, state, state=state)

    def seen(person):
        return set(Project.objects.visible_to(person).values_list("state", flat=True))

    assert seen(AnonymousUser()) == seen(clara) == seen(make_user()) == {"published", "ended"}
    assert seen(stefan) == seen(office) == {"draft", "review", "published", "ended", "withdrawn"}
    assert not Project.objects.editable_by(clara).exists()
    assert not Project.objects.editable_by(AnonymousUser()).exists()


def test_projects_of_a_town_that_left_are_not_public(telgte):
    make_project(telgte)
    telgte.taking_part = False
    telgte.save()
    assert not Project.objects.public().exists()


def test_running_is_what_has_begun_and_is_not_over(telgte):
    today = timezone.localdate()
    day = timedelta(days=1)
    for title, starts_on, ends_on in [
        ("immer", None, None),
        ("heute", today, today),
        ("kommt", today + day, None),
        ("vorbei", None, today - day),
    ]:
        make_project(telgte, title, starts_on=starts_on, ends_on=ends_on)
    running = Project.objects.running(today).order_by("title").values_list("title", flat=True)
    assert list(running) == ["heute", "immer"]


def test_its_history_tells_every_state_and_who_took_the_step(telgte, stefan, office):
    with pghistory.context(user=stefan.pk):
        project = projects.submit(projects.draft(telgte, entry(), by=stefan), by=stefan)
    with pghistory.context(user=office.pk):
        projects.publish(project, by=office)
    with pghistory.context(user=stefan.pk):
        projects.end(project, by=stefan)
    rows = apps.get_model("cities", "ProjectEvent").objects.filter(pgh_obj=project).order_by("pgh_id")
    told = [(row.state, row.pgh_context.metadata["user"]) for row in rows.select_related("pgh_context")]
    assert told == [("draft", stefan.pk), ("review", stefan.pk), ("published", office.pk), ("ended", stefan.pk)]
