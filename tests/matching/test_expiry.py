from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from matching import carrying_on, introductions
from matching.introductions import IntroductionError
from matching.models import Introduction, IntroductionRules, Invitation, Side
from matching.tasks import carry_on
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_partner
from tests.matching.casts import PETRA, STEFAN, mails_to, make_introduction, sides
from tests.matching.clock import at, berlin

pytestmark = pytest.mark.django_db
YES = Invitation.Answer.YES
State = Introduction.State


def after(introduction, **more):
    return introduction.expires_at + timedelta(**more)


def test_what_nobody_answered_in_time_is_closed_and_both_are_told():
    introduction = make_introduction()
    assert carrying_on.carry_on_due(now=after(introduction, minutes=1)) == 1
    introduction.refresh_from_db()
    assert introduction.state == State.EXPIRED
    assert introduction.closed_at
    mails = OutgoingMail.objects.filter(key__startswith="expired:")
    assert {(mail.to, mail.kind) for mail in mails} == {(PETRA, "notice"), (STEFAN, "notice")}


def test_before_the_date_nothing_is_closed():
    introduction = make_introduction()
    assert carrying_on.carry_on_due(now=after(introduction, minutes=-1)) == 0
    assert carrying_on.carry_on_due() == 0


def test_closing_again_changes_nothing():
    introduction = make_introduction()
    now = after(introduction, days=1)
    assert [carrying_on.carry_on_due(now=now) for _ in range(3)] == [1, 0, 0]
    assert OutgoingMail.objects.filter(key__startswith="expired:").count() == 2


def test_who_said_yes_is_thanked_and_who_was_silent_is_not():
    introduction = make_introduction()
    introductions.answer(sides(introduction)[0], YES)
    carrying_on.carry_on_due(now=after(introduction, days=1))
    texts = {mail.to: mail.body for mail in OutgoingMail.objects.filter(key__startswith="expired:")}
    assert "danke für Ihre Zusage" in texts[PETRA]
    assert "keine Antwort von Ihnen" in texts[STEFAN]


def test_after_the_end_no_answer_counts():
    introduction = make_introduction()
    carrying_on.carry_on_due(now=after(introduction, days=1))
    with pytest.raises(IntroductionError, match="abgeschlossen"):
        introductions.answer(sides(introduction)[0], YES)


def test_what_is_connected_does_not_expire():
    introduction = make_introduction()
    for invitation in sides(introduction):
        introductions.answer(invitation, YES)
    carrying_on.carry_on_due(now=after(introduction, days=1))
    assert Introduction.objects.get().state == State.CONNECTED


def test_a_side_that_was_never_asked_hears_nothing():
    IntroductionRules.objects.update(ask_first=Side.PARTNER)
    introduction = make_introduction()
    carrying_on.carry_on_due(now=after(introduction, days=1))
    assert mails_to(STEFAN) == []


def test_the_second_side_gets_the_full_time_to_answer():
    IntroductionRules.objects.update(ask_first=Side.PARTNER)
    with at(berlin(2026, 11, 2, 9)):
        introduction = make_introduction()
    with at(berlin(2026, 11, 17, 9)):
        introductions.answer(sides(introduction)[0], YES)
    assert introduction.expires_at == berlin(2026, 11, 23, 23, 59)
    assert Introduction.objects.get().expires_at == berlin(2026, 12, 8, 23, 59)


def test_a_question_the_office_could_not_deliver_ends_as_well():
    partner, city = make_partner(contact=PETRA), make_city("Telgte")
    introduction = introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact)
    carrying_on.carry_on_due(now=after(introduction, days=1))
    assert mails_to(PETRA) == [f"expired:{introduction.pk}:partner:{partner.organisation.contact.pk}"]


@pytest.mark.parametrize("asked", ["2026-03-10T11:00:00Z", "2026-10-10T11:00:00Z"])
def test_the_last_day_ends_at_midnight_across_a_change_of_the_clock(asked):
    with time_machine.travel(asked, tick=False):
        expires = timezone.localtime(make_introduction().expires_at)
    assert (expires.hour, expires.minute) == (23, 59)
    assert f"{expires:%d.%m.%Y}" in OutgoingMail.objects.get(to=PETRA).body


def test_the_task_closes_what_is_due():
    introduction = make_introduction()
    with time_machine.travel(after(introduction, minutes=1), tick=False):
        carry_on()
        carry_on()
    assert Introduction.objects.get().state == State.EXPIRED
    assert OutgoingMail.objects.filter(key__startswith="expired:").count() == 2
