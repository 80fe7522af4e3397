"""The page on which the people of an organisation see and decide who belongs to it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts import access
from portal.accounts.models import AccessCode, Membership, Role, User
from tests.factories import give_contact, make_city, make_company, make_network, make_partner, make_user

MARTHA = "martha@telgte.example"
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


@pytest.fixture
def town(db):
    return make_city("Telgte", contact=MARTHA)


@pytest.fixture
def martha(client, town):
    user = User.objects.get(email=MARTHA)
    client.force_login(user)
    return user


def add(organisation, email="kim@telgte.example", role=Role.MEMBER, **fields):
    return Membership.objects.create(user=make_user(email, **fields), organisation=organisation, role=role)


def page_of(organisation):
    return reverse("people", args=[organisation.pk])


def invite(client, organisation, meant_for="Kim Muster", role="member"):
    return client.post(reverse("invite_colleague", args=[organisation.pk]), {"meant_for": meant_for, "role": role})


@pytest.mark.parametrize("make", [make_partner, make_city, make_network, make_company])
def test_every_kind_of_organisation_has_the_page(client, db, make):
    organisation = make(contact="martha@irgendwo.example").organisation
    client.force_login(organisation.contact)
    page = client.get(page_of(organisation))
    assert page.status_code == 200
    role = "Koordination" if organisation.kind == "city" else "Verwaltung"
    for expected in (organisation.name, "Alex Beispiel", role, "Ansprechperson", "das sind Sie"):
        assert expected in page.text


def test_the_dashboard_leads_there(client, town, martha):
    assert f'href="{page_of(town.organisation)}"' in client.get(reverse("dashboard")).text


def test_somebody_without_a_name_is_listed_by_address(client, town, martha):
    add(town.organisation, "ohne@telgte.example", first_name="", last_name="")
    assert "ohne@telgte.example" in client.get(page_of(town.organisation)).text


def test_a_colleague_comes_by_the_code_that_was_shown_once(client, town, martha):
    answer = invite(client, town.organisation)
    code = CODE.search(answer.text)[0]
    assert "no-store" in answer["Cache-Control"]
    listed = client.get(page_of(town.organisation)).text
    assert "Kim Muster" in listed
    assert not CODE.search(listed)
    kim = Client()
    kim.force_login(make_user("kim@telgte.example"))
    kim.post(reverse("join_code"), {"code": code, "first_name": "Kim", "last_name": "Muster", "form_id": "c" * 32})
    assert Membership.objects.get(user__email="kim@telgte.example").role == Role.MEMBER
    assert kim.get(reverse("edit_city", args=["telgte"])).status_code == 200


def test_the_same_invitation_sent_twice_leaves_one_open_code(client, town, martha):
    invite(client, town.organisation)
    latest = CODE.search(invite(client, town.organisation).text)[0]
    assert access.open_invitations(town.organisation).count() == 1
    assert access.organisation_of_code(latest) == town.organisation


@pytest.mark.parametrize(
    ("meant_for", "role"),
    [("", "member"), ("x" * 10_000, "member"), ("Kim", ""), ("Kim", "owner"), ("Kim", "x" * 10_000)],
)
def test_a_nonsensical_invitation_is_a_form_error(client, town, martha, meant_for, role):
    answer = invite(client, town.organisation, meant_for, role)
    assert answer.status_code == 400
    assert "Bitte prüfen Sie Ihre Angaben" in answer.text
    assert not AccessCode.objects.exists()


def test_a_nul_byte_is_refused(client, town, martha):
    assert invite(client, town.organisation, "Kim\x00").status_code == 400


def test_an_open_code_is_withdrawn(client, town, martha):
    invite(client, town.organisation)
    code = AccessCode.objects.get()
    client.post(reverse("withdraw_invitation", args=[town.organisation.pk, code.pk]))
    assert not AccessCode.objects.exists()


def test_a_code_of_another_organisation_is_not_there(client, town, martha):
    other = make_city("Bocholt", contact="clara@bocholt.example").organisation
    access.invite(other, "Robin", role=Role.MEMBER, by=other.contact)
    code = AccessCode.objects.get()
    assert client.post(reverse("withdraw_invitation", args=[town.organisation.pk, code.pk])).status_code == 404
    assert client.post(reverse("withdraw_invitation", args=[other.pk, code.pk])).status_code == 404
    assert AccessCode.objects.exists()


def test_roles_and_contact_are_changed_by_a_click(client, town, martha):
    kim = add(town.organisation)
    client.post(reverse("change_role", args=[town.organisation.pk, kim.pk]), {"role": "manager"})
    answer = client.post(reverse("choose_contact", args=[town.organisation.pk, kim.pk]), follow=True)
    kim.refresh_from_db()
    assert (kim.role, kim.is_contact) == (Role.MANAGER, True)
    assert "ist jetzt Ihre Ansprechperson" in answer.text


def test_a_role_that_does_not_exist_is_refused(client, town, martha):
    kim = add(town.organisation)
    answer = client.post(reverse("change_role", args=[town.organisation.pk, kim.pk]), {"role": "owner"})
    assert (answer.status_code, "Diese Rolle gibt es nicht." in answer.text) == (400, True)
    kim.refresh_from_db()
    assert kim.role == Role.MEMBER


def test_what_is_refused_says_why(client, town, martha):
    own = Membership.objects.get(user=martha)
    answer = client.post(reverse("change_role", args=[town.organisation.pk, own.pk]), {"role": "member"})
    assert answer.status_code == 409
    assert "Koordination" in answer.text
    answer = client.post(reverse("leave_organisation", args=[town.organisation.pk]))
    assert (answer.status_code, Membership.objects.count()) == (409, 1)


def test_who_was_removed_loses_access_at_the_next_request(client, town, martha):
    kim, session = add(town.organisation), Client()
    session.force_login(kim.user)
    pages = [reverse("edit_city", args=["telgte"]), page_of(town.organisation)]
    assert [session.get(page).status_code for page in pages] == [200, 200]
    client.post(reverse("remove_person", args=[town.organisation.pk, kim.pk]))
    assert [session.get(page).status_code for page in pages] == [404, 404]
    assert "Telgte" not in session.get(reverse("dashboard")).text


@pytest.mark.parametrize("step", ["change_role", "choose_contact", "remove_person"])
def test_people_of_another_organisation_are_not_there(client, town, martha, step):
    other = make_partner(contact="petra@kammer.example").organisation
    kim = add(other, "kim@kammer.example")
    for organisation in (town.organisation, other):
        answer = client.post(reverse(step, args=[organisation.pk, kim.pk]), {"role": "manager"})
        assert answer.status_code == 404
    kim.refresh_from_db()
    assert (kim.role, kim.is_contact) == (Role.MEMBER, False)


def test_a_member_sees_everybody_and_changes_nobody(client, town):
    kim = add(town.organisation, role=Role.MEMBER)
    client.force_login(kim.user)
    page = client.get(page_of(town.organisation)).text
    assert MARTHA in page
    for word in ("Person entfernen", "Code erstellen", "Zur Ansprechperson machen"):
        assert word not in page
    martha = Membership.objects.get(user__email=MARTHA)
    assert client.post(reverse("remove_person", args=[town.organisation.pk, martha.pk])).status_code == 409
    assert (
        client.post(reverse("change_role", args=[town.organisation.pk, kim.pk]), {"role": "manager"}).status_code == 409
    )
    assert invite(client, town.organisation).status_code == 409
    assert town.organisation.members.count() == 2


def test_a_member_leaves(client, town):
    kim = add(town.organisation)
    client.force_login(kim.user)
    answer = client.post(reverse("leave_organisation", args=[town.organisation.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("dashboard"), 302)]
    assert "gehören nicht mehr zu" in answer.text
    assert client.get(page_of(town.organisation)).status_code == 404


def test_looking_takes_the_same_queries_for_two_people_and_for_twelve(client, town, martha):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(town.organisation))
        return len(captured)

    add(town.organisation)
    access.invite(town.organisation, "Robin", role=Role.MEMBER, by=martha)
    few = queries()
    for number in range(10):
        add(town.organisation, f"p{number}@telgte.example")
        access.invite(town.organisation, f"Gast {number}", role=Role.MEMBER, by=martha)
    assert queries() == few


def test_names_are_shown_as_they_were_typed(client, town, martha):
    invite(client, town.organisation, "<script>alert(1)</script>")
    assert "<script>alert" not in client.get(page_of(town.organisation)).text


def test_a_second_organisation_of_the_person_stays_apart(client, town, martha):
    company = make_company()
    give_contact(company.organisation, MARTHA)
    kim = add(company.organisation)
    assert client.post(reverse("remove_person", args=[town.organisation.pk, kim.pk])).status_code == 404
    assert client.post(reverse("remove_person", args=[company.organisation.pk, kim.pk])).status_code == 302
