"""A partner and a network or company belong together once both sides said so."""

import pytest
from django.utils import timezone

from partners import affiliations
from partners.affiliations import AffiliationError
from partners.models import Affiliation
from portal.accounts.models import Organisation
from tests.factories import (
    make_affiliation,
    make_city,
    make_company,
    make_curator,
    make_network,
    make_partner,
    make_user,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return make_partner(contact="petra@kammer.example")


@pytest.fixture
def petra(partner):
    return partner.organisation.contact


@pytest.fixture(params=["network", "company"])
def other(request):
    """The other side, of each kind."""
    make = {"network": make_network, "company": make_company}[request.param]
    return make(contact="nora@netz.example")


@pytest.fixture
def nora(other):
    return other.organisation.contact


def test_it_holds_when_the_other_side_agrees(partner, petra, other, nora):
    asked = affiliations.ask(partner, other.organisation, by=petra)
    assert not asked.holds
    assert (asked.began_with, asked.waits_for) == (partner.organisation, other.organisation)
    agreed = affiliations.agree(asked, by=nora)
    assert agreed.holds
    assert agreed.waits_for is None
    assert agreed.began_with == partner.organisation
    assert agreed.holds_since == agreed.organisation_agreed_at


def test_the_other_side_may_begin(partner, petra, other, nora):
    asked = affiliations.ask(partner, other.organisation, by=nora)
    assert (asked.began_with, asked.waits_for) == (other.organisation, partner.organisation)
    assert affiliations.agree(asked, by=petra).holds


def test_asking_twice_is_asking_once_and_is_no_yes_of_the_other_side(partner, petra, other):
    first = affiliations.ask(partner, other.organisation, by=petra)
    again = affiliations.ask(partner, other.organisation, by=petra)
    assert again.pk == first.pk
    assert again.partner_agreed_at == first.partner_agreed_at
    assert not again.holds


def test_both_sides_asking_is_a_yes_of_both(partner, petra, other, nora):
    affiliations.ask(partner, other.organisation, by=petra)
    assert affiliations.ask(partner, other.organisation, by=nora).holds
    assert Affiliation.objects.count() == 1


def test_who_belongs_to_both_speaks_for_both(partner, petra, other):
    other.organisation.memberships.create(user=petra)
    row = affiliations.ask(partner, other.organisation, by=petra)
    assert row.holds
    assert row.began_with is None


def test_agreeing_twice_changes_nothing(partner, petra, other, nora):
    asked = affiliations.ask(partner, other.organisation, by=petra)
    first = affiliations.agree(asked, by=nora)
    assert affiliations.agree(asked, by=nora).organisation_agreed_at == first.organisation_agreed_at


def test_who_asked_cannot_agree_for_the_other_side(partner, petra, other):
    asked = affiliations.ask(partner, other.organisation, by=petra)
    assert not affiliations.agree(asked, by=petra).holds


@pytest.mark.parametrize("who", ["partner", "other", "office"])
def test_either_side_and_the_office_may_end_it_and_it_may_begin_anew(partner, petra, other, nora, who):
    row = make_affiliation(partner, other)
    person = {"partner": petra, "other": nora, "office": make_curator()}[who]
    ended = affiliations.end(row, by=person)
    assert ended.ended_at
    assert affiliations.end(row, by=person).ended_at == ended.ended_at
    assert affiliations.ask(partner, other.organisation, by=petra).pk != row.pk


def test_what_has_ended_cannot_be_agreed_to(partner, petra, other, nora):
    asked = affiliations.ask(partner, other.organisation, by=petra)
    affiliations.end(asked, by=petra)
    with pytest.raises(AffiliationError, match="nicht mehr offen"):
        affiliations.agree(asked, by=nora)


@pytest.mark.parametrize("who", ["stranger", "office"])
def test_nobody_else_speaks_for_a_side(partner, other, who):
    person = make_user("fremd@verein.example") if who == "stranger" else make_curator()
    row = make_affiliation(partner, other, partner_agreed=False)
    for step in (
        lambda: affiliations.ask(partner, other.organisation, by=person),
        lambda: affiliations.agree(row, by=person),
    ):
        with pytest.raises(AffiliationError, match="nur die Personen"):
            step()
    if who == "stranger":
        with pytest.raises(AffiliationError, match="nur die Personen"):
            affiliations.end(row, by=person)


@pytest.mark.parametrize("gone", [("partner", "withdrawn_at"), ("other", "withdrawn_at"), ("other", "declined_at")])
def test_who_does_not_take_part_cannot_be_asked_and_cannot_agree(partner, petra, other, nora, gone):
    side, field = gone
    gone = {"partner": partner, "other": other}[side].organisation
    asked = affiliations.ask(partner, other.organisation, by=petra)
    Organisation.objects.filter(pk=gone.pk).update(**{field: timezone.now(), "approved_at": None})
    for step in (
        lambda: affiliations.ask(partner, other.organisation, by=nora),
        lambda: affiliations.agree(asked, by=nora),
    ):
        with pytest.raises(AffiliationError, match="nimmt nicht teil"):
            step()
    assert affiliations.end(asked, by=petra).ended_at


def test_a_partner_belongs_to_no_town(partner, petra):
    with pytest.raises(AffiliationError, match="nur für regionale Netzwerke und Unternehmen"):
        affiliations.ask(partner, make_city().organisation, by=petra)


def test_who_coordinates_a_network_cannot_leave_it(partner, petra):
    network = make_network(coordinator=partner)
    row = make_affiliation(partner, network)
    for person in (petra, make_curator()):
        with pytest.raises(AffiliationError, match="übergeben Sie zuerst die Koordination"):
            affiliations.end(row, by=person)
    row.refresh_from_db()
    assert row.holds


def test_what_waits_for_whom(partner, petra, other, nora):
    row = make_affiliation(partner, other, partner_agreed=False)
    assert list(Affiliation.objects.waiting_for(petra)) == [row]
    assert list(Affiliation.objects.waiting_for(nora)) == []
    assert list(Affiliation.objects.editable_by(nora)) == [row]
    assert list(Affiliation.objects.editable_by(make_user("fremd@verein.example"))) == []


@pytest.mark.django_db(transaction=True)
def test_both_sides_asking_at_once_make_one_row_that_holds():
    partner, network = make_partner(contact="petra@kammer.example"), make_network(contact="nora@netz.example")
    people = [partner.organisation.contact, network.organisation.contact]
    for _ in range(8):
        Affiliation.objects.all().delete()
        at_once(
            *[lambda by=by: affiliations.ask(partner, network.organisation, by=by) for by in people * 2],
            refusal=AffiliationError,
        )
        assert [row.holds for row in Affiliation.objects.all()] == [True]


@pytest.mark.django_db(transaction=True)
def test_asking_again_while_the_other_side_agrees_loses_no_yes():
    partner, network = make_partner(contact="petra@kammer.example"), make_network(contact="nora@netz.example")
    petra, nora = partner.organisation.contact, network.organisation.contact
    for _ in range(8):
        Affiliation.objects.all().delete()
        row = affiliations.ask(partner, network.organisation, by=petra)
        at_once(
            lambda: affiliations.ask(partner, network.organisation, by=petra),
            lambda row=row: affiliations.agree(row, by=nora),
            lambda: affiliations.ask(partner, network.organisation, by=petra),
            refusal=AffiliationError,
        )
        assert Affiliation.objects.get().holds
