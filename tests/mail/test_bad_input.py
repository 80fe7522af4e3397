"""What is odd in names, addresses, subjects and links ends in a clear page or a clean mail; nothing else happens."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching import carrying_on, introductions, tokens
from matching.models import Introduction, Side
from portal.accounts import consents
from portal.accounts.models import Organisation, Purpose, User
from portal.mail import outbox
from portal.mail.models import OutgoingMail
from tests.factories import give_contact, make_curator, make_organisation, make_user
from tests.matching.casts import PETRA, STEFAN, make_introduction, make_suggestion, token_for
from tests.matching.test_answers import checksum
from tests.registration.conftest import mails_to, partner_form, towns  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
POISON = ["\r\nBcc: alle@fremd.example", "\nX-Boese: ja", "\rX-Boese: ja", "\u2028X-Boese: ja", "\u2029X-Boese: ja"]
POISON += ["\x85X-Boese: ja", "\x0bX-Boese: ja", "\x00X-Boese: ja"]
FORMS = {"account_reset_password": "email", "account_login": "login"}


def heads(sink):
    """The header lines of everything that arrived, as bytes."""
    return [raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0] for _address, _message, raw in sink.accepted]


def assert_clean(sink):
    assert sink.accepted
    for head in heads(sink):
        assert not re.search(rb"^(bcc|x-boese):", head, re.IGNORECASE | re.MULTILINE)
        assert b"\0" not in head
        assert len(re.findall(rb"^subject:", head, re.IGNORECASE | re.MULTILINE)) == 1
    assert {address for address, *_ in sink.accepted} <= {PETRA, STEFAN}


# --- Headers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("poison", [sign for sign in POISON if "\0" not in sign])  # PostgreSQL keeps no NUL
@pytest.mark.parametrize("where", ["organisation", "person"])
def test_no_name_adds_a_header_on_the_wire(sink, where, poison):
    suggestion = make_suggestion()
    if where == "organisation":
        Organisation.objects.filter(kind="partner").update(name=f"Kammer{poison}")
    else:
        User.objects.filter(email=STEFAN).update(first_name=f"Stefan{poison}")
    introductions.release(suggestion, by=make_curator())
    outbox.deliver_due_mails()
    assert len(sink.accepted) == 2
    assert_clean(sink)


@pytest.mark.parametrize("poison", POISON)
@pytest.mark.parametrize("where", ["subject", "reply_to", "unsubscribe"])
def test_no_field_of_a_mail_adds_a_header_on_the_wire(sink, where, poison):
    headers = {"reply_to": {"Reply-To": f"Verein <a@verein.example>{poison}"}}
    headers["unsubscribe"] = {"List-Unsubscribe": f"<http://localhost:8000/abmelden/x/>{poison}"}
    person = give_contact(make_organisation(), PETRA)
    outbox.queue_mail(
        "suggestion:1",
        PETRA,
        subject=f"Hallo{poison if where == 'subject' else ''}",
        body="Text",
        kind=OutgoingMail.Kind.SUGGESTION,
        user=person,
        purpose=Purpose.SUGGESTIONS,
        headers=headers.get(where, {}),
    )
    outbox.deliver_due_mails()
    assert_clean(sink)


# --- Addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", ["müller.example", "straße.example", "xn--mller-kva.example"])
def test_umlauts_in_a_domain_go_over_the_wire_as_ascii_and_arrive(sink, domain):
    person = give_contact(make_organisation(), f"vera@{domain}")
    outbox.queue_mail("notice:1", person.email, subject="Hallo", body="Text", kind="notice", user=person)
    assert outbox.deliver_due_mails() == 1
    address, _message, raw = sink.accepted[0]
    assert address.isascii()
    assert address == f"vera@{domain.encode('idna').decode()}"
    assert raw.partition(b"\r\n\r\n")[0].isascii()


def test_umlauts_in_a_name_arrive_readable(sink):
    suggestion = make_suggestion()
    Organisation.objects.filter(kind="partner").update(name="Bäcker-Innung Köln & Söhne 🥨")
    introductions.release(suggestion, by=make_curator())
    outbox.deliver_due_mails()
    messages = [message_from_bytes(raw, policy=policy.default) for *_, raw in sink.accepted]
    subjects = {message["Subject"].strip() for message in messages}  # a long one begins on the next line
    assert "Kontaktvorschlag: Bäcker-Innung Köln & Söhne 🥨" in subjects


@pytest.mark.parametrize(
    "address",
    [
        f"{'x' * 288}@kammer.example",
        f"vera@{'x' * 292}.example",
        "müller@kammer.example",
        "vera@kammer.example\r\nBcc: alle@fremd.example",
        "vera@kammer.example, alle@fremd.example",
        "vera@kammer..example",
        "vera kammer.example",
    ],
)
def test_the_registration_refuses_an_odd_address_with_a_sentence_and_keeps_what_was_typed(
    client,
    towns,  # noqa: F811
    partner_form,  # noqa: F811
    address,
):
    page = client.post("/mitmachen/partner/", partner_form(email=address))
    assert page.status_code in {200, 400}
    assert "email" in page.text
    assert "Kammer Münsterland" in page.text
    assert not OutgoingMail.objects.exists()
    assert not User.objects.exists()


def test_the_registration_takes_umlauts_in_the_domain(client, towns, partner_form):  # noqa: F811
    client.post("/mitmachen/partner/", partner_form(email="robin@kämmer.example"))
    assert len(mails_to("robin@kämmer.example")) == 1


@pytest.mark.parametrize("address", [f"{'x' * 288}@kammer.example", f"vera@{'x' * 292}.example", "müller@x.example"])
@pytest.mark.parametrize("page", FORMS)
def test_other_forms_answer_an_odd_address_without_a_fault(client, page, address):
    answer = client.post(reverse(page), {FORMS[page]: address, "password": "x"})
    assert answer.status_code == 200
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("address", [f"{'x' * 288}@kammer.example", f"vera@{'x' * 292}.example", "müller@x.example"])
def test_nobody_changes_to_an_odd_address(client, address):
    person = make_user()
    client.force_login(person)
    answer = client.post(reverse("account_email"), {"action_add": "", "email": address}, follow=True)
    assert answer.status_code == 200
    assert not OutgoingMail.objects.filter(to__startswith=address[:20]).exists()
    assert list(person.emailaddress_set.values_list("email", flat=True)) == [person.email]


def test_an_address_that_is_too_long_is_never_cut_to_that_of_somebody_else(sink):
    tail = f"vera@{'x' * 200}.kammer.example" + ".fremd.example" * 5
    mail = outbox.queue_mail("notice:1", tail, subject="Hallo", body="Text", kind="notice")
    outbox.deliver_due_mails()
    mail.refresh_from_db()
    assert (mail.status, sink.accepted) == (OutgoingMail.Status.FAILED, [])


# --- Links ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1],
        lambda token: token[: len(token) // 2],
        lambda token: token + "A",
        lambda token: token.swapcase(),
        lambda token: "A" * 43,
        lambda token: token + "%0d%0aX: y",
        lambda token: token + "%E2%80%A8",
        lambda token: "x" * 3000,
    ],
)
def test_a_forged_or_truncated_answer_link_is_a_clear_page_without_effect(client, forge):
    make_introduction()
    address, before = f"/antwort/{forge(token_for(STEFAN))}/", checksum()
    for answer in (client.get(address), client.post(address, {"answer": "yes"})):
        assert answer.status_code == 404
        assert "Dieser Link ist nicht bekannt" in answer.text
    assert checksum() == before


@pytest.mark.parametrize("raw", ["%00", "%ff", "%ED%A0%80"])
def test_an_unreadable_link_is_refused(client, raw):
    for word in ("antwort", "abmelden"):
        assert client.post(f"/{word}/abc{raw}/", {"answer": "yes"}).status_code == 400


@pytest.mark.parametrize("answer", ["yes", "no", "forward"])
def test_an_answer_after_the_end_says_how_it_ended_and_has_no_effect(client, answer):
    introduction = make_introduction()
    token = token_for(STEFAN)
    carrying_on.carry_on_due(introduction.expires_at + timedelta(seconds=1))
    before = checksum()
    page = client.post(f"/antwort/{token}/", {"answer": answer})
    assert page.status_code == 409
    assert "abgeschlossen" in page.text
    assert checksum() == before
    introduction.refresh_from_db()
    assert introduction.state == Introduction.State.EXPIRED


def test_a_used_link_shows_the_answer_and_the_same_again_changes_nothing(client):
    make_introduction()
    address = f"/antwort/{token_for(STEFAN)}/"
    client.post(address, {"answer": "yes"})
    before = checksum()
    for _time in range(3):
        assert client.post(address, {"answer": "yes"}).status_code == 303
    assert checksum() == before
    assert "Ihre Zusage ist gespeichert" in client.get(address).text


def test_links_of_one_kind_do_not_open_the_other(client):
    introduction = make_introduction()
    answer = tokens.issue(introduction.invitations.get(side=Side.CITY))
    unsubscribe = consents.unsubscribe_url(User.objects.get(email=STEFAN), Purpose.SUGGESTIONS).split("/")[-2]
    before = checksum()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/abmelden/{answer}/", {"List-Unsubscribe": "One-Click"}).status_code == 404
    assert strict.post(f"/antwort/{unsubscribe}/", {"answer": "yes"}).status_code == 404
    assert checksum() == before


def test_an_expired_code_confirms_nothing(client):
    person = make_user()
    client.force_login(person)
    page = client.post(reverse("consents"), {"consent_newsletter": "on", "consent_newsletter_version": "1"})
    code = re.search(r"\b\d{6}\b", OutgoingMail.objects.get().body).group()
    session = client.session
    session["consent_code"] = session["consent_code"] | {"at": (timezone.now() - timedelta(hours=1)).timestamp()}
    session.save()
    answer = client.post(page.url, {"code": code})
    assert (answer.status_code, "abgelaufen" in answer.text) == (400, True)
    assert not consents.holds(person, Purpose.NEWSLETTER)
