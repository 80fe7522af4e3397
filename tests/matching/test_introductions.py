from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from matching import introductions, suggestions
from matching.introductions import IntroductionError
from matching.models import Disclosure, Introduction, IntroductionRules, Invitation, Side, Suggestion
from portal.accounts import consents
from portal.accounts.models import Membership, OfficeTask, Organisation, Purpose
from portal.mail.models import OutgoingMail
from tests.factories import give_contact, make_city, make_curator, make_partner, make_user
from tests.matching.casts import PETRA, STEFAN, mails_to, make_introduction, make_pair, make_suggestion, sides

pytestmark = pytest.mark.django_db
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
State = Introduction.State


# --- Release --------------------------------------------------------------------------------------------------
def test_release_asks_both_sides_with_one_mail_each():
    introduction = make_introduction()
    assert introduction.state == State.ASKED
    assert [invitation.recipient.email for invitation in sides(introduction)] == [PETRA, STEFAN]
    assert OutgoingMail.objects.filter(kind="suggestion", purpose=Purpose.SUGGESTIONS).count() == 2
    assert Suggestion.objects.get().state == Suggestion.State.RELEASED


def test_release_keeps_reasons_and_who_released():
    suggestion, curator = make_suggestion(), make_curator()
    introduction = introductions.release(suggestion, by=curator)
    assert introduction.reasons == suggestion.reasons != []
    assert introduction.created_by == curator
    assert introduction.initiated_by == ""


def test_a_suggestion_is_released_only_once():
    suggestion, curator = make_suggestion(), make_curator()
    introductions.release(suggestion, by=curator)
    with pytest.raises(IntroductionError, match="schon entschieden"):
        introductions.release(suggestion, by=curator)
    assert Introduction.objects.count() == 1


def test_only_the_office_releases():
    with pytest.raises(IntroductionError, match="nur die Geschäftsstelle"):
        introductions.release(make_suggestion(), by=make_user("fremd@verein.example"))


def release_and_fail(suggestion, curator):
    introductions.release(suggestion, by=curator)
    raise ZeroDivisionError


def test_what_is_rolled_back_leaves_neither_introduction_nor_mail():
    with pytest.raises(ZeroDivisionError):
        transaction.atomic(release_and_fail)(make_suggestion(), make_curator())
    assert not Introduction.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"approved_at": None}, "noch nicht freigegeben"),
        ({"confirmed_at": None}, "noch nicht bestätigt"),
        ({"capacity": 0}, "keine Vermittlungen"),
        ({"paused_until": timezone.localdate() + timedelta(days=3)}, "Pause bis"),
        ({"withdrawn_at": timezone.now()}, "nicht teil"),
    ],
)
@pytest.mark.parametrize("kind", ["partner", "city"])
def test_release_says_what_is_missing(kind, change, missing):
    suggestion = make_suggestion()
    Organisation.objects.filter(kind=kind).update(**change)
    with pytest.raises(IntroductionError, match=missing):
        introductions.release(suggestion, by=make_curator())
    assert not Introduction.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert Suggestion.objects.get().state == Suggestion.State.OPEN


def test_without_consent_nothing_is_released():
    suggestion = make_suggestion()
    consents.withdraw(suggestion.city.organisation.contact, Purpose.SUGGESTIONS, with_="Test")
    with pytest.raises(IntroductionError, match="nicht zugestimmt"):
        introductions.release(suggestion, by=make_curator())


def test_capacity_is_what_an_organisation_takes_in_a_month():
    suggestion, curator = make_suggestion(), make_curator()
    Organisation.objects.filter(kind="city").update(capacity=1)
    other = make_partner("Kasse Beispiel", contact="karin@kasse.example")
    introductions.ask(other, suggestion.city, side=Side.PARTNER, by=other.organisation.contact)
    with pytest.raises(IntroductionError, match="schon 1 von 1"):
        introductions.release(suggestion, by=curator)


def test_the_case_waits_to_the_end_of_the_day_the_rules_name():
    IntroductionRules.objects.update(answer_days=10)
    expires = timezone.localtime(make_introduction().expires_at)
    assert expires.date() == timezone.localdate() + timedelta(days=10)
    assert (expires.hour, expires.minute) == (23, 59)


