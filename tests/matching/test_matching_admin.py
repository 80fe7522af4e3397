import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching import suggestions
from matching.admin_filters import assessments
from matching.models import Introduction, IntroductionRules, InvitationToken, ScoreWeights, Suggestion
from portal.accounts.models import Organisation
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_curator, make_partner, make_user
from tests.matching.casts import make_introduction, make_pair, make_suggestion, token_for

pytestmark = pytest.mark.django_db
SUGGESTIONS = "/admin/matching/suggestion/"
INTRODUCTIONS = "/admin/matching/introduction/"


@pytest.fixture
def office(client):
    client.force_login(make_curator("buero@office.example"))
    return client


def act(client, url, action, *rows, **more):
    data = {"action": action, "index": "0", "_selected_action": [row.pk for row in rows], **more}
    return client.post(url, data, follow=True)


def text(response):
    return response.content.decode()


# --- Suggestions ----------------------------------------------------------------------------------------------
def test_the_list_shows_points_reasons_and_what_is_missing(office):
    suggestion = make_suggestion()
    make_partner("Kasse Beispiel")
    suggestions.refresh_all()
    page = text(office.get(SUGGESTIONS))
    assert "Kammer Beispiel" in page
    assert "gemeinsames Thema" in page
    assert "nichts" in page
    assert "Kasse Beispiel hat keine Ansprechperson" in page
    assert f"{suggestion.points / 100:.2f}".replace(".", ",") in page


def test_the_list_makes_the_same_number_of_queries_however_long_it_is(office):
    make_suggestion()
    office.get(SUGGESTIONS)
    before = count_queries(office)
    for number in range(6):
        make_partner(f"Kasse {number}")
    suggestions.refresh_all()
    assert Suggestion.objects.count() == 7
    assert count_queries(office) == before


def count_queries(client, url=SUGGESTIONS):
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def test_the_office_brings_suggestions_up_to_date_when_it_likes(office):
    make_pair()
    assert office.get(f"{SUGGESTIONS}neu/").status_code == 405
    page = text(office.post(f"{SUGGESTIONS}neu/", follow=True))
    assert "Vorschläge: 1 neu, 0 neu bewertet, 0 zurückgezogen." in page
    assert Suggestion.objects.open().count() == 1


def test_the_list_shows_open_suggestions_first_and_all_when_asked(office):
    suggestions.reject(make_suggestion(), "Zu weit weg", by=make_curator())
    assert "Kammer Beispiel" not in text(office.get(SUGGESTIONS))
    assert "Kammer Beispiel" in text(office.get(f"{SUGGESTIONS}?stand=alle"))
    assert "Kammer Beispiel" in text(office.get(f"{SUGGESTIONS}?stand=rejected"))


@pytest.mark.parametrize(("missing", "shown"), [("nichts", "Kammer"), ("consent", "Kasse")])
def test_the_list_is_narrowed_by_what_is_missing(office, missing, shown):
    make_suggestion()
    make_partner("Kasse Beispiel")
    suggestions.refresh_all()
    rows = office.get(f"{SUGGESTIONS}?fehlt={missing}").context["cl"].result_list
    assert [row.partner.name for row in rows] == [f"{shown} Beispiel"]


@pytest.mark.parametrize(
    "query", ["fehlt=x", "stand=x", "stand=%00", "q=%00", "city__land__key__exact=%00", "o=x", "p=x"]
)
def test_nonsense_in_the_address_is_no_server_error(office, query):
    make_suggestion()
    assert office.get(f"{SUGGESTIONS}?{query}").status_code in {200, 302, 400}


def test_release_goes_through_the_verb_and_reports_each_row(office):
    suggestion = make_suggestion()
    make_partner("Kasse Beispiel")
    suggestions.refresh_all()
    page = text(act(office, SUGGESTIONS, "release", *Suggestion.objects.all()))
    assert "Kammer Beispiel – Telgte: erledigt." in page
    assert "Kasse Beispiel – Telgte: Kasse Beispiel hat" in page
    assert Introduction.objects.get().suggestion == suggestion
    assert OutgoingMail.objects.count() == 2


def test_reject_asks_for_a_reason_first(office):
    suggestion = make_suggestion()
    page = text(act(office, SUGGESTIONS, "reject", suggestion))
    assert "Vorschläge verwerfen" in page
    assert Suggestion.objects.get().state == Suggestion.State.OPEN
    act(office, SUGGESTIONS, "reject", suggestion, text="")
    assert Suggestion.objects.get().state == Suggestion.State.OPEN
    act(office, SUGGESTIONS, "reject", suggestion, text="Passt nicht")
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decision_reason) == (Suggestion.State.REJECTED, "Passt nicht")
    assert suggestion.decided_by.email == "buero@office.example"


def test_one_suggestion_is_explained_with_gates_and_parts(office):
    suggestion = make_suggestion()
    Organisation.objects.filter(kind="city").update(confirmed_at=None)
    page = text(office.get(f"{SUGGESTIONS}{suggestion.pk}/change/"))
    assert "Telgte hat die eigenen Angaben noch nicht bestätigt" in page
    for label in ("Einzugsgebiet", "Einwilligung", "Ergänzung", "Ausgleich", 'value="release"', 'value="reject"'):
        assert label in page


def test_a_decided_suggestion_offers_no_decision(office):
    suggestion = suggestions.reject(make_suggestion(), "Zu weit weg", by=make_curator())
    page = text(office.get(f"{SUGGESTIONS}{suggestion.pk}/change/"))
    assert "Zu weit weg" in page
    assert 'value="release"' not in page
    assert "Vermitteln" not in page


