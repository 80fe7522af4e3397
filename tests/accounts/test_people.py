"""Who belongs to an organisation: roles, codes for colleagues, removing and leaving."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts import access, organisations, people, personal_data
from portal.accounts.access import AccessError
from portal.accounts.models import AccessCode, Membership, OfficeTask, Role
from portal.accounts.organisations import OrganisationError
from portal.accounts.people import PeopleError
from portal.accounts.refusals import Refusal
from portal.accounts.roles import role_name
from tests.factories import give_contact, make_curator, make_organisation, make_user
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation("partner", "Kammer Beispiel")


@pytest.fixture
def manager(organisation):
    """The contact person, and at first the only one who manages the organisation."""
    return give_contact(organisation, "martha@kammer.example")


def add(organisation, email, role=Role.MEMBER):
    return Membership.objects.create(user=make_user(email), organisation=organisation, role=role)


def of(user, organisation):
    return Membership.objects.get(user=user, organisation=organisation)


# --- Roles ----------------------------------------------------------------------------------------------------
def test_a_manager_gives_a_colleague_the_same_role(organisation, manager):
    colleague = add(organisation, "kim@kammer.example")
    people.change_role(colleague, Role.MANAGER, by=manager)
    people.change_role(colleague, Role.MANAGER, by=manager)
    colleague.refresh_from_db()
    assert colleague.role == Role.MANAGER


def test_the_last_manager_stays_one(organisation, manager):
    add(organisation, "kim@kammer.example")
    with pytest.raises(PeopleError, match="Verwaltung"):
        people.change_role(of(manager, organisation), Role.MEMBER, by=manager)


def test_a_manager_may_step_back_where_another_one_stays(organisation, manager):
    add(organisation, "kim@kammer.example", Role.MANAGER)
    assert people.change_role(of(manager, organisation), Role.MEMBER, by=manager).role == Role.MEMBER


def test_the_office_may_change_people(organisation, manager):
    colleague = add(organisation, "kim@kammer.example")
    assert people.change_role(colleague, Role.MANAGER, by=make_curator()).role == Role.MANAGER


@pytest.mark.parametrize("who", ["member", "stranger", "manager of another organisation"])
def test_nobody_else_changes_people(organisation, manager, who):
    colleague = add(organisation, "kim@kammer.example")
    person = {
        "member": lambda: add(organisation, "mit@kammer.example").user,
        "stranger": lambda: make_user("fremd@anders.example"),
        "manager of another organisation": lambda: give_contact(make_organisation("city", "Stadt"), "co@stadt.example"),
    }[who]()
    steps = [
        lambda: people.change_role(colleague, Role.MANAGER, by=person),
        lambda: people.remove(colleague, by=person),
        lambda: people.leave(colleague, by=person),
        lambda: access.invite(organisation, "Kim", role=Role.MEMBER, by=person),
        lambda: organisations.choose_contact(organisation, colleague.user, by=person),
    ]
    for step in steps:
        with pytest.raises(Refusal):
            step()
    colleague.refresh_from_db()
    assert (colleague.role, colleague.is_contact) == (Role.MEMBER, False)
    assert not AccessCode.objects.exists()


def test_a_town_calls_its_managers_coordination():
    assert [str(role_name(role, kind="city")) for role in Role] == ["Koordination", "Mitarbeit"]
    assert [str(role_name(role, kind="company")) for role in Role] == ["Verwaltung", "Mitarbeit"]


# --- Removing and leaving -------------------------------------------------------------------------------------
def test_a_manager_removes_a_colleague(organisation, manager):
    colleague = add(organisation, "kim@kammer.example")
    people.remove(colleague, by=manager)
    assert list(organisation.members.all()) == [manager]
    with pytest.raises(PeopleError, match="nicht mehr"):
        people.remove(colleague, by=manager)


def test_the_contact_person_is_removed_only_after_another_one_is_named(organisation, manager):
    other = add(organisation, "kim@kammer.example", Role.MANAGER)
    with pytest.raises(PeopleError, match="Ansprechperson"):
        people.remove(of(manager, organisation), by=other.user)
    organisations.choose_contact(organisation, other.user, by=other.user)
    people.remove(of(manager, organisation), by=other.user)
    assert list(organisation.members.all()) == [other.user]


def test_the_last_manager_can_neither_leave_nor_be_removed(organisation, manager):
    add(organisation, "kim@kammer.example")
    own = of(manager, organisation)
    with pytest.raises(PeopleError):
        people.leave(own, by=manager)
    with pytest.raises(PeopleError):
        people.remove(own, by=make_curator())
    assert organisation.members.count() == 2


def test_a_member_leaves_alone(organisation, manager):
    colleague = add(organisation, "kim@kammer.example")
    people.leave(colleague, by=colleague.user)
    assert list(organisation.members.all()) == [manager]
    assert not OfficeTask.objects.exists()


def test_when_the_contact_person_leaves_the_office_finds_another(organisation, manager):
    add(organisation, "kim@kammer.example", Role.MANAGER)
    people.leave(of(manager, organisation), by=manager)
    task = OfficeTask.objects.get()
    assert (task.kind, task.organisation) == (OfficeTask.Kind.RESPONSIBLE, organisation)
    assert organisation.contact is None


# --- Codes for colleagues -------------------------------------------------------------------------------------
def test_a_code_makes_a_colleague_a_member_in_the_role_it_was_made_for(organisation, manager):
    code = access.invite(organisation, "Kim", role=Role.MEMBER, by=manager)
    membership = access.redeem(code.lower(), by=make_user("kim@kammer.example"))
    assert (membership.organisation, membership.role, membership.is_contact) == (organisation, Role.MEMBER, False)
    assert not access.open_invitations(organisation)


def test_a_code_for_a_colleague_works_once(organisation, manager):
    code, kim = access.invite(organisation, "Kim", role=Role.MEMBER, by=manager), make_user("kim@kammer.example")
    assert access.redeem(code, by=kim) == access.redeem(code, by=kim)
    with pytest.raises(AccessError, match="gibt es nicht"):
        access.redeem(code, by=make_user("andere@kammer.example"))


def test_a_code_for_a_colleague_is_valid_for_30_days(organisation, manager):
    code = access.invite(organisation, "Kim", role=Role.MEMBER, by=manager)
    row = AccessCode.objects.get()
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    AccessCode.objects.update(expires_at=timezone.now())
    assert not access.open_invitations(organisation)
    with pytest.raises(AccessError, match="abgelaufen"):
        access.redeem(code, by=make_user("kim@kammer.example"))


def test_codes_of_letter_and_colleagues_leave_each_other_alone(organisation, manager):
    office = make_curator()
    letter = access.issue_code(organisation, by=office)
    kim = access.invite(organisation, "Kim", role=Role.MEMBER, by=manager)
    robin = access.invite(organisation, "Robin", role=Role.MANAGER, by=manager)
    assert {access.organisation_of_code(code) for code in (letter, kim, robin)} == {organisation}
    newer = access.issue_code(organisation, by=office)
    assert {access.organisation_of_code(code) for code in (newer, kim, robin)} == {organisation}


def test_asking_twice_for_the_same_colleague_leaves_one_code(organisation, manager):
    first = access.invite(organisation, "Kim", role=Role.MEMBER, by=manager)
    second = access.invite(organisation, " kim ", role=Role.MEMBER, by=manager)
    assert access.open_invitations(organisation).count() == 1
    assert access.organisation_of_code(second) == organisation
    with pytest.raises(AccessError):
        access.organisation_of_code(first)


def test_open_codes_are_bounded(organisation, manager):
    for number in range(access.MOST_OPEN_INVITATIONS):
        access.invite(organisation, f"Person {number}", role=Role.MEMBER, by=manager)
    with pytest.raises(AccessError, match="viele"):
        access.invite(organisation, "noch jemand", role=Role.MEMBER, by=manager)


def test_a_code_needs_a_name(organisation, manager):
    with pytest.raises(AccessError):
        access.invite(organisation, "  ", role=Role.MEMBER, by=manager)


def test_a_code_that_was_withdrawn_opens_nothing(organisation, manager):
    code = access.invite(organisation, "Kim", role=Role.MEMBER, by=manager)
    row = AccessCode.objects.get()
    access.withdraw_invitation(row, by=manager)
    access.withdraw_invitation(row, by=manager)
    with pytest.raises(AccessError):
        access.redeem(code, by=make_user("kim@kammer.example"))


def test_a_used_code_cannot_be_withdrawn_and_a_letter_not_at_all(organisation, manager):
    code = access.invite(organisation, "Kim", role=Role.MEMBER, by=manager)
    access.redeem(code, by=make_user("kim@kammer.example"))
    with pytest.raises(AccessError, match="schon eingelöst"):
        access.withdraw_invitation(AccessCode.objects.get(), by=manager)
    letter = access.issue_code(organisation, by=make_curator())
    access.withdraw_invitation(AccessCode.objects.get(kind="letter"), by=manager)
    assert access.organisation_of_code(letter) == organisation


@pytest.mark.parametrize("end", ["removed", "stepped back", "erased"])
def test_a_code_holds_only_as_long_as_who_issued_it_manages_the_organisation(organisation, manager, end):
    other = add(organisation, "kim@kammer.example", Role.MANAGER)
    code = access.invite(organisation, "Robin", role=Role.MANAGER, by=other.user)
    match end:
        case "removed":
            people.remove(other, by=manager)
        case "stepped back":
            people.change_role(other, Role.MEMBER, by=manager)
        case "erased":
            personal_data.erase(other.user)
    assert not access.open_invitations(organisation)
    with pytest.raises(AccessError):
        access.redeem(code, by=make_user("robin@kammer.example"))


def test_a_member_with_a_code_for_managers_becomes_one_and_none_loses_a_role(organisation, manager):
    colleague = add(organisation, "kim@kammer.example")
    access.redeem(access.invite(organisation, "Kim", role=Role.MANAGER, by=manager), by=colleague.user)
    access.redeem(access.invite(organisation, "Kim", role=Role.MEMBER, by=manager), by=colleague.user)
    colleague.refresh_from_db()
    assert colleague.role == Role.MANAGER


# --- At once --------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(4))
def test_of_two_managers_who_remove_each_other_at_once_one_remains(attempt):
    organisation = make_organisation("partner", "Kammer")
    a, b = (add(organisation, f"{name}@kammer.example", Role.MANAGER) for name in "ab")
    results = at_once(lambda: people.remove(a, by=b.user), lambda: people.remove(b, by=a.user), refusal=Refusal)
    assert sum(isinstance(result, Refusal) for result in results) == 1
    assert organisation.memberships.get().role == Role.MANAGER


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(4))
def test_of_two_managers_who_leave_at_once_one_remains(attempt):
    organisation = make_organisation("partner", "Kammer")
    both = [add(organisation, f"{name}@kammer.example", Role.MANAGER) for name in "ab"]
    at_once(*[lambda each=each: people.leave(each, by=each.user) for each in both], refusal=Refusal)
    assert organisation.memberships.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(4))
def test_who_is_removed_at_the_same_moment_does_not_become_the_contact(attempt):
    organisation = make_organisation("partner", "Kammer")
    boss, colleague = add(organisation, "a@kammer.example", Role.MANAGER), add(organisation, "b@kammer.example")
    at_once(
        lambda: people.remove(colleague, by=boss.user),
        lambda: organisations.choose_contact(organisation, colleague.user, by=boss.user),
        refusal=Refusal,
    )
    assert organisation.memberships.filter(is_contact=True).count() in {0, organisation.memberships.count() - 1}


@pytest.mark.django_db(transaction=True)
def test_a_code_is_withdrawn_or_redeemed_not_both():
    organisation = make_organisation("partner", "Kammer")
    boss, kim = add(organisation, "a@kammer.example", Role.MANAGER), make_user("kim@kammer.example")
    code = access.invite(organisation, "Kim", role=Role.MEMBER, by=boss.user)
    row = AccessCode.objects.get()
    results = at_once(
        lambda: access.withdraw_invitation(row, by=boss.user), lambda: access.redeem(code, by=kim), refusal=Refusal
    )
    assert sum(isinstance(result, Refusal) for result in results) == 1
    assert isinstance(results[1], Refusal) == (not AccessCode.objects.exists())


def test_the_contact_person_must_belong_to_the_organisation(organisation, manager):
    with pytest.raises(OrganisationError):
        organisations.choose_contact(organisation, make_user("fremd@anders.example"), by=manager)
