"""The pages of projects: what the public finds, what a town writes, and that nothing it types is lost."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cities import pictures, place_index
from cities.models import Project, ProjectPicture, ProjectRules
from tests.cities.test_pictures import photo, png_header, upload
from tests.factories import give_contact, make_municipality, make_partner, make_project
from tests.site.test_lists import HTMX, NONSENSE

pytestmark = pytest.mark.django_db
NEW = "/projekte/neu/"
FORM = {"title": "Lastenräder für alle", "place": "Telgte"}
WHOLE = FORM | {
    "description": "Wir bauen einen Verleih auf.",
    "topics": ["climate"],
    "need_rooms": "on",
    "need_rooms_note": "eine Werkstatt",
}


@pytest.fixture
def telgte(world):
    return make_municipality("Telgte").cities.get()


@pytest.fixture
def tina(client, telgte):
    """Of the town of Telgte, signed in."""
    person = telgte.organisation.contact
    client.force_login(person)
    return person


@pytest.fixture
def draft(telgte, tina):
    return make_project(telgte, state="draft")


def titles(response):
    return [row.title for row in response.context["page"]]


def own(project, *words):
    return "/".join(["", "mein", "projekte", project.slug, *words, ""])


# --- What everybody sees ------------------------------------------------------------------------------------


@pytest.fixture
def listed(telgte):
    today = timezone.localdate()
    koeln = make_municipality("Köln").cities.get()
    make_project(telgte, "Läuft", starts_on=today, ends_on=today)
    make_project(telgte, "Kommt", starts_on=today + timedelta(days=3), topics=("digital",))
    make_project(koeln, "Fern", needs=("time",))
    make_project(telgte, "Vorbei", state="ended")
    for state in ("draft", "review", "withdrawn"):
        make_project(telgte, state, state=state)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Fern", "Kommt", "Läuft"]),
        ("stand=laufend", ["Läuft", "Fern"]),
        ("stand=kommend", ["Kommt"]),
        ("stand=beendet", ["Vorbei"]),
        ("thema=digital", ["Kommt"]),
        ("bedarf=time", ["Fern"]),
        ("suche=läu", ["Läuft"]),
        ("land=05", ["Läuft", "Kommt", "Fern"]),
        ("land=11", []),
        ("ort=Münster&umkreis=25", ["Läuft", "Kommt"]),
        ("ort=Münster&umkreis=25&stand=beendet", ["Vorbei"]),
    ],
)
def test_projects_are_narrowed(client, listed, query, found):
    assert sorted(titles(client.get(f"/projekte/?{query}"))) == sorted(found)


def test_with_a_place_the_nearest_comes_first(client, listed):
    assert titles(client.get("/projekte/?ort=Köln"))[0] == "Fern"


@pytest.mark.parametrize("query", [*NONSENSE, "stand=unsinn", "stand=%00"])
def test_nonsense_is_an_answer_and_no_error(client, listed, query):
    assert client.get(f"/projekte/?{query}").status_code in {200, 400}


def test_htmx_gets_the_results_alone(client, listed):
    assert "<html" not in client.get("/projekte/", headers=HTMX).text


def test_the_list_asks_as_often_for_twelve_as_for_two(client, telgte):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/projekte/")
        return len(asked)

    for number in range(2):
        make_project(telgte, f"Projekt {number}")
    few = queries()
    for number in range(2, 12):
        make_project(telgte, f"Projekt {number}")
    assert queries() == few


def test_the_page_says_everything_the_town_said(client, telgte):
    today = timezone.localdate()
    project = make_project(telgte, gives_back="Sichtbarkeit", venue="Am Markt", starts_on=today)
    page = client.get(f"/projekte/{project.slug}/").text
    for said in (project.title, "Verleih", "Sichtbarkeit", "Am Markt", "Telgte", "Räume", f"ab {today:%d.%m.%Y}"):
        assert said in page
    assert "Projekt bearbeiten" not in page


def test_an_ended_project_stays_as_a_story_without_a_way_to_help(client, telgte):
    page = client.get(f"/projekte/{make_project(telgte, state='ended').slug}/").text
    assert "beendet am" in page
    assert 'id="helfen"' not in page


def test_a_partner_can_offer_help(client, telgte):
    project = make_project(telgte)
    client.force_login(make_partner("Kammer Nord", contact="nora@kammer.example").organisation.contact)
    address = f"/mein/anfragen/kammer-nord/telgte/?projekt={project.slug}"
    page = client.get(f"/projekte/{project.slug}/").text
    assert address in page
    assert "Wir können helfen" in page


def test_the_page_of_the_town_shows_its_projects_and_stories(client, telgte):
    for title, state in [("Läuft", "published"), ("Geschafft", "ended"), ("Geheim", "draft")]:
        make_project(telgte, title, state=state)
    page = client.get("/staedte/telgte/").text
    assert "Läuft" in page
    assert "Geschafft" in page
    assert "Geheim" not in page


def test_the_first_page_counts_what_is_running(client, telgte):
    make_project(telgte)
    make_project(telgte, "Vorbei", state="ended")
    assert client.get("/").context["numbers"]["projects"] == 1


# --- Writing ------------------------------------------------------------------------------------------------


def test_a_draft_is_saved_and_shown_as_it_will_look(client, tina):
    response = client.post(NEW, WHOLE, follow=True)
    project = Project.objects.get()
    assert response.redirect_chain == [(f"/projekte/{project.slug}/", 302)]
    assert "Zur Prüfung senden" in response.text
    assert project.needs.get().note == "eine Werkstatt"


def test_without_a_place_the_project_is_in_its_town(client, tina):
    client.post(NEW, FORM | {"place": ""})
    assert Project.objects.get().place.name == "Telgte"


def test_what_is_missing_is_shown_and_cannot_be_sent(client, tina):
    page = client.post(NEW, FORM, follow=True).text
    for missing in ("eine Beschreibung", "mindestens ein Thema", "mindestens ein Bedarf"):
        assert missing in page
    assert "/senden/" not in page
    page = client.post(own(Project.objects.get(), "senden"), follow=True).text
    assert "Bitte ergänzen Sie das" in page
    assert Project.objects.get().state == "draft"


def test_the_form_sent_twice_makes_one_project(client, tina):
    for _ in range(2):
        assert client.post(NEW, WHOLE).status_code == 302
    assert Project.objects.count() == 1


BAD = [  # changes to the form, and what is said of them
    ({"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, "Das Ende liegt vor dem Beginn"),
    ({"starts_on": "übermorgen"}, "gültiges Datum"),
    ({"title": "ä" * 10_000}, "120 Zeichen"),
    ({"title": ""}, "erforderlich"),
    ({"place": "Quxhausen"}, "haben wir nicht gefunden"),
    ({"topics": ["unsinn"]}, "gültige Auswahl"),
    ({"description": "ä" * 10_000}, "5000 Zeichen"),
]


@pytest.mark.parametrize(("changes", "said"), BAD)
@pytest.mark.parametrize("is_new", [True, False])
def test_bad_input_is_explained_and_loses_nothing(client, draft, changes, said, is_new):
    url = NEW if is_new else own(draft)
    response = client.post(url, WHOLE | changes)
    assert response.status_code == 400
    assert said in response.text
    assert "eine Werkstatt" in response.text


@pytest.mark.parametrize("field", ["title", "description", "place"])
def test_nul_bytes_are_refused(client, tina, field):
    assert client.post(NEW, WHOLE | {field: "a\0b"}).status_code == 400
    body = urlencode({"title": "a\0b"})
    assert client.post(NEW, body, content_type="application/x-www-form-urlencoded").status_code == 400


def test_a_place_with_several_meanings_is_asked_back(client, tina):
    bocholt = make_municipality("Bocholt")
    type(bocholt).objects.filter(pk=bocholt.pk).update(name="Telgte")
    place_index.rebuild()
    response = client.post(NEW, WHOLE)
    assert response.status_code == 400
    (question,) = response.context["form"].question_fields()
    client.post(NEW, WHOLE | {question.name: bocholt.pk})
    assert Project.objects.get().place_id == bocholt.pk


def test_whoever_looks_after_several_towns_chooses(client, telgte, tina):
    bocholt = make_municipality("Bocholt").cities.get()
    give_contact(bocholt.organisation, tina.email)
    assert client.post(NEW, WHOLE).status_code == 400
    assert client.get(f"{NEW}?stadt=bocholt").context["form"]["city"].value() == bocholt.pk
    client.post(NEW, FORM | {"city": bocholt.pk, "place": ""})
    project = Project.objects.get()
    assert (project.city, project.place.name) == (bocholt, "Bocholt")


def test_a_town_one_does_not_look_after_cannot_be_chosen(client, telgte, tina):
    give_contact(make_municipality("Bocholt").cities.get().organisation, tina.email)
    foreign = make_municipality("Köln").cities.get()
    assert client.post(NEW, WHOLE | {"city": foreign.pk}).status_code == 400


def test_what_is_published_cannot_become_incomplete(client, telgte, tina):
    response = client.post(own(make_project(telgte)), FORM)
    assert response.status_code == 400
    assert "eine Beschreibung" in response.text


def test_a_project_is_changed(client, telgte, tina):
    project = make_project(telgte)
    assert client.get(own(project)).context["form"]["place"].value().startswith("Telgte")
    client.post(own(project), WHOLE | {"title": "Räder"})
    project.refresh_from_db()
    assert (project.title, project.state) == ("Räder", "published")


# --- Steps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "word", "then"),
    [
        ("draft", "senden", "review"),
        ("published", "bestaetigen", "published"),
        ("published", "beenden", "ended"),
        ("ended", "erneuern", "published"),
        ("published", "zurueckziehen", "withdrawn"),
    ],
)
def test_each_step_shows_first_acts_by_post_and_may_be_sent_twice(client, tina, state, word, then):
    project = make_project(tina.organisations.get().city, state=state)
    assert client.get(own(project, word)).status_code == 200
    assert Project.objects.get().state == state
    for _ in range(2):
        page = client.post(own(project, word), follow=True)
        assert "kern-alert--danger" not in page.text
        assert Project.objects.get().state == then


@pytest.mark.parametrize(("state", "word"), [("ended", "bestaetigen"), ("published", "erneuern"), ("draft", "beenden")])
def test_a_step_that_does_not_fit_leads_to_the_project(client, telgte, tina, state, word):
    project = make_project(telgte, state=state)
    assert client.get(own(project, word)).url == f"/projekte/{project.slug}/"
    client.post(own(project, word), follow=True)
    assert Project.objects.get().state == state


def test_a_refused_step_says_why(client, telgte, tina):
    project = make_project(telgte, state="ended", ends_on=timezone.localdate() - timedelta(days=1))
    assert "ändern Sie zuerst das Ende" in client.post(own(project, "erneuern"), follow=True).text


def test_without_review_the_button_publishes(client, draft):
    ProjectRules.objects.update(review_first=False)
    assert "Projekt veröffentlichen" in client.get(f"/projekte/{draft.slug}/").text
    client.post(own(draft, "senden"))
    assert Project.objects.get().state == "published"


def test_a_reason_to_take_back_is_kept(client, telgte, tina):
    client.post(own(make_project(telgte), "zurueckziehen"), {"reason": "Geld fehlt"})
    assert Project.objects.get().withdrawal_reason == "Geld fehlt"


def test_a_reason_that_is_too_long_is_explained(client, telgte, tina):
    assert client.post(own(make_project(telgte), "zurueckziehen"), {"reason": "x" * 2001}).status_code == 400
    assert Project.objects.get().state == "published"


def test_the_dashboard_says_where_each_project_stands(client, telgte, tina):
    make_project(telgte, "Mit Wunsch", state="draft", question="Bitte kürzer.")
    make_project(telgte, "Liegt", state="review")
    make_project(telgte, "Bald um", warned_at=timezone.now())
    page = client.get("/mein/").text
    for said in ("Bitte kürzer.", "Liegt bei der Geschäftsstelle", "bestätigen", "/projekte/neu/?stadt=telgte"):
        assert said in page


def test_the_dashboard_asks_as_often_for_twelve_projects_as_for_two(client, telgte, tina):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get("/mein/")
        return len(asked)

    for number in range(2):
        make_project(telgte, f"Projekt {number}")
    client.get("/mein/")
    few = queries()
    for number in range(2, 12):
        make_project(telgte, f"Projekt {number}")
    assert queries() == few


# --- The picture --------------------------------------------------------------------------------------------


def send_picture(client, project, content, text="Ein Lastenrad", name="rad.jpg"):
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return client.post(own(project, "bild"), {"picture": file, "alternative_text": text}, follow=True)


def test_a_picture_is_kept_shown_and_described(client, draft):
    page = send_picture(client, draft, photo((3000, 1000))).text
    picture = ProjectPicture.objects.get()
    assert f"/projekte/{draft.slug}/bild/{picture.digest}/" in page
    assert 'alt="Ein Lastenrad"' in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><script>alert(1)</script></html>", "nicht als Bild lesen"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "nicht als Bild lesen"),
        (photo((900, 900))[:1500], "nicht als Bild lesen"),
        (png_header(30_000, 30_000), "40 Millionen"),
        (b"x" * 50_000_000, "größer als 8\u00a0MB"),
        (photo((900, 900)) + b"\0" * 50_000_000, "größer als 8\u00a0MB"),
        (b"", "leer"),
    ],
    ids=["html", "svg", "truncated", "30000x30000", "50 MB", "picture of 50 MB", "empty"],
)
def test_a_bad_picture_is_explained_and_loses_nothing(client, draft, content, said):
    send_picture(client, draft, photo(), text="Das erste")
    response = send_picture(client, draft, content)
    assert response.status_code == 400
    assert said in response.text
    assert "Ein Lastenrad" in response.text
    assert ProjectPicture.objects.get().alternative_text == "Das erste"


def test_a_picture_without_description_is_asked_for_it(client, draft):
    assert send_picture(client, draft, photo(), text="").status_code == 400
    assert not ProjectPicture.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "ä" * 300 + ".jpg", "bild.html"])
def test_the_name_of_the_file_does_not_matter(client, draft, name):
    assert send_picture(client, draft, photo(), name=name).status_code in {200, 400}


def test_a_form_with_a_picture_but_no_file_is_an_error_of_the_form(client, draft):
    assert client.post(own(draft, "bild"), {"picture": "rad.jpg", "alternative_text": "Rad"}).status_code == 400


def test_a_description_changes_without_another_file(client, draft):
    send_picture(client, draft, photo())
    client.post(own(draft, "bild"), {"alternative_text": "Ein rotes Lastenrad"})
    assert ProjectPicture.objects.get().alternative_text == "Ein rotes Lastenrad"


def test_a_picture_is_removed(client, draft):
    send_picture(client, draft, photo())
    client.post(own(draft, "bild"), {"remove": "yes"})
    assert not ProjectPicture.objects.exists()


def test_a_public_picture_may_be_kept_and_is_nothing_but_a_picture(client, telgte):
    picture = pictures.attach(make_project(telgte), upload(photo()), "Rad", by=telgte.organisation.contact)
    response = client.get(reverse("project_picture", args=[picture.project.slug, picture.digest]))
    assert response.content == picture.content
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == "inline"
    assert response["Cache-Control"] == "public, max-age=604800"


def test_the_picture_of_a_draft_is_for_its_own_people_and_never_kept(client, draft):
    send_picture(client, draft, photo())
    url = reverse("project_picture", args=[draft.slug, ProjectPicture.objects.get().digest])
    assert client.get(url)["Cache-Control"] == "no-store"
    client.logout()
    assert client.get(url).status_code == 404


def test_pages_leave_the_bytes_of_the_picture_alone(client, telgte):
    picture = pictures.attach(make_project(telgte), upload(photo()), "Rad", by=telgte.organisation.contact)
    for page in (f"/projekte/{picture.project.slug}/", "/projekte/", "/staedte/telgte/"):
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        assert not [query for query in asked.captured_queries if '"content"' in query["sql"]]
