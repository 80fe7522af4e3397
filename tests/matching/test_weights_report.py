"""The office sees what answers say about the weights and tries others on past rounds; nothing changes by itself."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from playwright.sync_api import expect

from matching import introductions, learning, rounds, suggestions, weights_report
from matching.learning import FEWEST, Outcome
from matching.models import Introduction, Invitation, MatchingRound, ScoreWeights, Suggestion
from matching.scoring import Weights
from tests.browser import accessibility_problems, overflow, take_over
from tests.factories import make_city, make_curator, make_partner
from tests.matching.casts import make_introduction, make_pair, sides
from tests.matching.test_answers import checksum
from tests.matching.test_matching_admin import count_queries, text

pytestmark = pytest.mark.django_db
WEIGHTS = "/admin/matching/scoreweights/"
REPORT = f"{WEIGHTS}auswertung/"
OTHER = {"place": 20, "topics": 45, "gap": 15, "fairness": 10, "answers": 10}
SAME = {"place": 35, "topics": 30, "gap": 15, "fairness": 10, "answers": 10}
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
State = Introduction.State


@pytest.fixture
def office(client):
    client.force_login(make_curator("buero@office.example"))
    return client


def decided(state, *, city, place=0, topics=0, reason="", initiated_by="", weights=None):
    """A suggestion that went out, and what became of it."""
    now = timezone.now()
    number = Suggestion.objects.count()
    partner = make_partner(f"Kasse {number}")
    suggestion = Suggestion.objects.create(
        partner=partner, city=city, state="released", decided_at=now, points=place + topics, points_place=place,
        points_topics=topics, points_gap=0, points_fairness=0, points_answers=0, distance_km=1,
        weights=weights or ScoreWeights.objects.latest(),
    )  # fmt: skip
    agreed = {"partner_agreed_at": now, "city_agreed_at": now, "connected_at": now}
    ended = (
        {"closed_at": now, "next_step": "", "next_step_at": None}
        if state in {State.DECLINED, State.EXPIRED, State.WITHDRAWN}
        else {}
    )
    introduction = Introduction.objects.create(
        partner=partner, city=city, suggestion=suggestion, state=state, expires_at=now, initiated_by=initiated_by,
        **(agreed if state == State.CONNECTED else {}), **ended,
    )  # fmt: skip
    if state == State.DECLINED:
        introduction.invitations.create(side="city", answer=NO, answered_at=now, reason=reason)
    return introduction


# --- What answers say -----------------------------------------------------------------------------------------
def test_the_report_counts_what_went_out_and_has_an_outcome():
    city = make_city()
    decided(State.CONNECTED, city=city, place=3500, topics=1500)
    decided(State.DECLINED, city=city, place=700, reason="region")
    decided(State.DECLINED, city=city, place=1400)
    decided(State.EXPIRED, city=city, place=3500)
    decided(State.ASKED, city=city, place=3500)
    decided(State.WITHDRAWN, city=city, place=3500)
    decided(State.CONNECTED, city=city, place=3500, initiated_by="partner")
    cases = weights_report.cases()
    place = learning.report(cases)["place"].groups
    assert [(place[outcome].number, place[outcome].mean) for outcome in Outcome] == [(1, 100), (2, 30), (1, 100)]
    assert weights_report.reasons_of_refusals() == {"region": 1, "": 1}


def test_points_count_by_the_weights_they_were_given_with():
    other = ScoreWeights.objects.create(**OTHER)
    city = make_city()
    decided(State.CONNECTED, city=city, place=2000, weights=other)
    decided(State.DECLINED, city=city, place=1750, weights=ScoreWeights.objects.first())
    place = learning.report(weights_report.cases())["place"].groups
    assert (place[Outcome.ACCEPTED].mean, place[Outcome.DECLINED].mean) == (100, 50)


def test_the_page_says_so_in_german(office):
    city = make_city()
    for _ in range(FEWEST):
        decided(State.CONNECTED, city=city, place=3500)
        decided(State.DECLINED, city=city, place=350, reason="region")
    page = text(office.get(REPORT))
    assert "10 mit Zusage beider Seiten, 10 abgesagt, 0 abgelaufen" in page
    assert "Zusagen hatten davon eher mehr als Absagen: in 100 von 100 Vergleichen (" in page
    assert "Kein Unterschied zu erkennen: Zusagen hatten in 50 von 100 Vergleichen mehr (" in page
    assert '<th scope="row">Falsche Region</th><td>10</td>' in page
    assert "100\u00a0%" in page
    assert REPORT in text(office.get(WEIGHTS))


def test_few_answers_say_nothing(office):
    make_introduction()
    page = text(office.get(REPORT))
    assert page.count("Zu wenige Antworten, um etwas zu sagen: nötig sind je 10 Zusagen und Absagen.") == 5


# --- Other weights on past rounds -----------------------------------------------------------------------------
@pytest.fixture
def released_round(db):
    """Two partners for a town that takes one: one near, one further away with all its topics; the near one declined."""
    city = make_city(topics=["climate", "digital", "youth"], contact="stefan@telgte.example")
    city.organisation.capacity = 1
    city.organisation.save()
    make_partner("Nahe Kammer", contact="petra@kammer.example", radius_km=100)
    topics = ["climate", "digital", "youth"]
    make_partner("Ferne Kasse", seat="Bocholt", topics=topics, contact="paula@kasse.example", radius_km=90)
    row = rounds.run(rounds.start(by=None))
    assert row.pairs.get().suggestion.partner.name == "Nahe Kammer"
    rounds.release(row, by=make_curator())
    return row


def refuse():
    introductions.answer(sides(Introduction.objects.get())[0], NO, reason="topic")


def test_a_round_says_what_other_weights_would_have_chosen(office, released_round):
    refuse()
    tried = weights_report.try_on_rounds(Weights(5, 70, 5, 10, 10))
    assert [one.row for one in tried] == [released_round]
    assert (len(tried[0].trial.missing), len(tried[0].trial.new), tried[0].trial.coverage) == (1, 1, (1, 1))
    assert (tried[0].accepted, tried[0].declined) == ((0, 0), (0, 1))
    page = text(office.get(REPORT, {"place": 5, "topics": 70, "gap": 5, "fairness": 10, "answers": 10}))
    assert (
        "Nachgerechnete Runden: 1. Von 1 ausgewählten Paaren wären 0 wieder dabei, 1 nicht mehr, und 1 kämen neu dazu. "
        "Städte mit Vermittlung, über alle Runden gezählt: bisher 1, damit 1. Von 0 Zusagen wären 0 wieder dabei, von "
        "1 Absagen 0." in page
    )


def test_the_weights_of_the_round_give_what_it_chose(office, released_round):
    refuse()
    (tried,) = weights_report.try_on_rounds(Weights(**SAME))
    assert tried.trial.before == tried.trial.after == tried.trial.kept
    assert tried.declined == (1, 1)


def test_an_outcome_counts_for_the_round_in_which_the_pair_went_out(office):
    make_pair()
    earlier = rounds.run(rounds.start(by=None))
    later = rounds.run(rounds.start(by=None))
    rounds.release(later, by=make_curator())
    refuse()
    tried = {one.row: one.declined for one in weights_report.try_on_rounds(Weights(**SAME))}
    assert tried == {later: (1, 1), earlier: (0, 0)}


def test_a_round_that_cannot_be_computed_again_says_so(office, released_round):
    only_place = ScoreWeights.objects.create(place=100, topics=0, gap=0, fairness=0, answers=0)
    MatchingRound.objects.update(weights=only_place)
    page = text(office.get(REPORT, OTHER))
    assert "nicht nachzurechnen" in page
    assert "Es gibt keine Runde, die sich mit dieser Gewichtung nachrechnen lässt." in page
    MatchingRound.objects.update(question={"format": 0})
    assert "nicht nachzurechnen" in text(office.get(REPORT, SAME))


def test_only_the_latest_rounds_are_tried(office):
    make_pair()
    for _ in range(weights_report.ROUNDS + 1):
        rounds.run(rounds.start(by=None))
    failed = rounds.start(by=None)
    MatchingRound.objects.filter(pk=failed.pk).update(state="failed", closed_at=timezone.now())
    tried = [one.row.pk for one in weights_report.try_on_rounds(Weights(**SAME))]
    assert tried == [failed.pk - 1 - number for number in range(weights_report.ROUNDS)]


def test_looking_and_trying_change_nothing(office, released_round):
    refuse()
    office.get(REPORT)
    before = checksum()
    for query in ({}, OTHER, SAME):
        assert office.get(REPORT, query).status_code == 200
    assert office.head(REPORT).status_code == 200
    assert checksum() == before
    assert ScoreWeights.objects.count() == 1


def test_the_office_takes_weights_over_by_the_form_for_new_ones(office):
    page = text(office.get(REPORT, OTHER))
    link = f"{WEIGHTS}add/?place=20&amp;topics=45&amp;gap=15&amp;fairness=10&amp;answers=10"
    assert f'href="{link}"' in page
    form = text(office.get(link.replace("&amp;", "&")))
    assert 'value="45"' in form
    assert ScoreWeights.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"place": 21}, "Die fünf Gewichte müssen zusammen 100 ergeben."),
        ({"place": -5, "topics": 70}, "größer oder gleich 0"),
        ({"place": "9" * 400}, "zusammen 100"),
        ({"place": "9" * 9000}, "ganze Zahl"),
        ({"place": "zwanzig"}, "ganze Zahl"),
        ({"place": "1e1"}, "ganze Zahl"),
        ({"place": "NaN"}, "ganze Zahl"),
        ({"place": ""}, "zwingend erforderlich"),
        ({"place": "２１"}, "zusammen 100"),
    ],
)
def test_unusable_numbers_get_a_sentence(office, released_round, typed, sentence):
    response = office.get(REPORT, OTHER | typed)
    assert response.status_code == 200
    page = text(response)
    assert sentence in page
    assert "Nachgerechnete Runden" not in page
    assert "übernehmen" not in page


@pytest.mark.parametrize("query", ["x=1", "place=%00", "place=1&place=2", "place[]=1"])
def test_nonsense_in_the_address_is_no_server_error(office, query):
    assert office.get(f"{REPORT}?{query}").status_code in {200, 400}


# --- Who may --------------------------------------------------------------------------------------------------
def test_who_may_only_look_sees_the_report_and_no_link_to_change(client):
    person = make_curator("lesen@office.example")
    person.is_superuser = False
    person.save()
    client.force_login(person)
    assert client.get(REPORT).status_code == 403
    person.user_permissions.add(Permission.objects.get(codename="view_scoreweights"))
    page = text(client.get(REPORT, OTHER))
    assert "Nachgerechnete Runden" in page or "Es gibt keine Runde" in page
    assert "übernehmen" not in page


def test_nothing_is_posted_here(office):
    assert office.post(REPORT, OTHER).status_code == 405


# --- How much it costs ----------------------------------------------------------------------------------------
def test_the_page_makes_the_same_number_of_queries_however_much_there_is(office, released_round):
    query = f"{REPORT}?place=20&topics=45&gap=15&fairness=10&answers=10"
    refuse()
    office.get(query)
    before = count_queries(office, query)
    city = make_city("Bocholt")
    for _ in range(4):
        decided(State.CONNECTED, city=city, place=3500)
        decided(State.DECLINED, city=city, reason="topic")
        rounds.run(rounds.start(by=None))
    assert count_queries(office, query) == before <= 16


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_office_tries_weights_in_a_browser(live_server, page, client):
    client.force_login(make_curator("buero@office.example"))
    take_over(page, client, live_server.url)
    make_pair()
    suggestions.refresh_all()
    rounds.run(rounds.start(by=None))
    city = make_city("Bocholt")
    decided(State.DECLINED, city=city, reason="topic")
    page.goto(live_server.url + WEIGHTS)
    page.get_by_role("link", name="Auswertung").click()
    assert accessibility_problems(page) == []
    page.get_by_label("Ort:", exact=True).fill("20")
    page.get_by_role("button", name="Gewichtung ausprobieren").click()
    expect(page.get_by_text("müssen zusammen 100 ergeben")).to_be_visible()
    page.get_by_label("Themen").fill("45")
    page.get_by_role("button", name="Gewichtung ausprobieren").click()
    expect(page.get_by_role("status")).to_contain_text("Nachgerechnete Runden: 1.")
    assert accessibility_problems(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) == 0
    page.get_by_role("link", name="Diese Gewichtung übernehmen").click()
    expect(page.get_by_label("Themen")).to_have_value("45")
