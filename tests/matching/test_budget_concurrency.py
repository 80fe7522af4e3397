"""However many release, answer, ask and look at the same moment: nobody gets two suggestion mails in a week."""

from collections import Counter

import pytest

from matching import carrying_on, introductions, proposals, suggestions, trio_release, trio_suggestions
from matching.introductions import IntroductionError
from matching.models import Introduction, IntroductionRules, Invitation, Side, Suggestion, SuggestionMail
from partners.models import Offer
from portal.accounts.models import Organisation
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_company, make_curator, make_partner
from tests.matching.casts import STEFAN, make_trio
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
COUNTED = ("invitation", "batch", "proposal")


def make_market(partners=6, towns=("Telgte", "Bocholt")):
    for name in towns:
        make_city(name, contact=STEFAN if name == "Telgte" else f"{name.lower()}@stadt.example")
    for number in range(partners):
        make_partner(f"Kammer {number}", contact=f"person{number}@kammer.example", radius_km=90)
    Organisation.objects.update(capacity=20)
    suggestions.refresh_all()


def mails_a_person():
    rows = OutgoingMail.objects.values_list("key", "to")
    return Counter(to for key, to in rows if key.split(":")[0] in COUNTED)


def assert_once_each():
    assert max(mails_a_person().values()) == 1
    assert SuggestionMail.objects.count() == sum(mails_a_person().values())
    assert not Introduction.objects.open().filter(next_step="").exists()
    asked = Invitation.objects.filter(asked_at__isnull=False, answer="")
    assert asked.exclude(recipient=None).count() == asked.count()


def test_releases_at_once_write_to_everybody_once():
    make_market()
    curators = [make_curator(f"{name}@office.example") for name in "abcd"]
    rows = list(Suggestion.objects.open())
    assert len(rows) == 12
    results = at_once(
        *[lambda row=row, by=curators[n % 4]: introductions.release(row, by=by) for n, row in enumerate(rows)],
        refusal=IntroductionError,
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert_once_each()


def test_releases_requests_ideas_and_two_clocks_at_once_write_to_everybody_once():
    make_market()
    curators = [make_curator(f"{name}@office.example") for name in "abc"]
    company = make_company(contact="carl@tischlerei.example")
    telgte = Organisation.objects.get(name="Telgte").city
    carl = company.organisation.contact
    rows = list(Suggestion.objects.select_related("partner", "city").order_by("pk"))
    asking = rows.pop(0)
    petra = asking.partner.organisation.contact
    later = [introductions.release(row, by=curators[0], later=True) for row in rows[:4]]
    assert len(later) == 4
    at_once(
        *[lambda row=row, by=curators[n % 3]: introductions.release(row, by=by) for n, row in enumerate(rows[4:])],
        lambda: introductions.ask(asking.partner, asking.city, side=Side.PARTNER, by=petra),
        lambda: proposals.idea(company, telgte, title="Fest", message="Wir kochen.", by=carl),
        *[carrying_on.carry_on_due] * 3,
        refusal=IntroductionError,
    )
    assert_once_each()
    carrying_on.carry_on_due()
    assert_once_each()


def test_second_questions_after_yes_at_once_write_to_the_town_once():
    make_market(partners=5, towns=("Telgte",))
    IntroductionRules.objects.update_or_create(pk=1, defaults={"ask_first": Side.PARTNER})
    curator = make_curator()
    cases = [introductions.release(row, by=curator) for row in Suggestion.objects.open()]
    partners = [case.invitations.get(side=Side.PARTNER) for case in cases]
    at_once(
        *[lambda each=each: introductions.answer(each, Invitation.Answer.YES) for each in partners],
        *[carrying_on.carry_on_due] * 2,
    )
    assert mails_a_person()[STEFAN] == 1
    assert_once_each()


def test_a_trio_and_the_clock_at_once_write_to_the_town_once():
    centre, _partner, city = make_trio()
    Offer.objects.get_or_create(partner=centre, kind="knowledge")
    make_partner("Innung Muster", contact="ina@innung.example")
    suggestions.refresh_city(city)
    Organisation.objects.update(capacity=20)
    curator = make_curator()
    single = Suggestion.objects.get(partner__slug="innung-muster")
    introductions.release(single, by=curator, later=True)
    trio = next(each for each in trio_suggestions.of_city(city))
    at_once(
        lambda: trio_release.release(trio_release.key_of(trio), by=curator),
        *[carrying_on.carry_on_due] * 3,
    )
    assert mails_a_person()[STEFAN] == 1
    assert_once_each()
