"""The reason of a no changes the own entry: at once, visibly, and so that it can be undone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities.models import Topic
from matching import introductions, repairs, suggestions
from matching.models import Introduction, Invitation, Side, Suggestion
from matching.repairs import PAUSE
from portal.accounts.models import OfficeTask, Organisation, User
from tests.browser import accessibility_problems
from tests.factories import make_city, make_curator, make_partner
from tests.locks import wait_until_somebody_waits
from tests.matching.casts import PETRA, STEFAN, make_introduction, sides, token_for
from tests.matching.test_answers import address, checksum, detail
from tests.matching.test_concurrency import on_its_own_connection

pytestmark = pytest.mark.django_db
NO = Invitation.Answer.NO


def today_in(delta):
    return timezone.localdate() + delta


def say_no(client, reason, person=PETRA):
    return client.post(address(token_for(person)), {"answer": "no", "reason": reason})


def repair(client, step, person=PETRA, **more):
    return client.post(address(token_for(person)), {"repair": step, **more})


def page_of(client, person=PETRA):
    return client.get(address(token_for(person))).content.decode()


def pauses():
    return dict(Organisation.objects.values_list("kind", "paused_until"))


# --- No time: a pause -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("person", "own", "other"), [(PETRA, "partner", "city"), (STEFAN, "city", "partner")])
def test_no_time_pauses_the_own_organisation_and_the_page_says_so(client, person, own, other):
    make_introduction()
    response = say_no(client, "not_now", person)
    until = today_in(PAUSE)
    assert pauses() == {own: until, other: None}
    page = client.get(response["Location"]).content.decode()
    assert f"macht bis zum {until:%d.%m.%Y} Pause" in page
    assert "Pause aufheben" in page


@pytest.mark.parametrize("reason", ["", "region", "topic", "known", "other"])
def test_no_other_reason_pauses(client, reason):
    make_introduction()
    say_no(client, reason)
    assert pauses() == {"partner": None, "city": None}
    assert "Pause" not in page_of(client)


def test_the_pause_is_lifted_and_taken_up_again_by_the_same_link():
    make_introduction()
    strict = Client(enforce_csrf_checks=True)
    say_no(strict, "not_now")
    for step, expected in [("resume", None), ("resume", None), ("pause", today_in(PAUSE)), ("pause", today_in(PAUSE))]:
        response = repair(strict, step)
        assert (response.status_code, response["Location"]) == (303, address(token_for(PETRA)))
        assert not response.cookies
        assert pauses()["partner"] == expected
    repair(strict, "resume")
    assert "macht keine Pause" in page_of(strict)


def test_the_same_no_again_does_not_pause_again(client):
    make_introduction()
    say_no(client, "not_now")
    repair(client, "resume")
    assert say_no(client, "not_now").status_code == 303
    assert pauses()["partner"] is None


def test_a_pause_of_its_own_people_is_neither_changed_nor_lifted(client):
    introduction = make_introduction()
    own = today_in(timedelta(days=5))
    Organisation.objects.filter(kind="partner").update(paused_until=own)
    say_no(client, "not_now")
    assert introduction.partner.organisation.paused_until is None  # as it was read before
    assert pauses()["partner"] == own
    page = page_of(client)
    assert f"macht bis zum {own:%d.%m.%Y} Pause" in page
    assert "Pause aufheben" not in page
    repair(client, "resume")
    assert pauses()["partner"] == own


def test_a_pause_that_is_over_counts_as_none(client):
    make_introduction()
    Organisation.objects.update(paused_until=today_in(timedelta(days=-1)))
    say_no(client, "not_now")
    assert pauses()["partner"] == today_in(PAUSE)


def test_the_history_keeps_the_pause_and_its_end_without_the_token(client):
    introduction = make_introduction()
    say_no(client, "not_now")
    repair(client, "resume")
    events = introduction.partner.organisation.events.order_by("pgh_id")
    assert [event.paused_until for event in events][-2:] == [today_in(PAUSE), None]
    assert token_for(PETRA) not in str([event.pgh_context.metadata for event in events if event.pgh_context])


def test_a_yes_taken_back_for_lack_of_time_pauses_too(client):
    make_introduction()
    client.post(address(token_for(PETRA)), {"answer": "yes"})
    say_no(client, "not_now")
    assert pauses()["partner"] == today_in(PAUSE)


def test_a_no_that_is_refused_pauses_nobody(client):
    introduction = make_introduction()
    introductions.withdraw(introduction, by=make_curator("b@office.example"), reason="Doppelt")
    assert say_no(client, "not_now").status_code == 409
    assert pauses() == {"partner": None, "city": None}


# --- The wrong topic --------------------------------------------------------------------------------------------
@pytest.fixture
def two_topics(db):
    """Petra's partner and Telgte share two topics; Bocholt shares only the climate."""
    partner = make_partner(topics=["climate", "digital"], contact=PETRA, radius_km=150)
    city = make_city(topics=["climate", "digital"], contact=STEFAN)
    make_city("Bocholt", topics=["climate"])
    suggestions.refresh_partner(partner)
    return introductions.release(Suggestion.objects.get(city=city), by=make_curator())


