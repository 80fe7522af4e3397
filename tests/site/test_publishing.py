"""What follows from a step of a project: mails to its town, the office's desk, what happens by the calendar."""

import logging
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cities import projects
from cities.models import Project, ProjectRules
from matching import proposals
from matching.models import Suggestion
from portal.celery import app
from portal.mail.models import OutgoingMail
from portal.site import desk, publishing
from portal.site.tasks import keep_projects_current
from tests.factories import give_contact, make_city, make_company, make_curator, make_partner, make_project

pytestmark = pytest.mark.django_db
STEFAN, SUSE = "stefan@telgte.example", "suse@telgte.example"
LIST = reverse("admin:cities_project_changelist")


@pytest.fixture
def telgte():
    city = make_city("Telgte", contact=STEFAN)
    city.organisation.memberships.create(user=give_contact(make_city("Köln").organisation, SUSE))
    return city


@pytest.fixture
def stefan(telgte):
    return telgte.organisation.contact


@pytest.fixture
def curator(client):
    """Signed in."""
    person = make_curator()
    client.force_login(person)
    return person


def mails():
    return {mail.to: mail for mail in OutgoingMail.objects.all()}


def long_ago(**fields):
    return {"published_at": timezone.now() - timedelta(days=200)} | fields


def unconfirmed(days, **fields):
    return long_ago(confirmed_at=timezone.now() - timedelta(days=days), **fields)


def test_what_is_sent_lies_on_the_desk_and_writes_to_nobody(telgte, stefan, curator):
    publishing.submit(make_project(telgte, state="draft"), by=stefan)
    assert [row.text for row in desk.waiting_for(curator)] == ["1 Projekt wartet auf die Prüfung"]
    assert not mails()


def test_publishing_tells_everybody_of_the_town_once(telgte, curator):
    project = make_project(telgte, state="review")
    for _ in range(2):
        publishing.publish(project, by=curator)
    assert OutgoingMail.objects.count() == 2
    assert set(mails()) == {STEFAN, SUSE}
    until = projects.published_until(Project.objects.get())
    assert f"bis zum {until:%d.%m.%Y}" in mails()[STEFAN].body
    assert f"http://localhost:8000/projekte/{project.slug}/" in mails()[STEFAN].body


def test_publishing_at_once_tells_the_town_too(telgte, stefan):
    ProjectRules.objects.update(review_first=False)
    publishing.submit(make_project(telgte, state="draft"), by=stefan)
    assert set(mails()) == {STEFAN, SUSE}


def test_a_wish_goes_to_the_town_in_its_own_words(telgte, curator):
    publishing.ask_for_change(make_project(telgte, state="review"), "Bitte nennen Sie <einen> Ort.", by=curator)
    mail = mails()[STEFAN]
    assert "Bitte nennen Sie <einen> Ort." in mail.body
    assert "/mein/projekte/" in mail.body


def test_taking_back_by_the_office_tells_why_by_the_town_nobody(telgte, stefan, curator):
    publishing.withdraw(make_project(telgte, "Eigenes"), by=stefan)
    assert not mails()
    publishing.withdraw(make_project(telgte), by=curator, reason="Das ist Werbung.")
    assert "Das ist Werbung." in mails()[STEFAN].body


def test_what_the_town_took_back_itself_is_not_said_to_be_taken_back_by_the_office(telgte, stefan, curator):
    project = make_project(telgte)
    publishing.withdraw(project, by=stefan)
    publishing.withdraw(project, by=curator, reason="Das ist Werbung.")
    assert not mails()


def test_a_warning_names_the_day_and_the_page_that_confirms(client, telgte, stefan):
    project = make_project(telgte, **unconfirmed(82))
    keep_projects_current()
    until = projects.published_until(Project.objects.get())
    body = mails()[STEFAN].body
    assert f"bis zum {until:%d.%m.%Y}" in body
    address = f"/mein/projekte/{project.slug}/bestaetigen/"
    assert f"http://localhost:8000{address}" in body
    client.force_login(stefan)
    client.post(address)
    assert Project.objects.get().confirmed_at > timezone.now() - timedelta(minutes=1)


def test_nobody_is_warned_or_told_twice(telgte):
    make_project(telgte, "Bald", **unconfirmed(82))
    make_project(telgte, "Vorbei", **unconfirmed(5, ends_on=timezone.localdate() - timedelta(days=1)))
    make_project(telgte, "Beides", **unconfirmed(100, ends_on=timezone.localdate() - timedelta(days=1)))
    for _ in range(3):
        keep_projects_current()
    assert OutgoingMail.objects.filter(to=STEFAN).count() == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (unconfirmed(120, warned_at=timezone.now() - timedelta(days=12)), "wurde nicht bestätigt"),
        (unconfirmed(5, ends_on=timezone.localdate() - timedelta(days=1)), "Zeitraum"),
    ],
)
def test_what_is_due_ends_and_the_town_is_told(telgte, fields, said):
    make_project(telgte, **fields)
    keep_projects_current()
    assert Project.objects.get().state == "ended"
    assert said in mails()[STEFAN].body


