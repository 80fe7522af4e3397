"""The office decides in the admin: the people concerned hear of it, with the reason."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from matching.models import Suggestion
from matching.suggestions import refresh_partner
from partners.models import Partner
from portal.accounts import access, office
from portal.accounts.models import AccessRequest, Consent, Membership, OfficeTask, Organisation
from portal.accounts.organisations import OrganisationError
from portal.site import curation
from portal.site.admin import OrganisationAdmin
from tests.factories import give_contact, make_curator, make_organisation, make_partner, make_user
from tests.registration.conftest import mails_to

pytestmark = pytest.mark.django_db
LIST = reverse("admin:accounts_organisation_changelist")
KIM = "kim@kammer.example"


@pytest.fixture
def curator(client):
    user = make_curator()
    client.force_login(user)
    return user


@pytest.fixture
def waiting(towns):
    partner = make_partner(approved=False, contact=KIM)
    refresh_partner(partner)
    return partner.organisation


def act(client, url, action, *rows, **more):
    return client.post(url, {"action": action, "_selected_action": [row.pk for row in rows], **more}, follow=True)


def test_correcting_a_name_does_not_take_back_what_was_decided_meanwhile(client, curator, waiting, rf):
    """The form was read before a colleague approved."""
    page = OrganisationAdmin(Organisation, admin.site)
    form = page.get_form(rf.get("/"), waiting, fields=["name"])({"name": "Kammer Neu"}, instance=waiting)
    assert form.is_valid()
    curation.approve(Organisation.objects.get(pk=waiting.pk), by=curator)
    page.save_model(rf.post("/"), form.save(commit=False), form, change=True)
    waiting.refresh_from_db()
    assert waiting.name == "Kammer Neu"
    assert waiting.approved_at


def test_approving_makes_public_and_tells_the_people(client, curator, waiting):
    assert not Partner.objects.public().exists()
    act(client, LIST, "approve", waiting)
    assert Partner.objects.public().exists()
    waiting.refresh_from_db()
    assert waiting.approved_by == curator
    (mail,) = mails_to(KIM)
    assert "Kammer Beispiel" in mail.subject
    act(client, LIST, "approve", waiting)
    assert len(mails_to(KIM)) == 1


def test_asking_back_asks_for_the_question_first(client, curator, waiting):
    page = act(client, LIST, "ask_back", waiting)
    assert "Rückfrage stellen" in page.text
    assert not mails_to(KIM)
    act(client, LIST, "ask_back", waiting, text="Wer sind Sie?")
    waiting.refresh_from_db()
    assert waiting.question == "Wer sind Sie?"
    assert "Wer sind Sie?" in mails_to(KIM)[0].body
    assert waiting in Organisation.objects.waiting()


def test_declining_gives_the_reason_and_withdraws_the_suggestions(client, curator, waiting):
    assert Suggestion.objects.open().exists()
    act(client, LIST, "decline", waiting, text="Das ist keine Mittlerorganisation.")
    waiting.refresh_from_db()
    assert waiting.declined_at
    assert "keine Mittlerorganisation" in mails_to(KIM)[0].body
    assert not Suggestion.objects.open().exists()


def test_a_decision_needs_its_text(client, curator, waiting):
    page = act(client, LIST, "decline", waiting, text="")
    assert page.status_code == 200
    waiting.refresh_from_db()
    assert waiting.declined_at is None
    with pytest.raises(OrganisationError):
        curation.decline(waiting, "  ", by=curator)


def test_what_is_approved_cannot_be_declined(client, curator, waiting):
    curation.approve(waiting, by=curator)
    page = act(client, LIST, "decline", waiting, text="Doch nicht.")
    assert "schon freigegeben" in page.text
    assert len(mails_to(KIM)) == 1


def test_only_the_office_decides(waiting):
    with pytest.raises(OrganisationError):
        curation.approve(waiting, by=make_user("wer@verein.example"))
    assert not mails_to(KIM)


def test_access_is_granted_with_a_mail(client, curator):
    organisation, person = make_organisation("city", "Stadt"), make_user("co@stadt.example")
    request = access.request_access(organisation, "Ich koordiniere.", by=person)
    url = reverse("admin:accounts_accessrequest_changelist")
    act(client, url, "grant", request)
    act(client, url, "grant", request)
    assert Membership.objects.get(user=person).is_contact
    assert len(mails_to(person.email)) == 1


def test_access_is_declined_with_a_reason(client, curator):
    organisation, person = make_organisation("city", "Stadt"), make_user("co@stadt.example")
    request = access.request_access(organisation, "Ich koordiniere.", by=person)
    act(client, reverse("admin:accounts_accessrequest_changelist"), "decline", request, text="Wir kennen Sie nicht.")
    assert AccessRequest.objects.get().declined_at
    assert "Wir kennen Sie nicht." in mails_to(person.email)[0].body
    assert not Membership.objects.exists()


def test_the_printed_letter_carries_a_code_that_works(client, curator):
    organisation = make_organisation("city", "Stadt")
    page = act(client, LIST, "print_letters", organisation)
    code = re.search(r'class="code">([0-9A-Z-]+)<', page.text)[1]
    assert "no-store" in page["Cache-Control"]
    assert access.redeem(code, by=make_user()).organisation == organisation


def test_a_new_letter_makes_the_old_code_worthless(curator):
    organisation = make_organisation("city", "Stadt")
    old = access.issue_code(organisation, by=curator)
    access.issue_code(organisation, by=curator)
    with pytest.raises(access.AccessError):
        access.redeem(old, by=make_user())


def test_a_task_is_finished_once_and_disappears_from_the_list(client, curator):
    task = office.open_task("call:1", OfficeTask.Kind.CONTACT, organisation=None, text="Frau Beispiel anrufen")
    assert office.open_task("call:1", OfficeTask.Kind.CONTACT, organisation=None, text="anders") == task
    url = reverse("admin:accounts_officetask_changelist")
    assert "Frau Beispiel anrufen" in client.get(url).text
    act(client, url, "finish", task)
    assert "Frau Beispiel anrufen" not in client.get(url).text
    assert "Frau Beispiel anrufen" in client.get(url, {"done": "yes"}).text
    task.refresh_from_db()
    assert task.done_by == curator


def test_the_office_records_a_withdrawal_but_gives_no_consent(client, curator, waiting):
    consent = Consent.objects.get()
    url = reverse("admin:accounts_consent_changelist")
    act(client, url, "withdraw", consent)
    consent.refresh_from_db()
    assert consent.withdrawn_with == f"Geschäftsstelle ({curator})"
    assert client.get(reverse("admin:accounts_consent_add")).status_code == 403


def test_the_office_names_another_contact(client, curator, waiting):
    second = Membership.objects.create(user=make_user("zwei@kammer.example"), organisation=waiting)
    act(client, reverse("admin:accounts_membership_changelist"), "make_contact", second)
    assert Organisation.objects.get(pk=waiting.pk).contact == second.user


def test_correcting_an_entry_in_the_admin_refreshes_its_suggestions(client, curator, waiting):
    partner = waiting.partner
    part = partner.area_parts.get()
    typed = {
        "category": "research", "sector": "science", "seat": partner.seat_id, "description": "", "website": "",
        "topics": ["climate"], "offers-TOTAL_FORMS": 0, "offers-INITIAL_FORMS": 0, "area_parts-TOTAL_FORMS": 1,
        "area_parts-INITIAL_FORMS": 1, "area_parts-0-id": part.pk, "area_parts-0-partner": partner.pk,
        "area_parts-0-centre": part.centre_id, "area_parts-0-radius_km": 100,
    }  # fmt: skip
    answer = client.post(reverse("admin:partners_partner_change", args=[partner.pk]), typed)
    assert answer.status_code == 302
    assert {suggestion.city.name for suggestion in Suggestion.objects.open()} == {"Telgte", "Bocholt"}


@pytest.mark.parametrize(
    "name",
    [
        "accounts_organisation", "accounts_user", "accounts_membership", "accounts_consent", "accounts_officetask",
        "accounts_accessrequest", "partners_partner", "partners_partnercategory", "cities_city", "cities_municipality",
        "cities_region", "cities_topic", "site_sitepage",
    ],
)  # fmt: skip
def test_every_list_can_be_opened_and_searched(client, curator, waiting, name):
    give_contact(waiting.partner.suggestions.first().city.organisation, "co@stadt.example")
    url = reverse(f"admin:{name}_changelist")
    for query in ({}, {"q": "Kammer"}, {"q": "x" * 10_000}, {"state": "waiting"}, {"e": "1"}):
        assert client.get(url, query, follow=True).status_code == 200


def test_nobody_reads_the_secret_of_a_second_factor_in_the_admin(client):
    client.force_login(make_curator())
    assert client.get("/admin/mfa/authenticator/").status_code == 404
    assert client.get("/admin/account/emailaddress/").status_code == 404
