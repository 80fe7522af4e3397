"""The office begins a round, watches it, looks at it and releases it."""

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import expect

from matching import rounds, suggestions
from matching.models import Introduction, MatchingRound
from tests.browser import accessibility_problems, overflow, take_over
from tests.factories import make_city, make_curator, make_partner
from tests.matching.test_matching_admin import act, text

ROUNDS = "/admin/matching/matchinground/"


@pytest.fixture
def office(client, db):
    client.force_login(make_curator("buero@office.example"))
    return client


@pytest.fixture
def pair(db):
    return make_partner(contact="petra@kammer.example"), make_city(contact="stefan@telgte.example")


def test_a_round_is_begun_watched_looked_at_and_released(office, pair):
    make_city("Berlin")
    page = text(office.post(f"{ROUNDS}neu/", follow=True))
    assert "Die Runde wird berechnet" in page
    assert 'aria-current="step"' in page
    rounds.run_waiting()
    row = MatchingRound.objects.get()
    page = text(office.get(f"{ROUNDS}{row.pk}/change/"))
    assert "1 Vermittlung, 1 Stadt ohne Vorschlag (1, weil: kein Partner passt)." in page
    assert "Zur Wahl standen 1 Partner, 2 Städte und 1 mögliches Paar." in page
    assert "Kammer Beispiel" in page
    assert "Runde freigeben" in page
    assert "hx-trigger" not in page
    page = text(act(office, ROUNDS, "release", row))
    assert "1 Vermittlung hat begonnen." in page
    assert Introduction.objects.count() == 1
    assert "Runde freigeben" not in text(office.get(f"{ROUNDS}{row.pk}/change/"))


def test_a_round_of_another_version_can_still_be_looked_at(office, pair):
    row = rounds.run(rounds.start(by=None))
    MatchingRound.objects.update(question={"format": 0})
    assert "0 mögliche Paare" in text(office.get(f"{ROUNDS}{row.pk}/change/"))
    assert "nachrechnen" in text(act(office, ROUNDS, "release", row))


def test_a_round_is_discarded(office, pair):
    row = rounds.run(rounds.start(by=None))
    assert "erledigt" in text(act(office, ROUNDS, "discard", row))
    row.refresh_from_db()
    assert row.state == "discarded"


def test_a_second_round_is_refused_in_words(office, pair):
    office.post(f"{ROUNDS}neu/")
    assert "gerade schon eine Runde" in text(office.post(f"{ROUNDS}neu/", follow=True))
    assert office.get(f"{ROUNDS}neu/").status_code == 405
    assert MatchingRound.objects.count() == 1


def test_who_may_only_look_cannot_begin_one(client, pair):
    person = make_curator("lesen@office.example")
    person.is_superuser = False
    person.save()
    person.user_permissions.add(Permission.objects.get(codename="view_matchinground"))
    client.force_login(person)
    assert client.get(ROUNDS).status_code == 200
    assert client.post(f"{ROUNDS}neu/").status_code == 403
    assert not MatchingRound.objects.exists()


def test_the_list_makes_the_same_number_of_queries_however_long_it_is(office, pair, django_assert_max_num_queries):
    suggestions.refresh_all()
    for _ in range(4):
        rounds.run(rounds.start(by=None))
    with django_assert_max_num_queries(12):
        office.get(ROUNDS)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_shows_how_far_the_round_is_and_then_what_it_chose(live_server, page, client):
    client.force_login(make_curator("buero@office.example"))
    take_over(page, client, live_server.url)
    make_partner(contact="petra@kammer.example"), make_city(contact="stefan@telgte.example")
    page.goto(live_server.url + ROUNDS)
    page.get_by_role("button", name="Neue Runde berechnen").click()
    expect(page.get_by_role("status")).to_contain_text("wartet")
    assert accessibility_problems(page) == []
    rounds.run_waiting()
    expect(page.get_by_role("button", name="Runde freigeben")).to_be_visible()
    expect(page.locator(".field-state")).to_contain_text("liegt zur Freigabe vor")
    assert accessibility_problems(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) == 0
    page.get_by_role("button", name="Runde freigeben").click()
    expect(page.get_by_text("1 Vermittlung hat begonnen.")).to_be_visible()
