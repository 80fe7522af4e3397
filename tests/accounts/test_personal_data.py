"""One person with data in every table: all of it is handed out, nothing foreign, and nothing is left when erased."""

import json
from datetime import timedelta

import pghistory
import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from matching.models import Disclosure, Introduction, Invitation, Proposal
from portal.accounts import consents, personal_data, retention
from portal.accounts.declarations import OF_PACKAGES, is_history, register_of, registers
from portal.accounts.models import (
    AccessCode,
    AccessRequest,
    Consent,
    Membership,
    OfficeTask,
    Purpose,
    UnsubscribeToken,
    User,
)
from portal.accounts.register import GONE, Erase
from portal.mail import outbox
from portal.mail.models import OutgoingMail
from portal.site.models import RegistrationDraft
from tests.factories import (
    give_contact,
    make_city,
    make_company,
    make_curator,
    make_organisation,
    make_partner,
    make_user,
)

pytestmark = pytest.mark.django_db
OURS = {"accounts", "mail", "cities", "partners", "matching", "site"}
ADDRESS, NAME, PHONE, WORDS = "anna@verein.example", "Anna Kanarienvogel", "+49 30 5550123", "Kanarienwort"


def our_models():
    return [m for m in apps.get_models() if m._meta.app_label in OURS and not is_history(m)]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_field_says_whether_it_is_personal(model):
    declared = "personal_data" in vars(model)
    assert declared, f"{model._meta.label} declares nothing"
    fields = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
    assert register_of(model).fields == fields


def test_every_reference_to_a_person_is_declared():
    """In our tables and in those of packages; views of the history aside."""
    for model in apps.get_models():
        if is_history(model) or model._meta.app_label == "pghistory":
            continue
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if field.related_model is User and field.name != "members" and not model._meta.auto_created:
                register = register_of(model)
                assert register, model._meta.label
                assert field.name in {about.person for about in register.about}, f"{model._meta.label}.{field.name}"


def test_what_is_cleared_and_exported_exists():
    for model, register in registers():
        names = {field.name for field in model._meta.get_fields()}
        assert register.fields <= names, model._meta.label
        for about in register.about:
            assert str(about.purpose)
            assert str(about.retention)
    assert set(OF_PACKAGES) <= {model._meta.label for model in apps.get_models()}


@pytest.fixture
def case():
    """Anna of a partner and Bert of a town, with everything that may be known about Anna."""
    partner = make_partner("Kammer Beispiel")
    city = make_city("Telgte", contact="bert@stadt.example")
    bert = city.organisation.contact
    User.objects.filter(pk=bert.pk).update(first_name="Bert", last_name="Fremd")
    with pghistory.context(user=None):
        anna = give_contact(partner.organisation, ADDRESS)
    first, last = NAME.split()
    User.objects.filter(pk=anna.pk).update(first_name=first, last_name=last, phone=PHONE)
    anna.refresh_from_db()
    Consent.objects.filter(user=anna).update(confirmed_with=f"Code an {ADDRESS}")
    consents.give(anna, Purpose.NEWSLETTER, text_version="1")
    _fill(anna, bert, partner, city=city)
    return anna, bert


def _fill(anna, bert, partner, *, city):
    now = timezone.now()
    other = make_organisation(name="Verein Anderswo", approved_by=anna)
    RegistrationDraft.objects.create(user=anna, kind="partner", data={"message": WORDS})
    AccessRequest.objects.create(user=anna, organisation=other, message=WORDS)
    AccessCode.objects.create(organisation=other, code_hash="h", expires_at=now, issued_by=anna, used_by=anna)
    OfficeTask.objects.create(key="t", kind="contact", text=f"Bitte {NAME} anrufen: {PHONE}", due_on=now.date())
    introduction = Introduction.objects.create(
        partner=partner,
        city=city,
        message=WORDS,
        created_by=anna,
        expires_at=now,
        state="connected",
        partner_agreed_at=now,
        city_agreed_at=now,
        connected_at=now,
    )
    Invitation.objects.create(
        introduction=introduction,
        side="partner",
        recipient=anna,
        answered_by=anna,
        answer="yes",
        answered_at=now,
        comment=WORDS,
    )
    Invitation.objects.create(introduction=introduction, side="city", recipient=bert, comment="Berts Anmerkung")
    Disclosure.objects.create(introduction=introduction, side="partner", person=anna)
    Disclosure.objects.create(introduction=introduction, side="city", person=bert)
    _fill_proposals(anna, bert, city=city)
    outbox.queue_mail("a", ADDRESS.upper(), subject="x", body=WORDS, kind="notice")
    outbox.queue_mail("b", anna.email, subject="x", body=WORDS, kind="notice", user=anna)
    outbox.queue_mail(
        "c", bert.email, subject="Kontakt", body=f"Sie erreichen {NAME}: {PHONE}", kind="notice", user=bert
    )
    LogEntry.objects.create(user_id=make_curator().pk, action_flag=2, object_repr=NAME, object_id=str(anna.pk))
    UnsubscribeToken.objects.create(user=anna, purpose="suggestions", token_hash="geheim")
    Client().force_login(anna)


