"""What happens when several people, or a person and the clock, act at the same moment, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from matching import carrying_on, introductions, suggestions
from matching.introductions import IntroductionError
from matching.models import Disclosure, Introduction, IntroductionRules, Invitation, Side, Suggestion
from matching.next_steps import Step
from portal.accounts import personal_data
from portal.accounts.models import OfficeTask, Organisation, User
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_curator, make_partner, make_user
from tests.locks import wait_until_somebody_waits
from tests.matching.casts import PETRA, STEFAN, make_introduction, make_pair, make_suggestion, sides, token_for
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
State = Introduction.State
ROUNDS = 12
GOING_ON = ("invitation", "contacts", "whether_met")  # for the late clock the contacts went out three weeks ago


def on_its_own_connection(step):
    try:
        return step()
    finally:
        connection.close()


def contact_mails(introduction):
    return OutgoingMail.objects.filter(key__startswith=f"contacts:{introduction.pk}:").count()


def again(introduction):
    """The same introduction as if nobody had answered yet."""
    OutgoingMail.objects.exclude(key__startswith="invitation:").delete()
    Disclosure.objects.all().delete()
    introduction.invitations.update(answer="", answered_at=None, answered_by=None, reason="")
    Introduction.objects.filter(pk=introduction.pk).update(
        state=State.ASKED, partner_agreed_at=None, city_agreed_at=None, connected_at=None, closed_at=None,
        next_step=Step.EXPIRE, next_step_at=introduction.expires_at,
    )  # fmt: skip


def test_both_sides_say_yes_at_once_and_the_contacts_go_out_once():
    introduction = make_introduction()
    for _ in range(ROUNDS):
        again(introduction)
        both = [lambda each=each: introductions.answer(each, YES) for each in [*sides(introduction)] * 3]
        assert not [result for result in at_once(*both, refusal=IntroductionError) if isinstance(result, Exception)]
        introduction.refresh_from_db()
        assert introduction.state == State.CONNECTED
        assert contact_mails(introduction) == 2
        assert Disclosure.objects.count() == 2


def test_yes_no_and_the_clock_at_once_have_one_outcome_and_no_mail_contradicts_it():
    introduction = make_introduction()
    late = introduction.expires_at + timedelta(minutes=1)
    for _ in range(ROUNDS):
        again(introduction)
        partner, city = sides(introduction)
        at_once(
            lambda p=partner: introductions.answer(p, YES),
            lambda c=city: introductions.answer(c, YES),
            lambda c=city: introductions.answer(c, NO),
            lambda: carrying_on.carry_on_due(now=late),
            lambda: carrying_on.carry_on_due(now=late),
            refusal=IntroductionError,
        )
        introduction.refresh_from_db()
        connected = introduction.state == State.CONNECTED
        assert introduction.state in {State.CONNECTED, State.DECLINED, State.EXPIRED}
        assert contact_mails(introduction) == (2 if connected else 0)
        assert Disclosure.objects.count() == (2 if connected else 0)
        going_on = Q(*(("key__startswith", f"{kind}:") for kind in GOING_ON), _connector=Q.OR)
        ends = OutgoingMail.objects.exclude(going_on)
        assert {mail.key.split(":")[0] for mail in ends} <= {introduction.state}


def test_answers_over_http_at_once_are_never_a_server_error():
    introduction = make_introduction()
    tokens = [token_for(PETRA), token_for(STEFAN)]
    again(introduction)
    posts = [
        lambda token=token, answer=answer: Client().post(f"/antwort/{token}/", {"answer": answer}).status_code
        for token in tokens
        for answer in ("yes", "no", "forward")
    ]
    assert set(at_once(*posts)) <= {303, 409}
    introduction.refresh_from_db()
    assert Disclosure.objects.count() == (2 if introduction.state == State.CONNECTED else 0)


def test_passing_on_at_once_asks_the_office_once():
    partner, _city = sides(make_introduction())
    at_once(*[lambda: introductions.forward(partner)] * 4, refusal=IntroductionError)
    assert OfficeTask.objects.count() == 1


def test_two_curators_release_the_same_suggestion_and_one_introduction_results():
    suggestion = make_suggestion()
    curators = [make_curator(f"{name}@office.example") for name in ("a", "b", "c", "d")]
    results = at_once(
        *[lambda by=by: introductions.release(suggestion, by=by) for by in curators], refusal=IntroductionError
    )
    assert len([result for result in results if isinstance(result, Introduction)]) == 1
    assert Introduction.objects.count() == 1
    assert OutgoingMail.objects.count() == 2


def test_capacity_holds_however_many_are_released_at_once():
    city = make_city("Telgte", contact=STEFAN)
    Organisation.objects.filter(pk=city.organisation.pk).update(capacity=2)
    for number in range(5):
        make_partner(f"Kammer {number}", contact=f"person{number}@kammer.example")
    suggestions.refresh_all()
    curator = make_curator()
    results = at_once(
        *[lambda each=each: introductions.release(each, by=curator) for each in Suggestion.objects.all()],
        refusal=IntroductionError,
    )
    assert len([result for result in results if isinstance(result, Introduction)]) == 2
    assert {str(result) for result in results if isinstance(result, IntroductionError)} == {
        "Telgte hat in diesem Monat schon 2 von 2 Vermittlungen."
    }
    assert Introduction.objects.count() == 2


def test_both_sides_ask_for_each_other_at_once_and_one_introduction_results():
    suggestion = make_suggestion()
    partner, city = suggestion.partner, suggestion.city
    petra, stefan = partner.organisation.contact, city.organisation.contact
    results = at_once(
        lambda: introductions.ask(partner, city, side=Side.PARTNER, by=petra),
        lambda: introductions.ask(partner, city, side=Side.CITY, by=stefan),
        lambda: introductions.release(suggestion, by=make_curator()),
        refusal=IntroductionError,
    )
    assert len([result for result in results if isinstance(result, Introduction)]) == 1
    assert Introduction.objects.count() == 1


def test_releasing_and_refreshing_at_once_do_not_wait_for_each_other_for_ever():
    suggestion, curator = make_suggestion(), make_curator()
    results = at_once(
        lambda: introductions.release(suggestion, by=curator),
        *[lambda: suggestions.refresh_partner(suggestion.partner)] * 3,
        refusal=IntroductionError,
    )
    assert isinstance(results[0], Introduction)
    suggestion.refresh_from_db()
    assert suggestion.state == Suggestion.State.RELEASED


@pytest.mark.parametrize("attempt", range(4))
def test_a_contact_erased_during_the_second_yes_is_named_to_nobody_or_was_named_before(attempt):
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    results = at_once(
        lambda: introductions.answer(city, YES),
        lambda: personal_data.erase(partner.recipient),
        refusal=IntroductionError,
    )
    assert not [result for result in results if isinstance(result, Exception)]
    introduction.refresh_from_db()
    connected = introduction.state == State.CONNECTED
    assert introduction.state in {State.CONNECTED, State.WITHDRAWN}
    assert Disclosure.objects.count() == (2 if connected else 0)
    assert connected or not OutgoingMail.objects.filter(to=STEFAN, body__contains=PETRA).exists()


def test_a_case_that_is_prolonged_while_the_clock_waits_for_it_is_not_closed():
    IntroductionRules.objects.update(ask_first=Side.PARTNER)
    introduction = make_introduction()
    past = timezone.now() - timedelta(minutes=1)
    Introduction.objects.update(expires_at=past, next_step_at=past)
    partner, _city = sides(introduction)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            introductions.answer(partner, YES)  # in the last minute: now the town is asked, and has its own time
            ended = pool.submit(on_its_own_connection, carrying_on.carry_on_due)
            wait_until_somebody_waits()
        assert ended.result() == 0
    introduction.refresh_from_db()
    assert introduction.state == State.ASKED


@pytest.mark.parametrize("step", ["no", "withdraw", "expire"])
def test_who_asked_may_be_erased_while_the_case_ends(step):
    """Erasing locks the person first and writes the introduction then; whoever tells the person goes the same way."""
    partner, city = make_pair()
    colleague = make_user("kollegin@kammer.example")
    partner.organisation.memberships.create(user=colleague)
    introduction = introductions.ask(partner, city, side=Side.PARTNER, by=colleague)
    curator = make_curator()
    steps = {
        "no": lambda: introductions.answer(sides(introduction)[1], NO),
        "withdraw": lambda: introductions.withdraw(introduction, by=curator, reason="Versehen"),
        "expire": lambda: carrying_on.carry_on_due(now=introduction.expires_at),
    }
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=colleague.pk)
            ended = pool.submit(on_its_own_connection, steps[step])
            wait_until_somebody_waits()
            Introduction.objects.filter(pk=introduction.pk).update(created_by=None)
        ended.result()
    introduction.refresh_from_db()
    assert introduction.state in {State.DECLINED, State.WITHDRAWN, State.EXPIRED}


def test_a_contact_named_in_the_address_may_be_erased_during_a_release():
    suggestion, curator = make_suggestion(), make_curator()
    organisation = suggestion.partner.organisation
    petra = organisation.contact
    Organisation.objects.filter(pk=organisation.pk).update(postal_address=f"z. Hd. {petra.get_full_name()}, Münster")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            list(Organisation.objects.select_for_update(no_key=True).order_by("pk"))  # as a release begins
            erased = pool.submit(on_its_own_connection, lambda: personal_data.erase(petra))
            wait_until_somebody_waits()
            introductions.release(suggestion, by=curator)
        erased.result()
    organisation.refresh_from_db()
    assert organisation.postal_address == "z. Hd. …, Münster"