def test_one_project_that_fails_holds_up_no_other(telgte, monkeypatch, caplog):
    """The mail of the first cannot be written; the second ends all the same, the first stays as it was."""
    over = unconfirmed(5, ends_on=timezone.localdate() - timedelta(days=1))
    first, second = make_project(telgte, "Erstes", **over), make_project(telgte, "Zweites", **over)
    write = publishing.tell_members

    def failing(letter, organisation, *, occasion, context):
        if context["project"].pk == first.pk:
            raise ValueError("cannot be written")
        write(letter, organisation, occasion=occasion, context=context)

    monkeypatch.setattr(publishing, "tell_members", failing)
    with caplog.at_level(logging.ERROR):
        keep_projects_current()
    assert f"Project {first.pk}" in caplog.text
    assert [Project.objects.get(pk=row.pk).state for row in (first, second)] == ["published", "ended"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_end_and_tell_once():
    telgte = make_city("Telgte", contact=STEFAN)
    make_project(telgte, **unconfirmed(5, ends_on=timezone.localdate() - timedelta(days=1)))
    barrier, failed = Barrier(2), []

    def work():
        try:
            barrier.wait()
            keep_projects_current()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Project.objects.get().state == "ended"
    assert OutgoingMail.objects.count() == 1


def test_beat_knows_the_task_and_asks_every_hour():
    app.loader.import_default_modules()
    entry = settings.CELERY_BEAT_SCHEDULE["keep-projects-current"]
    assert entry["task"] in app.tasks
    assert len(entry["schedule"].hour) == 24


def test_the_suggestions_of_the_town_follow(telgte, stefan, curator):
    """Whatever the engine makes of it: publishing and ending ask it again."""
    make_partner("Kammer Beispiel", contact="karl@kammer.example")
    assert not Suggestion.objects.exists()
    project = publishing.publish(make_project(telgte, state="review"), by=curator)
    assert Suggestion.objects.open().filter(city=telgte).exists()
    Suggestion.objects.all().delete()
    publishing.end(project, by=stefan)
    assert Suggestion.objects.open().filter(city=telgte).exists()


# --- The office ---------------------------------------------------------------------------------------------


def act(client, action, *rows, **more):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(LIST, data, follow=True)


def test_the_office_publishes_in_the_list(client, curator, telgte):
    project = make_project(telgte, state="review")
    act(client, "publish", project)
    assert Project.objects.get().state == "published"
    assert STEFAN in mails()


@pytest.mark.parametrize(
    ("action", "state", "then"), [("ask_for_change", "review", "draft"), ("withdraw", "published", "withdrawn")]
)
@pytest.mark.usefixtures("curator")
def test_the_office_is_asked_for_words_first(client, telgte, action, state, then):
    project = make_project(telgte, state=state)
    assert "textarea" in act(client, action, project).text
    assert Project.objects.get().state == state
    act(client, action, project, text="Bitte kürzer.")
    assert Project.objects.get().state == then
    assert "Bitte kürzer." in mails()[STEFAN].body


def test_one_refusal_stops_no_other(client, curator, telgte):
    rows = [make_project(telgte, "Entwurf", state="draft"), make_project(telgte, "Gesendet", state="review")]
    page = act(client, "publish", *rows).text
    assert "Dieser Schritt ist hier nicht möglich" in page
    assert Project.objects.get(title="Gesendet").state == "published"


@pytest.mark.parametrize(
    "query", ["q=telgte", "state__exact=review", "city__land__key__exact=05", "topics__code__exact=climate"]
)
def test_the_office_searches_and_narrows(client, curator, telgte, query):
    make_project(telgte, state="review")
    assert client.get(f"{LIST}?{query}").context["cl"].result_count == 1


def test_the_office_corrects_without_taking_back_what_was_decided(client, curator, telgte):
    project = make_project(telgte)
    url = reverse("admin:cities_project_change", args=[project.pk])
    need = project.needs.get()
    data = {
        "title": "Neuer Titel", "city": telgte.pk, "place": project.place_id, "description": "Text", "venue": "",
        "gives_back": "", "starts_on": "", "ends_on": "", "topics": ["climate"], "needs-TOTAL_FORMS": "1",
        "needs-INITIAL_FORMS": "1", "needs-0-id": need.pk, "needs-0-project": project.pk, "needs-0-kind": "time",
        "needs-0-note": "",
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    project.refresh_from_db()
    assert (project.title, project.state, project.needs.get().kind) == ("Neuer Titel", "published", "time")
    response = client.post(url, data | {"starts_on": "02.05.2026", "ends_on": "01.05.2026"})
    assert "Das Ende liegt vor dem Beginn" in response.text


def test_the_office_changes_the_rules_and_the_words(client, curator):
    rules = reverse("admin:cities_projectrules_change", args=[1])
    assert client.get(rules).status_code == 200
    client.post(rules, {"days_confirmed": "60", "days_warned": "7"})
    assert (projects.rules().days_confirmed, projects.rules().review_first) == (60, False)
    assert client.get(reverse("admin:cities_skill_changelist")).status_code == 200
    assert client.get(reverse("admin:cities_projectrules_changelist")).status_code == 200


def test_the_list_of_the_office_asks_as_often_for_twelve_as_for_two(client, curator, telgte):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    for number in range(2):
        make_project(telgte, f"Projekt {number}")
    queries()
    few = queries()
    for number in range(2, 12):
        make_project(telgte, f"Projekt {number}")
    assert queries() == few


@pytest.mark.parametrize("step", [publishing.end, publishing.withdraw])
def test_what_companies_offered_is_closed_with_the_project_and_they_are_told(
    telgte, stefan, step, django_capture_on_commit_callbacks
):
    project, company = make_project(telgte), make_company(contact="carl@tischlerei.example")
    offer = proposals.offer(company, project, kinds=["rooms"], message="Gern.", by=company.organisation.contact)
    with django_capture_on_commit_callbacks(execute=True):
        step(project, by=stefan)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert "Lastenräder für alle" in OutgoingMail.objects.filter(to="carl@tischlerei.example").latest("pk").body
