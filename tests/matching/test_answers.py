"""The pages behind the links in mails, and the members' own pages."""

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from matching import carrying_on, introductions, tokens
from matching.models import Introduction, IntroductionRules, Invitation, Side
from portal.accounts.models import Membership, OfficeTask
from portal.mail.models import OutgoingMail
from tests.factories import give_contact, make_city, make_curator, make_partner, make_user
from tests.matching.casts import PETRA, STEFAN, make_introduction, make_pair, sides, token_for

pytestmark = pytest.mark.django_db
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
State = Introduction.State
PETRAS_PHONE = "+49 251 777001"


def checksum():
    """Of every table, so that nothing can change unseen."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        digest = sha256()
        for table in sorted(tables):
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            digest.update(repr((table, cursor.fetchall())).encode())
    return digest.hexdigest()


def address(token):
    return f"/antwort/{token}/"


def links_in_mails():
    found = re.findall(
        r"http://localhost:8000(/(?:antwort|abmelden)/\S+)", "\n".join(m.body for m in OutgoingMail.objects.all())
    )
    assert found
    return found


# --- Showing --------------------------------------------------------------------------------------------------
def test_opening_every_link_many_times_changes_nothing(client):
    make_introduction()
    before = checksum()
    for link in links_in_mails():
        for method in (client.get, client.get, client.get, client.head):
            response = method(link)
            assert response.status_code == 200
            assert not response.cookies
        assert client.options(link).status_code == 405
    assert checksum() == before


def test_the_page_sends_no_traces_and_sets_no_cookie(client):
    make_introduction()
    response = client.get(address(token_for(PETRA)))
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


def test_the_page_is_the_same_for_somebody_who_is_signed_in(client):
    introduction = make_introduction()
    client.force_login(introduction.partner.organisation.contact)
    page = client.get(address(token_for(STEFAN)))
    assert page.content == Client().get(address(token_for(STEFAN))).content


def test_the_page_says_who_why_and_until_when(client):
    introduction = make_introduction()
    page = client.get(address(token_for(PETRA))).content.decode()
    assert "Telgte" in page
    assert "gemeinsames Thema" in page
    assert f"{introduction.expires_at:%d.%m.%Y}" in page
    for label in ("Ja, gern", "Jetzt nicht", "Nicht zuständig – weiterleiten"):
        assert label in page


@pytest.mark.parametrize("choice", ["ja", "nein", "weiterleiten", "x", "%00", "ja&antwort=nein"])
def test_the_choice_in_the_link_only_preselects(client, choice):
    introduction = make_introduction()
    response = client.get(f"{address(token_for(PETRA))}?antwort={choice}")
    assert response.status_code in {200, 400}
    introduction.refresh_from_db()
    assert introduction.partner_agreed_at is None


@pytest.mark.parametrize("token", ["x", "a" * 43, "ü" * 5000, "%00", "%ff%fe", "' OR 1=1 --"])
@pytest.mark.parametrize("path", ["antwort", "abmelden"])
def test_an_unknown_token_gets_a_helpful_page(client, path, token):
    for method in (client.get, client.post):
        response = method(f"/{path}/{token}/")
        assert response.status_code in {400, 404}
        assert not response.cookies
    assert "Link" in response.content.decode() or response.status_code == 400


def test_a_truncated_token_is_unknown(client):
    make_introduction()
    assert client.get(address(token_for(PETRA)[:-1])).status_code == 404


def test_a_token_opens_only_its_own_side(client):
    introduction = make_introduction()
    client.post(address(token_for(PETRA)), {"answer": "yes"})
    partner, city = sides(introduction)
    assert (partner.answer, city.answer) == (YES, "")


# --- Acting ---------------------------------------------------------------------------------------------------
def test_an_answer_needs_no_cookie_and_no_csrf_token():
    introduction = make_introduction()
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(address(token_for(PETRA)), {"answer": "yes"})
    assert (response.status_code, response["Location"]) == (303, address(token_for(PETRA)))
    assert not response.cookies
    assert sides(introduction)[0].answer == YES
    assert "Zusage ist gespeichert" in strict.get(response["Location"]).content.decode()


def test_two_yes_by_mail_connect_and_the_page_still_names_nobody(client):
    introduction = make_introduction()
    for person in (PETRA, STEFAN):
        client.post(address(token_for(person)), {"answer": "yes"})
    introduction.refresh_from_db()
    assert introduction.state == State.CONNECTED
    page = client.get(address(token_for(PETRA))).content.decode()
    assert "Beide Seiten haben zugesagt" in page
    assert STEFAN not in page
    assert "+49" not in page


def test_a_no_with_reason_and_remark_is_kept(client):
    introduction = make_introduction()
    client.post(address(token_for(PETRA)), {"answer": "no", "reason": "topic", "comment": "Lieber später."})
    partner, _city = sides(introduction)
    assert (partner.answer, partner.reason, partner.comment) == (NO, "topic", "Lieber später.")
    assert "vorerst nicht wieder" in client.get(address(token_for(PETRA))).content.decode()


def test_sending_twice_is_sending_once(client):
    make_introduction()
    for _ in range(2):
        assert client.post(address(token_for(PETRA)), {"answer": "no"}).status_code == 303
    assert OutgoingMail.objects.filter(key__startswith="declined:").count() == 1


def test_another_answer_after_the_end_is_refused_readably(client):
    make_introduction()
    client.post(address(token_for(PETRA)), {"answer": "no"})
    before = checksum()
    for token in (token_for(PETRA), token_for(STEFAN)):
        response = client.post(address(token), {"answer": "yes"})
        assert response.status_code == 409
        assert "abgeschlossen" in response.content.decode()
    assert checksum() == before


def test_the_link_of_an_ended_case_says_how_it_ended(client):
    introduction = make_introduction()
    introductions.withdraw(introduction, by=make_curator("b@office.example"), reason="Doppelt")
    page = client.get(address(token_for(PETRA))).content.decode()
    assert "zurückgezogen" in page
    assert 'name="answer"' not in page


def test_passing_on_offers_a_text_with_the_link(client):
    introduction = make_introduction()
    token = token_for(PETRA)
    assert f"http://localhost:8000{address(token)}" not in client.get(address(token)).content.decode()
    client.post(address(token), {"answer": "forward"})
    assert f"http://localhost:8000{address(token)}" in client.get(address(token)).content.decode()
    assert OfficeTask.objects.get().organisation == introduction.partner.organisation


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"answer": ""},
        {"answer": "maybe"},
        {"answer": "no", "reason": "x"},
        {"answer": "no", "comment": "x" * 10_000},
        {"answer": "no", "comment": "nu\0ll"},
    ],
)
def test_unusable_answers_get_a_page_and_change_nothing(client, data):
    make_introduction()
    before = checksum()
    response = client.post(address(token_for(PETRA)), data)
    assert response.status_code == 400
    assert checksum() == before


def test_the_token_is_kept_nowhere_but_in_the_mail(client):
    make_introduction()
    token = token_for(PETRA)
    client.post(address(token), {"answer": "yes"})
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == OutgoingMail._meta.db_table:
                continue
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE strpos(t::text, %s) > 0', [token])
            assert cursor.fetchone() == (0,), table


# --- Unsubscribing --------------------------------------------------------------------------------------------
def test_every_suggestion_mail_carries_the_one_click_header():
    make_introduction()
    for mail in OutgoingMail.objects.all():
        assert re.fullmatch(r"<http://localhost:8000/abmelden/[\w-]{43}/>", mail.headers["List-Unsubscribe"])
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


# --- A member's pages -----------------------------------------------------------------------------------------
def detail(introduction):
    return reverse("introduction_detail", args=[introduction.pk])


def test_members_see_their_introduction_and_strangers_do_not(client):
    introduction = make_introduction()
    client.force_login(introduction.partner.organisation.contact)
    assert client.get(detail(introduction)).status_code == 200
    client.force_login(make_user("fremd@verein.example"))
    assert client.get(detail(introduction)).status_code == 404
    assert client.post(detail(introduction), {"answer": "yes"}).status_code == 404


def test_without_login_the_page_asks_for_it(client):
    assert client.get(detail(make_introduction())).status_code == 302


def test_a_member_answers_on_the_page_for_the_own_side(client):
    introduction = make_introduction()
    kurt = make_user("kurt@kammer.example")
    Membership.objects.create(user=kurt, organisation=introduction.partner.organisation)
    client.force_login(kurt)
    assert client.post(detail(introduction), {"answer": "yes"}).status_code == 302
    partner, city = sides(introduction)
    assert (partner.answer, partner.answered_by, city.answer) == (YES, kurt, "")


def test_the_contact_is_shown_only_after_both_yes(client):
    introduction = make_introduction()
    petra, stefan = (invitation.recipient for invitation in sides(introduction))
    type(petra).objects.filter(pk=petra.pk).update(phone=PETRAS_PHONE)
    client.force_login(stefan)
    client.post(detail(introduction), {"answer": "yes"})
    page = client.get(detail(introduction)).content.decode()
    assert PETRA not in page
    assert PETRAS_PHONE not in page
    introductions.answer(sides(introduction)[0], YES)
    page = client.get(detail(introduction)).content.decode()
    assert PETRA in page
    assert PETRAS_PHONE in page


def test_before_both_yes_no_page_and_no_mail_carries_the_other_contact(client):
    introduction = make_introduction()
    petra, stefan = (invitation.recipient for invitation in sides(introduction))
    type(petra).objects.filter(pk=petra.pk).update(phone=PETRAS_PHONE, last_name="Zwielicht")
    token = token_for(STEFAN)
    client.post(address(token_for(PETRA)), {"answer": "yes"})
    client.force_login(stefan)
    ask = reverse("ask_contact", args=[introduction.partner.slug, introduction.city.slug])
    pages = [client.get(link).content.decode() for link in (address(token), detail(introduction), ask)]
    mails = [mail.body + mail.html + mail.subject for mail in OutgoingMail.objects.filter(to=STEFAN)]
    assert not [text for text in pages + mails if PETRA in text or PETRAS_PHONE in text or "Zwielicht" in text]


def test_a_member_passes_on_and_gets_a_fresh_link(client):
    introduction = make_introduction()
    client.force_login(introduction.partner.organisation.contact)
    page = client.post(detail(introduction), {"answer": "forward"}).content.decode()
    token = re.search(r"/antwort/([\w-]+)/", page).group(1)
    assert tokens.invitation_of(token) == sides(introduction)[0]


def test_a_side_whose_turn_has_not_come_gets_404(client):
    IntroductionRules.objects.update(ask_first=Side.PARTNER)
    introduction = make_introduction()
    client.force_login(introduction.city.organisation.contact)
    assert client.get(detail(introduction)).status_code == 404


def test_the_office_is_led_to_the_admin(client):
    introduction = make_introduction()
    client.force_login(make_curator("b@office.example"))
    assert client.get(detail(introduction))["Location"] == f"/admin/matching/introduction/{introduction.pk}/change/"


def test_a_detail_page_refuses_unusable_answers(client):
    introduction = make_introduction()
    client.force_login(introduction.partner.organisation.contact)
    assert client.post(detail(introduction), {"answer": "no", "comment": "x" * 10_000}).status_code == 400
    assert client.get("/mein/vermittlungen/99999999999999999999999/").status_code == 404


# --- Asking ---------------------------------------------------------------------------------------------------
def question(partner, city):
    return reverse("ask_contact", args=[partner.slug, city.slug])


def test_a_member_asks_and_is_told_what_happens_next(client):
    partner, city = make_pair()
    client.force_login(partner.organisation.contact)
    assert "Kontakt anfragen" in client.get(question(partner, city)).content.decode()
    assert not Introduction.objects.exists()
    page = client.post(question(partner, city), {"message": "Guten Tag"}, follow=True).content.decode()
    assert "Ihre Anfrage ist unterwegs" in page
    assert Introduction.objects.get().message == "Guten Tag"


def test_a_member_is_told_that_the_office_calls(client):
    partner, city = make_partner(contact=PETRA), make_city("Telgte")
    client.force_login(partner.organisation.contact)
    page = client.post(question(partner, city), follow=True).content.decode()
    assert "noch nicht per E-Mail erreichbar" in page


def test_a_refused_question_says_why(client):
    partner, city = make_pair()
    client.force_login(partner.organisation.contact)
    client.post(question(partner, city))
    response = client.post(question(partner, city))
    assert response.status_code == 409
    assert "läuft schon" in response.content.decode()


def test_only_members_of_one_of_both_get_the_form(client):
    partner, city = make_pair()
    client.force_login(make_user("fremd@verein.example"))
    assert client.get(question(partner, city)).status_code == 404
    assert client.post(question(partner, city)).status_code == 404
    client.force_login(make_curator())
    assert client.get(question(partner, city)).status_code == 404


def test_a_hidden_partner_cannot_be_asked(client):
    partner, city = make_partner(contact=PETRA, approved=False), make_city("Telgte", contact=STEFAN)
    client.force_login(city.organisation.contact)
    assert client.get(question(partner, city)).status_code == 404


@pytest.mark.parametrize("message", ["x" * 10_000, "nu\0ll"])
def test_unusable_messages_get_a_form_error(client, message):
    partner, city = make_pair()
    client.force_login(partner.organisation.contact)
    assert client.post(question(partner, city), {"message": message}).status_code in {200, 400}
    assert not Introduction.objects.exists()


def test_each_side_comes_from_an_introduction_to_the_page_of_the_other(client):
    introduction = make_introduction()
    partner, city = introduction.partner, introduction.city
    pages = reverse("partner_detail", args=[partner.slug]), reverse("city_detail", args=[city.slug])
    for person, page in zip((city.organisation.contact, partner.organisation.contact), pages, strict=True):
        client.force_login(person)
        seen = client.get(reverse("introduction_detail", args=[introduction.pk])).content.decode()
        assert [address for address in pages if address in seen] == [page]


# --- A colleague who got the link -----------------------------------------------------------------------------
def test_a_colleague_reads_what_the_mail_said_and_where_to_register(client):
    make_introduction()
    token = token_for(PETRA)
    client.post(address(token), {"answer": "forward"})
    page = client.get(address(token)).content.decode()
    assert "gemeinsames Thema" in page
    assert 'href="/mitmachen/"' in page
    assert PETRA not in page
    assert STEFAN not in page


def test_a_colleague_answers_by_the_link_that_was_passed_on(client):
    introduction = make_introduction()
    token = token_for(PETRA)
    client.post(address(token), {"answer": "forward"})
    Client().post(address(token), {"answer": "yes"})
    assert sides(introduction)[0].answer == YES


@pytest.mark.parametrize("consent", [None, False, True])
def test_the_portal_writes_to_a_colleague_only_after_registration_and_consent(client, consent):
    """Passing on asks for no address, and after it no reminder goes to anybody."""
    introduction = make_introduction()
    client.post(address(token_for(PETRA)), {"answer": "forward"})
    before = OutgoingMail.objects.count()
    organisation = introduction.partner.organisation
    if consent is not None:
        organisation.memberships.all().delete()
        give_contact(organisation, "kollegin@kammer.example", consent=consent)
    introductions.answer(sides(introduction)[1], YES)
    carrying_on.carry_on_due(now=introduction.expires_at + timedelta(days=1))
    colleagues = OutgoingMail.objects.filter(to="kollegin@kammer.example")
    assert not colleagues.filter(kind="suggestion").exists()
    assert OutgoingMail.objects.count() > before
    if not consent:
        assert not colleagues.exists()
