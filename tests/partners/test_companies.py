"""Companies are entered once, in a size class that fits, and name partners that confirm it."""

from decimal import Decimal

import pytest

from cities.models import Topic
from partners import affiliations, companies
from partners.companies import CompanyError, name_key
from partners.models import Affiliation, Company
from portal.accounts import organisations
from portal.accounts.models import Membership, OfficeTask, Organisation, User
from portal.accounts.refusals import Refusal
from portal.mail.models import OutgoingMail
from tests.factories import make_affiliation, make_company, make_curator, make_municipality, make_partner, make_user
from tests.races import at_once

pytestmark = pytest.mark.django_db
WERA = "wera@tischlerei.example"
PETRA = "petra@kammer.example"


@pytest.fixture
def wera():
    return make_user(WERA, first_name="Wera")


def mails(key):
    return list(OutgoingMail.objects.filter(key__startswith=key).order_by("pk"))


def test_a_new_company_waits_for_the_office_and_whoever_enters_it_is_its_contact(company_entry, wera):
    company = companies.register(company_entry(offers={"rooms": "Werkstatt"}, turnover=Decimal("1.5")), by=wera)
    assert (company.slug, company.name_key) == ("tischlerei-muster", "tischlerei muster")
    assert company.organisation.approved_at is None
    assert company.organisation.contact == wera
    assert company.listed_at is None
    assert [(offer.kind, offer.note) for offer in company.offers.all()] == [("rooms", "Werkstatt")]


def test_the_same_person_sending_the_same_again_gets_the_first_one(company_entry, wera):
    first = companies.register(company_entry(), by=wera)
    assert companies.register(company_entry(name="TISCHLEREI  Muster"), by=wera) == first
    assert Company.objects.count() == 1


def test_the_same_company_by_somebody_else_is_refused_with_what_to_do(company_entry, wera):
    companies.register(company_entry(), by=wera)
    with pytest.raises(CompanyError, match=r"„Tischlerei Muster“ ist in Telgte schon eingetragen\..*Geschäftsstelle"):
        companies.register(company_entry(), by=make_user("otto@anderswo.example"))
    assert Organisation.objects.filter(kind="company").count() == 1


def test_the_same_name_elsewhere_is_another_company(company_entry, wera):
    companies.register(company_entry(), by=wera)
    other = companies.register(company_entry(seat=make_municipality("Köln")), by=make_user("otto@anderswo.example"))
    assert other.slug == "tischlerei-muster-2"


def test_a_declined_company_that_is_sent_again_waits_anew_with_what_was_typed_now(company_entry, wera):
    company = companies.register(company_entry(), by=wera)
    organisations.decline(company.organisation, "Bitte nennen Sie, was Sie machen.", by=make_curator())
    again = companies.register(company_entry(description="Wir bauen Möbel."), by=wera)
    assert again == company
    assert (again.organisation.declined_at, again.organisation.decline_reason) == (None, "")
    assert again.description == "Wir bauen Möbel."
    assert Organisation.objects.waiting().filter(company=company).exists()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"staff": 400, "size_class": "small"}, "OM-Partner"),
        ({"staff": 400, "size_class": "medium"}, "OM-Partner"),
        ({"staff": 100, "size_class": "small"}, "Möglich ist: „mittleres Unternehmen“"),
        ({"staff": 5, "size_class": "medium", "turnover": Decimal(1)}, "Möglich ist: „Kleinstunternehmen“"),
        ({"staff": 5, "size_class": "medium", "turnover": Decimal(90), "balance": Decimal(90)}, "OM-Partner"),
        ({"staff": 0}, "mindestens eine"),
        ({"staff": -3}, "mindestens eine"),
    ],
)
def test_a_size_that_does_not_fit_is_refused_with_those_that_do(company_entry, wera, fields, told):
    with pytest.raises(CompanyError, match=told):
        companies.register(company_entry(**fields), by=wera)


def test_updating_replaces_the_entry_and_confirms_it(company_entry, wera):
    company = companies.register(company_entry(listed=True), by=wera)
    shown_since = company.listed_at
    organisations.ask_back(company.organisation, "Wer sind Sie?", by=make_curator())
    topics = tuple(Topic.objects.filter(code="climate"))
    companies.update(company, company_entry(name="Möbel Muster", listed=True, topics=topics), by=wera)
    company = Company.objects.get()
    assert (company.name, company.name_key, company.slug) == ("Möbel Muster", "moebel muster", "tischlerei-muster")
    assert (company.organisation.question, company.listed_at) == ("", shown_since)
    assert list(company.topics.all()) == list(topics)
    companies.update(company, company_entry(listed=False), by=wera)
    assert Company.objects.get().listed_at is None


def test_a_name_somebody_else_has_cannot_be_taken_by_renaming(company_entry, wera):
    make_company("Möbel Muster")
    company = companies.register(company_entry(), by=wera)
    with pytest.raises(CompanyError, match="schon eingetragen"):
        companies.update(company, company_entry(name="MOEBEL Muster"), by=wera)