def topics(entry):
    return set(entry.topics.values_list("pk", flat=True))


def test_a_topic_is_struck_and_taken_up_again_and_suggestions_follow(client, two_topics):
    say_no(client, "topic")
    assert page_of(client).count("streichen</span>") == 2
    open_ = Suggestion.objects.open().filter(city__slug="bocholt")
    for _ in range(2):
        assert repair(client, "strike", topic="climate").status_code == 303
        assert topics(two_topics.partner) == {"digital"}
        assert not open_.exists()
    page = page_of(client)
    assert "gestrichen" in page
    assert page.count("wieder aufnehmen</span>") == 1
    for _ in range(2):
        repair(client, "take_up", topic="climate")
        assert topics(two_topics.partner) == {"climate", "digital"}
        assert open_.count() == 1
    assert topics(two_topics.city) == {"climate", "digital"}


def test_a_town_strikes_its_own_topic(client, two_topics):
    say_no(client, "topic", STEFAN)
    repair(client, "strike", STEFAN, topic="digital")
    assert (topics(two_topics.city), topics(two_topics.partner)) == ({"climate"}, {"climate", "digital"})


def test_a_topic_of_a_project_is_the_partners(client, two_topics):
    fact = {"kind": "project", "title": "Räder", "slug": "raeder", "needs": [], "skills": [], "topics": ["Jugend"]}
    sources = [{"entry": "project", "slug": "raeder", "field": "topics"}]
    names = {"partner": "Kammer Beispiel", "city": "Telgte"}
    Introduction.objects.update(reasons=[fact | names | {"sources": sources}])
    Topic.objects.filter(pk="digital").update(name="Jugend")
    say_no(client, "topic")
    repair(client, "strike", topic="digital")
    assert topics(two_topics.partner) == {"climate"}
    Invitation.objects.filter(side="city").update(answer=NO, reason="topic", answered_at=timezone.now())
    assert "auf keinem gemeinsamen Thema" in page_of(client, STEFAN)
    assert repair(client, "strike", STEFAN, topic="digital").status_code == 409


def test_one_topic_has_to_stay(client, two_topics):
    say_no(client, "topic")
    repair(client, "strike", topic="climate")
    before = checksum()
    response = repair(client, "strike", topic="digital")
    assert response.status_code == 409
    assert "Ein Thema muss bleiben" in response.content.decode()
    assert checksum() == before


@pytest.mark.parametrize("code", ["youth", "", "gibt-es-nicht", "x" * 500, "nu\0ll", "'; --"])
def test_only_topics_the_two_were_suggested_for(client, two_topics, code):
    say_no(client, "topic")
    before = checksum()
    for step in ("strike", "take_up"):
        assert repair(client, step, topic=code).status_code in {400, 409}
    assert checksum() == before


# --- The wrong region -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("person", "field"),
    [(PETRA, "/mein/partner/kammer-beispiel/#id_area"), (STEFAN, "/mein/stadt/telgte/#id_reach_km")],
)
def test_the_wrong_region_leads_to_the_own_field_or_to_the_office(client, person, field):
    introduction = make_introduction()
    say_no(client, "region", person)
    assert f'href="{field}"' in page_of(client, person)
    assert not OfficeTask.objects.exists()
    for _ in range(2):
        repair(client, "ask_office", person)
    task = OfficeTask.objects.get()
    assert task.organisation == introduction.organisation(Side.PARTNER if person == PETRA else Side.CITY)
    assert "Die Geschäftsstelle weiß Bescheid" in page_of(client, person)


