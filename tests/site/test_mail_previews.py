"""The office sees every mail the portal can write, without anybody getting one."""

import re
from email import message_from_bytes, policy

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape

from portal.accounts.models import User
from portal.mail import messages
from portal.mail.models import OutgoingMail
from portal.site import mail_previews
from tests.factories import make_curator, make_user
from tests.matching.test_answers import checksum

pytestmark = pytest.mark.django_db
LIST = "/admin/site/sitepage/mails/"
TEMPLATES = sorted(path.stem for path in (settings.BASE_DIR / "templates/mail").glob("*.txt") if path.stem != "layout")
OPTIONAL = {"invitation", "invitations", "reminder", "whether_met", "outcome", "proposal_new"}


@pytest.fixture
def office():
    client = Client()
    client.force_login(make_curator())
    return client


@pytest.fixture
def previews(db):
    return mail_previews.everything()


def raw(preview):
    return messages.build(preview.mail).message().as_bytes()


def test_every_template_has_a_preview():
    """Whoever writes a new mail shows it to the office."""
    assert sorted(mail_previews.LETTERS) == TEMPLATES
    assert all(mail_previews.of_letter(letter) for letter in TEMPLATES)


def test_no_preview_shouts_or_leaves_a_gap(previews):
    for preview in previews:
        text = preview.mail.subject + preview.mail.body
        found = [sign for sign in ("!", "{{", "{%", "None", "  \n", "Matching", "Lead", "Community") if sign in text]
        assert not found, preview.letter
        assert preview.mail.body.startswith("Guten Tag"), preview.letter
        assert preview.mail.subject.strip(), preview.letter


def test_text_and_html_say_the_same(previews):
    for preview in previews:
        told = re.sub(r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", " ", preview.mail.html, flags=re.DOTALL)
        assert "&lt;" not in told
        body = preview.mail.body.partition("\n-- \n")[0]
        for line in body.splitlines():
            words = " ".join(line.removeprefix("- ").replace("&", "&amp;").split())
            assert words in " ".join(told.split()), (preview.letter, line)


def test_every_mail_leads_to_the_pages_the_law_asks_for_and_loads_nothing(previews):
    for preview in previews:
        for page in ("impressum", "datenschutz", "barrierefreiheit", "leichte-sprache"):
            assert f"http://localhost:8000/{page}/" in preview.mail.body, preview.letter
            assert f'href="http://localhost:8000/{page}/"' in preview.mail.html, preview.letter
        assert not re.search(r"<(img|script|link|iframe|object)|url\(|@import", preview.mail.html), preview.letter


def test_optional_mails_and_only_these_can_be_unsubscribed(previews):
    for preview in previews:
        message = message_from_bytes(raw(preview), policy=policy.default)
        is_optional = preview.mail.kind == OutgoingMail.Kind.SUGGESTION
        assert is_optional is bool(preview.mail.purpose) is ("/abmelden/" in preview.mail.body), preview.letter
        assert (message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click") is is_optional, preview.letter
        assert (message["List-Unsubscribe"] is not None) is is_optional, preview.letter
    assert {preview.letter for preview in previews if preview.mail.purpose} == OPTIONAL


def test_every_mail_says_that_a_machine_wrote_it(previews):
    for preview in previews:
        message = message_from_bytes(raw(preview), policy=policy.default)
        assert message["Auto-Submitted"] == "auto-generated", preview.letter
        assert message["Message-ID"].endswith("@localhost>"), preview.letter
        assert not list(message.iter_attachments()), preview.letter


def test_people_are_invented_and_marked(previews):
    for preview in previews:
        assert preview.mail.to.endswith(".example")
        assert "rfunden" in preview.mail.body or preview.letter == "consent_code", preview.letter


def test_looking_at_all_of_them_stores_nothing(office):
    before = checksum()
    assert office.get(LIST).status_code == 200
    for letter in TEMPLATES:
        for number, preview in enumerate(mail_previews.of_letter(letter)):
            page = office.get(f"{LIST}{letter}/{number}/")
            assert escape(preview.mail.subject) in page.text
            assert "Auto-Submitted" in page.text
            html = office.get(f"{LIST}{letter}/{number}/html/")
            assert html.text.startswith("<!DOCTYPE html>")
    assert checksum() == before
    assert not OutgoingMail.objects.exists()
    assert User.objects.count() == 1


def test_the_html_may_use_its_own_style_sheet_and_nothing_else(office):
    policy_of_page = office.get(f"{LIST}invitation/0/html/")["Content-Security-Policy"]
    assert re.search(r"style-src [^;]*'sha256-[\w+/=]{44}'", policy_of_page)
    assert "unsafe" not in policy_of_page
    assert "default-src 'none'" in policy_of_page


@pytest.mark.parametrize("path", ["gibt-es-nicht/0/", "invitation/99/", "invitation/99/html/", "layout/0/"])
def test_what_does_not_exist_is_not_found(office, path):
    assert office.get(LIST + path).status_code == 404


def test_only_the_office_looks(client):
    client.force_login(make_user())
    clerk = make_curator("neu@office.example")
    clerk.is_superuser = False
    clerk.save()
    for path in (LIST, f"{LIST}invitation/0/", f"{LIST}invitation/0/html/"):
        assert client.get(path).status_code == 302
    client.force_login(clerk)
    for path in (LIST, f"{LIST}invitation/0/", f"{LIST}invitation/0/html/"):
        assert client.get(path).status_code == 403


def test_the_list_of_sent_mails_leads_there(office):
    assert f'href="{LIST}"' in office.get("/admin/mail/outgoingmail/").text
