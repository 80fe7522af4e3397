"""Where mails do not arrive none are sent any more: who finds out, who is told, and how it ends."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import consents, personal_data
from portal.accounts.models import Consent, OfficeTask, Purpose
from portal.accounts.tasks import apply_retention
from portal.mail import addresses, bounces, outbox
from portal.mail.models import BlockedAddress, OutgoingMail
from tests.factories import give_contact, make_curator, make_organisation, make_user
from tests.races import at_once

pytestmark = pytest.mark.django_db
Kind, Status = OutgoingMail.Kind, OutgoingMail.Status
Reason = BlockedAddress.Reason


@pytest.fixture
def vera():
    """The contact person of a chamber, who agreed to suggestions."""
    return give_contact(make_organisation(), "vera@kammer.example")


def queue(user, number=1, kind=Kind.NOTICE, **fields):
    defaults = {"subject": "Hallo", "body": "Text", "user": user}
    return outbox.queue_mail(f"{kind}:{number}", user.email, kind=kind, **defaults | fields)


def bounce(user, reason=Reason.BOUNCED):
    return addresses.block(user.email, reason=reason, source="brevo", detail="550 no such user")


def status_of(mail):
    mail.refresh_from_db()
    return mail.status


# --- What makes an address unreachable ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "is_over"),
    [
        ("550 no such user", True),
        ("550 5.1.1 user unknown", True),
        ("550 5.1.10 recipient not found", True),
        ("550 5.2.1 mailbox disabled", True),
        ("553 mailbox name not allowed", True),
        ("551 user not local", True),
        ("552 5.2.2 mailbox full", False),
        ("552 mailbox full", False),
        ("554 transaction failed", False),
        ("550 5.7.1 relaying denied", False),
        ("550 relay not permitted", False),
        ("550 blocked by SPF", False),
        ("550 5.7.26 DMARC", False),
        ("550 5.1.8 sender address rejected", False),
        ("450 4.2.1 mailbox busy", False),
    ],
)
def test_only_a_recipient_that_is_not_there_is_unreachable_for_good(answer, is_over):
    code, _space, words = answer.partition(" ")
    assert bounces.means_no_such_address(int(code), words.encode()) is is_over


def test_a_recipient_the_server_does_not_know_gets_nothing_more(sink, vera):
    first, second = queue(vera), queue(vera, 2, due_at=timezone.now() + timedelta(minutes=5))
    sink.answers[vera.email] = "550 5.1.1 user unknown"
    outbox.deliver_due_mails()
    sink.answers.clear()
    OutgoingMail.objects.filter(pk=second.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    outbox.deliver_due_mails()
    assert (status_of(first), status_of(second), sink.accepted) == (Status.FAILED, Status.BLOCKED, [])
    block = BlockedAddress.objects.get()
    assert (block.user, block.address, block.reason) == (vera, vera.email, Reason.REFUSED)
    assert block.detail == "550 5.1.1 user unknown"


def test_a_block_between_two_attempts_stops_the_mail(sink, vera):
    mail = queue(vera)
    sink.answers["*"] = "451 later"
    outbox.deliver_due_mails()
    sink.answers.clear()
    bounce(vera)
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    outbox.deliver_due_mails()
    assert (status_of(mail), sink.accepted) == (Status.BLOCKED, [])
    assert mail.body  # it may still be sent, once the address is right


def test_codes_go_out_all_the_same(sink, vera):
    """The person may have repaired the mailbox, and wants to sign in."""
    bounce(vera)
    queue(vera, kind=Kind.ACCOUNT)
    assert outbox.deliver_due_mails() == 1


def test_others_get_their_mail(sink, vera):
    bounce(vera)
    queue(make_user("andere@kammer.example"), 2)
    assert outbox.deliver_due_mails() == 1


@pytest.mark.parametrize("typed", ["Vera@Müller.example", "vera@xn--mller-kva.example", " VERA@MÜLLER.EXAMPLE "])
def test_one_address_has_one_spelling(typed):
    person = give_contact(make_organisation(), "vera@müller.example")
    addresses.block(typed, reason=Reason.BOUNCED, source="brevo")
    assert BlockedAddress.objects.get().user == person
    assert addresses.are_blocked([person.email, typed]) == {person.email, typed}


@pytest.mark.parametrize(
    "odd", ["", "ohne", "@", "a@", "@b", "a@b@c", "a@" + "x" * 300 + ".example", "a@..", "a@\ud800"]
)
def test_what_is_no_address_blocks_nobody(odd, vera):
    assert addresses.block(odd, reason=Reason.BOUNCED, source="brevo") is False
    assert addresses.are_blocked([odd]) == set()
    assert not BlockedAddress.objects.exists()


def test_an_address_without_an_account_leaves_no_trace():
    assert not addresses.block("wer@fremd.example", reason=Reason.BOUNCED, source="brevo")
    assert not BlockedAddress.objects.exists()


# --- Complaints -----------------------------------------------------------------------------------------------


def test_a_complaint_ends_every_consent_and_lifting_it_brings_none_back(sink, vera):
    consents.give(vera, Purpose.NEWSLETTER, text_version="1")
    consents.confirm(vera, with_="Code")
    bounce(vera, Reason.COMPLAINED)
    addresses.lift(vera.email, by=vera)
    suggestion = queue(vera, 1, kind=Kind.SUGGESTION, purpose="suggestions")
    newsletter = queue(vera, 2, purpose="newsletter")
    notice = queue(vera, 3)
    assert outbox.deliver_due_mails() == 1
    assert [status_of(mail) for mail in (suggestion, newsletter, notice)] == ["suppressed", "suppressed", "sent"]
    assert set(Consent.objects.values_list("withdrawn_with", flat=True)) == {"Beschwerde über eine Mail"}


def test_a_complaint_weighs_more_than_a_bounce_before_it(vera):
    bounce(vera)
    bounce(vera, Reason.COMPLAINED)
    bounce(vera)
    assert BlockedAddress.objects.get().reason == Reason.COMPLAINED
    assert not consents.holds(vera, Purpose.SUGGESTIONS)


# --- Who is told ----------------------------------------------------------------------------------------------


def test_the_office_finds_out_once_for_each_organisation_however_many_mails(sink, vera):
    second = make_organisation("network", "Netzwerk")
    second.memberships.create(user=vera, role="manager")
    sink.answers["*"] = "550 5.1.1 unknown"
    for number in range(5):
        queue(vera, number)
    outbox.deliver_due_mails()
    bounce(vera)
    tasks = OfficeTask.objects.order_by("organisation__name")
    assert [(task.kind, task.organisation.name) for task in tasks] == [
        (OfficeTask.Kind.RESPONSIBLE, "Kammer Beispiel"),
        (OfficeTask.Kind.RESPONSIBLE, "Netzwerk"),
    ]
    assert f"Nr. {BlockedAddress.objects.get().pk}" in tasks[0].text
    assert vera.email not in tasks[0].text


def test_a_block_that_returns_is_a_new_task(vera):
    bounce(vera)
    addresses.lift(vera.email, by=make_curator())
    bounce(vera)
    assert OfficeTask.objects.count() == BlockedAddress.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_reports_at_once_are_one_block_and_one_task(vera):
    at_once(*[lambda: bounce(vera, Reason.COMPLAINED)] * 4)
    assert BlockedAddress.objects.count() == OfficeTask.objects.count() == 1


def test_the_person_reads_it_and_can_say_that_it_is_over(client, vera):
    client.force_login(vera)
    assert "kommen nicht an" not in client.get(reverse("dashboard")).text
    bounce(vera)
    page = client.get(reverse("dashboard")).text
    assert f"Mails an {vera.email} kommen nicht an" in page
    assert f'href="{reverse("account_email")}"' in page
    client.post(reverse("address_reachable"))
    client.post(reverse("address_reachable"))
    assert "kommen nicht an" not in client.get(reverse("dashboard")).text
    block = BlockedAddress.objects.get()
    assert (block.lifted_by, block.lifted_at is None) == (vera, False)


def test_after_a_complaint_the_person_reads_what_became_of_it(client, vera):
    client.force_login(vera)
    bounce(vera, Reason.COMPLAINED)
    assert "als unerwünscht gemeldet" in client.get(reverse("dashboard")).text


# --- How it ends ----------------------------------------------------------------------------------------------


def test_the_office_lifts_it_and_sends_again_what_waited(sink, vera):
    mail = queue(vera)
    bounce(vera)
    outbox.deliver_due_mails()
    with pytest.raises(outbox.OutboxError):
        outbox.retry(mail)
    office = Client()
    office.force_login(make_curator())
    chosen = {"action": "lift", "_selected_action": [BlockedAddress.objects.get().pk]}
    page = office.post("/admin/mail/blockedaddress/", chosen, follow=True)
    assert "erledigt" in page.text
    outbox.retry(mail)
    assert (outbox.deliver_due_mails(), status_of(mail)) == (1, Status.SENT)


def test_another_address_is_another_matter(sink, vera):
    mail = queue(vera)
    bounce(vera)
    outbox.deliver_due_mails()
    vera.email = "vera.neu@kammer.example"
    vera.save()
    outbox.retry(mail)
    assert outbox.deliver_due_mails() == 1
    assert sink.recipients() == ["vera.neu@kammer.example"]


def test_nobody_lifts_the_block_of_somebody_else(vera):
    bounce(vera)
    with pytest.raises(addresses.AddressError):
        addresses.lift(vera.email, by=make_user("wer@anders.example"))
    assert addresses.block_of(vera.email)


def test_the_list_of_the_office_cannot_be_changed_by_hand(vera):
    bounce(vera)
    office = Client()
    office.force_login(make_curator())
    assert vera.email in office.get("/admin/mail/blockedaddress/").text
    assert office.get("/admin/mail/blockedaddress/add/").status_code == 403
    block = BlockedAddress.objects.get()
    assert office.post(f"/admin/mail/blockedaddress/{block.pk}/delete/", {"post": "yes"}).status_code == 403


# --- Personal data --------------------------------------------------------------------------------------------


def test_erasing_the_person_erases_the_block(vera):
    bounce(vera)
    personal_data.erase(vera)
    assert not BlockedAddress.objects.exists()


def test_the_person_reads_in_the_export_why_nothing_came(vera):
    bounce(vera)
    assert "no such user" in str(personal_data.export(vera))


@pytest.mark.parametrize(("reason", "days"), [(Reason.BOUNCED, 365), (Reason.COMPLAINED, 3 * 365)])
def test_a_block_is_forgotten_after_its_time(vera, reason, days):
    bounce(vera, reason)
    for age, left in ((days - 1, 1), (days + 1, 0)):
        BlockedAddress.objects.update(blocked_at=timezone.now() - timedelta(days=age))
        apply_retention()
        assert BlockedAddress.objects.count() == left