def test_any_pair_says_why_it_is_not_suggested(office):
    partner, city = make_partner(), make_city("Berlin", topics=["health"])
    url = reverse("admin:matching_suggestion_explain")
    assert office.get(url).status_code == 200
    page = text(office.get(url, {"partner": partner.pk, "city": city.pk}))
    assert "liegt nicht im Einzugsgebiet" in page
    assert office.get(url, {"partner": "x", "city": "99999999999999999999"}).status_code == 200


@pytest.mark.parametrize("url", [SUGGESTIONS, INTRODUCTIONS])
def test_nothing_is_added_changed_or_deleted_by_hand(office, url):
    make_introduction()
    row = (Suggestion if url == SUGGESTIONS else Introduction).objects.get()
    assert office.get(f"{url}add/").status_code == 403
    assert office.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert office.post(f"{url}{row.pk}/change/", {"state": "rejected"}).status_code == 403
    row.refresh_from_db()
    assert row.state in {"released", "asked"}


@pytest.mark.parametrize("url", [SUGGESTIONS, INTRODUCTIONS, "/admin/matching/suggestion/warum/"])
def test_only_the_office_comes_in(client, url):
    introduction = make_introduction()
    for person in (introduction.partner.organisation.contact, make_user("fremd@verein.example")):
        client.force_login(person)
        assert client.get(url).status_code in {302, 403}


# --- Introductions --------------------------------------------------------------------------------------------
def test_an_introduction_shows_its_invitations_and_no_token(office):
    introduction = make_introduction()
    token = token_for("petra@kammer.example")
    page = text(office.get(f"{INTRODUCTIONS}{introduction.pk}/change/"))
    assert "Alex Beispiel" in page
    assert token not in page
    assert InvitationToken.objects.first().token_hash not in page


def test_taking_back_asks_for_a_reason_and_goes_through_the_verb(office):
    introduction = make_introduction()
    asked = text(act(office, INTRODUCTIONS, "withdraw", introduction))
    assert "Vermittlungen zurückziehen" in asked
    assert "Der Grund steht in der Mail an die Beteiligten." in asked
    page = text(act(office, INTRODUCTIONS, "withdraw", introduction, text="Doppelt"))
    assert "erledigt" in page
    introduction.refresh_from_db()
    assert (introduction.state, introduction.withdrawal_reason) == ("withdrawn", "Doppelt")
    assert "abgeschlossen" in text(act(office, INTRODUCTIONS, "withdraw", introduction, text="Doppelt"))


def test_the_list_of_introductions_makes_the_same_number_of_queries_however_long_it_is(office):
    city = make_city()
    for number in range(5):
        Introduction.objects.create(
            partner=make_partner(f"Kasse {number}"), city=city, expires_at="2026-12-24T12:00:00+00:00"
        )
        if number == 0:
            office.get(INTRODUCTIONS)
            before = count_queries(office, INTRODUCTIONS)
    assert count_queries(office, INTRODUCTIONS) == before


# --- Weights and rules ----------------------------------------------------------------------------------------
WEIGHTS = {"place": 40, "topics": 25, "gap": 15, "fairness": 10, "answers": 10}


def test_weighing_anew_is_a_new_row(office):
    office.post("/admin/matching/scoreweights/add/", WEIGHTS)
    assert ScoreWeights.objects.count() == 2
    assert ScoreWeights.objects.latest().created_by.email == "buero@office.example"
    assert ScoreWeights.objects.latest().place == 40


def test_new_weights_score_what_is_open_at_once(office):
    suggestion = make_suggestion()
    page = text(office.post("/admin/matching/scoreweights/add/", WEIGHTS, follow=True))
    assert "1 Vorschlag ist neu bewertet." in page
    suggestion.refresh_from_db()
    assert suggestion.weights == ScoreWeights.objects.latest()


def test_weights_that_are_not_100_get_a_sentence(office):
    page = text(office.post("/admin/matching/scoreweights/add/", WEIGHTS | {"place": 41}))
    assert "zusammen 100" in page
    assert "weights_add_up_to_100" not in page
    assert ScoreWeights.objects.count() == 1


def test_weights_are_never_changed_or_deleted(office):
    row = ScoreWeights.objects.get()
    assert office.post(f"/admin/matching/scoreweights/{row.pk}/change/", WEIGHTS).status_code == 403
    assert office.post(f"/admin/matching/scoreweights/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_rules_are_one_row_the_office_changes(office):
    days = {"reminder_days": 5, "note_days": 8, "whether_met_days": 14, "outcome_days": 90, "silence_days": 28}
    data = {"ask_first": "partner", "answer_days": 14, "months_after_refusal": 6, "most_per_round": 2} | days
    data |= {"mails_per_week": 2, "batch_size": 3, "batch_working_days": 5, "most_open_yes": 2, "longest_wait_weeks": 8}
    office.post("/admin/matching/introductionrules/1/change/", data)
    assert IntroductionRules.objects.get().ask_first == "partner"
    assert office.get("/admin/matching/introductionrules/add/").status_code == 403
    page = text(office.post("/admin/matching/introductionrules/1/change/", data | {"answer_days": 1}))
    assert "größer oder gleich 3" in page
    page = text(office.post("/admin/matching/introductionrules/1/change/", data | {"months_after_refusal": 30_000}))
    assert "kleiner oder gleich 120" in page
    page = text(office.post("/admin/matching/introductionrules/1/change/", data | {"mails_per_week": 21}))
    assert "kleiner oder gleich 20" in page
    assert office.get("/admin/matching/suggestion/warum/").status_code == 200


def test_assessments_are_those_of_the_suggestions_asked_for():
    suggestion = make_suggestion()
    assert assessments([suggestion])[suggestion.pk].is_sendable
    assert assessments([]) == {}