def test_the_field_is_there(client):
    introduction = make_introduction()
    for contact, page, field in (
        (introduction.partner.organisation.contact, reverse("edit_partner", args=["kammer-beispiel"]), "id_area"),
        (introduction.city.organisation.contact, reverse("edit_city", args=["telgte"]), "id_reach_km"),
    ):
        client.force_login(contact)
        assert f'id="{field}"' in client.get(page).content.decode()


# --- What is not offered ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("step", ["pause", "resume", "strike", "take_up", "ask_office"])
@pytest.mark.parametrize("reason", [None, "", "not_now", "region", "topic", "known", "other"])
def test_a_step_belongs_to_its_reason(client, reason, step):
    make_introduction()
    if reason is not None:
        say_no(client, reason)
    if repairs.REASONS[step] != reason:
        before = checksum()
        assert repair(client, step, topic="climate").status_code == 409
        assert checksum() == before


def test_after_the_pause_would_be_over_the_link_repairs_nothing(client):
    make_introduction()
    say_no(client, "not_now")
    Invitation.objects.filter(answer=NO).update(answered_at=timezone.now() - PAUSE - timedelta(days=1))
    assert "Damit es künftig passt" not in page_of(client)
    response = repair(client, "pause")
    assert response.status_code == 409
    assert "Bitte melden Sie sich an" in response.content.decode()


def test_the_other_side_repairs_nothing_and_learns_nothing(client):
    make_introduction()
    say_no(client, "not_now")
    before = checksum()
    assert repair(client, "resume", STEFAN).status_code == 409
    assert "Pause" not in page_of(client, STEFAN)
    assert checksum() == before


def test_an_unknown_token_repairs_nothing(client):
    assert client.post(address("x" * 43), {"repair": "resume"}).status_code == 404


@pytest.mark.parametrize("step", ["", "x", "nu\0ll", "delete"])
def test_an_unknown_step_gets_a_page(client, step):
    make_introduction()
    say_no(client, "not_now")
    assert repair(client, step).status_code in {400, 409}
    assert pauses()["partner"] == today_in(PAUSE)


def test_looking_at_the_page_changes_nothing(client, two_topics):
    say_no(client, "topic")
    before = checksum()
    for _ in range(2):
        page_of(client)
    assert checksum() == before


# --- Signed in --------------------------------------------------------------------------------------------------
def test_a_member_repairs_on_the_own_page(client):
    introduction = make_introduction()
    client.force_login(introduction.partner.organisation.contact)
    client.post(detail(introduction), {"answer": "no", "reason": "not_now"})
    assert "Pause aufheben" in client.get(detail(introduction)).content.decode()
    assert client.post(detail(introduction), {"repair": "resume"}).status_code == 302
    assert pauses()["partner"] is None
    assert client.post(detail(introduction), {"repair": "strike", "topic": "climate"}).status_code == 409


# --- At once ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_whoever_is_erased_and_whoever_pauses_never_wait_for_each_other():
    introduction = make_introduction()
    invitation = sides(introduction)[0]
    contact = introduction.partner.organisation.contact
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():  # the locks with which erasing an account begins
            list(Organisation.objects.filter(memberships__user=contact).select_for_update(no_key=True))
            answering = pool.submit(
                on_its_own_connection, lambda: introductions.answer(invitation, NO, reason="not_now")
            )
            wait_until_somebody_waits()
            User.objects.select_for_update().get(pk=contact.pk)
        answering.result()
    assert pauses()["partner"] == today_in(PAUSE)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("reason", "buttons"),
    [
        ("not_now", ["Pause aufheben", "machen"]),
        ("topic", ["„Klima und Nachhaltigkeit“ streichen", "wieder aufnehmen"]),
        ("region", ["Geschäftsstelle um Klärung bitten"]),
    ],
)
def test_the_repairs_can_be_used_by_everybody(live_server, page, reason, buttons):
    partner = make_partner(topics=["climate", "digital"], contact=PETRA)
    make_city(topics=["climate", "digital"], contact=STEFAN)
    suggestions.refresh_partner(partner)
    introduction = introductions.release(Suggestion.objects.get(), by=make_curator())
    introductions.answer(sides(introduction)[0], NO, reason=reason)
    page.goto(live_server.url + address(token_for(PETRA)))
    assert accessibility_problems(page) == []
    for button in buttons:
        page.get_by_role("button", name=button).first.click()
        assert accessibility_problems(page) == []