@pytest.mark.parametrize("first", [Side.PARTNER, Side.CITY])
def test_the_second_side_is_asked_only_after_the_first_yes(first):
    IntroductionRules.objects.update(ask_first=first)
    introduction = make_introduction()
    invitations = {invitation.side: invitation for invitation in sides(introduction)}
    assert OutgoingMail.objects.count() == 1
    assert invitations[first.other].asked_at is None
    introductions.answer(invitations[first], YES)
    assert OutgoingMail.objects.filter(key=f"invitation:{invitations[first.other].pk}").exists()
    introductions.answer(invitations[first.other], YES)
    assert Introduction.objects.get().state == State.CONNECTED


def test_a_side_whose_turn_has_not_come_cannot_answer_and_does_not_see_the_case():
    IntroductionRules.objects.update(ask_first=Side.PARTNER)
    introduction = make_introduction()
    partner, city = sides(introduction)
    stefan = introduction.city.organisation.contact
    assert not Introduction.objects.visible_to(stefan).exists()
    with pytest.raises(IntroductionError, match="sobald die andere Seite"):
        introductions.answer(city, YES)
    introductions.answer(partner, NO)
    assert not Introduction.objects.visible_to(stefan).exists()
    assert mails_to(STEFAN) == []


# --- Answers --------------------------------------------------------------------------------------------------
def test_two_yes_exchange_the_contacts_in_one_joint_mail():
    introduction = make_introduction()
    for invitation in sides(introduction):
        introductions.answer(invitation, YES)
    introduction.refresh_from_db()
    assert introduction.state == State.CONNECTED
    assert introduction.connected_at
    mails = OutgoingMail.objects.filter(key__startswith=f"contacts:{introduction.pk}:").order_by("key")
    assert [(mail.key, mail.to) for mail in mails] == [
        (f"contacts:{introduction.pk}:city", STEFAN),
        (f"contacts:{introduction.pk}:partner", PETRA),
    ]
    assert mails[0].body == mails[1].body
    assert PETRA in mails[0].body
    assert STEFAN in mails[0].body
    assert {(mail.kind, mail.purpose) for mail in mails} == {("notice", "")}
    assert {(each.side, each.person.email) for each in Disclosure.objects.all()} == {
        ("partner", PETRA),
        ("city", STEFAN),
    }


def test_one_yes_discloses_nothing():
    introduction = make_introduction()
    introductions.answer(sides(introduction)[0], YES)
    assert not Disclosure.objects.exists()
    assert not OutgoingMail.objects.filter(to=PETRA, body__contains=STEFAN).exists()
    assert not OutgoingMail.objects.filter(to=STEFAN, body__contains=PETRA).exists()


def test_one_refusal_closes_the_introduction_and_the_other_side_is_told_neutrally():
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    introductions.answer(city, NO, reason="region", comment="Wir mögen diese Kammer nicht.")
    introduction.refresh_from_db()
    assert introduction.state == State.DECLINED
    assert introduction.closed_at
    mail = OutgoingMail.objects.get(key__startswith="declined:")
    assert (mail.to, mail.kind) == (PETRA, "notice")
    assert "jetzt nicht passt" in mail.body
    assert "Region" not in mail.body
    assert "mögen" not in mail.body
    assert not Disclosure.objects.exists()


def test_a_reason_belongs_to_a_no_only():
    partner, _city = sides(make_introduction())
    introductions.answer(partner, YES, reason="region")
    partner.refresh_from_db()
    assert partner.reason == ""


def test_the_same_answer_again_changes_nothing():
    introduction = make_introduction()
    partner, _city = sides(introduction)
    introductions.answer(partner, YES)
    partner.refresh_from_db()
    answered_at, mails = partner.answered_at, OutgoingMail.objects.count()
    introductions.answer(partner, YES, comment="noch einmal")
    partner.refresh_from_db()
    assert (partner.answered_at, partner.comment) == (answered_at, "")
    assert OutgoingMail.objects.count() == mails


def test_a_different_answer_after_the_decision_is_refused():
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    introductions.answer(city, YES)
    assert introductions.answer(partner, YES).state == State.CONNECTED
    with pytest.raises(IntroductionError, match="abgeschlossen"):
        introductions.answer(partner, NO)
    assert Introduction.objects.get().state == State.CONNECTED


def test_a_yes_can_be_taken_back_until_the_contacts_went_out():
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    introductions.answer(partner, NO)
    introduction.refresh_from_db()
    assert (introduction.state, introduction.partner_agreed_at) == (State.DECLINED, None)
    with pytest.raises(IntroductionError, match="abgeschlossen"):
        introductions.answer(city, YES)


