"""A company registers: by itself, or with a link that a partner passed on."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pghistory.models import Context

from partners import companies, invitations
from partners.models import Affiliation, Company, CompanyInvitation
from portal.accounts import consents
from portal.accounts.models import Organisation, Purpose, User
from portal.logs import redact
from portal.site.models import RegistrationDraft
from tests.factories import make_company, make_municipality, make_partner, make_project, make_user
from tests.registration.conftest import PASSWORD, code_for, mails_to

pytestmark = pytest.mark.django_db
JOIN = "/mitmachen/unternehmen/"
CODE = "/konto/confirm-email/"
WERA = "wera@tischlerei.example"


@pytest.fixture
def company_form():
    def form(**changes):
        typed = {
            "form_id": "b" * 32,
            "name": "Tischlerei Muster",
            "seat": "Münster",
            "branch": "C",
            "staff": "20",
            "size_class": "small",
            "turnover": "1,5",
            "balance": "",
            "description": "Wir bauen Möbel.",
            "website": "tischlerei.example",
            "topics": ["climate"],
            "offer_rooms": "on",
            "offer_rooms_note": "Werkstatt am Wochenende",
            "first_name": "Wera",
            "last_name": "Werk",
            "email": WERA,
            "password1": PASSWORD,
            "consent_newsletter_version": "1",
        }
        return {name: value for name, value in (typed | changes).items() if value is not None}

    return form


@pytest.fixture
def signed_in_form(company_form):
    return lambda **changes: company_form(email=None, password1=None, **changes)


@pytest.fixture
def partner(towns):
    return make_partner(contact="petra@kammer.example")


@pytest.fixture
def token(partner):
    return invitations.invite(partner, "Tischlerei", by=partner.organisation.contact)


def enter_code(client):
    return client.post(CODE, {"code": code_for(WERA)}, follow=True)


def test_by_itself_it_waits_for_the_office_and_sees_projects_in_its_neighbourhood_at_once(client, towns, company_form):
    make_project(towns["Köln"], "Werkstatt am Rhein")
    make_project(towns["Telgte"], "Lastenräder für alle")
    make_project(towns["Telgte"], "Noch ein Entwurf", state="draft")
    assert client.post(JOIN, company_form()).url == CODE
    assert not Company.objects.exists()

    page = enter_code(client)

    assert page.redirect_chain[-1][0] == reverse("registered")
    company = Company.objects.get()
    assert (company.slug, str(company.turnover), company.website) == (
        "tischlerei-muster", "1.50", "https://tischlerei.example",
    )  # fmt: skip
    assert [(offer.kind, offer.note) for offer in company.offers.all()] == [("rooms", "Werkstatt am Wochenende")]
    assert company.organisation.approved_at is None
    assert company.listed_at is None
    assert "liegt jetzt bei der Geschäftsstelle" in page.text
    assert "Noch ein Entwurf" not in page.text
    assert page.text.index("Lastenräder für alle") < page.text.index("Werkstatt am Rhein")
    assert "11\u00a0km" in page.text
    assert not RegistrationDraft.objects.exists()


def test_at_most_eight_projects_are_shown(client, towns, company_form):
    for number in range(10):
        make_project(towns["Telgte"], f"Projekt {number}")
    client.post(JOIN, company_form())
    assert enter_code(client).text.count("/projekte/projekt-") == 8


def test_named_partners_are_asked(client, partner, company_form):
    client.post(JOIN, company_form(adviser_1=partner.slug, adviser_3=partner.slug))
    page = enter_code(client)
    assert not Affiliation.objects.get().holds
    assert "Wir haben die genannten Partner gefragt" in page.text
    assert [mail.subject for mail in mails_to("petra@kammer.example")] == [
        "Bitte bestätigen: Kammer Beispiel und Tischlerei Muster"
    ]


def test_only_the_newsletter_is_offered(client, towns, company_form):
    page = client.get(JOIN).text
    assert "consent_newsletter" in page
    assert "consent_suggestions" not in page
    client.post(JOIN, company_form(consent_suggestions="on", consent_newsletter="on"))
    enter_code(client)
    user = User.objects.get(email=WERA)
    assert consents.holds(user, Purpose.NEWSLETTER)
    assert not consents.holds(user, Purpose.SUGGESTIONS)


def test_the_link_shows_who_invites_and_opening_it_writes_nothing(client, token):
    before = CompanyInvitation.objects.values().get()
    with connection.execute_wrapper(only_reading):
        page = client.get(f"/einladung/{token}/")
    assert page.status_code == 200
    assert "„Kammer Beispiel“ lädt Ihr Unternehmen ein" in page.text
    assert CompanyInvitation.objects.values().get() == before
    assert "no-store" in page["Cache-Control"]


def only_reading(execute, sql, params, many, context):
    assert sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE")), sql
    return execute(sql, params, many, context)


def test_with_the_link_it_is_approved_at_once_and_the_partner_advises_it(client, partner, token, company_form):
    client.post(f"/einladung/{token}/", company_form())
    page = enter_code(client)
    company = Company.objects.get()
    assert company.organisation.approved_by == partner.organisation.contact
    assert Affiliation.objects.holding().get().partner == partner
    assert "ist dabei" in page.text
    assert "Die Geschäftsstelle prüft" not in page.text


def test_the_token_is_kept_nowhere(client, token, company_form):
    client.post(f"/einladung/{token}/", company_form())
    assert token not in str(RegistrationDraft.objects.values().get())
    enter_code(client)
    client.cookies.clear()
    assert token not in str(list(Context.objects.values()))
    assert any("/einladung/…/" in str(row) for row in Context.objects.values_list("metadata", flat=True))


@pytest.mark.parametrize(
    "line",
    [
        "GET /einladung/{token}/ HTTP/1.1",
        "GET /konto/login/?next=/einladung/{token}/ HTTP/1.1",
        "GET /konto/login/?next=%2Feinladung%2F{token}%2F HTTP/1.1",
        "https://portal.example/einladung/{token}",
    ],
)
def test_logs_do_not_tell_the_token(line):
    token = "1IcaR0FNDfeJJYlImUr00afEBpOwCFtkrZLe9I3V6CM"
    assert token[:8] not in redact(line.format(token=token))
    assert "einladung" in redact(line.format(token=token))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"used_at": timezone.now()}, "schon eingelöst"),
        ({"withdrawn_at": timezone.now()}, "zurückgezogen"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "abgelaufen"),
    ],
)
def test_a_link_that_is_over_says_so_and_offers_to_register_without(client, token, company_form, change, told):
    CompanyInvitation.objects.update(**change)
    url = f"/einladung/{token}/"
    page = client.get(url)
    assert page.status_code == 410
    assert told in page.text
    assert JOIN in page.text

    answer = client.post(url, company_form())
    assert answer.status_code == 400
    assert told in answer.text
    assert "Werkstatt am Wochenende" in answer.text
    client.post(url, company_form(without_invitation="1"))
    enter_code(client)
    assert Company.objects.get().organisation.approved_at is None


def test_a_truncated_link_is_unknown(client, token):
    page = client.get(f"/einladung/{token[:-3]}/")
    assert page.status_code == 404
    assert "beim Kopieren gekürzt" in page.text
    assert client.post(f"/einladung/{token[:-3]}/").status_code == 404


def test_somebody_else_was_quicker_with_the_link_and_nothing_typed_is_lost(
    client, token, company_form, django_user_model
):
    client.post(f"/einladung/{token}/", company_form())
    make_company("Schneller", approved=False)
    CompanyInvitation.objects.update(used_at=timezone.now())
    page = enter_code(client)
    assert page.redirect_chain[-1][0] == JOIN
    assert "schon eingelöst" in page.text
    assert "Werkstatt am Wochenende" in page.text
    assert 'name="without_invitation"' in page.text
    assert not Company.objects.filter(name_key="tischlerei muster").exists()

    client.post(JOIN, company_form(email=None, password1=None, without_invitation="1"))
    assert Company.objects.get(name_key="tischlerei muster").organisation.approved_at is None


def test_a_registration_begun_with_the_link_goes_on_with_it(client, token, company_form):
    client.post(f"/einladung/{token}/", company_form())
    draft = RegistrationDraft.objects.get()
    draft.data["fields"]["branch"] = ["gone"]
    draft.save()
    page = enter_code(client)
    assert "lädt Ihr Unternehmen ein" in page.text
    client.post(JOIN, company_form(email=None, password1=None))
    assert Company.objects.get().organisation.approved_at


def test_signed_in_and_sent_twice_makes_one_company(client, token, signed_in_form):
    user = make_user(WERA)
    client.force_login(user)
    for _click in range(2):
        answer = client.post(f"/einladung/{token}/", signed_in_form())
        assert answer.url == reverse("registered")
    assert Company.objects.count() == 1
    assert client.get(f"/einladung/{token}/").url == reverse("dashboard")


def test_a_company_somebody_else_has_entered_is_told_to_whoever_has_an_account(client, towns, signed_in_form):
    make_company("Tischlerei Muster", seat="Münster", listed=False)
    client.force_login(make_user(WERA))
    answer = client.post(JOIN, signed_in_form())
    assert answer.status_code == 400
    assert "„Tischlerei Muster“ ist in Münster schon eingetragen" in answer.text
    assert "Werkstatt am Wochenende" in answer.text


def test_a_visitor_cannot_find_out_by_the_form_who_does_not_want_to_be_shown(client, towns, company_form):
    make_company("Tischlerei Muster", seat="Münster", listed=False)
    assert client.post(JOIN, company_form()).url == CODE
    page = enter_code(client)
    assert page.redirect_chain[-1][0] == JOIN
    assert "schon eingetragen" in page.text
    assert "Werkstatt am Wochenende" in page.text
    assert Company.objects.count() == 1


def test_a_seat_with_several_meanings_is_asked_back_and_the_answer_is_kept(client, two_neustadts, company_form):
    answer = client.post(JOIN, company_form(seat="Neustadt"))
    assert answer.status_code == 400
    assert "Was meinen Sie mit „Neustadt“?" in answer.text
    question = answer.context["form"].question_fields()[0].name
    client.post(JOIN, company_form(seat="Neustadt", **{question: "05570099"}))
    enter_code(client)
    assert Company.objects.get().seat_id == "05570099"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"staff": "400"}, "OM-Partner"),
        ({"staff": "400", "size_class": "medium"}, "OM-Partner"),
        ({"staff": "100"}, "Möglich ist: „mittleres Unternehmen“"),
        ({"staff": "-5"}, "größer oder gleich 1"),
        ({"staff": "0"}, "größer oder gleich 1"),
        ({"staff": str(10**9)}, "OM-Partner"),
        ({"staff": "9" * 5000}, "ganze Zahl"),
        ({"staff": "viele"}, "ganze Zahl"),
        ({"staff": ""}, "Dieses Feld ist zwingend erforderlich"),
        ({"turnover": "abc"}, "eine Zahl"),
        ({"turnover": "-1"}, "größer oder gleich 0"),
        ({"turnover": "1.000.000,00"}, "eine Zahl"),
        ({"turnover": "NaN"}, "eine Zahl"),
        ({"turnover": "1e500"}, ""),
        ({"turnover": "9" * 50}, ""),
        ({"balance": "1,555"}, ""),
        ({"size_class": "huge"}, ""),
        ({"branch": "Ü"}, ""),
        ({"seat": "Nirgendwo"}, "nicht gefunden"),
        ({"seat": "x" * 10_000}, ""),
        ({"name": ""}, "erforderlich"),
        ({"name": "x" * 201}, ""),
        ({"website": "javascript:alert(1)"}, ""),
        ({"topics": ["nothing"]}, ""),
        ({"adviser_1": "gibt-es-nicht"}, ""),
        ({"first_name": ""}, "erforderlich"),
        ({"password1": "kurz"}, ""),
    ],
)
def test_bad_input_is_answered_with_the_form_and_what_was_typed(client, towns, company_form, change, told):
    answer = client.post(JOIN, company_form(**change))
    assert answer.status_code == 400
    assert "Bitte prüfen Sie Ihre Angaben" in answer.text
    assert told in answer.text
    assert "Werkstatt am Wochenende" in answer.text
    assert not User.objects.filter(email=WERA).exists()


@pytest.mark.parametrize("field", ["name", "seat", "staff", "turnover", "adviser_1", "description"])
def test_a_nul_byte_is_refused(client, towns, company_form, field):
    assert client.post(JOIN, company_form(**{field: "a\0b"})).status_code == 400


def test_a_name_is_one_line(client, towns, company_form):
    client.post(JOIN, company_form(name="Tischlerei\r\nBcc: alle@example.org"))
    enter_code(client)
    assert "\n" not in Organisation.objects.get(kind="company").name


def test_partners_that_wait_cannot_be_named(client, towns, company_form):
    waiting = make_partner("Wartet noch", approved=False)
    assert "Wartet noch" not in client.get(JOIN).text
    assert client.post(JOIN, company_form(adviser_1=waiting.slug)).status_code == 400


def test_its_people_keep_the_entry(client, partner, signed_in_form):
    wera = make_user(WERA)
    client.force_login(wera)
    client.post(JOIN, signed_in_form(adviser_1=partner.slug))
    url = reverse("edit_company", args=["tischlerei-muster"])
    page = client.get(url).text
    assert 'value="1,50"' in page
    assert f'<option value="{partner.slug}" selected>' in page
    answer = client.post(url, signed_in_form(name="Möbel Muster", listed="on", contact=wera.pk, adviser_1=""))
    assert answer.url == reverse("dashboard")
    company = Company.objects.get()
    assert (company.name, company.listed_at is not None) == ("Möbel Muster", True)
    assert not Affiliation.objects.current().exists()
    assert "Ihre Angaben sind gespeichert." in client.get(answer.url).text


def test_renaming_to_a_company_that_is_there_is_a_form_error(client, towns, signed_in_form):
    make_company("Möbel Muster", seat="Münster")
    wera = make_user(WERA)
    client.force_login(wera)
    client.post(JOIN, signed_in_form())
    url = reverse("edit_company", args=["tischlerei-muster"])
    answer = client.post(url, signed_in_form(name="Moebel Muster", contact=wera.pk))
    assert answer.status_code == 400
    assert "schon eingetragen" in answer.text
    assert Company.objects.get(slug="tischlerei-muster").name == "Tischlerei Muster"


def test_confirming_takes_one_click(client, towns, signed_in_form):
    client.force_login(make_user(WERA))
    client.post(JOIN, signed_in_form())
    Organisation.objects.update(confirmed_at=timezone.now() - timedelta(days=400))
    assert "Angaben bestätigen" in client.get("/mein/").text
    client.post(reverse("confirm_company", args=["tischlerei-muster"]))
    assert "Angaben bestätigen" not in client.get("/mein/").text


def test_a_name_that_is_taken_between_form_and_code_leaves_the_draft(client, towns, company_form):
    client.post(JOIN, company_form())
    entry = companies.CompanyEntry(
        name="Tischlerei Muster", seat=make_municipality("Münster"), size_class="small", staff=3, branch="C"
    )
    companies.register(entry, by=make_user("otto@tischlerei.example"))
    page = enter_code(client)
    assert "schon eingetragen" in page.text
    assert RegistrationDraft.objects.get().kind == "company"
