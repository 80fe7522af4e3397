import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.models import Consent, OfficeTask
from portal.accounts.tasks import apply_retention
from portal.mail import claims, outbox
from portal.mail.models import BlockedAddress, OutgoingMail
from portal.mail.relay import Relay
from tests.factories import give_contact, make_organisation, make_user

pytestmark = pytest.mark.django_db
Kind, Priority, Status = OutgoingMail.Kind, OutgoingMail.Priority, OutgoingMail.Status


def queue(number=1, **fields):
    defaults = {"subject": "Hallo", "body": f"Text {number}", "kind": Kind.NOTICE}
    to = fields.pop("to", f"person{number}@verein.example")
    return outbox.queue_mail(f"notice:{number}", to, **defaults | fields)


def queue_code(**fields):
    valid_until = timezone.now() + timedelta(minutes=30)
    return queue(kind=Kind.ACCOUNT, priority=Priority.URGENT, **{"expires_at": valid_until} | fields)


def age(**times):
    """The mail has been waiting since then."""
    OutgoingMail.objects.update(**{field: timezone.now() - ago for field, ago in times.items()})


def test_the_same_key_is_queued_once(sink):
    assert queue().pk == queue(body="etwas anderes").pk
    assert outbox.deliver_due_mails() == 1
    assert outbox.deliver_due_mails() == 0
    assert sink.recipients() == ["person1@verein.example"]


def test_a_mail_arrives_as_it_was_written(sink):
    mail = queue(subject="Grüße aus Köln", body="Schöne Grüße\n", html="<p>Schöne Grüße</p>")
    outbox.deliver_due_mails()
    _address, message, _raw = sink.accepted[0]
    assert message["Subject"] == "Grüße aus Köln"
    assert message["Message-ID"] == f"<{mail.message_id}@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Date"]
    assert message.get_body(("plain",)).get_content().strip() == "Schöne Grüße"
    assert message.get_body(("html",)).get_content().strip() == "<p>Schöne Grüße</p>"


def test_a_rolled_back_reason_leaves_no_mail():
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_mails_are_not_sent_inside_a_transaction(sink):
    queue()
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.deliver_due_mails()
    assert sink.accepted == []


@pytest.mark.django_db(transaction=True)
def test_eight_senders_deliver_each_mail_once(sink):
    for number in range(120):
        queue(number)
    start = threading.Barrier(8)

    def work(_):
        try:
            start.wait()
            return outbox.deliver_due_mails()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 120
    assert len(sink.accepted) == len(sink.copies()) == 120
    assert set(OutgoingMail.objects.values_list("status", "attempts")) == {(Status.SENT, 1)}


def test_one_connection_serves_a_batch(sink):
    for number in range(10):
        queue(number)
    assert outbox.deliver_due_mails() == 10
    assert sink.connections == 1


def test_urgent_mails_go_first_and_a_task_is_bounded(sink):
    for number in range(3):
        queue(number)
    queue_code(number=9, to="code@verein.example")
    assert outbox.deliver_due_mails(limit=1) == 1
    assert sink.recipients() == ["code@verein.example"]


# --- Consent ------------------------------------------------------------------------------------------------


def queue_suggestion(user, **fields):
    return queue(to=user.email, user=user, kind=Kind.SUGGESTION, purpose="suggestions", **fields)


def test_a_suggestion_goes_to_somebody_who_agreed(sink):
    user = give_contact(make_organisation(), "ja@kammer.example")
    queue_suggestion(user, headers={"List-Unsubscribe": "<http://localhost:8000/abmelden/abc/>"})
    assert outbox.deliver_due_mails() == 1
    _address, message, _raw = sink.accepted[0]
    assert message["List-Unsubscribe"] == "<http://localhost:8000/abmelden/abc/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_consent_withdrawn_after_queuing_stops_the_mail(sink):
    user = give_contact(make_organisation(), "nein@kammer.example")
    mail = queue_suggestion(user)
    Consent.objects.update(withdrawn_at=timezone.now())
    assert outbox.deliver_due_mails() == 0
    mail.refresh_from_db()
    assert (mail.status, mail.body) == (Status.SUPPRESSED, "")
    assert sink.accepted == []