@pytest.mark.parametrize("what", ["consent", "membership", "user", "inactive"])
def test_nobody_is_disclosed_who_can_no_longer_be_named_and_the_other_side_is_told(what):
    introduction = make_introduction()
    partner, city = sides(introduction)
    petra = partner.recipient
    introductions.answer(partner, YES)
    if what == "consent":
        consents.withdraw(petra, Purpose.SUGGESTIONS, with_="Test")
    elif what == "membership":
        Membership.objects.filter(user=petra).delete()
    elif what == "user":
        petra.delete()
    else:
        petra.is_active = False
        petra.save()
    introductions.answer(city, YES)
    introduction.refresh_from_db()
    assert introduction.state == State.WITHDRAWN
    assert not Disclosure.objects.exists()
    mail = OutgoingMail.objects.get(key__startswith="withdrawn:")
    assert (mail.to, mail.kind) == (STEFAN, "notice")
    assert "keine Ansprechperson" in mail.body
    assert PETRA not in mail.body


def test_a_yes_needs_a_contact_person_of_ones_own():
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    consents.withdraw(city.recipient, Purpose.SUGGESTIONS, with_="Test")
    with pytest.raises(IntroductionError, match="keine Ansprechperson"):
        introductions.answer(city, YES)
    assert Introduction.objects.get().state == State.ASKED


def test_passing_the_link_on_keeps_the_case_open_and_asks_the_office_once():
    introduction = make_introduction()
    partner, _city = sides(introduction)
    introductions.forward(partner)
    introductions.forward(partner)
    partner.refresh_from_db()
    assert partner.forwarded_at
    task = OfficeTask.objects.get()
    assert (task.kind, task.organisation) == ("responsible", introduction.partner.organisation)
    assert introductions.answer(partner, YES).state == State.ASKED


def test_after_the_end_nothing_is_passed_on():
    partner, city = sides(make_introduction())
    introductions.answer(partner, NO)
    with pytest.raises(IntroductionError, match="abgeschlossen"):
        introductions.forward(city)


# --- Withdrawal -----------------------------------------------------------------------------------------------
def test_the_office_takes_a_case_back_and_both_are_told_why():
    introduction = introductions.withdraw(make_introduction(), by=make_curator("b@office.example"), reason="Doppelt")
    assert (introduction.state, introduction.withdrawal_reason) == (State.WITHDRAWN, "Doppelt")
    mails = OutgoingMail.objects.filter(key__startswith="withdrawn:")
    assert {mail.to for mail in mails} == {PETRA, STEFAN}
    assert all("Doppelt" in mail.body for mail in mails)


def test_what_is_connected_is_not_taken_back():
    introduction = make_introduction()
    for invitation in sides(introduction):
        introductions.answer(invitation, YES)
    with pytest.raises(IntroductionError, match="abgeschlossen"):
        introductions.withdraw(introduction, by=make_curator("b@office.example"), reason="Doppelt")


def test_only_the_office_takes_back():
    introduction = make_introduction()
    with pytest.raises(IntroductionError, match="nur die Geschäftsstelle"):
        introductions.withdraw(introduction, by=introduction.partner.organisation.contact, reason="")


# --- Asking oneself -------------------------------------------------------------------------------------------
def ask(partner, city, **more):
    return introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact, **more)


def test_whoever_asks_has_said_yes_and_the_other_side_is_asked():
    introduction = ask(*make_pair(), message="Wir suchen Mitstreiter.")
    partner, city = sides(introduction)
    assert introduction.partner_agreed_at
    assert (partner.answer, partner.answered_by.email) == (YES, PETRA)
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.kind) == (STEFAN, "suggestion")
    assert "Wir suchen Mitstreiter." in mail.body
    introductions.answer(city, YES)
    assert Introduction.objects.get().state == State.CONNECTED


def test_a_town_asks_as_well():
    partner, city = make_pair()
    introductions.ask(partner, city, side=Side.CITY, by=city.organisation.contact)
    assert OutgoingMail.objects.get().to == PETRA


def test_the_pair_need_not_fit():
    partner, city = make_partner(contact=PETRA), make_city("Berlin", topics=["health"], contact=STEFAN)
    assert ask(partner, city).state == State.ASKED


