"""Things that happen twice at the same moment."""

import threading

import pytest
from django.db import connections, transaction
from django.test import Client

from partners.models import Partner
from portal.accounts import access, consents
from portal.accounts.models import Membership, Organisation, Purpose, User
from portal.site.models import RegistrationDraft
from tests.factories import make_curator, make_organisation, make_user
from tests.locks import wait_until_somebody_waits
from tests.registration.conftest import EMAIL

pytestmark = pytest.mark.django_db(transaction=True)
JOIN = "/mitmachen/partner/"
CLICKS = 4


def at_once(*actions):
    """Run the actions together; what each of them returned or raised."""
    barrier, results = threading.Barrier(len(actions)), [None] * len(actions)

    def run(position, action):
        barrier.wait()
        try:
            results[position] = action()
        except access.AccessError as refusal:
            results[position] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_form_sent_several_times_at_once_makes_one_account(towns, partner_form):
    answers = at_once(*[lambda: Client().post(JOIN, partner_form())] * CLICKS)
    assert {answer.status_code for answer in answers} <= {302, 429}  # codes are limited, too
    assert User.objects.filter(email=EMAIL).count() == 1
    assert RegistrationDraft.objects.count() == 1


def test_the_ticks_of_one_form_are_recorded_before_those_of_the_next():
    user, ticks = make_user("anna@kammer.example"), dict.fromkeys(Purpose, "1")
    with transaction.atomic():
        consents.give_only(user, {})
        second = threading.Thread(target=at_once, args=[lambda: consents.give_only(user, ticks)])
        second.start()
        wait_until_somebody_waits()
    second.join()
    assert {consent.purpose for consent in consents.ticked(user)} == set(Purpose)


def test_somebody_signed_in_who_clicks_several_times_makes_one_partner(towns, partner_form):
    user = make_user("anna@kammer.example")

    def click():
        client = Client()
        client.force_login(user)
        return client.post(JOIN, partner_form(email=None, password1=None, consent_suggestions=None))

    answers = at_once(*[click] * CLICKS)
    assert {answer.status_code for answer in answers} == {302}
    assert Partner.objects.count() == 1


def test_two_people_with_the_same_name_of_organisation_get_two_addresses(towns, partner_form):
    def register(address):
        client = Client()
        client.force_login(make_user(address))
        return client.post(JOIN, partner_form(email=None, password1=None, consent_suggestions=None))

    at_once(*[lambda address=f"p{number}@kammer.example": register(address) for number in range(CLICKS)])
    expected = {"kammer-muensterland", *(f"kammer-muensterland-{number}" for number in range(2, CLICKS + 1))}
    assert set(Partner.objects.values_list("slug", flat=True)) == expected


def test_of_two_who_enter_the_same_code_at_once_one_gets_in():
    organisation = make_organisation("city", "Stadt")
    code = access.issue_code(organisation, by=make_curator())
    people = [make_user(f"p{number}@stadt.example") for number in range(CLICKS)]
    at_once(*[lambda person=person: access.redeem(code, by=person) for person in people])
    assert Membership.objects.count() == 1


def test_of_several_who_join_at_once_one_is_the_contact():
    organisation, office = make_organisation("city", "Stadt"), make_curator()
    requests = [
        access.request_access(organisation, "Ich.", by=make_user(f"p{number}@stadt.example"))
        for number in range(CLICKS)
    ]
    at_once(*[lambda request=request: access.grant(request, by=office) for request in requests])
    assert Membership.objects.count() == CLICKS
    assert Membership.objects.filter(is_contact=True).count() == 1


def test_a_code_is_redeemed_while_the_office_prints_a_new_letter():
    organisation, office, person = make_organisation("city", "Stadt"), make_curator(), make_user()
    code = access.issue_code(organisation, by=office)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)  # as printing a letter begins
        redeeming = threading.Thread(target=at_once, args=[lambda: access.redeem(code, by=person)])
        redeeming.start()
        wait_until_somebody_waits()
        access.issue_code(organisation, by=office)
    redeeming.join()
    assert not Membership.objects.exists()  # the letter that was printed last counts
