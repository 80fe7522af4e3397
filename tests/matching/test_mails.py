import pytest

from matching import carrying_on, introductions
from matching.models import Introduction, IntroductionRules, Invitation, Side, SuggestionMail
from portal.accounts.models import Organisation, User
from portal.mail.models import OutgoingMail
from tests.factories import make_curator
from tests.matching.casts import PETRA, STEFAN, make_introduction, make_pair, make_suggestion, sides, token_for

pytestmark = pytest.mark.django_db
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO


def mail_to(address, key=""):
    return OutgoingMail.objects.get(to=address, key__startswith=key)


def all_kinds_of_mail():
    """One case each that ends with a yes, a no, silence and a withdrawal."""
    introduction = make_introduction()
    partner, _city = sides(introduction)
    Organisation.objects.update(capacity=20)
    introductions.withdraw(introduction, by=make_curator("b@office.example"), reason="Doppelt")
    by_partner = {"side": Side.PARTNER, "by": partner.recipient, "message": "Wir suchen Mitstreiter."}

    def ask():
        SuggestionMail.objects.all().delete()  # as if the last question was weeks ago
        return introductions.ask(introduction.partner, introduction.city, **by_partner)

    carrying_on.carry_on_due(ask().expires_at)
    asked = ask()
    introductions.answer(sides(asked)[1], YES)
    Introduction.objects.filter(pk=asked.pk).delete()
    introductions.answer(sides(ask())[1], NO)
    return list(OutgoingMail.objects.all())


def test_the_invitation_says_everything_that_is_needed_to_answer():
    introduction = make_introduction()
    mail = mail_to(STEFAN)
    link = f"http://localhost:8000/antwort/{token_for(STEFAN)}/"
    assert mail.subject == "Kontaktvorschlag: Kammer Beispiel"
    for part in (
        "Guten Tag Alex Beispiel,",
        "im Auftrag der Netzwerke Offensive Mittelstand und Engagierte Stadt",
        "- Kammer Beispiel und Telgte haben ein gemeinsames Thema",
        "Ein guter erster Schritt",
        f"Ja, gern: {link}?antwort=ja",
        f"Jetzt nicht: {link}?antwort=nein",
        f"Nicht zuständig – weiterleiten: {link}?antwort=weiterleiten",
        f"bis zum {introduction.expires_at:%d.%m.%Y}",
        "http://localhost:8000/partner/kammer-beispiel/",
        "Wie oft wir Ihnen schreiben",
        "http://localhost:8000/abmelden/",
    ):
        assert part in mail.body


def test_an_invitation_on_request_says_who_asked_and_brings_the_message():
    partner, city = make_pair()
    introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact, message="Hallo Telgte")
    mail = mail_to(STEFAN)
    assert mail.subject == "Kontaktanfrage: Kammer Beispiel"
    assert "hat uns gebeten, Sie zu fragen" in mail.body
    assert "„Hallo Telgte“" in mail.body


def test_no_mail_shouts_or_leaves_a_gap():
    for mail in all_kinds_of_mail():
        text = mail.subject + mail.body
        assert mail.body.startswith("Guten Tag ")
        assert not [sign for sign in ("!", "{{", "{%", "None", "  \n", "Matching") if sign in text]
        assert max(len(line) for line in mail.body.splitlines()) < 900


def test_a_name_of_several_lines_adds_no_header_and_no_line_to_the_subject():
    suggestion = make_suggestion()
    Organisation.objects.filter(kind="partner").update(name="Kammer\r\nBcc: alle@example.org\nBeispiel")
    introductions.release(suggestion, by=make_curator())
    assert mail_to(STEFAN).subject == "Kontaktvorschlag: Kammer Bcc: alle@example.org Beispiel"


def test_markup_in_a_name_is_text_in_the_html_part():
    suggestion = make_suggestion()
    Organisation.objects.filter(kind="partner").update(name="<b>Kammer</b> & Co")
    introductions.release(suggestion, by=make_curator())
    mail = mail_to(STEFAN)
    assert "<b>Kammer</b> & Co" in mail.body
    assert "<b>" not in mail.html


def test_somebody_without_a_name_is_greeted_all_the_same():
    suggestion = make_suggestion()
    User.objects.filter(email=STEFAN).update(first_name="", last_name="")
    introductions.release(suggestion, by=make_curator())
    assert mail_to(STEFAN).body.startswith("Guten Tag,\n")


def test_the_joint_mail_greets_both_and_names_phone_and_address():
    introduction = make_introduction()
    User.objects.filter(email=STEFAN).update(first_name="Stefan", last_name="Stadt", phone="02504 1")
    for invitation in sides(introduction):
        introductions.answer(invitation, YES)
    body = mail_to(PETRA, "contacts:").body
    assert body.startswith("Guten Tag Alex Beispiel, guten Tag Stefan Stadt,")
    for part in (PETRA, STEFAN, "02504 1", "+49 251 1234567", "Das spricht für den Kontakt"):
        assert part in body


def test_the_mail_waits_no_longer_than_the_case():
    IntroductionRules.objects.update(answer_days=5)
    introduction = make_introduction()
    assert mail_to(PETRA).expires_at == introduction.expires_at
