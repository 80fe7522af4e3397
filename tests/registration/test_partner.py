"""A partner registers: one form, one code, and it sees what fits."""

import pytest
from django.urls import reverse

from partners.models import Partner
from portal.accounts import consents
from portal.accounts.models import Consent, Purpose, User
from portal.site.models import RegistrationDraft
from tests.registration.conftest import EMAIL, code_for, mails_to

pytestmark = pytest.mark.django_db
JOIN = "/mitmachen/partner/"
CODE = "/konto/confirm-email/"


def test_the_whole_way_from_the_form_to_the_fitting_towns(client, towns, partner_form):
    answer = client.post(JOIN, partner_form())
    assert answer.url == CODE
    assert not Partner.objects.exists()

    page = client.get(CODE)
    assert consents.current_text(Purpose.SUGGESTIONS)[1] in page.text
    answer = client.post(CODE, {"code": code_for(EMAIL)})

    assert answer.url == reverse("registered")
    page = client.get(answer.url)
    assert "Telgte" in page.text
    assert "Köln" not in page.text
    partner = Partner.objects.get()
    assert (partner.slug, partner.sector, partner.website) == (
        "kammer-muensterland",
        "business",
        "https://kammer.example",
    )
    assert [(part.centre.name, part.radius_km) for part in partner.area_parts.all()] == [("Münster", 50)]
    assert {topic.code for topic in partner.topics.all()} == {"climate", "digital"}
    assert [(offer.kind, offer.note) for offer in partner.offers.all()] == [("knowledge", "Sprechstunden")]
    assert partner.organisation.approved_at is None
    assert partner.organisation.contact.get_full_name() == "Robin Beispiel"
    assert not RegistrationDraft.objects.exists()


def test_only_the_ticked_consent_holds_and_only_after_the_code(client, towns, partner_form):
    client.post(JOIN, partner_form())
    user = User.objects.get(email=EMAIL)
    assert not consents.holds(user, Purpose.SUGGESTIONS)

    client.post(CODE, {"code": code_for(EMAIL)})

    assert consents.holds(user, Purpose.SUGGESTIONS)
    assert not Consent.objects.filter(purpose=Purpose.NEWSLETTER).exists()
    assert Consent.objects.get().confirmed_with == f"Code an {EMAIL}"


def test_a_wrong_code_confirms_nothing(client, towns, partner_form):
    client.post(JOIN, partner_form())
    client.post(CODE, {"code": "AAA-AAA"})
    assert not Partner.objects.exists()
    assert not consents.holds(User.objects.get(email=EMAIL), Purpose.SUGGESTIONS)


def test_a_closed_browser_loses_nothing(client, towns, partner_form, django_user_model):
    client.post(JOIN, partner_form())
    client.cookies.clear()

    answer = client.post("/konto/login/", {"login": EMAIL, "password": partner_form()["password1"]})
    assert answer.url == CODE
    client.post(CODE, {"code": code_for(EMAIL)})

    assert Partner.objects.get().organisation.name == "Kammer Münsterland"


def test_the_same_form_sent_twice_makes_one_partner_and_the_second_code_works(client, towns, partner_form):
    client.post(JOIN, partner_form())
    client.cookies.clear()  # both clicks left the browser before the first answer was there
    assert client.post(JOIN, partner_form()).url == CODE
    client.post(CODE, {"code": code_for(EMAIL)})
    assert Partner.objects.count() == 1
    assert User.objects.filter(email=EMAIL).count() == 1


def test_going_back_and_correcting_replaces_what_was_typed(client, towns, partner_form):
    client.post(JOIN, partner_form(name="Kamer"))
    client.post(JOIN, partner_form(name="Kammer"))
    client.post(CODE, {"code": code_for(EMAIL)})
    assert Partner.objects.get().organisation.name == "Kammer"


def test_somebody_signed_in_registers_without_a_password_and_confirms_the_tick_by_a_code(client, towns, partner_form):
    user = User.objects.create_user("anna@kammer.example", "ein langes Passwort")
    user.emailaddress_set.create(email=user.email, primary=True, verified=True)
    client.force_login(user)

    answer = client.post(JOIN, partner_form(email=None, password1=None))

    assert answer.url == reverse("confirm_consents")
    assert Partner.objects.get().organisation.contact == user
    assert not consents.holds(user, Purpose.SUGGESTIONS)
    client.post(answer.url, {"code": code_for(user.email)})
    assert consents.holds(user, Purpose.SUGGESTIONS)


def test_signed_in_and_sent_twice_makes_one_partner(client, towns, partner_form):
    client.force_login(User.objects.create_user("anna@kammer.example"))
    for _click in range(2):
        client.post(JOIN, partner_form(email=None, password1=None, consent_suggestions=None))
    assert Partner.objects.count() == 1


def test_the_address_of_an_account_gets_the_same_page_and_nothing_is_attached_to_it(client, towns, partner_form):
    owner = User.objects.create_user(EMAIL, "ein ganz anderes Passwort", first_name="Erika")
    owner.emailaddress_set.create(email=EMAIL, primary=True, verified=True)

    answer = client.post(JOIN, partner_form())
    known = client.get(CODE)

    assert answer.url == CODE
    owner.refresh_from_db()
    assert owner.first_name == "Erika"
    assert not owner.consents.exists()
    assert not RegistrationDraft.objects.exists()
    assert len(mails_to(EMAIL)) == 1
    client.cookies.clear()
    client.post(JOIN, partner_form(email="neu@kammer.example"))
    new = client.get(CODE)
    assert known.status_code == new.status_code == 200
    assert without_tokens(known.text).replace(EMAIL, "") == without_tokens(new.text).replace("neu@kammer.example", "")


