"""With a yes, when somebody likes to be called: told with the contacts, and a calendar file for both sides."""

from datetime import UTC, datetime, time

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from icalendar import Calendar

from matching import call_files, call_words, introductions
from matching.call_times import CallTime, half_hours, next_slot
from matching.models import Introduction, Invitation
from portal.accounts import personal_data
from portal.mail.models import OutgoingMail
from tests.factories import make_curator, make_user
from tests.matching.casts import PETRA, STEFAN, make_introduction, sides, token_for
from tests.matching.test_answers import checksum

YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
TUESDAYS = CallTime("2", time(9), time(11))
POSTED = {"answer": "yes", "call_days": ["2"], "call_from": "09:00", "call_until": "11:00"}
WORDS = "Di, 9:00–11:00 Uhr"


# --- The next such time -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("after", "start"),
    [
        (datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)),  # Monday: tomorrow
        (datetime(2026, 11, 24, 7, 59, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)),  # Tuesday, before nine
        (datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 12, 1, 8, tzinfo=UTC)),  # it has just begun
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)),  # after midnight in Berlin
        (datetime(2026, 3, 24, 12, tzinfo=UTC), datetime(2026, 3, 31, 7, tzinfo=UTC)),  # summer time begins between
        (datetime(2026, 10, 20, 12, tzinfo=UTC), datetime(2026, 10, 27, 8, tzinfo=UTC)),  # and ends
    ],
)
def test_the_next_time_is_the_first_that_begins_later_on_berlins_clocks(after, start):
    slot = next_slot(TUESDAYS, after)
    assert slot.start == start
    assert (slot.start.hour, slot.end.hour) == (9, 11)


def test_of_several_days_the_nearest_is_taken():
    assert next_slot(CallTime("15", time(9), time(10)), datetime(2026, 11, 24, tzinfo=UTC)).start.day == 27


def test_half_hours_from_seven_to_eight():
    assert [half_hours()[0], half_hours()[1], half_hours()[-1]] == [time(7), time(7, 30), time(20)]


@pytest.mark.parametrize(("days", "words"), [("2", "Di"), ("24", "Di und Do"), ("125", "Mo, Di und Fr")])
def test_words(days, words):
    assert call_words.words(CallTime(days, time(9), time(11, 30))) == f"{words}, 9:00–11:30 Uhr"


# --- Saying it ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_it_comes_with_a_yes_and_the_own_page_shows_it(client):
    introduction = make_introduction()
    page = client.post(f"/antwort/{token_for(PETRA)}/", POSTED, follow=True).content.decode()
    assert sides(introduction)[0].call_time == TUESDAYS
    assert WORDS in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"call_days": []},
        {"call_from": ""},
        {"call_until": ""},
        {"call_until": "09:00"},
        {"call_until": "08:00"},
        {"call_from": "09:15"},
        {"call_from": "06:30"},
        {"call_days": ["6"]},
        {"call_days": ["0"]},
        {"call_from": "x" * 1000},
    ],
)
def test_what_is_no_time_is_refused_readably_and_changes_nothing(client, change):
    make_introduction()
    before = checksum()
    response = client.post(f"/antwort/{token_for(PETRA)}/", POSTED | change)
    assert response.status_code == 400
    assert "Bitte prüfen Sie Ihre Angaben" in response.content.decode()
    assert checksum() == before


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["no", "forward"])
def test_without_a_yes_it_is_not_kept(client, answer):
    introduction = make_introduction()
    client.post(f"/antwort/{token_for(PETRA)}/", POSTED | {"answer": answer})
    assert sides(introduction)[0].call_time is None


@pytest.mark.django_db
def test_a_yes_that_is_taken_back_takes_it_along():
    partner, _city = sides(make_introduction())
    introductions.answer(partner, YES, call=TUESDAYS)
    introductions.answer(partner, NO)
    partner.refresh_from_db()
    assert partner.call_time is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"call_days": "2"},
        {"call_days": "2", "call_from": "11:00", "call_until": "09:00"},
        {"call_days": "21", "call_from": "09:00", "call_until": "11:00"},
        {"answer": "no", "call_days": "2", "call_from": "09:00", "call_until": "11:00"},
    ],
)
def test_the_database_keeps_no_half_times(fields):
    partner, _city = sides(make_introduction())
    introductions.answer(partner, YES)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=partner.pk).update(**fields)


