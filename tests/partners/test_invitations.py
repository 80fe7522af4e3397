"""A partner's link brings in one company, once; the partner answers for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners import companies, invitations
from partners.invitations import InvitationError
from partners.models import Affiliation, Company, CompanyInvitation
from portal.accounts import organisations
from portal.accounts.models import Organisation, User
from portal.accounts.organisations import OrganisationError
from portal.accounts.refusals import Refusal
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_company, make_curator, make_partner, make_user
from tests.races import at_once

pytestmark = pytest.mark.django_db
PETRA = "petra@kammer.example"


@pytest.fixture
def partner():
    return make_partner(contact=PETRA)


@pytest.fixture
def petra(partner):
    return partner.organisation.contact


@pytest.fixture
def token(partner, petra):
    return invitations.invite(partner, "Tischlerei Muster", by=petra)


def test_only_the_hash_of_a_long_token_is_kept(token):
    row = CompanyInvitation.objects.get()
    assert len(token) >= 43  # 256 bit
    assert token not in str(vars(row))
    assert invitations.invitation_of(token) == row
    assert (row.expires_at - row.created_at).days == 90


def test_only_members_of_an_approved_partner_invite(partner):
    with pytest.raises(InvitationError, match="die „Kammer Beispiel“ betreuen"):
        invitations.invite(partner, "X", by=make_user("otto@anderswo.example"))
    with pytest.raises(InvitationError, match="die „Kammer Beispiel“ betreuen"):
        invitations.invite(partner, "X", by=make_curator())
    waiting = make_partner("Wartet", approved=False, contact="w@wartet.example")
    with pytest.raises(InvitationError, match="sobald die Geschäftsstelle"):
        invitations.invite(waiting, "X", by=waiting.organisation.contact)


def test_an_invitation_says_for_whom(partner, petra):
    with pytest.raises(InvitationError, match="für wen"):
        invitations.invite(partner, "  ", by=petra)


def test_the_same_click_again_is_one_invitation_and_the_link_shown_last_works(partner, petra, token):
    again = invitations.invite(partner, "Tischlerei Muster", by=petra)
    assert CompanyInvitation.objects.count() == 1
    assert invitations.invitation_of(token) is None
    assert invitations.invitation_of(again) is not None
    CompanyInvitation.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    invitations.invite(partner, "Tischlerei Muster", by=petra)
    assert CompanyInvitation.objects.count() == 2


@pytest.mark.parametrize("wrong", ["", "x", "ä\ud800", "x" * 10_000])
def test_a_token_nobody_issued_is_unknown(token, wrong):
    assert invitations.invitation_of(wrong) is None
    assert invitations.invitation_of(token[:-1]) is None


def test_an_invited_company_is_approved_at_once_and_advised_by_who_invited_it(company_entry, petra, partner, token):
    wera = make_user("wera@tischlerei.example")
    company = companies.register(company_entry(), by=wera, invitation=invitations.invitation_of(token))
    assert company.organisation.approved_at
    assert company.organisation.approved_by == petra
    assert Affiliation.objects.get().holds
    assert Affiliation.objects.get().partner == partner
    assert CompanyInvitation.objects.get().company == company
    assert not OutgoingMail.objects.exists()


def test_sending_the_registration_again_uses_the_invitation_once(company_entry, token):
    wera = make_user("wera@tischlerei.example")
    made = {
        companies.register(company_entry(), by=wera, invitation=invitations.invitation_of(token)) for _click in range(2)
    }
    assert len(made) == 1


def test_a_company_that_waits_may_still_come_with_an_invitation(company_entry, token):
    wera = make_user("wera@tischlerei.example")
    company = companies.register(company_entry(), by=wera)
    again = companies.register(company_entry(), by=wera, invitation=invitations.invitation_of(token))
    assert again == company
    assert again.organisation.approved_at


def test_naming_the_inviting_partner_as_well_makes_one_affiliation_and_no_question(company_entry, partner, token):
    entry = company_entry(advisers=(partner,))
    companies.register(entry, by=make_user("wera@tischlerei.example"), invitation=invitations.invitation_of(token))
    assert Affiliation.objects.get().holds


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"used_at": timezone.now()}, "schon eingelöst"),
        ({"withdrawn_at": timezone.now()}, "zurückgezogen"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "abgelaufen"),
    ],
)
def test_an_invitation_that_is_over_says_why_and_nothing_is_entered(company_entry, token, change, told):
    CompanyInvitation.objects.update(**change)
    invitation = invitations.invitation_of(token)
    assert told in invitations.refusal_of(invitation)
    with pytest.raises(InvitationError, match=told):
        companies.register(company_entry(), by=make_user("wera@tischlerei.example"), invitation=invitation)
    assert not Company.objects.exists()
    assert not Organisation.objects.filter(kind="company").exists()


def test_a_partner_that_has_left_vouches_for_nobody(company_entry, partner, token):
    Organisation.objects.filter(pk=partner.organisation_id).update(withdrawn_at=timezone.now())
    with pytest.raises(InvitationError, match="nimmt nicht mehr teil"):
        companies.register(
            company_entry(),
            by=make_user("wera@tischlerei.example"),
            invitation=invitations.invitation_of(token),
        )


def test_an_invitation_outlives_who_made_it(company_entry, petra, token):
    User.objects.filter(pk=petra.pk).delete()
    company = companies.register(
        company_entry(), by=make_user("wera@tischlerei.example"), invitation=invitations.invitation_of(token)
    )
    assert company.organisation.approved_at
    assert company.organisation.approved_by is None


def test_withdrawing_is_for_the_partner_and_the_office_and_twice_is_no_harm(petra, token):
    row = CompanyInvitation.objects.get()
    with pytest.raises(InvitationError):
        invitations.withdraw(row, by=make_user("otto@anderswo.example"))
    first = invitations.withdraw(row, by=petra).withdrawn_at
    assert invitations.withdraw(row, by=make_curator()).withdrawn_at == first


def test_a_used_invitation_cannot_be_withdrawn(company_entry, petra, token):
    invitation = invitations.invitation_of(token)
    companies.register(company_entry(), by=make_user("wera@tischlerei.example"), invitation=invitation)
    with pytest.raises(InvitationError, match="schon eingelöst"):
        invitations.withdraw(invitation, by=petra)


def test_a_second_invitation_for_the_same_company_is_refused(company_entry, partner, petra, token):
    wera = make_user("wera@tischlerei.example")
    companies.register(company_entry(), by=wera, invitation=invitations.invitation_of(token))
    second = invitations.invite(partner, "noch einmal", by=petra)
    with pytest.raises(InvitationError, match="schon mit einer Einladung"):
        companies.register(company_entry(), by=wera, invitation=invitations.invitation_of(second))


def test_only_partners_vouch_and_only_for_companies():
    company, partner, city = make_company(approved=False), make_partner(), make_city("Köln")
    waiting = make_partner("Wartet", approved=False)
    by = make_user()
    for organisation, voucher in [
        (company.organisation, city.organisation),
        (company.organisation, waiting.organisation),
        (waiting.organisation, partner.organisation),
    ]:
        with pytest.raises(OrganisationError):
            organisations.vouch(organisation, voucher=voucher, by=by)


@pytest.mark.django_db(transaction=True)
def test_two_companies_use_one_link_at_once_and_one_wins(company_entry):
    partner = make_partner(contact=PETRA)
    token = invitations.invite(partner, "Tischlerei Muster", by=partner.organisation.contact)
    invitation = invitations.invitation_of(token)
    people = [make_user(f"person{number}@betrieb.example") for number in range(4)]
    entries = [company_entry(name=f"Betrieb {number}") for number in range(4)]
    results = at_once(
        *[
            lambda by=by, entry=entry: companies.register(entry, by=by, invitation=invitation)
            for by, entry in zip(people, entries, strict=True)
        ],
        refusal=Refusal,
    )
    assert len([result for result in results if isinstance(result, Company)]) == 1
    assert {str(result) for result in results if isinstance(result, InvitationError)} == {
        "Diese Einladung ist schon eingelöst."
    }
    assert Company.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_using_and_withdrawing_at_once_have_one_outcome(company_entry):
    partner = make_partner(contact=PETRA)
    petra, wera = partner.organisation.contact, make_user("wera@tischlerei.example")
    invitation = invitations.invitation_of(invitations.invite(partner, "X", by=petra))
    entry = company_entry()
    at_once(
        lambda: companies.register(entry, by=wera, invitation=invitation),
        lambda: invitations.withdraw(invitation, by=petra),
        refusal=Refusal,
    )
    row = CompanyInvitation.objects.get()
    assert (row.used_at is None) != (row.withdrawn_at is None)
    assert Company.objects.exists() == (row.used_at is not None)
