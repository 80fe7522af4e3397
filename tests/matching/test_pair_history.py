"""The history of a pair: all of it for the office, for each side its own part and nothing of the other's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching import following_up, introductions, pair_history, side_history, suggestions
from matching.models import Introduction, IntroductionRules, Invitation, MatchingRound, RoundPair, Side
from portal.accounts import personal_data
from portal.accounts.models import User
from portal.mail.models import OutgoingMail
from tests.factories import give_contact, make_curator, make_user
from tests.matching.casts import (
    PETRA,
    STEFAN,
    make_introduction,
    make_pair,
    make_suggestion,
    release_trio,
    sides,
    token_for,
)
from tests.matching.test_batches import make_town, release_all

pytestmark = pytest.mark.django_db
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
State = Introduction.State
CANARIES = {
    "reason": "Falsche Region",
    "comment": "Kanarienvogel",
    "name": "Zwielicht",
    "phone": "+49 251 777001",
    "mail": PETRA,
}


def texts(entries):
    return [entry.text for entry in entries]


def office(introduction):
    return pair_history.of_pair(introduction.partner, introduction.city)


def of(introduction, side=Side.CITY):
    return side_history.of_side(Introduction.objects.get(pk=introduction.pk), side)


# --- The office ---------------------------------------------------------------------------------------------------
def test_the_office_reads_the_whole_life_of_a_pair_in_order():
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    introductions.answer(city, YES, by=city.recipient)
    introductions.report(introduction, State.MET, by=city.recipient)
    found = office(introduction)
    told = [text for text in texts(found) if not text.startswith(("Mail", "Wartet", "Kontakt bekannt"))]
    assert told[0].startswith("Vorschlag mit ")
    assert told[1:] == [
        "Vorschlag freigegeben",
        "Vermittlung begonnen",
        "Kammer Beispiel: Alex Beispiel gefragt",
        "Telgte: Alex Beispiel gefragt",
        "Kammer Beispiel: „Ja, gern“",
        "Telgte: „Ja, gern“",
        "Beide haben zugesagt",
        "Beide haben miteinander gesprochen",
    ]
    assert [entry.at for entry in found] == sorted(entry.at for entry in found)


def test_the_office_reads_who_and_why():
    introduction = make_introduction()
    introductions.answer(sides(introduction)[0], NO, reason="region", comment="Viel zu weit")
    found = {entry.text: entry for entry in office(introduction)}
    assert found["Vorschlag freigegeben"].by == "Kim Kurator"
    assert found["Kammer Beispiel: „Jetzt nicht“"].why == "Falsche Region. Viel zu weit"
    assert "gemeinsames Thema" in next(entry.why for text, entry in found.items() if text.startswith("Vorschlag mit"))


def test_a_yes_taken_back_stays_in_the_history():
    introduction = make_introduction()
    introductions.answer(sides(introduction)[0], YES)
    introductions.answer(sides(introduction)[0], NO)
    told = texts(office(introduction))
    assert told.index("Kammer Beispiel: „Ja, gern“") < told.index("Kammer Beispiel: „Jetzt nicht“")
    assert [text for text in texts(of(introduction, Side.PARTNER)) if text.startswith("Ihre Antwort")] == [
        "Ihre Antwort: „Ja, gern“",
        "Ihre Antwort: „Jetzt nicht“",
    ]


def test_an_answer_by_the_link_of_a_mail_says_so(client):
    introduction = make_introduction()
    client.post(f"/antwort/{token_for(PETRA)}/", {"answer": "yes"})
    assert next(e.by for e in office(introduction) if e.text.endswith("„Ja, gern“")) == "über den Link in der Mail"


def test_the_office_reads_a_rejection_and_the_round():
    suggestion, curator = make_suggestion(), make_curator()
    chosen = MatchingRound.objects.create(
        state="failed", computed_at=suggestion.computed_at, closed_at=suggestion.computed_at
    )
    RoundPair.objects.create(round=chosen, suggestion=suggestion)
    suggestions.reject(suggestion, "Zu früh", by=curator)
    found = pair_history.of_pair(suggestion.partner, suggestion.city)
    assert f"In Runde {chosen.pk} ausgewählt" in texts(found)
    assert [(entry.by, entry.why) for entry in found if entry.text == "Vorschlag verworfen"] == [
        ("Kim Kurator", "Zu früh")
    ]


def test_the_office_reads_which_mails_went_out_and_why_not():
    introduction = make_introduction()
    OutgoingMail.objects.filter(to=STEFAN).update(status="failed", error="550 unbekannt")
    found = {entry.text: entry for entry in office(introduction)}
    assert f"Mail „Kontaktvorschlag: Telgte“ an {PETRA}: wartet" in found
    assert found[f"Mail „Kontaktvorschlag: Kammer Beispiel“ an {STEFAN}: nicht zustellbar"].why == "550 unbekannt"


def test_all_mails_of_a_case_are_found_by_their_keys():
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    introductions.answer(city, NO)
    mails = [text for text in texts(office(introduction)) if text.startswith("Mail")]
    assert len(mails) == OutgoingMail.objects.count() == 3


def test_each_case_of_a_mail_with_several_questions_has_it_in_its_history():
    make_town(3)
    release_all()
    for introduction in Introduction.objects.all():
        assert sum("3 Kontaktvorschläge" in text for text in texts(office(introduction))) == 1


def test_the_office_reads_of_the_third():
    first, _second = release_trio()
    assert "Zu dritt mit Kammer Beispiel" in texts(office(first))


def test_a_pair_without_history_has_none(client):
    partner, city = make_pair()
    client.force_login(make_curator())
    page = client.get(reverse("admin:matching_pair_history", args=[partner.pk, city.pk]))
    assert "noch nichts geschehen" in page.content.decode()


def test_the_office_comes_from_suggestion_and_introduction_to_the_page(client):
    introduction = make_introduction()
    client.force_login(make_curator("b@office.example"))
    address = reverse("admin:matching_pair_history", args=[introduction.partner_id, introduction.city_id])
    for page in (
        reverse("admin:matching_introduction_change", args=[introduction.pk]),
        reverse("admin:matching_suggestion_change", args=[introduction.suggestion_id]),
    ):
        assert f'href="{address}"' in client.get(page).content.decode()
    assert "Vermittlung begonnen" in client.get(address).content.decode()
    assert client.get(reverse("admin:matching_pair_history", args=[0, 0])).status_code == 404


def test_nobody_else_opens_the_page_of_the_office(client):
    introduction = make_introduction()
    client.force_login(introduction.partner.organisation.contact)
    address = reverse("admin:matching_pair_history", args=[introduction.partner_id, introduction.city_id])
    assert client.get(address).status_code in {302, 403, 404}


# --- One side -----------------------------------------------------------------------------------------------------
def test_a_side_reads_its_own_part():
    introduction = make_introduction()
    partner, _city = sides(introduction)
    introductions.answer(partner, NO, by=partner.recipient, reason="region", comment="Nur fürs Büro")
    found = of(introduction, Side.PARTNER)
    assert texts(found) == [
        "Wir haben Kammer Beispiel nach dem Kontakt mit Telgte gefragt.",
        "Mail „Kontaktvorschlag: Telgte“ an Alex Beispiel: wartet",
        "Ihre Antwort: „Jetzt nicht“",
        "Die Vermittlung ist beendet.",
    ]
    assert [entry.why for entry in found if entry.why] == ["Falsche Region"]


@pytest.mark.parametrize("answer", [NO, YES])
def test_nothing_of_the_other_side_is_told_before_the_contacts_went_out(client, answer):
    introduction = make_introduction()
    User.objects.filter(email=PETRA).update(last_name=CANARIES["name"], phone=CANARIES["phone"])
    partner, city = sides(introduction)
    introductions.answer(partner, answer, by=partner.recipient, reason="region", comment=CANARIES["comment"])
    told = repr(of(introduction))
    client.force_login(city.recipient)
    page = client.get(f"/mein/vermittlungen/{introduction.pk}/").content.decode()
    assert 'id="verlauf"' in page
    history = page.partition('id="verlauf"')[2]
    assert [name for name, secret in CANARIES.items() if secret in told or secret in history] == []
    assert ("dass es jetzt nicht passt" in told) is (answer == NO)
    assert "zugesagt" not in told


def test_the_reason_of_a_no_that_became_a_yes_is_never_told():
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES, by=partner.recipient, comment=CANARIES["comment"])
    introductions.answer(city, YES)
    following_up.say(partner, State.NO_COOPERATION, by=partner.recipient)
    told = of(introduction)
    assert CANARIES["comment"] not in repr(told)
    assert texts(told)[-1] == "Aus dem Kontakt ist keine Zusammenarbeit geworden."
    assert told[-1].by == ""


def test_with_the_contacts_a_side_learns_that_both_agreed_and_not_when_the_other_did():
    introduction = make_introduction()
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    introductions.answer(city, YES)
    assert texts(of(introduction))[-2].startswith("Beide Seiten haben zugesagt")
    introduction.refresh_from_db()
    assert introduction.partner_agreed_at not in [entry.at for entry in of(introduction)]


def test_a_side_reads_only_mails_to_its_own_people():
    introduction = make_introduction()
    User.objects.filter(email=PETRA).update(last_name="Zwielicht")
    User.objects.filter(email=STEFAN).update(last_name="Muster")
    partner, city = sides(introduction)
    introductions.answer(partner, YES)
    introductions.answer(city, YES)
    for side, own, other in ((Side.PARTNER, "Zwielicht", "Muster"), (Side.CITY, "Muster", "Zwielicht")):
        told = " ".join(texts(of(introduction, side)))
        assert own in told
        assert other not in told


def test_mails_to_somebody_who_left_the_organisation_are_no_longer_shown():
    introduction = make_introduction()
    introduction.city.organisation.memberships.all().delete()
    give_contact(introduction.city.organisation, "neu@telgte.example")
    assert not [text for text in texts(of(introduction)) if text.startswith("Mail")]


def test_a_side_whose_turn_has_not_come_reads_nothing_of_a_later_case(client):
    introduction = make_introduction()
    introductions.answer(sides(introduction)[0], NO)
    IntroductionRules.objects.update(ask_first=Side.PARTNER)
    again = Introduction.objects.create(
        partner=introduction.partner, city=introduction.city, expires_at=introduction.expires_at
    )
    Invitation.objects.create(introduction=again, side=Side.CITY)
    Invitation.objects.create(introduction=again, side=Side.PARTNER, asked_at=again.asked_at)
    assert len([text for text in texts(of(introduction)) if text.startswith("Wir haben")]) == 1
    assert len([text for text in texts(of(introduction, Side.PARTNER)) if text.startswith("Wir haben")]) == 2


def test_who_asked_reads_that_it_asked(client):
    partner, city = make_pair()
    petra = partner.organisation.contact
    introduction = introductions.ask(partner, city, side=Side.PARTNER, by=petra, message="Hallo")
    assert texts(of(introduction, Side.PARTNER))[0] == "Kammer Beispiel hat um Kontakt zu Telgte gebeten."
    assert PETRA not in repr(of(introduction))


def test_strangers_get_404(client):
    introduction = make_introduction()
    client.force_login(make_user("fremd@verein.example"))
    assert client.get(f"/mein/vermittlungen/{introduction.pk}/").status_code == 404


def test_whoever_is_erased_is_named_no_more():
    introduction = make_introduction()
    partner, _city = sides(introduction)
    User.objects.filter(email=PETRA).update(last_name=CANARIES["name"])
    introductions.answer(partner, YES, by=partner.recipient, comment="Zwielicht hat Zeit")
    personal_data.erase(User.objects.get(email=PETRA))
    told = repr(office(introduction)) + repr(of(introduction, Side.PARTNER))
    assert CANARIES["name"] not in told
    assert PETRA not in told


# --- Speed --------------------------------------------------------------------------------------------------------
def test_the_number_of_queries_does_not_grow_with_the_history():
    introduction = make_introduction()
    partner, _city = sides(introduction)
    counted = []
    for answer in (YES, NO):
        introductions.answer(partner, answer)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            office(introduction)
        counted.append(len(queries))
    assert counted[0] == counted[1]
    with CaptureQueriesContext(connection) as queries:
        of(introduction)
    assert max(*counted) <= 9
    assert len(queries) <= 14
