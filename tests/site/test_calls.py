"""Where the portal may write to nobody the office calls or sends a letter, with the same facts as in the mail."""

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from matching import calls, introductions, proposals
from matching.models import Introduction, Side
from portal.accounts import access
from portal.accounts.models import AccessCode, Membership, OfficeTask, Organisation
from portal.mail import addresses
from portal.mail.models import BlockedAddress, OutgoingMail
from tests.factories import make_city, make_company, make_curator, make_partner, make_project
from tests.matching.casts import PETRA, STEFAN, make_pair

pytestmark = pytest.mark.django_db
WRITTEN = '#read("/etc/passwd") *x* _y_ $z$ @a <b> `c` \\ // d'


@pytest.fixture
def curator():
    return make_curator()


@pytest.fixture
def office(curator):
    client = Client()
    client.force_login(curator)
    return client


def ask(*, city=None, message="Wir beraten Betriebe und suchen Räume."):
    """Petra asks for the town, where nobody may be written to; returns the task of the office."""
    partner, town = make_pair(city=city)
    Organisation.objects.filter(pk=town.organisation_id).update(
        confirmed_at=None, postal_address="Rathaus\nMarkt 1\n48291 Telgte"
    )
    petra = partner.organisation.contact
    introductions.ask(partner, town, side=Side.PARTNER, by=petra, message=message)
    return OfficeTask.objects.get()


def page_of(task):
    return f"/admin/accounts/organisation/aufgaben/{task.pk}/"


def letter_of(office, task):
    response = office.post(page_of(task))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Cache-Control"] == "no-store"
    reader = PdfReader(io.BytesIO(response.content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_task_leads_to_the_words_to_say(office):
    task = ask()
    assert page_of(task) in office.get(f"/admin/accounts/officetask/{task.pk}/change/").text
    page = office.get(page_of(task)).text
    for words in (
        "Kammer Beispiel möchte Telgte kennenlernen und hat uns gebeten, Sie zu fragen.",
        "ein gemeinsames Thema",
        "Wir beraten Betriebe und suchen Räume.",
        "Kontaktdaten gehen erst an die andere Seite, wenn beide zugesagt haben.",
        f"bis zum {Introduction.objects.get().expires_at:%d.%m.%Y}",
        "stammen aus einer Liste der Netzwerke",
    ):
        assert words in page
    assert PETRA not in page


def test_looking_makes_no_code(office):
    task = ask()
    office.get(page_of(task))
    assert not AccessCode.objects.exists()


def test_the_letter_has_address_reasons_source_and_a_code_that_works(office, curator):
    task = ask()
    text = letter_of(office, task)
    for words in (
        "Rathaus Markt 1 48291 Telgte",
        "im Auftrag der Netzwerke Offensive Mittelstand und Engagierte Stadt",
        "Das spricht dafür:",
        "Wir beraten Betriebe und suchen Räume.",
        "http://localhost:8000/mitmachen/code/",
        "stammen aus einer Liste der Netzwerke",
        "jederzeit widersprechen",
        "http://localhost:8000/datenschutz/",
        "http://localhost:8000/impressum/",
    ):
        assert words.replace(" ", "") in text.replace(" ", ""), words  # a long address may go over two lines
    assert PETRA not in text
    code = next(word for word in text.split() if len(word) == 19 and word.count("-") == 3)
    assert access.organisation_of_code(code) == task.organisation


def test_a_source_that_was_noted_is_named(office):
    task = ask()
    city = task.organisation.city
    city.source = "Liste der Bundesnetzwerke, Stand 2025"
    city.save()
    assert "stammen aus dieser Quelle: Liste der Bundesnetzwerke, Stand 2025." in letter_of(office, task)


def test_a_second_letter_has_a_new_code_and_the_first_one_stops_working(office):
    task = ask()
    letter_of(office, task)
    letter_of(office, task)
    assert AccessCode.objects.filter(organisation=task.organisation).count() == 1


def test_who_has_an_account_needs_no_code(office):
    partner, city = make_pair()
    city.organisation.contact.consents.all().delete()
    introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact, message="")
    text = letter_of(office, OfficeTask.objects.get())
    assert "melden Sie sich dafür im Portal an" in text
    assert "http://localhost:8000/konto/login/" in text.replace(" ", "")
    assert not AccessCode.objects.exists()


def test_what_people_wrote_comes_out_as_it_is(office):
    task = ask(message=WRITTEN)
    Organisation.objects.filter(pk=task.organisation_id).update(name=f"Telgte {WRITTEN}"[:200])
    text = letter_of(office, task)
    assert text.count('#read("/etc/passwd") *x*') >= 2


def test_an_ended_case_says_so(office):
    task = ask()
    introductions.withdraw(Introduction.objects.get(), by=make_curator("b@office.example"), reason="Doppelt")
    assert "wartet niemand mehr" in office.get(page_of(task)).text


def test_an_offer_to_a_town_without_people_is_prepared_as_well(office):
    city, company = make_city("Telgte"), make_company(contact="carl@maler.example")
    carl = company.organisation.contact
    proposals.offer(company, make_project(city), kinds=["rooms"], message="Unsere Werkstatt ist frei.", by=carl)
    text = letter_of(office, OfficeTask.objects.get())
    assert "möchte bei Ihrem Projekt „Lastenräder für alle“ helfen" in text
    assert "Unsere Werkstatt ist frei." in text
    assert "carl@maler.example" not in text


def test_other_tasks_have_no_such_page(office):
    task = OfficeTask.objects.create(
        key="forward:1", kind=OfficeTask.Kind.RESPONSIBLE, due_on="2026-12-01", organisation=make_partner().organisation
    )
    assert office.get(page_of(task)).status_code == 404
    assert office.get(page_of(OfficeTask(pk=task.pk + 1))).status_code == 404


@pytest.mark.parametrize("key", ["ask:999999", "proposal:999999:city"])
def test_a_task_whose_case_is_gone_has_no_words(key):
    assert calls.of_task(OfficeTask(key=key)) is None


def test_a_clerk_who_may_not_change_tasks_makes_no_letters():
    task = ask()
    clerk = make_curator("neu@office.example")
    clerk.is_superuser = False
    clerk.save()
    client = Client()
    client.force_login(clerk)
    assert client.post(page_of(task)).status_code == 403
    assert not AccessCode.objects.exists()


def test_where_mails_do_not_arrive_the_office_calls_instead():
    partner, city = make_pair()
    addresses.block(STEFAN, reason=BlockedAddress.Reason.BOUNCED, source="brevo")
    introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact, message="")
    assert not OutgoingMail.objects.filter(to=STEFAN).exists()
    assert OfficeTask.objects.filter(kind=OfficeTask.Kind.CONTACT, organisation=city.organisation).exists()


def test_an_offer_to_somebody_mails_do_not_reach_becomes_a_call():
    city, company = make_city("Telgte", contact=STEFAN), make_company(contact="carl@maler.example")
    addresses.block(STEFAN, reason=BlockedAddress.Reason.BOUNCED, source="brevo")
    carl = company.organisation.contact
    proposals.offer(company, make_project(city), kinds=["rooms"], message="Gern.", by=carl)
    assert OfficeTask.objects.filter(kind=OfficeTask.Kind.CONTACT).exists()
    assert Membership.objects.filter(organisation=city.organisation).exists()
    assert not OutgoingMail.objects.filter(to=STEFAN).exists()
