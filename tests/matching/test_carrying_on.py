"""Single steps of the clock: late, twice, at once, and where nobody may be written to."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from matching import carrying_on, introductions, planning
from matching.models import Introduction, IntroductionRules, Invitation, Side
from matching.next_steps import Step
from portal.accounts import consents
from portal.accounts.models import Membership, OfficeTask, Organisation, Purpose, User
from portal.mail.models import OutgoingMail
from tests.factories import give_contact, make_city, make_partner
from tests.matching.casts import PETRA, STEFAN, make_introduction, make_pair, sides, token_for
from tests.matching.clock import at, berlin, make_holidays

pytestmark = pytest.mark.django_db
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
MONDAY = berlin(2026, 11, 2, 10)  # reminder on the 9th, note on the 12th, end on the 23rd
REMINDED = berlin(2026, 11, 9, 8)


@pytest.fixture
def case(db):
    with at(MONDAY):
        return make_introduction()


def look(moment):
    """What the clock mails at this moment."""
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    with at(moment):
        carrying_on.carry_on_due()
    rows = OutgoingMail.objects.exclude(pk__in=before).order_by("pk")
    return [(row.key.split(":")[0], row.to) for row in rows]


def next_step():
    row = Introduction.objects.get()
    return row.next_step, row.next_step_at


# --- The reminder ---------------------------------------------------------------------------------------------
def test_from_the_first_day_on_the_next_step_is_known(case):
    assert next_step() == (Step.REMIND, REMINDED)


def test_it_comes_once_and_not_before_its_day(case):
    assert look(REMINDED - timedelta(minutes=1)) == []
    assert look(REMINDED) == [("reminder", PETRA), ("reminder", STEFAN)]
    assert [look(REMINDED + timedelta(days=days)) for days in (0, 1, 7)] == [[], [], []]
    assert next_step() == (Step.EXPIRE, berlin(2026, 11, 23, 23, 59))


def test_who_has_answered_is_not_reminded(case):
    with at(MONDAY + timedelta(days=3)):
        introductions.answer(sides(case)[0], YES)
    assert look(REMINDED) == [("reminder", STEFAN)]


def test_who_passed_the_question_on_is_not_reminded(case):
    with at(MONDAY + timedelta(days=3)):
        introductions.forward(sides(case)[1])
    assert look(REMINDED) == [("reminder", PETRA)]


def test_it_rests_on_the_same_consent_and_carries_a_link_of_its_own(case, client):
    look(REMINDED)
    asked = OutgoingMail.objects.get(to=STEFAN, key__startswith="invitation:")
    reminder = OutgoingMail.objects.get(to=STEFAN, key__startswith="reminder:")
    for field in ("kind", "purpose", "priority", "user", "expires_at"):
        assert getattr(reminder, field) == getattr(asked, field)
    old, new = token_for(STEFAN), token_for(STEFAN, kind="reminder")
    assert old != new
    with at(REMINDED):
        assert [client.get(f"/antwort/{token}/").status_code for token in (old, new)] == [200, 200]


def test_nobody_is_reminded_whose_consent_is_gone(case):
    consents.withdraw(User.objects.get(email=STEFAN), Purpose.SUGGESTIONS, with_="Test")
    assert look(REMINDED) == [("reminder", PETRA)]
    consents.give(User.objects.get(email=STEFAN), Purpose.SUGGESTIONS, text_version="1")
    assert look(REMINDED + timedelta(days=1)) == []  # the moment is over, and the case goes on
    assert next_step()[0] == Step.EXPIRE


def test_nobody_is_reminded_during_a_pause(case):
    Organisation.objects.filter(kind="city").update(paused_until=date(2026, 12, 1))
    assert look(REMINDED) == [("reminder", PETRA)]


def test_whoever_is_responsible_today_is_reminded_and_told_the_end(case):
    town = case.city.organisation
    Membership.objects.filter(organisation=town).update(is_contact=False)
    give_contact(town, "neu@telgte.example")
    assert look(REMINDED) == [("reminder", PETRA), ("reminder", "neu@telgte.example")]
    assert look(berlin(2026, 11, 24, 0, 1)) == [("expired", PETRA), ("expired", "neu@telgte.example")]


def test_a_worker_that_was_away_reminds_late_and_leaves_time_to_answer(case):
    assert look(berlin(2026, 11, 20, 9)) == [("reminder", PETRA), ("reminder", STEFAN)]


def test_a_worker_that_comes_back_shortly_before_the_end_reminds_nobody(case):
    assert look(berlin(2026, 11, 21, 9)) == []
    assert look(berlin(2026, 11, 24, 9)) == [("expired", PETRA), ("expired", STEFAN)]


def test_a_late_reminder_waits_for_the_end_of_the_holidays_and_the_case_with_it(case):
    make_holidays(date(2026, 11, 16), date(2026, 11, 29))
    assert look(berlin(2026, 11, 17, 9)) == []
    assert next_step() == (Step.REMIND, berlin(2026, 11, 30, 8))
    assert Introduction.objects.get().expires_at == berlin(2026, 12, 7, 23, 59)


# --- The note to who waits ------------------------------------------------------------------------------------
def test_who_said_yes_is_told_once_that_we_still_wait(case):
    with at(MONDAY + timedelta(days=1)):
        introductions.answer(sides(case)[0], YES)
    assert look(berlin(2026, 11, 12, 8)) == [("reminder", STEFAN), ("waiting", PETRA)]
    assert look(berlin(2026, 11, 13, 8)) == []


def test_who_says_yes_after_that_day_has_just_been_told_the_date(case):
    look(REMINDED)
    with at(berlin(2026, 11, 13, 10)):
        introductions.answer(sides(case)[0], YES)
    assert look(berlin(2026, 11, 20, 9)) == []


def test_it_goes_out_in_the_own_holidays_too():
    with at(MONDAY):
        partner, city = make_partner(contact=PETRA), make_city("Berlin", contact=STEFAN)
        introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact)
    make_holidays(date(2026, 11, 9), date(2026, 11, 20))
    assert look(berlin(2026, 11, 12, 8)) == [("reminder", STEFAN), ("waiting", PETRA)]


def test_where_the_office_calls_who_waits_is_told_as_well():
    partner, city = make_pair(city=None)
    with at(MONDAY):
        introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact)
    assert next_step() == (Step.NOTE_WAITING, berlin(2026, 11, 12, 8))
    assert look(berlin(2026, 11, 12, 8)) == [("waiting", PETRA)]
    assert "Die Geschäftsstelle kümmert sich darum" in OutgoingMail.objects.get(key__startswith="waiting:").body


# --- Asking in school holidays --------------------------------------------------------------------------------
@pytest.fixture
def put_off(db):
    """Released on 3 November; the town has holidays until the 13th, the partner lives elsewhere."""
    partner, city = make_partner(seat="Berlin", radius_km=None, contact=PETRA), make_city("Telgte", contact=STEFAN)
    make_holidays(date(2026, 11, 2), date(2026, 11, 13))
    with at(berlin(2026, 11, 3, 10)):
        return introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact)


def test_who_has_holidays_is_asked_after_them_and_has_the_full_time(put_off):
    assert next_step() == (Step.INVITE, berlin(2026, 11, 16, 8))
    assert put_off.expires_at == berlin(2026, 12, 7, 23, 59)
    assert look(berlin(2026, 11, 16, 8)) == [("invitation", STEFAN)]
    assert next_step() == (Step.REMIND, berlin(2026, 11, 23, 8))


def test_the_page_of_who_asked_says_when_the_other_side_is_asked(put_off, client):
    client.force_login(User.objects.get(email=PETRA))
    with at(berlin(2026, 11, 4, 10)):
        page = client.get(f"/mein/vermittlungen/{put_off.pk}/").content.decode()
    assert "Wir fragen die andere Seite frühestens am 16.11.2026 und warten mindestens bis zum 07.12.2026" in page


def test_longer_holidays_put_the_question_off_and_shorter_ones_bring_it_forward(put_off):
    with at(berlin(2026, 11, 4, 10)):
        longer = make_holidays(date(2026, 11, 14), date(2026, 11, 22))
        assert planning.plan_all_anew() == 1
        assert next_step() == (Step.INVITE, berlin(2026, 11, 23, 8))
        longer.delete()
        assert planning.plan_all_anew() == 1
    assert next_step() == (Step.INVITE, berlin(2026, 11, 16, 8))
    assert Introduction.objects.get().expires_at == berlin(2026, 12, 14, 23, 59)  # a promise is kept


def test_where_the_consent_is_gone_when_the_holidays_end_the_office_calls(put_off):
    consents.withdraw(User.objects.get(email=STEFAN), Purpose.SUGGESTIONS, with_="Test")
    assert look(berlin(2026, 11, 16, 8)) == []
    assert OfficeTask.objects.get().kind == "contact"
    assert next_step()[0] == Step.NOTE_WAITING


def test_what_ends_before_the_holidays_do_tells_nobody_who_was_not_asked(put_off, client):
    with at(berlin(2026, 11, 5, 10)):
        introductions.answer(sides(put_off)[0], NO)
    assert look(berlin(2026, 11, 16, 9)) == []
    assert not OutgoingMail.objects.filter(to=STEFAN).exists()


# --- After the contacts went out ------------------------------------------------------------------------------
@pytest.fixture
def connected(case):
    with at(berlin(2026, 11, 4, 10)):
        for invitation in sides(case):
            introductions.answer(invitation, YES)
    return Introduction.objects.get()


def test_both_are_asked_whether_they_met_and_later_what_came_of_it(connected):
    assert next_step() == (Step.ASK_WHETHER_MET, berlin(2026, 11, 18, 8))
    assert look(berlin(2026, 11, 18, 8)) == [("whether_met", PETRA), ("whether_met", STEFAN)]
    assert next_step() == (Step.ASK_OUTCOME, berlin(2027, 2, 2, 8))
    assert look(berlin(2027, 2, 2, 8)) == [("outcome", PETRA), ("outcome", STEFAN)]
    assert look(berlin(2027, 2, 3, 8)) == []
    assert next_step() == (Step.CLOSE_SILENT, berlin(2027, 3, 2, 23, 59))


def test_who_met_already_is_not_asked_whether(connected):
    with at(berlin(2026, 11, 10, 8)):
        introductions.report(connected, Introduction.State.MET, by=None)
    assert look(berlin(2026, 12, 1, 8)) == []
    assert next_step()[0] == Step.ASK_OUTCOME


def test_after_a_long_absence_only_the_later_question_is_asked(connected):
    assert look(berlin(2027, 2, 10, 8)) == [("outcome", PETRA), ("outcome", STEFAN)]


def test_without_a_report_the_case_ends_and_the_pair_is_free_again(connected):
    look(berlin(2027, 2, 2, 8))
    assert look(berlin(2027, 3, 3, 0, 5)) == []
    row = Introduction.objects.get()
    assert (row.state, row.next_step, row.next_step_at) == ("silent", "", None)
    assert row.closed_at == berlin(2027, 3, 3, 0, 5)
    assert row.state not in Introduction.ONGOING


def test_a_late_meeting_gives_time_for_the_outcome(connected):
    look(berlin(2027, 2, 2, 8))
    with at(berlin(2027, 3, 1, 12)):
        introductions.report(connected, Introduction.State.MET, by=None)
    assert next_step() == (Step.CLOSE_SILENT, berlin(2027, 3, 30, 23, 59))  # the 29th is Easter Monday


def test_the_questions_go_only_to_who_still_consents(connected):
    consents.withdraw(User.objects.get(email=STEFAN), Purpose.SUGGESTIONS, with_="Test")
    assert look(berlin(2026, 11, 18, 8)) == [("whether_met", PETRA)]


# --- Rules ----------------------------------------------------------------------------------------------------
def test_new_rules_move_what_is_to_come_and_never_bring_a_promised_date_forward(case):
    IntroductionRules.objects.update(reminder_days=9, answer_days=10)
    with at(MONDAY + timedelta(days=1)):
        assert planning.plan_all_anew() == 1
        assert planning.plan_all_anew() == 0
    assert next_step() == (Step.REMIND, berlin(2026, 11, 11, 8))
    assert Introduction.objects.get().expires_at == case.expires_at


def test_what_is_due_is_left_to_the_clock(case):
    with at(REMINDED):
        assert planning.plan_all_anew() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"next_step": ""},
        {"next_step_at": None},
        {"state": "expired", "closed_at": MONDAY},
        {"state": "cooperating", "next_step": "expire"},
    ],
)
def test_the_database_holds_open_cases_to_a_next_step_and_others_to_none(case, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Introduction.objects.filter(pk=case.pk).update(**fields)


def test_a_case_somebody_made_without_a_plan_is_planned_at_the_next_look(case):
    Introduction.objects.update(next_step="expire", next_step_at=MONDAY)
    assert look(MONDAY + timedelta(minutes=5)) == []
    assert next_step() == (Step.REMIND, REMINDED)


def test_the_rules_name_days_within_bounds(db):
    with pytest.raises(ValidationError):
        IntroductionRules(silence_days=1).full_clean(exclude=["id"])
