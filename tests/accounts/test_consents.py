"""A consent counts from the second opt-in until it is withdrawn, and says what text it rests on."""

import pytest
from django.urls import reverse

from portal.accounts import consents
from portal.accounts.models import Consent, Purpose, UnsubscribeToken, User
from tests.factories import make_user
from tests.registration.conftest import code_for

pytestmark = pytest.mark.django_db
SUGGESTIONS, NEWSLETTER = Purpose.SUGGESTIONS, Purpose.NEWSLETTER


@pytest.fixture
def alex():
    return make_user()


def test_a_tick_alone_is_no_consent(alex):
    consents.give(alex, SUGGESTIONS, text_version="1")
    assert not consents.holds(alex, SUGGESTIONS)


def test_the_second_opt_in_confirms_all_ticks_of_this_person_only(alex):
    other = make_user("andere@verein.example")
    for person in (alex, other):
        consents.give(person, SUGGESTIONS, text_version="1")
    assert consents.confirm(alex, with_="Code") == 1
    assert consents.holds(alex, SUGGESTIONS)
    assert not consents.holds(alex, NEWSLETTER)
    assert not consents.holds(other, SUGGESTIONS)


def test_confirming_again_changes_nothing(alex):
    consents.give(alex, SUGGESTIONS, text_version="1")
    consents.confirm(alex, with_="Code")
    confirmed_at = Consent.objects.get().confirmed_at
    assert consents.confirm(alex, with_="anders") == 0
    assert Consent.objects.get().confirmed_at == confirmed_at


def test_giving_again_keeps_the_consent_that_holds(alex):
    first = consents.give(alex, SUGGESTIONS, text_version="1")
    consents.confirm(alex, with_="Code")
    assert consents.give(alex, SUGGESTIONS, text_version="1") == first
    assert consents.holds(alex, SUGGESTIONS)


def test_a_withdrawn_consent_stays_as_proof_and_a_new_one_begins_from_scratch(alex):
    consents.give(alex, SUGGESTIONS, text_version="1")
    consents.confirm(alex, with_="Code")
    assert consents.withdraw(alex, SUGGESTIONS, with_="Mein Bereich")
    assert not consents.withdraw(alex, SUGGESTIONS, with_="Mein Bereich")
    consents.give(alex, SUGGESTIONS, text_version="1")
    assert not consents.holds(alex, SUGGESTIONS)
    assert Consent.objects.filter(user=alex).count() == 2


def test_an_unknown_text_cannot_be_agreed_to(alex):
    with pytest.raises(consents.ConsentError):
        consents.give(alex, SUGGESTIONS, text_version="0")


def test_the_texts_cannot_be_changed():
    with pytest.raises(TypeError):
        consents.TEXTS[SUGGESTIONS]["1"] = "anders"


def test_a_link_names_the_person_and_only_its_hash_is_kept(alex):
    token = consents.unsubscribe_url(alex, NEWSLETTER).rstrip("/").rsplit("/", 1)[1]
    assert consents.user_of_token(token) == (alex, NEWSLETTER)
    assert UnsubscribeToken.objects.get().token_hash != token
    assert consents.user_of_token("falsch") is None


def test_a_member_gives_and_withdraws_on_one_page(client, alex):
    client.force_login(alex)
    page = reverse("consents")
    answer = client.post(page, {"consent_newsletter": "on", "consent_newsletter_version": "1"})
    assert consents.current_text(NEWSLETTER)[1] in client.get(answer.url).text
    assert not consents.holds(alex, NEWSLETTER)
    client.post(answer.url, {"code": code_for(alex.email)})
    assert consents.holds(alex, NEWSLETTER)

    withdraw = reverse("withdraw_consent", args=["newsletter"])
    assert client.get(withdraw).status_code == 405
    client.post(withdraw)
    client.post(withdraw)
    assert not consents.holds(alex, NEWSLETTER)


def test_a_wrong_code_confirms_nothing_and_five_are_enough(client, alex):
    client.force_login(alex)
    answer = client.post(reverse("consents"), {"consent_newsletter": "on", "consent_newsletter_version": "1"})
    right = code_for(alex.email)
    wrong = "000000" if right != "000000" else "000001"
    statuses = [client.post(answer.url, {"code": wrong}).status_code for _attempt in range(5)]
    assert statuses == [400] * 5
    assert client.post(answer.url, {"code": right}).status_code == 400
    assert not consents.holds(alex, NEWSLETTER)


def test_an_unknown_purpose_is_no_error(client, alex):
    client.force_login(alex)
    assert client.post(reverse("withdraw_consent", args=["werbung"])).status_code == 302


def test_two_ticks_at_once_are_one(alex):
    for _click in range(2):
        consents.give(User.objects.get(pk=alex.pk), SUGGESTIONS, text_version="1")
    assert Consent.objects.count() == 1
