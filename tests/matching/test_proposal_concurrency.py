"""Proposals that several people, or a person and the clock, act on at the same moment, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import transaction

from cities import projects
from cities.models import Project
from matching import proposals
from matching.models import Disclosure, Proposal
from matching.proposals import ProposalError
from portal.accounts import personal_data
from portal.accounts.models import User
from portal.mail.models import OutgoingMail
from tests.locks import wait_until_somebody_waits
from tests.matching.proposal_casts import (
    CARL,
    STEFAN,
    carl_of,
    make_colleague,
    make_idea,
    make_offer,
    make_sides,
    send_idea,
    send_offer,
    stefan_of,
)
from tests.matching.test_concurrency import on_its_own_connection
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
State = Proposal.State
ROUNDS = 8


def again(proposal):
    """The same proposal as if nobody had answered yet."""
    OutgoingMail.objects.all().delete()
    Disclosure.objects.all().delete()
    Proposal.objects.filter(pk=proposal.pk).update(
        state=State.ASKED, closed_at=None, answered_by=None, answer="", withdrawal_reason=""
    )


def joint_mails(proposal):
    return OutgoingMail.objects.filter(key__startswith=f"proposal-accepted:{proposal.pk}:").count()


def test_yes_no_back_and_the_clock_at_once_have_one_outcome_and_no_mail_contradicts_it():
    offer = make_offer()
    carl, stefan = carl_of(offer.company), stefan_of(offer.city)
    late = offer.expires_at + timedelta(minutes=1)
    for _ in range(ROUNDS):
        again(offer)
        at_once(
            lambda: refused(lambda: proposals.accept(offer, by=stefan)),
            lambda: refused(lambda: proposals.decline(offer, "Danke, nein.", by=stefan)),
            lambda: refused(lambda: proposals.withdraw(offer, by=carl)),
            lambda: proposals.close_expired(now=late),
            lambda: proposals.close_expired(now=late),
        )
        offer.refresh_from_db()
        accepted = offer.state == State.ACCEPTED
        assert offer.state in {State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.EXPIRED}
        assert Disclosure.objects.count() == (2 if accepted else 0)
        assert joint_mails(offer) == (2 if accepted else 0)
        assert {mail.key.split(":")[0] for mail in OutgoingMail.objects.all()} == {f"proposal-{offer.state}"}


def refused(step):
    try:
        return step()
    except ProposalError as error:
        return error


def test_two_of_the_town_accept_an_idea_at_once_and_one_joint_mail_and_one_project_result():
    idea = make_idea()
    stefan = stefan_of(idea.city)
    colleague = make_colleague(idea.city.organisation, "kollegin@telgte.example")
    results = at_once(*[lambda by=by: proposals.accept(idea, by=by) for by in (stefan, colleague) * 2])
    assert all(isinstance(result, Proposal) for result in results)
    assert joint_mails(idea) == Disclosure.objects.count() == 2
    assert Project.objects.filter(title=idea.title).count() == 1


def test_two_of_the_company_send_at_once_and_one_waits():
    company, city = make_sides()
    colleague = make_colleague(company.organisation, "kollege@tischlerei.example")
    people = (carl_of(company), colleague) * 2
    at_once(*[lambda by=by: send_offer(company, city, by=by) for by in people])
    at_once(*[lambda by=by: send_idea(company, city, by=by) for by in people])
    assert Proposal.objects.count() == 2
    assert OutgoingMail.objects.filter(to=STEFAN).count() == 2


@pytest.mark.parametrize("attempt", range(4))
def test_a_sender_erased_during_the_yes_is_named_to_nobody_or_was_named_before(attempt):
    offer = make_offer()
    carl, stefan = carl_of(offer.company), stefan_of(offer.city)
    at_once(lambda: proposals.accept(offer, by=stefan), lambda: personal_data.erase(carl))
    offer.refresh_from_db()
    assert offer.state in {State.ACCEPTED, State.WITHDRAWN}
    accepted = offer.state == State.ACCEPTED
    assert Disclosure.objects.count() == (2 if accepted else 0)
    assert not OutgoingMail.objects.filter(body__contains=CARL).exists()
    assert (offer.created_by, offer.message) == (None, "")


@pytest.mark.parametrize("attempt", range(4))
def test_whoever_accepts_may_be_erased_at_the_same_moment(attempt):
    offer = make_offer()
    stefan = stefan_of(offer.city)
    at_once(lambda: refused(lambda: proposals.accept(offer, by=stefan)), lambda: personal_data.erase(stefan))
    offer.refresh_from_db()
    assert Disclosure.objects.count() == (2 if offer.state == State.ACCEPTED else 0)
    assert not OutgoingMail.objects.filter(body__contains=STEFAN).exists()


@pytest.mark.parametrize("step", ["decline", "withdraw", "expire"])
def test_a_sender_who_has_left_may_be_erased_while_the_case_ends(step):
    """Erasing locks the person first and writes the proposal then; whoever tells the person goes the same way."""
    company, city = make_sides()
    colleague = make_colleague(company.organisation, "kollege@tischlerei.example")
    offer = send_offer(company, city, by=colleague)
    colleague.memberships.all().delete()
    steps = {
        "decline": lambda: proposals.decline(offer, "Danke, nein.", by=stefan_of(city)),
        "withdraw": lambda: proposals.withdraw(offer, by=carl_of(company)),
        "expire": lambda: proposals.close_expired(now=offer.expires_at),
    }
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=colleague.pk)
            ended = pool.submit(on_its_own_connection, steps[step])
            wait_until_somebody_waits()
            Proposal.objects.filter(pk=offer.pk).update(created_by=None)
        ended.result()
    offer.refresh_from_db()
    assert offer.state not in Proposal.OPEN


def test_a_project_that_ends_while_help_is_offered_leaves_no_offer_open():
    company, city = make_sides()
    project, stefan = city.projects.get(), stefan_of(city)

    def end():
        projects.end(project, by=stefan)
        proposals.close_for(project)

    at_once(end, *[lambda: refused(lambda: send_offer(company, city))] * 3)
    proposals.close_expired()
    assert not Proposal.objects.open().exists()