def test_a_consent_withdrawn_between_two_attempts_stops_the_mail(sink):
    user = give_contact(make_organisation(), "nein@kammer.example")
    mail = queue_suggestion(user)
    sink.answers["*"] = "451 later"
    outbox.deliver_due_mails()
    Consent.objects.update(withdrawn_at=timezone.now())
    sink.answers.clear()
    age(due_at=timedelta(seconds=1))
    outbox.deliver_due_mails()
    mail.refresh_from_db()
    assert (mail.status, sink.accepted) == (Status.SUPPRESSED, [])


def test_a_suggestion_without_a_person_is_not_sent(sink):
    mail = queue(kind=Kind.SUGGESTION, purpose="suggestions")
    outbox.deliver_due_mails()
    mail.refresh_from_db()
    assert (mail.status, sink.accepted) == (Status.SUPPRESSED, [])


def test_only_suggestions_offer_to_unsubscribe(sink):
    queue(headers={"List-Unsubscribe": "<http://localhost:8000/abmelden/abc/>"})
    outbox.deliver_due_mails()
    assert sink.accepted[0][1]["List-Unsubscribe"] is None


# --- Faults of the mail server ------------------------------------------------------------------------------


def test_a_refusal_for_good_becomes_a_task_of_the_office(sink):
    organisation = make_organisation()
    user = give_contact(organisation, "weg@kammer.example")
    mail = queue(to=user.email, user=user)
    queue(2)
    sink.answers[user.email] = "550 no such user"
    assert outbox.deliver_due_mails() == 1
    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.error) == (Status.FAILED, 1, "550 no such user")
    task = OfficeTask.objects.get()
    assert (task.kind, task.organisation) == (OfficeTask.Kind.RESPONSIBLE, organisation)
    assert user.email not in task.text


def test_a_code_for_a_wrong_address_makes_no_work_for_the_office(sink):
    mail = queue_code()
    sink.answers["*"] = "550 no such user"
    outbox.deliver_due_mails()
    mail.refresh_from_db()
    assert (mail.status, mail.body) == (Status.FAILED, "")
    assert not OfficeTask.objects.exists()


def test_a_server_that_asks_for_patience_gets_the_mail_later(sink):
    mail = queue()
    sink.answers["*"] = "451 greylisted"
    assert outbox.deliver_due_mails() == 0
    assert outbox.deliver_due_mails() == 0  # not due yet
    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.error) == (Status.QUEUED, 1, "451 greylisted")
    sink.answers.clear()
    age(due_at=timedelta(seconds=1))
    assert outbox.deliver_due_mails() == 1


@pytest.mark.parametrize(("make", "pause"), [(queue, timedelta(minutes=1)), (queue_code, timedelta(seconds=5))])
def test_codes_are_tried_again_within_seconds(sink, make, pause):
    mail = make()
    sink.answers["*"] = "452 mailbox full"
    outbox.deliver_due_mails()
    mail.refresh_from_db()
    assert abs(mail.due_at - timezone.now() - pause) < timedelta(seconds=2)


def test_after_three_days_a_mail_ends_with_a_task(sink):
    mail = queue()
    age(first_due_at=timedelta(hours=73))
    sink.answers["*"] = "451 later"
    outbox.deliver_due_mails()
    mail.refresh_from_db()
    assert (mail.status, OfficeTask.objects.count()) == (Status.FAILED, 1)


def test_a_mail_to_nobody_with_an_account_is_not_laid_at_the_door_of_a_memberless_organisation(sink):
    make_organisation("city", "Stadt ohne Mitglieder")
    queue()
    sink.answers["*"] = "550 no such user"
    outbox.deliver_due_mails()
    assert OfficeTask.objects.get().organisation is None


def test_the_command_goes_on_behind_mails_that_are_not_sent(sink, capsys):
    """A whole task full of codes that came too late is no sign that nothing is left."""
    stale = [
        OutgoingMail(
            key=f"account:{number}",
            to="a@verein.example",
            kind=Kind.ACCOUNT,
            priority=Priority.URGENT,
            expires_at=timezone.now() - timedelta(hours=1),
        )
        for number in range(outbox.LIMIT)
    ]
    OutgoingMail.objects.bulk_create(stale)
    queue()
    call_command("send_outbox")
    assert capsys.readouterr().out == "1\n"