def _fill_proposals(anna, bert, *, city):
    """One that Anna wrote for her company and Bert accepted, and one in which Bert names her."""
    company, now = make_company(), timezone.now()
    Membership.objects.create(user=anna, organisation=company.organisation)
    values = {"company": company, "city": city, "kind": "idea", "closed_at": now, "expires_at": now}
    accepted = Proposal.objects.create(
        **values, title=f"Idee von {NAME}", message=WORDS, state="accepted", created_by=anna, answered_by=bert
    )
    Disclosure.objects.create(proposal=accepted, side="company", person=anna)
    Disclosure.objects.create(proposal=accepted, side="city", person=bert)
    answer = f"Bitte rufen Sie {NAME} an: {PHONE}"
    Proposal.objects.create(**values, title="Zweite", message="Berts Anmerkung", state="declined", answer=answer)


def everything():
    """All rows of all tables as text, by table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found[table] = "\n".join(text for (text,) in cursor.fetchall())
    return found


def test_the_export_holds_everything_and_nothing_foreign(case):
    anna, _bert = case
    text = json.dumps(personal_data.export(anna), ensure_ascii=False)
    for canary in (ADDRESS, "Anna", "Kanarienvogel", PHONE, "Kammer Beispiel", "Verein Anderswo"):
        assert canary in text
    assert text.count(WORDS) >= 7  # draft, request, introduction, comment, proposal, two mails
    for foreign in ("bert@", "Fremd", "Berts Anmerkung", "argon2", "geheim"):
        assert foreign not in text


def test_nothing_is_left_of_an_erased_person(case):
    anna, _bert = case
    personal_data.erase(anna)
    for table, text in everything().items():
        for canary in (ADDRESS, "Kanarienvogel", PHONE, WORDS):
            assert canary.lower() not in text.lower(), f"{canary} in {table}"


def test_the_other_side_keeps_a_case_one_can_read(case):
    anna, bert = case
    personal_data.erase(anna)
    introduction = Introduction.objects.get()
    assert introduction.state == "connected"
    assert Disclosure.objects.get(side="partner").person is None
    assert {row.person for row in Disclosure.objects.filter(side="city")} == {bert}
    assert Invitation.objects.get(side="city").comment == "Berts Anmerkung"
    assert OutgoingMail.objects.get().body == "Sie erreichen …: …"
    assert Membership.objects.get().user == bert
    assert introduction.partner.organisation.contact is None


def test_a_proposal_stays_without_what_the_person_wrote_and_without_her_name(case):
    anna, bert = case
    personal_data.erase(anna)
    accepted, declined = Proposal.objects.order_by("pk")
    assert (accepted.title, accepted.message) == ("Idee von …", "")
    assert (accepted.created_by, accepted.answered_by) == (None, bert)
    assert Disclosure.objects.get(side="company").person is None
    assert (declined.message, declined.answer) == ("Berts Anmerkung", "Bitte rufen Sie … an: …")


def test_the_office_hears_that_a_contact_person_left(case):
    anna, _bert = case
    personal_data.erase(anna)
    task = OfficeTask.objects.get(kind="responsible")
    assert task.organisation.name == "Kammer Beispiel"


def test_the_proof_of_a_consent_stays_under_a_pseudonym(case):
    anna, _bert = case
    personal_data.erase(anna)
    proof = Consent.objects.get(user=anna)
    assert proof.withdrawn_at
    assert proof.confirmed_at
    assert proof.confirmed_with == "Code an …"
    assert proof.user.email.endswith(GONE)
    assert not proof.user.is_active
    assert not proof.user.has_usable_password()
    assert not consents.holds(proof.user, Purpose.SUGGESTIONS)


def test_a_person_who_never_agreed_leaves_no_row():
    user = make_user("ohne@verein.example")
    consents.give(user, Purpose.NEWSLETTER, text_version="1")
    personal_data.erase(user)
    assert not User.objects.exists()
    assert not User.pgh_event_model.objects.exists()


def test_an_erased_person_is_signed_out_and_may_come_back(case):
    anna, _bert = case
    assert Session.objects.count() == 1
    personal_data.erase(anna)
    assert not Session.objects.exists()
    again = make_user(ADDRESS)
    consents.give(again, Purpose.NEWSLETTER, text_version="1")
    consents.confirm(again, with_="Code")
    personal_data.erase(again)
    assert User.objects.filter(email__endswith=GONE).count() == 2


def test_history_forgets_who_it_was():
    user, organisation = make_user(ADDRESS), make_organisation()
    with pghistory.context(user=user.pk, url="/mein/"):
        organisation.name = "Neuer Name"
        organisation.save()
    personal_data.erase(user)
    context = organisation.pgh_event_model.objects.get(pgh_label="update").pgh_context
    assert context.metadata == {"user": None, "url": "/mein/"}


def test_erasing_twice_does_no_harm(case):
    anna, _bert = case
    personal_data.erase(anna)
    personal_data.erase(anna)
    assert Consent.objects.filter(user=anna).count() == 1


# --- Retention ----------------------------------------------------------------------------------------------


def apply(capsys, *options):
    call_command("apply_retention", *options)
    lines = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    return {title: int(number) for _table, title, number in lines if number != "0"}


def ago(**period):
    return timezone.now() - timedelta(**period)


@pytest.fixture
def old_things():
    """Something of each kind whose time is over, beside something of the same kind that stays."""
    organisation, keeper = make_organisation(), make_user("bleibt@verein.example")
    for email, days in (("alt@verein.example", 8), ("neu@verein.example", 6)):
        user = make_user(email, date_joined=ago(days=days))
        user.emailaddress_set.update(verified=False)
    for number, days in enumerate((91, 1)):
        AccessCode.objects.create(organisation=organisation, code_hash=str(number), expires_at=ago(days=days))
    for number, days in enumerate((400, 100, 31, 29)):
        mail = outbox.queue_mail(str(number), "x@verein.example", subject="x", body="Text", kind="notice")
        OutgoingMail.objects.filter(pk=mail.pk).update(created_at=ago(days=days), status="failed")
    for days, purpose in ((3 * 365 + 1, "suggestions"), (30, "newsletter")):
        Consent.objects.create(
            user=keeper, purpose=purpose, text_version="1", confirmed_at=ago(days=2000), withdrawn_at=ago(days=days)
        )


DUE = {
    "Unbestätigte Registrierungen nach 7 Tagen": 1,
    "Eingelöste und verfallene Zugangscodes nach 90 Tagen": 1,
    "Texte beendeter Mails nach 30 Tagen": 3,
    "Mails nach einem Jahr": 1,
    "Widerrufene Einwilligungen nach 3 Jahren": 1,
}


def test_a_dry_run_reports_and_changes_nothing(old_things, capsys):
    before = everything()
    assert apply(capsys, "--dry-run") == DUE
    assert everything() == before


def test_what_is_over_goes_and_the_rest_stays(old_things, capsys):
    assert apply(capsys) == DUE
    assert set(User.objects.values_list("email", flat=True)) == {"bleibt@verein.example", "neu@verein.example"}
    assert AccessCode.objects.count() == 1
    assert sorted(OutgoingMail.objects.values_list("body", flat=True)) == ["", "", "Text"]
    assert Consent.objects.get().purpose == "newsletter"
    assert Consent.pgh_event_model.objects.count() == 1
    assert "alt@verein.example" not in "".join(everything().values())
    assert apply(capsys) == {}


def test_a_pseudonym_goes_with_its_last_proof(capsys):
    user = make_user(ADDRESS)
    consents.give(user, Purpose.NEWSLETTER, text_version="1")
    consents.confirm(user, with_="Code")
    personal_data.erase(user)
    Consent.objects.update(withdrawn_at=ago(days=4 * 365))
    apply(capsys)
    apply(capsys)
    assert not User.objects.exists()


def test_every_way_of_erasing_is_used():
    assert {about.erase for _model, register in registers() for about in register.about} == set(Erase)


def test_nothing_due_in_an_empty_portal():
    assert [found.title for found in retention.expired() if found.rows.exists()] == []
