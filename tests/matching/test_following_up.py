"""What the two say after the contacts went out, with the link of a mail and signed in; and what these mails say."""

import re

import pytest
from django.test import Client

from matching import carrying_on, introductions
from matching.models import Introduction, Invitation
from portal.mail.models import OutgoingMail
from tests.matching.casts import PETRA, STEFAN, make_introduction, sides, token_for
from tests.matching.clock import at, berlin

pytestmark = pytest.mark.django_db
YES = Invitation.Answer.YES
ASKED, OUTCOME = berlin(2026, 11, 18, 8), berlin(2027, 2, 2, 8)


@pytest.fixture
def asked(db):
    """Connected on 4 November, asked on the 18th whether they spoke."""
    with at(berlin(2026, 11, 2, 10)):
        introduction = make_introduction()
    with at(berlin(2026, 11, 4, 10)):
        for invitation in sides(introduction):
            introductions.answer(invitation, YES)
    with at(ASKED):
        carrying_on.carry_on_due()
    return introduction


@pytest.fixture
def visitor(client):
    """Without a cookie, on the day of the question."""
    with at(ASKED):
        yield client


def address(kind="whether_met", to=STEFAN):
    return f"/antwort/{token_for(to, kind=kind)}/"


def state():
    return Introduction.objects.get().state


def test_opening_the_link_changes_nothing_and_names_nobody(asked, visitor):
    for choice in ("gesprochen", "noch-nicht", "nichts", "zusammen", "unsinn"):
        page = visitor.get(f"{address()}?antwort={choice}")
        assert page.status_code == 200
        assert PETRA not in page.content.decode()
    assert "Noch ist nichts gesendet" in visitor.get(f"{address()}?antwort=gesprochen").content.decode()
    assert (state(), visitor.cookies) == ("connected", {})


@pytest.mark.parametrize(
    ("said", "becomes"), [("met", "met"), ("cooperating", "cooperating"), ("not_yet", "connected")]
)
def test_a_button_reports_without_login(asked, visitor, said, becomes):
    for _twice in range(2):
        assert visitor.post(address(), {"report": said}).status_code == 303
        assert visitor.get(address()).status_code == 200
    assert state() == becomes


def test_nothing_comes_of_it(asked, visitor):
    visitor.post(address(), {"report": "no_cooperation"})
    assert state() == "no_cooperation"
    assert visitor.post(address(), {"report": "met"}).status_code == 409


def test_not_yet_is_kept_with_its_day_and_the_next_question_named(asked, visitor):
    visitor.post(address(), {"report": "not_yet"})
    page = visitor.get(address()).content.decode()
    assert "Am 18.11.2026 haben Sie „Noch nicht“ geantwortet" in page
    assert "Am 02.02.2027 fragen wir beide Seiten, was daraus geworden ist." in page


def test_what_is_no_choice_is_refused_with_a_sentence(asked, visitor):
    answer = visitor.post(address(), {"report": "expired"})
    assert answer.status_code == 400
    assert "Bitte wählen Sie einen der Schritte." in answer.content.decode()


def test_needs_no_token_of_a_form(asked):
    with at(ASKED):
        assert Client(enforce_csrf_checks=True).post(address(), {"report": "met"}).status_code == 303


def test_the_links_of_the_mail_lead_to_the_page_with_their_choice(asked):
    body = OutgoingMail.objects.get(to=STEFAN, key__startswith="whether_met:").body
    assert re.findall(r"\?antwort=([\w-]+)", body) == ["gesprochen", "noch-nicht", "nichts"]


# --- The mails, read as a whole -------------------------------------------------------------------------------
def text_of(kind, to=STEFAN):
    mail = OutgoingMail.objects.get(to=to, key__startswith=f"{kind}:")
    assert "Guten Tag Alex Beispiel," in mail.body
    body = re.sub(r"/(antwort|abmelden)/[\w:-]+/", r"/\1/…/", mail.body)
    return mail.subject, body.split("\n-- \n")[0].split("Guten Tag Alex Beispiel,\n\n")[1].strip()