def test_a_code_that_came_too_late_is_not_sent(sink):
    mail = queue_code(expires_at=timezone.now() - timedelta(seconds=1))
    assert outbox.deliver_due_mails() == 0
    mail.refresh_from_db()
    assert (mail.status, mail.body, sink.accepted) == (Status.EXPIRED, "", [])


def test_a_server_that_is_away_costs_no_attempts(settings):
    settings.MAIL_RELAY = settings.MAIL_RELAY | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    for number in range(30):
        queue(number)
    assert outbox.deliver_due_mails() == 0
    assert set(OutgoingMail.objects.values_list("status", "attempts")) == {(Status.QUEUED, 0)}
    assert OutgoingMail.objects.filter(due_at__lte=timezone.now()).count() == 30


def test_mails_go_out_once_the_server_is_back(sink, settings):
    relay = settings.MAIL_RELAY
    settings.MAIL_RELAY = relay | {"EMAIL_PORT": 1}
    queue()
    assert outbox.deliver_due_mails() == 0
    settings.MAIL_RELAY = relay
    assert outbox.deliver_due_mails() == 1


def test_after_three_days_without_a_server_a_mail_ends_with_a_task(settings):
    settings.MAIL_RELAY = settings.MAIL_RELAY | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    mail = queue()
    age(first_due_at=timedelta(hours=73))
    outbox.deliver_due_mails()
    mail.refresh_from_db()
    assert (mail.status, OfficeTask.objects.count()) == (Status.FAILED, 1)


def test_a_server_that_hangs_holds_a_sender_for_one_timeout(sink, settings):
    settings.EMAIL_TIMEOUT = 1
    sink.answers["person0@verein.example"] = "hang"
    for number in range(5):
        queue(number)
    began = timezone.now()
    assert outbox.deliver_due_mails() == 0
    assert timezone.now() - began < timedelta(seconds=4)
    assert outbox.deliver_due_mails() == 4  # the mail it hung on waits for its turn, the others go


def test_a_connection_that_breaks_after_the_text_costs_at_most_one_copy(sink):
    mail = queue(html="<p>Text</p>")
    sink.answers["*"] = "drop"
    assert outbox.deliver_due_mails() == 0
    sink.answers.clear()
    age(due_at=timedelta(seconds=1))
    assert outbox.deliver_due_mails() == 1
    assert list(sink.copies().values()) == [2]
    first, second = (raw for _address, _message, raw in sink.accepted)
    assert first == second
    assert str(mail.message_id).encode() in first


def test_who_shall_stop_ends_with_the_mail_under_way_and_leaves_the_others_due(sink):
    for number in range(5):
        queue(number)
    assert outbox.deliver_due_mails(shall_stop=lambda: len(sink.accepted) == 2) == 2
    assert OutgoingMail.objects.filter(status=Status.QUEUED, attempts=0).count() == 3
    assert outbox.deliver_due_mails() == 3


def test_a_row_nothing_can_be_made_of_does_not_stop_the_others(sink):
    for number in range(20):
        queue(number)
    OutgoingMail.objects.filter(key="notice:3").update(to="ohne-klammeraffen")
    OutgoingMail.objects.filter(key="notice:4").update(subject="zwei\nZeilen")
    assert outbox.deliver_due_mails() == 18
    assert OutgoingMail.objects.filter(status=Status.FAILED).count() == OfficeTask.objects.count() == 2


def test_a_text_that_is_refused_becomes_a_task_and_says_nothing_about_the_address(sink):
    user = give_contact(make_organisation(), "da@kammer.example")
    sink.answers["*"] = "data 554 5.7.1 looks like spam"
    queue(to=user.email, user=user)
    outbox.deliver_due_mails()
    assert OfficeTask.objects.get().kind == OfficeTask.Kind.DELIVERY
    assert not BlockedAddress.objects.exists()