def test_a_password_reset_of_an_unconfirmed_account_confirms_no_consent_of_a_stranger(client, towns, partner_form):
    client.post(JOIN, partner_form())
    user = User.objects.get(email=EMAIL)
    client.cookies.clear()
    client.post("/konto/password/reset/", {"email": EMAIL})
    client.post("/konto/password/reset/confirm/", {"code": code_for(EMAIL)})
    client.post(
        "/konto/password/reset/complete/", {"password1": "ein neues Passwort 7", "password2": "ein neues Passwort 7"}
    )
    answer = client.post("/konto/login/", {"login": EMAIL, "password": "ein neues Passwort 7"}, follow=True)

    assert user.emailaddress_set.get().verified
    assert not consents.holds(user, Purpose.SUGGESTIONS)
    assert not Partner.objects.exists()
    assert answer.redirect_chain[-1][0] == JOIN  # with what was typed, to be read before it is sent
    assert "Kammer Münsterland" in answer.text


def test_a_draft_that_no_longer_holds_comes_back_with_what_was_typed(client, towns, partner_form):
    client.post(JOIN, partner_form())
    draft = RegistrationDraft.objects.get()
    draft.data["fields"]["category"] = ["gone"]
    draft.save()
    client.post(CODE, {"code": code_for(EMAIL)})
    answer = client.get(reverse("registered"), follow=True)
    assert answer.redirect_chain[-1][0] == JOIN
    assert "Kammer Münsterland" in answer.text
    assert not Partner.objects.exists()


def without_tokens(text):
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_every_kind_of_sector_is_kept(client, towns, partner_form):
    client.post(JOIN, partner_form(sector="science"))
    client.post(CODE, {"code": code_for(EMAIL)})
    assert Partner.objects.get().sector == "science"


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x" * 10_000},
        {"name": ""},
        {"area": "x" * 10_000},
        {"seat": "x" * 10_000},
        {"website": "javascript:alert(1)"},
        {"website": "ftp://kammer.example"},
        {"radius_km": "10" * 50},
        {"capacity": "-1"},
        {"capacity": "21"},
        {"category": "nothing"},
        {"topics": ["nothing"]},
        {"sector": "nothing"},
        {"email": "x" * 10_000},
        {"email": "x" * 300 + "@a.example"},
        {"password1": "kurz"},
        {"first_name": "x" * 10_000},
        {"area": "Münster 9999 km"},
        {"area": "Nirgendwo"},
        {"seat": "Nirgendwo"},
        {"radius_km": ""},
        {"consent_suggestions_version": "0"},
        {"area": "\n".join(f"Ort {number}" for number in range(200))},
    ],
)
def test_bad_input_is_answered_with_the_form_and_what_was_typed(client, towns, partner_form, change):
    answer = client.post(JOIN, partner_form(**change))
    assert answer.status_code == 400
    assert "Bitte prüfen Sie Ihre Angaben" in answer.text
    assert "Sprechstunden" in answer.text
    assert not User.objects.filter(email=EMAIL).exists()


@pytest.mark.parametrize("field", ["name", "area", "seat", "email", "password1", "category", "topics"])
def test_a_nul_byte_is_refused(client, towns, partner_form, field):
    assert client.post(JOIN, partner_form(**{field: "a\0b"})).status_code == 400


def test_fields_nobody_asked_for_change_nothing(client, towns, partner_form):
    extra = {"is_staff": "1", "is_superuser": "1", "approved_at": "2026-01-01", "user": "1", "slug": "mine", "id": "7"}
    client.post(JOIN, partner_form(**extra))
    client.post(CODE, {"code": code_for(EMAIL)})
    user, partner = User.objects.get(email=EMAIL), Partner.objects.get()
    assert not user.is_staff
    assert not user.is_superuser
    assert partner.slug == "kammer-muensterland"
    assert partner.organisation.approved_at is None


def test_who_had_an_account_already_finds_what_was_typed_after_signing_in_in_the_same_browser(
    client, towns, partner_form
):
    owner = User.objects.create_user(EMAIL, "ein ganz anderes Passwort")
    owner.emailaddress_set.create(email=EMAIL, primary=True, verified=True)
    client.post(JOIN, partner_form())
    answer = client.post("/konto/login/", {"login": EMAIL, "password": "ein ganz anderes Passwort"}, follow=True)
    assert answer.redirect_chain[-1][0] == JOIN
    assert "Kammer Münsterland" in answer.text
    client.post(JOIN, partner_form(email=None, password1=None, consent_suggestions=None))
    assert Partner.objects.get().organisation.contact == owner
    assert client.get("/mein/").status_code == 200


def test_a_begun_registration_can_be_dropped(client, towns, partner_form):
    user = User.objects.create_user("anna@kammer.example")
    RegistrationDraft.objects.create(user=user, kind="partner", data={"form_id": "", "fields": {"name": ["Kammer"]}})
    client.force_login(user)
    assert client.get("/mein/").url == JOIN
    assert "verwerfen" in client.get(JOIN).text
    client.post(reverse("discard_registration"))
    assert not RegistrationDraft.objects.exists()