@pytest.mark.django_db
def test_whoever_is_erased_can_no_longer_be_called():
    partner, _city = sides(make_introduction())
    introductions.answer(partner, YES, call=TUESDAYS)
    personal_data.erase(partner.recipient)
    partner.refresh_from_db()
    assert partner.call_time is None
    assert not Invitation.pgh_event_model.objects.exclude(call_days="").exists()


# --- Telling it ---------------------------------------------------------------------------------------------------
def connected(call=TUESDAYS):
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES, call=call)
    introductions.answer(city, YES)
    introduction.refresh_from_db()
    return introduction


def files(introduction, whose="partner"):
    member = reverse("introduction_call", args=[introduction.pk, whose])
    return [member, *(reverse("answer_call", args=[token_for(each), whose]) for each in (PETRA, STEFAN))]


@pytest.mark.django_db
def test_the_other_side_learns_of_it_with_the_contacts_and_not_before(client):
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES, call=TUESDAYS)
    client.force_login(city.recipient)
    page = f"/mein/vermittlungen/{introduction.pk}/"
    assert WORDS not in client.get(page).content.decode()
    assert WORDS not in client.get(f"/antwort/{token_for(STEFAN)}/").content.decode()
    assert {client.get(each).status_code for each in files(introduction)} == {404}
    assert not OutgoingMail.objects.filter(body__contains=WORDS).exists()
    introductions.answer(city, YES)
    assert WORDS in client.get(page).content.decode()
    assert WORDS in client.get(f"/antwort/{token_for(STEFAN)}/").content.decode()
    assert {client.get(each).status_code for each in files(introduction)} == {200}
    assert OutgoingMail.objects.filter(key__startswith="contacts:", body__contains=f"erreichbar: {WORDS}").count() == 2


@pytest.mark.django_db
def test_without_a_time_the_mail_speaks_of_none():
    connected(call=None)
    assert not OutgoingMail.objects.filter(key__startswith="contacts:", body__contains="Kalender").exists()


@pytest.mark.django_db
def test_the_file_names_organisations_and_no_person(client):
    introduction = connected()
    partner, city = sides(introduction)
    client.force_login(city.recipient)
    for address in files(introduction):
        response = client.get(address)
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert "no-store" in response["Cache-Control"]
        text = response.content.decode().replace("\r\n ", "")
        assert "Kammer Beispiel" in text
        assert not [word for word in (PETRA, STEFAN, partner.recipient.get_full_name(), "+49") if word and word in text]


@pytest.mark.django_db
def test_the_file_is_the_next_time_in_utc_and_keeps_its_uid():
    introduction = connected()
    Introduction.objects.update(connected_at=datetime(2026, 10, 20, 12, tzinfo=UTC))
    partner = Invitation.objects.select_related("introduction").get(introduction=introduction, side="partner")
    early, late = (
        Calendar.from_ical(call_files.file(partner, now=datetime(2026, 10, day, 12, tzinfo=UTC))).walk("VEVENT")[0]
        for day in (20, 28)
    )
    assert early.start == datetime(2026, 10, 27, 8, tzinfo=UTC)  # winter time has begun two days before
    assert late.start == datetime(2026, 11, 3, 8, tzinfo=UTC)
    assert early["UID"] == late["UID"]
    assert (early["SEQUENCE"], late["SEQUENCE"]) == (0, 7)


@pytest.mark.django_db
def test_downloading_changes_nothing_and_sets_no_cookie(client):
    introduction = connected()
    addresses = files(introduction)[1:]
    before = checksum()
    for address in addresses:
        assert not client.get(address).cookies
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405
        assert client.get(address)["Referrer-Policy"] == "no-referrer"
    assert checksum() == before


@pytest.mark.django_db
@pytest.mark.parametrize("whose", ["stadt", "city", "x"])
def test_where_nothing_was_said_there_is_no_file(client, whose):
    introduction = connected()
    client.force_login(sides(introduction)[1].recipient)
    assert {client.get(each).status_code for each in files(introduction, whose)} == {404}


@pytest.mark.django_db
def test_the_file_is_for_both_sides_alone(client):
    introduction = connected()
    address = files(introduction)[0]
    assert client.get(address).status_code == 302
    for person in (make_user("fremd@verein.example"), make_curator("b@office.example")):
        client.force_login(person)
        assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_after_it_came_to_nothing_there_is_no_file(client):
    introduction = connected()
    introductions.report(introduction, Introduction.State.NO_COOPERATION, by=None)
    assert {client.get(each).status_code for each in files(introduction)[1:]} == {404}
