import pytest
from django.test import Client

from portal.mail import outbox
from portal.mail.models import OutgoingMail
from tests.factories import make_curator

pytestmark = pytest.mark.django_db
LIST = "/admin/mail/outgoingmail/"


def queue(key, kind="notice", **fields):
    defaults = {"subject": f"Betreff {key}", "body": "Text"}
    return outbox.queue_mail(key, "a@verein.example", kind=kind, **defaults | fields)


@pytest.fixture
def office():
    client = Client()
    client.force_login(make_curator())
    return client


def test_the_office_sees_mails_but_none_with_codes(office):
    queue("notice")
    queue("account", kind="account")
    page = office.get(LIST).content.decode()
    assert "Betreff notice" in page
    assert "Betreff account" not in page


def test_links_that_act_are_masked(office):
    mail = queue("notice", body="Antworten: http://localhost:8000/antwort/geheim-1/\nhttp://x/abmelden/geheim-2/ Ende")
    page = office.get(f"{LIST}{mail.pk}/change/").content.decode()
    assert "geheim" not in page
    assert "/antwort/…/" in page
    assert "Ende" in page


def test_a_mail_with_a_code_cannot_be_opened_by_its_number(office):
    mail = queue("account", kind="account", body="123456")
    response = office.get(f"{LIST}{mail.pk}/change/", follow=True)
    assert "123456" not in response.content.decode()


def test_nothing_can_be_changed(office):
    mail = queue("notice")
    office.post(f"{LIST}{mail.pk}/change/", {"subject": "anders"})
    assert office.get(f"{LIST}add/").status_code == 403
    assert office.post(f"{LIST}{mail.pk}/delete/", {"post": "yes"}).status_code == 403
    mail.refresh_from_db()
    assert mail.subject == "Betreff notice"


def test_only_failed_mails_are_tried_again(office):
    failed, sent = queue("failed"), queue("sent")
    OutgoingMail.objects.filter(pk=failed.pk).update(status="failed")
    OutgoingMail.objects.filter(pk=sent.pk).update(status="sent", sent_at=sent.created_at)
    selected = {"action": "try_again", "_selected_action": [failed.pk, sent.pk]}
    page = office.post(LIST, selected, follow=True).content.decode()
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.status, sent.status) == ("queued", "sent")
    assert "1 Mail wird noch einmal gesendet." in page
    assert "Betreff sent" in page


@pytest.mark.parametrize(
    "query",
    [
        "created_at__year=99999999999",
        "created_at__year=2026&created_at__month=99",
        "p=99999999999999999999",
        "o=99.1",
        "status__exact=" + "x" * 10_000,
        "q=" + "x" * 3_000,
        "e=1&unbekannt=1",
        "status__exact=%00",
    ],
)
def test_no_address_of_the_list_ends_in_a_fault(office, query):
    office.raise_request_exception = False
    assert office.get(f"{LIST}?{query}").status_code < 500
