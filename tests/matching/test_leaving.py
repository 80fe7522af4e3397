"""An organisation takes part no more: its open cases end with it, and nobody is named afterwards."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from matching import introductions, leaving
from matching.introductions import IntroductionError
from matching.models import Disclosure, Introduction, Invitation, Side, Suggestion
from portal.accounts import organisations
from portal.accounts.models import Organisation
from portal.accounts.organisations import OrganisationError
from portal.mail.models import OutgoingMail
from portal.site import curation
from tests.factories import make_curator, make_organisation
from tests.locks import wait_until_somebody_waits
from tests.matching.casts import (
    PETRA,
    STEFAN,
    ZOE,
    mails_to,
    make_introduction,
    make_suggestion,
    release_trio,
    sides,
    token_for,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db
YES = Invitation.Answer.YES
State = Introduction.State


def leave(introduction, side=Side.PARTNER):
    organisations.leave(introduction.organisation(side), by=make_curator("austritt@office.example"))
    introduction.refresh_from_db()


def last_mail(address):
    return OutgoingMail.objects.filter(to=address).latest("pk")


@pytest.mark.parametrize(("side", "other"), [(Side.PARTNER, STEFAN), (Side.CITY, PETRA)])
def test_whoever_leaves_ends_its_open_case_and_the_other_side_is_told_neutrally(side, other):
    introduction = make_introduction()
    leave(introduction, side)
    assert introduction.state == State.WITHDRAWN
    assert last_mail(other).key.startswith("withdrawn:")
    assert "Eine Seite nimmt nicht mehr teil." in last_mail(other).body
    assert [key.split(":")[0] for key in mails_to(PETRA if other == STEFAN else STEFAN)] == ["invitation"]


def test_afterwards_no_yes_counts_and_nobody_is_named(client):
    introduction = make_introduction()
    introductions.answer(sides(introduction)[0], YES)
    leave(introduction)
    response = client.post(f"/antwort/{token_for(STEFAN)}/", {"answer": "yes"})
    assert response.status_code == 409
    assert "Die Vermittlung wurde zurückgezogen" in response.content.decode()
    assert not Disclosure.objects.exists()


def test_what_is_connected_stays_as_history():
    introduction = make_introduction()
    for invitation in sides(introduction):
        introductions.answer(invitation, YES)
    leave(introduction)
    assert introduction.state == State.CONNECTED
    assert Disclosure.objects.count() == 2


def test_leaving_again_tells_nobody_again():
    introduction = make_introduction()
    leave(introduction)
    before = OutgoingMail.objects.count()
    leaving.end_all(introduction.partner.organisation)
    organisations.leave(introduction.partner.organisation, by=make_curator("b@office.example"))
    assert OutgoingMail.objects.count() == before


def test_suggestions_of_who_leaves_are_withdrawn():
    suggestion = make_suggestion()
    organisations.leave(suggestion.partner.organisation, by=make_curator())
    suggestion.refresh_from_db()
    assert suggestion.state == Suggestion.State.WITHDRAWN


def test_nothing_begins_with_who_has_left():
    suggestion = make_suggestion()
    Organisation.objects.filter(partner=suggestion.partner).update(withdrawn_at="2026-01-01T00:00Z")
    with pytest.raises(IntroductionError):
        introductions.release(suggestion, by=make_curator())


def test_only_the_office_enters_that_somebody_leaves():
    introduction = make_introduction()
    with pytest.raises(OrganisationError):
        organisations.leave(introduction.partner.organisation, by=introduction.partner.organisation.contact)


def test_who_is_declined_has_no_open_cases_either():
    introduction = make_introduction()
    Organisation.objects.filter(partner=introduction.partner).update(approved_at=None)
    curation.decline(introduction.partner.organisation, "Doppelt eingetragen.", by=make_curator("b@office.example"))
    introduction.refresh_from_db()
    assert introduction.state == State.WITHDRAWN
    assert "Doppelt eingetragen" not in last_mail(STEFAN).body


def test_a_network_leaves_without_cases():
    organisation = organisations.leave(make_organisation("network", "Netz"), by=make_curator())
    assert organisation.withdrawn_at is not None


def test_of_three_the_other_two_go_on_alone_when_a_partner_leaves():
    of_centre, of_chamber = release_trio()
    leave(of_centre)
    of_chamber.refresh_from_db()
    assert (of_centre.state, of_chamber.state) == (State.WITHDRAWN, State.ASKED)
    assert of_chamber.third is None
    assert mails_to(PETRA)[-1].startswith("alone:")


def test_when_the_town_of_three_leaves_both_end_and_nobody_hears_of_going_on():
    for each in (both := release_trio()):
        introductions.answer(each.invitations.get(side=Side.PARTNER), YES)
    leave(both[0], Side.CITY)
    assert {each.state for each in Introduction.objects.all()} == {State.WITHDRAWN}
    for address in (PETRA, ZOE):
        assert [key.split(":")[0] for key in mails_to(address)] == ["invitation", "withdrawn"]


def test_the_office_enters_it_on_the_list_of_organisations(client):
    introduction = make_introduction()
    client.force_login(make_curator("b@office.example"))
    data = {"action": "leave", "_selected_action": [introduction.partner.organisation_id]}
    client.post("/admin/accounts/organisation/", data)
    introduction.refresh_from_db()
    assert introduction.state == State.WITHDRAWN


# --- At the same moment ---------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(6))
def test_the_second_yes_and_leaving_at_once_have_one_outcome(attempt):
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    curator = make_curator("austritt@office.example")
    at_once(
        lambda: introductions.answer(city, YES),
        lambda: organisations.leave(introduction.organisation(Side(("partner", "city")[attempt % 2])), by=curator),
        refusal=IntroductionError,
    )
    introduction.refresh_from_db()
    connected = introduction.state == State.CONNECTED
    assert introduction.state in {State.CONNECTED, State.WITHDRAWN}
    assert Disclosure.objects.count() == (2 if connected else 0)
    assert OutgoingMail.objects.filter(key__startswith="contacts:").count() == (2 if connected else 0)


@pytest.mark.django_db(transaction=True)
def test_a_second_yes_that_waits_for_who_leaves_names_nobody():
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    curator = make_curator("austritt@office.example")

    def say_yes():
        try:
            introductions.answer(city, YES)
        except IntroductionError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            organisations.leave(introduction.partner.organisation, by=curator)
            answered = pool.submit(say_yes)
            wait_until_somebody_waits()
        assert isinstance(answered.result(), IntroductionError)
    assert not Disclosure.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_release_and_leaving_at_once_leave_no_open_case():
    suggestion, curator = make_suggestion(), make_curator()
    at_once(
        lambda: introductions.release(suggestion, by=curator),
        lambda: organisations.leave(suggestion.city.organisation, by=curator),
        refusal=IntroductionError,
    )
    assert not Introduction.objects.filter(state=State.ASKED).exists()


@pytest.mark.django_db(transaction=True)
def test_both_organisations_of_two_linked_cases_leave_at_once():
    both = release_trio()
    curator = make_curator("austritt@office.example")
    at_once(
        *[lambda each=each: organisations.leave(each.partner.organisation, by=curator) for each in both],
        lambda: organisations.leave(both[0].city.organisation, by=curator),
    )
    assert {each.state for each in Introduction.objects.all()} == {State.WITHDRAWN}
