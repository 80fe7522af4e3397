"""The pages of companies: the public list, a partner's companies, the own ones, and what the office sees."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cities.models import City, Topic
from partners import invitations
from partners.models import Affiliation, Company, CompanyInvitation, CompanyOffer
from portal.accounts.models import Organisation
from portal.mail.models import OutgoingMail
from portal.site import curation
from tests.factories import (
    give_contact,
    make_affiliation,
    make_city,
    make_company,
    make_curator,
    make_partner,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db
PETRA, WERA = "petra@kammer.example", "wera@tischlerei.example"


@pytest.fixture
def partner(world):
    partner = make_partner("Kammer Petra", contact=PETRA)
    return partner


@pytest.fixture
def petra(client, partner):
    client.force_login(partner.organisation.contact)
    return partner.organisation.contact


@pytest.fixture
def company(world):
    return make_company(contact=WERA)


def names(response):
    return [row.name for row in response.context["page"]]


def test_only_approved_companies_that_want_to_be_shown_are_listed(client, world):
    make_company("Offen")
    make_company("Heimlich", listed=False)
    make_company("Wartet", approved=False)
    assert names(client.get("/unternehmen/")) == ["Offen"]
    assert client.get("/unternehmen/heimlich/").status_code == 404
    assert client.get("/unternehmen/wartet/").status_code == 404


def test_companies_are_narrowed(client, world):
    joiner = make_company("Tischlerei", branch="C")
    joiner.topics.set(Topic.objects.filter(code="climate"))
    CompanyOffer.objects.create(company=joiner, kind="rooms")
    make_company("Bäckerei", branch="G", size_class="micro", staff=5, seat="Köln")
    cases = [
        ("branche=C", ["Tischlerei"]),
        ("groesse=micro", ["Bäckerei"]),
        ("angebot=rooms", ["Tischlerei"]),
        ("thema=climate", ["Tischlerei"]),
        ("suche=bäck", ["Bäckerei"]),
        ("ort=Münster", ["Tischlerei", "Bäckerei"]),
        ("ort=Münster&umkreis=50", ["Tischlerei"]),
    ]
    for query, found in cases:
        assert names(client.get(f"/unternehmen/?{query}")) == found, query


@pytest.mark.parametrize(
    "query",
    [
        "branche=xx",
        "branche=%00",
        "groesse=huge",
        "seite=eins",
        "seite=" + "9" * 5000,
        "umkreis=-5",
        "ort=%F0%9F%98%80",
    ],
)
def test_nonsense_in_the_address_breaks_nothing(client, world, query):
    assert client.get(f"/unternehmen/?{query}").status_code in {200, 400}


def test_the_list_asks_the_database_as_often_for_twelve_as_for_two(client, world):
    counts = []
    for number in range(12):
        row = make_company(f"Betrieb {number}")
        CompanyOffer.objects.create(company=row, kind="rooms")
        if number in {1, 11}:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get("/unternehmen/")
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_names_confirmed_advisers_and_projects_but_no_contact(client, world, company, partner):
    make_affiliation(partner, company)
    make_affiliation(make_partner("Fragt noch"), company, partner_agreed=False)
    make_project(world_city(), "Lastenräder")
    page = client.get("/unternehmen/tischlerei-muster/").text
    assert "Kammer Petra" in page
    assert "Fragt noch" not in page
    assert "Lastenräder" in page
    contact = company.organisation.contact
    assert contact.email not in page
    assert contact.last_name not in page
    assert contact.phone not in page


def world_city():
    return Organisation.objects.get(name="Telgte").city


def test_its_people_and_the_office_see_an_unlisted_company(client, world):
    company = make_company("Heimlich", listed=False, contact=WERA)
    client.force_login(company.organisation.contact)
    assert "möchte nicht gezeigt werden" in client.get("/unternehmen/heimlich/").text
    client.force_login(make_curator())
    assert client.get("/unternehmen/heimlich/").status_code == 200


def test_a_new_link_is_shown_once_with_a_text_to_pass_on(client, petra, partner):
    url = reverse("partner_companies", args=[partner.slug])
    page = client.post(url, {"for_whom": "Tischlerei Muster"})
    invitation = CompanyInvitation.objects.get()
    link = page.context["link"]
    assert invitations.invitation_of(link.rstrip("/").rpartition("/")[2]) == invitation
    assert link in page.text
    again = client.get(url).text
    assert "/einladung/" not in again
    assert "Tischlerei Muster" in again
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("typed", ["", "   ", "x" * 201])
def test_an_invitation_without_a_name_is_a_form_error(client, petra, partner, typed):
    answer = client.post(reverse("partner_companies", args=[partner.slug]), {"for_whom": typed})
    assert answer.status_code == 400
    assert not CompanyInvitation.objects.exists()


def test_a_partner_that_waits_cannot_invite_yet(client, world):
    partner = make_partner("Wartet noch", approved=False, contact=PETRA)
    client.force_login(partner.organisation.contact)
    url = reverse("partner_companies", args=[partner.slug])
    assert "sobald die Geschäftsstelle" in client.get(url).text
    assert client.post(url, {"for_whom": "X"}).status_code == 400


def test_withdrawing_an_invitation_twice_is_no_harm(client, petra, partner):
    invitations.invite(partner, "Tischlerei Muster", by=petra)
    row = CompanyInvitation.objects.get()
    url = reverse("withdraw_company_invitation", args=[partner.slug, row.pk])
    assert client.get(url).status_code == 405
    for _click in range(2):
        assert client.post(url).url == reverse("partner_companies", args=[partner.slug])
    row.refresh_from_db()
    assert row.withdrawn_at
    assert "zurückgezogen" in client.get(reverse("partner_companies", args=[partner.slug])).text


def test_others_find_nothing_of_a_partners_companies(client, petra, partner, company):
    invitations.invite(partner, "X", by=petra)
    invitation = CompanyInvitation.objects.get()
    advice = make_affiliation(partner, company, partner_agreed=False)
    other = make_partner("Andere", contact="anna@andere.example")
    client.force_login(other.organisation.contact)
    assert client.get(reverse("partner_companies", args=[partner.slug])).status_code == 404
    for url in (
        reverse("partner_companies", args=[partner.slug]),
        reverse("withdraw_company_invitation", args=[partner.slug, invitation.pk]),
        reverse("withdraw_company_invitation", args=[other.slug, invitation.pk]),
        reverse("agree_affiliation", args=[advice.pk]),
        reverse("end_affiliation", args=[advice.pk]),
        reverse("edit_company", args=[company.slug]),
    ):
        assert client.post(url, {"for_whom": "X"}).status_code == 404, url
    invitation.refresh_from_db()
    advice.refresh_from_db()
    assert (invitation.withdrawn_at, advice.ended_at, advice.partner_agreed_at) == (None, None, None)


def test_a_partner_confirms_a_company_that_names_it(client, petra, partner, company):
    advice = make_affiliation(partner, company, partner_agreed=False)
    assert "als beratenden Partner. Stimmt das?" in client.get("/mein/").text
    page = client.get(reverse("partner_companies", args=[partner.slug])).text
    assert "Tischlerei Muster" in page
    assert WERA not in page
    for _click in range(2):
        here = reverse("partner_companies", args=[partner.slug])
        assert client.post(reverse("agree_affiliation", args=[advice.pk]), {"next": here}).url == here
    assert Affiliation.objects.holding().get() == advice
    assert [mail.to for mail in OutgoingMail.objects.filter(key__startswith="affiliation_agreed")] == [WERA]
    assert "Stimmt das?" not in client.get("/mein/").text


def test_a_partner_declines_and_a_late_yes_is_refused_in_words(client, petra, partner, company):
    advice = make_affiliation(partner, company, partner_agreed=False)
    client.post(reverse("end_affiliation", args=[advice.pk]))
    answer = client.post(reverse("agree_affiliation", args=[advice.pk]), follow=True)
    assert "Diese Anfrage ist nicht mehr offen." in answer.text


def test_the_own_company_shows_advisers_with_their_state_and_projects(client, world, company, partner):
    make_affiliation(partner, company, partner_agreed=False)
    says_so = make_affiliation(make_partner("Sagt es selbst"), company, organisation_agreed=False)
    make_project(world_city(), "Lastenräder")
    client.force_login(company.organisation.contact)
    page = client.get("/mein/").text
    assert "noch nicht bestätigt" in page
    assert "Dieser Partner sagt, dass er Sie berät" in page
    assert "Lastenräder" in page
    assert PETRA not in page
    assert client.post(reverse("agree_affiliation", args=[says_so.pk])).url == reverse("dashboard")
    assert Affiliation.objects.holding().get() == says_so


def test_the_company_takes_back_what_it_asked(client, world, company, partner):
    advice = make_affiliation(partner, company, partner_agreed=False)
    client.force_login(company.organisation.contact)
    client.post(reverse("end_affiliation", args=[advice.pk]))
    advice.refresh_from_db()
    assert advice.ended_at
    assert [mail.to for mail in OutgoingMail.objects.all()] == [PETRA]  # who was asked need not answer any more


def test_the_page_after_the_registration_can_be_opened_for_a_day(client, world, company):
    client.force_login(company.organisation.contact)
    assert "Projekte in Ihrer Nähe" in client.get(reverse("registered")).text
    Organisation.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert client.get(reverse("registered")).url == reverse("dashboard")


def test_the_dashboard_asks_as_often_for_many_advisers_as_for_one(client, world, company):
    client.force_login(company.organisation.contact)
    counts = []
    for number in range(6):
        make_affiliation(make_partner(f"Kammer {number}"), company)
        make_project(world_city(), f"Projekt {number}")
        if number in {0, 5}:
            with CaptureQueriesContext(connection) as queries:
                client.get("/mein/")
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_partners_page_asks_as_often_for_many_as_for_one(client, petra, partner):
    counts = []
    for number in range(6):
        row = make_company(f"Betrieb {number}")
        make_affiliation(partner, row)
        invitations.invite(partner, f"Betrieb {number}", by=petra)
        CompanyInvitation.objects.filter(company=None).update(company=row, used_at=timezone.now())
        if number in {0, 5}:
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("partner_companies", args=[partner.slug]))
            counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("listed", "told"), [(True, "Liste der Unternehmen"), (False, "Öffentlich gezeigt wird der Eintrag nicht")]
)
def test_the_mail_of_the_approval_speaks_of_a_company(world, listed, told):
    company = make_company(approved=False, listed=listed, contact=WERA)
    curation.approve(company.organisation, by=make_curator())
    mail = OutgoingMail.objects.get(to=WERA)
    assert told in mail.body
    assert "Vorschlag" not in mail.body
    assert "Projekte in Ihrer Nähe" in mail.body


@pytest.fixture
def office(client, world):
    curator = make_curator()
    client.force_login(curator)
    return curator


def change_form(company, **changes):
    inline = {f"offers-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    values = {"name": company.name, "seat": company.seat_id, "branch": "F", "size_class": "small", "staff": "20"}
    return values | inline | changes


def test_the_office_reads_which_town_is_nearest_with_the_same_queries_for_many(
    client, office, company, django_assert_num_queries
):
    url = "/admin/partners/company/"
    with CaptureQueriesContext(connection) as before:
        assert "Telgte, " in client.get(url).text
    make_city("Berlin"), make_city("Münster")
    for number in range(4):
        make_company(f"Betrieb {number}", seat="Münster")
    with django_assert_num_queries(len(before)):
        assert client.get(url).text.count("Münster, weniger als") == 4


def test_without_any_town_none_is_the_nearest(client, office, company):
    City.objects.update(taking_part=False)
    assert client.get("/admin/partners/company/").status_code == 200


def test_the_office_finds_and_corrects_a_company(client, office, company):
    page = client.get("/admin/partners/company/?q=tischlerei&branch__exact=F&size_class__exact=small&state=listed")
    assert "Tischlerei Muster" in page.text
    url = f"/admin/partners/company/{company.pk}/change/"
    assert client.get(url).status_code == 200
    assert client.post(url, change_form(company, name="Möbel Muster")).status_code == 302
    company = Company.objects.get()
    assert (company.name, company.name_key) == ("Möbel Muster", "moebel muster")


def test_the_office_cannot_break_the_rules_of_companies(client, office, company):
    make_company("Möbel Muster", listed=False)
    url = f"/admin/partners/company/{company.pk}/change/"
    for changes, told in [
        ({"name": "Moebel Muster"}, "schon eingetragen"),
        ({"staff": "400"}, "OM-Partner"),
        ({"staff": "-1"}, "größer oder gleich 0"),
    ]:
        page = client.post(url, change_form(company, **changes))
        assert page.status_code == 200
        assert told in page.text


@pytest.mark.parametrize("state", ["waiting", "listed", "unlisted", "declined", "unsinn"])
def test_companies_are_filtered_by_state(client, office, company, state):
    assert client.get(f"/admin/partners/company/?state={state}").status_code == 200


def test_the_name_of_a_company_is_kept_with_its_entry(client, office, company):
    page = client.get(f"/admin/accounts/organisation/{company.organisation_id}/change/").text
    assert 'name="name"' not in page


def test_the_office_looks_at_invitations_and_withdraws_them(client, office, partner):
    token = invitations.invite(partner, "Tischlerei", by=partner.organisation.contact)
    row = CompanyInvitation.objects.get()
    for state in ("open", "used", "withdrawn", "over", ""):
        assert client.get(f"/admin/partners/companyinvitation/?state={state}").status_code == 200
    page = client.get(f"/admin/partners/companyinvitation/{row.pk}/change/").text
    assert "Created by" not in page  # every label is German
    assert row.token_hash not in page
    assert token not in page
    client.post("/admin/partners/companyinvitation/", {"action": "withdraw", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.withdrawn_at


def test_a_member_who_is_no_contact_person_keeps_the_company_too(client, world, company):
    colleague = make_user("kai@tischlerei.example")
    company.organisation.memberships.create(user=colleague)
    client.force_login(colleague)
    assert client.get(reverse("edit_company", args=[company.slug])).status_code == 200
    client.force_login(give_contact(make_company("Andere").organisation, "otto@anderswo.example"))
    assert client.get(reverse("edit_company", args=[company.slug])).status_code == 404