def test_a_stranger_cannot_change_a_company(company_entry, wera):
    company = companies.register(company_entry(), by=wera)
    with pytest.raises(Refusal):
        companies.update(company, company_entry(name="Gekapert"), by=make_user("otto@anderswo.example"))
    assert Company.objects.get().name == "Tischlerei Muster"


def test_names_in_other_scripts_are_told_apart():
    assert name_key("株式会社") != name_key("Компания")
    assert len(name_key("ä" * 200)) <= 200


def test_a_visitor_learns_only_of_companies_that_are_public(company_entry):
    make_company("Heimlich", listed=False)
    make_company("Offen")
    telgte = make_municipality("Telgte")
    assert companies.refusal_of_double("Heimlich", telgte) == ""
    assert "schon eingetragen" in companies.refusal_of_double("Offen", telgte)


def test_named_partners_are_asked_by_one_mail_and_the_company_learns_the_answer(company_entry, wera):
    partner = make_partner(contact=PETRA)
    company = companies.register(company_entry(advisers=(partner,)), by=wera)
    row = Affiliation.objects.get()
    assert not row.holds
    (mail,) = mails("affiliation_asked:")
    assert mail.to == PETRA
    assert "„Tischlerei Muster“ nennt „Kammer Beispiel“ als beratenden Partner. Stimmt das?" in mail.body
    assert WERA not in mail.body

    for _click in range(2):
        affiliations.agree(row, by=User.objects.get(email=PETRA))
    (answer,) = mails("affiliation_agreed:")
    assert answer.to == WERA
    assert "„Kammer Beispiel“ ist jetzt beratender Partner von „Tischlerei Muster“." in answer.body
    assert PETRA not in answer.body
    assert Affiliation.objects.holding().get().organisation == company.organisation


def test_a_partner_that_declines_or_ends_is_told_to_the_company_in_those_words(company_entry, wera):
    partner, other = make_partner(contact=PETRA), make_partner("Verband Muster", contact="vera@verband.example")
    companies.register(company_entry(advisers=(partner, other)), by=wera)
    petra, vera = User.objects.get(email=PETRA), User.objects.get(email="vera@verband.example")
    row, second = Affiliation.objects.get(partner=partner), Affiliation.objects.get(partner=other)
    for _click in range(2):
        affiliations.end(row, by=petra)
    affiliations.agree(second, by=vera)
    affiliations.end(second, by=vera)
    declined, ended = mails("affiliation_ended:")
    assert (declined.to, ended.to) == (WERA, WERA)
    assert "„Kammer Beispiel“ wird nicht beratender Partner von „Tischlerei Muster“." in declined.body
    assert "„Verband Muster“ ist nicht mehr beratender Partner von „Tischlerei Muster“." in ended.body


def test_updating_asks_only_new_partners_and_parts_from_those_not_named_any_more(company_entry, wera):
    kept, gone, new = make_partner("A", contact=PETRA), make_partner("B"), make_partner("C")
    company = companies.register(company_entry(advisers=(kept, gone)), by=wera)
    companies.update(company, company_entry(advisers=(kept, new)), by=wera)
    assert {row.partner for row in Affiliation.objects.current()} == {kept, new}
    assert len(mails("affiliation_asked:")) == 1


def test_what_a_partner_said_and_the_company_has_not_answered_is_left_alone_by_an_update(company_entry, wera):
    company = companies.register(company_entry(), by=wera)
    row = make_affiliation(make_partner(), company, organisation_agreed=False)
    companies.update(company, company_entry(), by=wera)
    row.refresh_from_db()
    assert row.ended_at is None


def test_for_a_partner_without_a_contact_person_the_office_asks(company_entry, wera):
    companies.register(company_entry(advisers=(make_partner(),)), by=wera)
    assert Affiliation.objects.count() == 1
    assert not mails("affiliation_")
    assert "Kammer Beispiel" in OfficeTask.objects.get().text


@pytest.mark.django_db(transaction=True)
def test_several_people_enter_the_same_company_at_once_and_one_results(company_entry):
    people = [make_user(f"person{number}@tischlerei.example") for number in range(4)]
    entry = company_entry()
    results = at_once(*[lambda by=by: companies.register(entry, by=by) for by in people * 2], refusal=Refusal)
    made = {result.pk for result in results if isinstance(result, Company)}
    assert len(made) == 1
    assert {type(result) for result in results} == {Company, CompanyError}
    assert Membership.objects.count() == 1
    assert Organisation.objects.filter(kind="company").count() == 1


@pytest.mark.django_db(transaction=True)
def test_saving_and_the_partners_answer_at_once_do_not_wait_for_each_other_for_ever(company_entry):
    wera = make_user(WERA)
    partners = [make_partner(f"Kammer {number}", contact=f"p{number}@kammer.example") for number in range(3)]
    entry = company_entry(advisers=tuple(partners))
    company = companies.register(entry, by=wera)
    rows = list(Affiliation.objects.select_related("partner__organisation"))
    results = at_once(
        *[lambda: companies.update(company, entry, by=wera)] * 3,
        *[lambda row=row: affiliations.agree(row, by=row.partner.organisation.contact) for row in rows],
        refusal=Refusal,
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert Affiliation.objects.holding().count() == 3