def test_the_question_whether_they_spoke(asked):
    assert text_of("whether_met") == (
        "Haben Sie mit Kammer Beispiel gesprochen?",
        "am 04.11.2026 haben Telgte und Kammer Beispiel die Kontaktdaten bekommen. "
        "Haben Sie miteinander gesprochen?\n\n"
        "Ihre Antwort, ohne Anmeldung:\n\n"
        "Wir haben miteinander gesprochen: http://localhost:8000/antwort/…/?antwort=gesprochen\n\n"
        "Noch nicht: http://localhost:8000/antwort/…/?antwort=noch-nicht\n\n"
        "Daraus wird nichts: http://localhost:8000/antwort/…/?antwort=nichts\n\n"
        "Es genügt, wenn eine Seite antwortet. Ein guter erster Schritt ist ein Telefonat von einer halben Stunde.",
    )


def test_the_question_for_the_outcome(asked):
    with at(OUTCOME):
        carrying_on.carry_on_due()
    subject, text = text_of("outcome")
    assert subject == "Was ist aus dem Kontakt mit Kammer Beispiel geworden?"
    assert "Wir arbeiten zusammen: http://localhost:8000/antwort/…/?antwort=zusammen" in text
    assert "Hören wir bis zum 02.03.2027 nichts, schließen wir die Vermittlung ab und fragen nicht noch einmal." in text


def test_the_reminder_and_the_note():
    with at(berlin(2026, 11, 2, 10)):
        introduction = make_introduction()
        introductions.answer(sides(introduction)[0], YES)
    with at(berlin(2026, 11, 12, 8)):
        carrying_on.carry_on_due()
    subject, text = text_of("reminder")
    assert subject == "Erinnerung: Kontakt mit Kammer Beispiel"
    assert text.startswith("am 02.11.2026 haben wir Telgte den Kontakt zu Kammer Beispiel (OM-Partner) vorgeschlagen.")
    assert text.endswith("Wir warten bis zum 23.11.2026 und erinnern Sie nicht noch einmal.")
    assert text.count("?antwort=") == 3
    assert text_of("waiting", to=PETRA) == (
        "Wir warten noch auf Telgte",
        "Kammer Beispiel hat dem Kontakt mit Telgte zugesagt. Die andere Seite hat noch nicht geantwortet.\n\n"
        "Wir warten bis zum 23.11.2026. Sagt die andere Seite zu, bekommen Sie die Kontaktdaten per Mail. Kommt bis "
        "dahin keine Antwort, beenden wir die Vermittlung und schreiben Ihnen das. Sie müssen nichts tun.\n\n"
        f"Stand der Vermittlung:\nhttp://localhost:8000/mein/vermittlungen/{introduction.pk}/",
    )


def test_none_of_them_shouts_or_leaves_a_gap(asked):
    with at(OUTCOME):
        carrying_on.carry_on_due()
    for mail in OutgoingMail.objects.all():
        assert not [sign for sign in ("!", "{{", "{%", "None", "\n\n\n") if sign in mail.subject + mail.body]


# --- The next step on pages -----------------------------------------------------------------------------------
def test_a_page_tells_a_side_its_own_next_step_and_not_that_of_the_other(client):
    with at(berlin(2026, 11, 2, 10)):
        introduction = make_introduction()
        introductions.answer(sides(introduction)[0], YES)
        client.force_login(introduction.partner.organisation.contact)
        own = client.get(f"/mein/vermittlungen/{introduction.pk}/").content.decode()
        client.force_login(introduction.city.organisation.contact)
        other = client.get(f"/mein/vermittlungen/{introduction.pk}/").content.decode()
    assert "Am 12.11.2026 schreiben wir Ihnen, falls die andere Seite bis dahin nicht geantwortet hat." in own
    assert "Am 09.11.2026 erinnern wir Sie, falls Sie bis dahin nicht geantwortet haben." in other
    assert "erinnern" not in own
    assert "schreiben wir Ihnen, falls" not in other