def test_where_the_other_side_cannot_be_written_to_the_office_calls():
    partner, city = make_partner(contact=PETRA), make_city("Telgte")
    Organisation.objects.filter(kind="city").update(confirmed_at=None)
    introduction = ask(partner, city)
    task = OfficeTask.objects.get()
    assert (task.kind, task.organisation) == ("contact", city.organisation)
    assert sides(introduction)[1].asked_at is None
    assert not OutgoingMail.objects.exists()


def test_a_side_that_was_asked_by_phone_answers_from_its_own_pages():
    introduction = ask(make_partner(contact=PETRA), make_city("Telgte"))
    stefan = give_contact(introduction.city.organisation, STEFAN)
    assert Introduction.objects.visible_to(stefan).get() == introduction
    assert introductions.answer(sides(introduction)[1], YES, by=stefan).state == State.CONNECTED


def test_only_members_ask():
    partner, city = make_pair()
    with pytest.raises(IntroductionError, match="Nur Mitglieder"):
        introductions.ask(partner, city, side=Side.PARTNER, by=city.organisation.contact)


@pytest.mark.parametrize(
    ("kind", "change", "missing"),
    [
        ("partner", {"approved_at": None}, "noch nicht freigegeben"),
        ("partner", {"capacity": 0}, "keine Vermittlungen"),
        ("city", {"capacity": 0}, "keine Vermittlungen"),
        ("city", {"paused_until": timezone.localdate()}, "Pause bis"),
    ],
)
def test_asking_keeps_to_the_rules(kind, change, missing):
    partner, city = make_pair()
    Organisation.objects.filter(kind=kind).update(**change)
    with pytest.raises(IntroductionError, match=missing):
        ask(partner, city)


def test_a_pair_is_asked_once_at_a_time_and_not_after_a_no():
    partner, city = make_pair()
    introduction = ask(partner, city)
    with pytest.raises(IntroductionError, match="zurzeit keine neue Anfrage"):
        ask(partner, city)
    introductions.answer(sides(introduction)[1], NO)
    with pytest.raises(IntroductionError, match="zurzeit keine neue Anfrage"):
        ask(partner, city)


@pytest.mark.parametrize("happened", ["asked", "refused", "rejected"])
def test_whoever_asks_does_not_learn_what_happened_behind_its_back(happened):
    """The town was never asked: that somebody thought of it and said no is the partner's and the office's business."""
    IntroductionRules.objects.update(ask_first=Side.PARTNER)
    suggestion, curator = make_suggestion(), make_curator()
    if happened == "rejected":
        suggestions.reject(suggestion, "Passt nicht", by=curator)
    else:
        introduction = introductions.release(suggestion, by=curator)
        if happened == "refused":
            introductions.answer(sides(introduction)[0], NO)
    partner, city = suggestion.partner, suggestion.city
    with pytest.raises(IntroductionError) as refusal:
        introductions.ask(partner, city, side=Side.CITY, by=city.organisation.contact)
    assert str(refusal.value) == (
        "Zwischen Kammer Beispiel und Telgte ist zurzeit keine neue Anfrage möglich. "
        "Fragen dazu beantwortet die Geschäftsstelle."
    )


def test_asking_decides_an_open_suggestion_of_the_pair():
    suggestion = make_suggestion()
    introduction = ask(suggestion.partner, suggestion.city)
    suggestion.refresh_from_db()
    assert (suggestion.state, introduction.suggestion) == (Suggestion.State.RELEASED, suggestion)


def test_who_asked_hears_the_decision_though_somebody_else_is_the_contact():
    partner, city = make_pair()
    kurt = make_user("kurt@kammer.example")
    Membership.objects.create(user=kurt, organisation=partner.organisation)
    introduction = introductions.ask(partner, city, side=Side.PARTNER, by=kurt)
    introductions.answer(sides(introduction)[1], YES)
    mail = OutgoingMail.objects.get(to=kurt.email)
    assert "hat zugesagt" in mail.body
    assert STEFAN not in mail.body


def test_who_asked_hears_a_refusal_though_somebody_else_is_the_contact():
    partner, city = make_pair()
    kurt = make_user("kurt@kammer.example")
    Membership.objects.create(user=kurt, organisation=partner.organisation)
    introduction = introductions.ask(partner, city, side=Side.PARTNER, by=kurt)
    introductions.answer(sides(introduction)[1], NO)
    assert {mail.to for mail in OutgoingMail.objects.filter(key__startswith="declined:")} == {PETRA, kurt.email}