def test_a_failed_mail_can_be_tried_again(sink):
    mail = queue()
    sink.answers["*"] = "data 554 no"
    outbox.deliver_due_mails()
    sink.answers.clear()
    outbox.retry(mail)
    assert outbox.deliver_due_mails() == 1
    with pytest.raises(outbox.OutboxError):
        outbox.retry(mail)


# --- What a mail is made of ---------------------------------------------------------------------------------


@pytest.mark.parametrize("poison", ["\r\nBcc: alle@verein.example", "\nX: y", "\0", "\u2028Bcc: x@y.example", "\x85"])
def test_no_name_can_add_a_header(sink, poison):
    queue(
        subject=f"Verein{poison}",
        to=f"person@verein.example{poison}" if poison == "\0" else "person@verein.example",
        headers={"Reply-To": f"Verein <a@verein.example>{poison}"},
        body=f"Text{poison}",
    )
    assert outbox.deliver_due_mails() == 1
    _address, message, raw = sink.accepted[0]
    assert message["Bcc"] is None
    assert message["X"] is None
    assert len(sink.accepted) == 1
    assert not re.search(rb"^(bcc|x):", raw.partition(b"\r\n\r\n")[0], re.IGNORECASE | re.MULTILINE)


def test_a_very_long_subject_is_cut():
    assert len(queue(subject="x" * 10_000).subject) == 300


# --- Bodies -------------------------------------------------------------------------------------------------


def test_a_sent_code_is_forgotten_at_once_other_texts_after_a_month(sink):
    code, notice = queue_code(), queue(2, html="<p>x</p>", headers={"Reply-To": "a@verein.example"})
    outbox.deliver_due_mails()
    code.refresh_from_db()
    notice.refresh_from_db()
    assert (code.status, code.body) == (Status.SENT, "")
    assert notice.body
    age(created_at=timedelta(days=29))
    apply_retention()
    notice.refresh_from_db()
    assert notice.body
    age(created_at=timedelta(days=31))
    apply_retention()
    notice.refresh_from_db()
    assert (notice.body, notice.html, notice.headers) == ("", "", {})


def test_the_text_of_a_waiting_mail_is_kept():
    mail = queue()
    age(created_at=timedelta(days=31))
    apply_retention()
    mail.refresh_from_db()
    assert mail.body


# --- Django's own way of sending ----------------------------------------------------------------------------


def test_mails_of_django_and_allauth_become_urgent_rows():
    assert send_mail("Ihr Code", "123456", None, ["a@verein.example", "b@verein.example"]) == 1
    mails = OutgoingMail.objects.order_by("to")
    assert [mail.to for mail in mails] == ["a@verein.example", "b@verein.example"]
    assert {(mail.kind, mail.priority, mail.status) for mail in mails} == {
        (Kind.ACCOUNT, Priority.URGENT, Status.QUEUED)
    }


def test_the_html_part_is_kept(sink):
    message = EmailMultiAlternatives("Ihr Code", "123456", to=["a@verein.example"], reply_to=["b@verein.example"])
    message.attach_alternative("<p>123456</p>", "text/html")
    message.send()
    outbox.deliver_due_mails()
    received = sink.accepted[0][1]
    assert received.get_body(("html",)).get_content().strip() == "<p>123456</p>"
    assert received["Reply-To"] == "b@verein.example"


def test_a_lost_code_request_reaches_the_outbox_of_a_real_page(client, sink):
    user = make_user()
    client.post("/konto/password/reset/", {"email": user.email})
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to) == (Kind.ACCOUNT, user.email)
    assert outbox.deliver_due_mails() == 1


@pytest.mark.django_db(transaction=True)
def test_what_became_of_a_mail_is_written_down_although_the_database_breaks_off(sink):
    mail = queue()
    claim = claims.take(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()[0]
    _end_session(own)
    with Relay() as relay:
        claim.settle(mail, relay.send(mail))
    mail.refresh_from_db()
    assert mail.status == Status.SENT


def _end_session(pid):
    def end():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        finally:
            connection.close()

    thread = threading.Thread(target=end)
    thread.start()
    thread.join()
