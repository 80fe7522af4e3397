"""The pages on which companies propose something and towns answer, as people use them."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from matching import proposals
from matching.models import Disclosure, Proposal
from portal.accounts.models import Consent, Membership, Organisation
from portal.mail.models import OutgoingMail
from tests.browser import accessibility_problems, overflow
from tests.factories import make_city, make_company, make_curator, make_project, make_user
from tests.matching.proposal_casts import (
    CARL,
    STEFAN,
    carl_of,
    make_idea,
    make_offer,
    make_sides,
    send_idea,
    send_offer,
    stefan_of,
)

pytestmark = pytest.mark.django_db
State = Proposal.State
OFFER = {"kinds": ["rooms"], "message": "Unsere Werkstatt steht samstags leer."}
IDEA = {"title": "Reparaturtag", "message": "Wir reparieren, was klemmt.", "kinds": ["time"]}


def page_of(proposal):
    return reverse("proposal_detail", args=[proposal.pk])


def text(response):
    return " ".join(response.content.decode().split())


# --- Sending ------------------------------------------------------------------------------------------------


def test_a_company_offers_help_and_is_told_what_happens_next(client):
    company, city = make_sides()
    client.force_login(carl_of(company))
    address = reverse("offer_help", args=[city.projects.get().slug])
    form = text(client.get(address))
    assert "Nimmt die Stadt an, bekommt sie Ihren Namen, Ihre E-Mail-Adresse und Ihre Telefonnummer." in form
    assert STEFAN not in form
    response = client.post(address, OFFER, follow=True)
    assert response.redirect_chain[-1][0] == page_of(Proposal.objects.get())
    assert "Telgte kann bis zum" in text(response)


def test_where_the_office_has_to_call_the_company_is_told_so(client):
    company, city = make_sides()
    Consent.objects.all().delete()
    client.force_login(carl_of(company))
    response = client.post(reverse("bring_idea", args=[city.slug]), IDEA, follow=True)
    assert "deshalb ruft die Geschäftsstelle an" in text(response)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kinds": []}, "Bitte wählen Sie mindestens eines aus."),
        ({"kinds": ["material"]}, "material"),
        ({"message": ""}, "Bitte schreiben Sie der Stadt ein paar Worte."),
        ({"message": "x" * 3001}, "3000"),
    ],
)
def test_a_wrong_offer_is_a_clear_error_and_nothing_typed_is_lost(client, change, message):
    company, city = make_sides()
    client.force_login(carl_of(company))
    response = client.post(reverse("offer_help", args=[city.projects.get().slug]), OFFER | change)
    assert response.status_code == 400
    assert message in text(response)
    assert (OFFER | change)["message"][:20] in text(response)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("company", ["", "999999", "unsinn", "fremd"])
def test_of_several_companies_one_is_chosen_and_never_a_foreign_one(client, company):
    first, city = make_sides()
    second = make_company("Zweite GmbH")
    Membership.objects.create(user=carl_of(first), organisation=second.organisation)
    foreign = make_company("Fremde GmbH", contact="frieda@fremde.example")
    client.force_login(carl_of(first))
    address = reverse("bring_idea", args=[city.slug])
    assert "Fremde GmbH" not in text(client.get(address))
    typed = IDEA | {"company": foreign.pk if company == "fremd" else company}
    assert client.post(address, typed).status_code == 400
    assert client.post(address, typed | {"company": second.pk}).status_code == 302
    assert Proposal.objects.get().company == second


def test_the_only_company_cannot_be_swapped_for_a_foreign_one(client):
    company, city = make_sides()
    foreign = make_company("Fremde GmbH", contact="frieda@fremde.example")
    client.force_login(carl_of(company))
    client.post(reverse("bring_idea", args=[city.slug]), IDEA | {"company": foreign.pk})
    assert Proposal.objects.get().company == company


def test_the_second_company_sends_while_the_first_waits_without_choosing_anew(client):
    company, city = make_sides()
    second = make_company("Zweite GmbH")
    second.organisation.memberships.create(user=carl_of(company))
    send_offer(company, city)
    client.force_login(carl_of(company))
    url = reverse("offer_help", args=[city.projects.get().slug])
    hidden = re.findall(r'<input type="hidden" name="(company)" value="(\d+)"', client.get(url).content.decode())
    answer = client.post(url, {"kinds": ["rooms"], "message": "Wir helfen auch.", **dict(hidden)})
    assert answer.status_code == 302
    assert Proposal.objects.filter(company=second).count() == 1


def test_sending_twice_is_harmless_and_something_else_is_kept_with_the_reason(client):
    company, city = make_sides()
    client.force_login(carl_of(company))
    address = reverse("bring_idea", args=[city.slug])
    assert [client.post(address, IDEA).status_code for _ in range(2)] == [302, 302]
    response = client.post(address, IDEA | {"message": "Eine ganz andere Idee."})
    assert response.status_code == 409
    assert "wartet hier schon" in text(response)
    assert "Eine ganz andere Idee." in text(response)
    assert Proposal.objects.count() == 1
    again = text(client.get(address))
    assert page_of(Proposal.objects.get()) in again
    assert "<textarea" not in again


def test_a_person_without_a_company_learns_how_to_take_part(client):
    _company, city = make_sides()
    client.force_login(make_user("fremd@verein.example"))
    for address in (reverse("offer_help", args=[city.projects.get().slug]), reverse("bring_idea", args=[city.slug])):
        assert "Unternehmen registrieren" in text(client.get(address))
        assert client.post(address, OFFER | IDEA).status_code == 400
    assert not Proposal.objects.exists()


def test_a_company_that_waits_for_the_office_is_told_so(client):
    _company, city = make_sides()
    waiting = make_company("Neu GmbH", approved=False, contact="nina@neu.example")
    client.force_login(carl_of(waiting))
    assert "prüft noch" in text(client.get(reverse("bring_idea", args=[city.slug])))


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_a_project_that_is_not_public_is_not_there(client, state):
    company, city = make_sides()
    hidden = make_project(city, "Geheim", state=state)
    client.force_login(carl_of(company))
    assert client.get(reverse("offer_help", args=[hidden.slug])).status_code == 404
    assert client.post(reverse("offer_help", args=[hidden.slug]), OFFER).status_code == 404


def test_an_ended_project_says_that_it_looks_for_no_help(client):
    company, city = make_sides()
    ended = make_project(city, "Vorbei", state="ended")
    client.force_login(carl_of(company))
    assert "sucht zurzeit keine Hilfe" in text(client.get(reverse("offer_help", args=[ended.slug])))
    assert client.post(reverse("offer_help", args=[ended.slug]), OFFER).status_code == 409


# --- Answering ----------------------------------------------------------------------------------------------


def test_the_town_reads_whose_contact_goes_out_and_accepts(client):
    offer = make_offer()
    client.force_login(stefan_of(offer.city))
    before = text(client.get(page_of(offer)))
    assert f"Nehmen Sie an, gehen in diesem Moment diese Kontaktdaten an {offer.company}:" in before
    assert STEFAN in before
    assert CARL not in before
    assert client.post(page_of(offer), {"step": "accept"}).status_code == 302
    assert CARL in text(client.get(page_of(offer)))
    client.force_login(carl_of(offer.company))
    assert STEFAN in text(client.get(page_of(offer)))


def test_contacts_are_shown_only_where_they_were_disclosed(client):
    offer = make_offer()
    proposals.accept(offer, by=stefan_of(offer.city))
    Disclosure.objects.all().delete()
    client.force_login(carl_of(offer.company))
    assert STEFAN not in text(client.get(page_of(offer)))


def test_a_change_goes_to_the_company_which_agrees(client):
    idea = make_idea()
    client.force_login(stefan_of(idea.city))
    assert client.post(page_of(idea), {"step": "change", "changes": "Lieber im Mai."}).status_code == 302
    client.force_login(carl_of(idea.company))
    page = text(client.get(page_of(idea)))
    assert "Lieber im Mai." in page
    assert "Stimmen Sie zu, gehen in diesem Moment diese Kontaktdaten an Telgte:" in page
    assert f"<strong>Carl Unternehmer</strong>, {CARL}" in page
    client.post(page_of(idea), {"step": "agree"})
    idea.refresh_from_db()
    assert idea.state == State.ACCEPTED


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Bitte wählen Sie eine Antwort."),
        ({"step": "unsinn"}, "gibt es hier nicht"),
        ({"step": "agree"}, "gibt es hier nicht"),
        ({"step": "decline", "changes": "Lieber im Mai."}, "Bitte nennen Sie einen Grund."),
        ({"step": "change", "reason": "Keine Zeit."}, "Bitte schreiben Sie, was Sie anders machen möchten."),
        ({"step": "decline", "reason": "x" * 2001}, "2000"),
    ],
)
def test_an_unclear_answer_is_a_clear_error_and_nothing_typed_is_lost(client, typed, message):
    idea = make_idea()
    client.force_login(stefan_of(idea.city))
    response = client.post(page_of(idea), typed)
    assert response.status_code == 400
    assert message in text(response)
    for words in (typed.get("changes", ""), typed.get("reason", "")):
        assert words in text(response)
    idea.refresh_from_db()
    assert idea.state == State.ASKED


def test_an_answer_that_comes_too_late_says_so(client):
    offer = make_offer()
    proposals.withdraw(offer, by=carl_of(offer.company))
    client.force_login(stefan_of(offer.city))
    response = client.post(page_of(offer), {"step": "accept"})
    assert response.status_code == 409
    assert "abgeschlossen: zurückgezogen" in text(response)


def test_the_same_answer_pressed_twice_is_harmless(client):
    idea = make_idea()
    client.force_login(stefan_of(idea.city))
    typed = {"step": "change", "changes": "Lieber im Mai."}
    assert [client.post(page_of(idea), typed).status_code for _ in range(2)] == [302, 302]
    client.force_login(carl_of(idea.company))
    assert [client.post(page_of(idea), {"step": "agree"}).status_code for _ in range(2)] == [302, 302]
    assert Disclosure.objects.count() == 2


def test_an_answer_a_rule_forbids_is_refused_with_a_sentence_and_kept(client):
    idea = make_idea()
    idea.city.municipalities.clear()
    client.force_login(stefan_of(idea.city))
    response = client.post(page_of(idea), {"step": "accept", "reason": "Mein Text"})
    assert response.status_code == 409
    assert "noch kein Ort hinterlegt" in text(response)
    assert "Mein Text" in text(response)


def test_the_company_takes_it_back(client):
    offer = make_offer()
    client.force_login(carl_of(offer.company))
    client.post(page_of(offer), {"step": "withdraw"})
    page = text(client.get(page_of(offer)))
    assert "Stand: zurückgezogen" in page
    assert "Angebot zurückziehen" not in page


def test_a_stranger_gets_the_same_404_as_for_what_is_missing(client):
    offer = make_offer()
    make_city("Bocholt", contact="clara@bocholt.example")
    for stranger in (Organisation.objects.get(name="Bocholt").contact, make_user("fremd@verein.example")):
        client.force_login(stranger)
        foreign, missing = client.get(page_of(offer)), client.get("/mein/angebote/999999/")
        assert (foreign.status_code, foreign.content) == (404, missing.content)
        assert client.post(page_of(offer), {"step": "accept"}).status_code == 404


def test_the_office_is_led_to_its_own_page(client):
    offer = make_offer()
    client.force_login(make_curator())
    assert client.get(page_of(offer)).url == reverse("admin:matching_proposal_change", args=[offer.pk])


def test_whoever_belongs_to_both_answers_for_the_side_whose_turn_it_is(client):
    idea = make_idea()
    stefan = stefan_of(idea.city)
    Membership.objects.create(user=stefan, organisation=idea.company.organisation)
    client.force_login(stefan)
    client.post(page_of(idea), {"step": "change", "changes": "Lieber im Mai."})
    client.post(page_of(idea), {"step": "agree"})
    idea.refresh_from_db()
    assert idea.state == State.ACCEPTED


# --- Dashboard, the town's page, the office -------------------------------------------------------------------


def test_the_dashboard_says_what_waits_for_whom(client):
    idea = make_idea()
    client.force_login(stefan_of(idea.city))
    assert "Idee beantworten" in text(client.get(reverse("dashboard")))
    client.force_login(carl_of(idea.company))
    waiting = text(client.get(reverse("dashboard")))
    assert "Idee beantworten" not in waiting
    assert page_of(idea) in waiting
    proposals.change(idea, "Lieber im Mai.", by=stefan_of(idea.city))
    assert "Telgte schlägt eine Änderung vor." in text(client.get(reverse("dashboard")))


def test_the_dashboard_asks_the_database_the_same_however_many_there_are(client, django_assert_max_num_queries):
    company, city = make_sides()
    send_offer(company, city)
    send_idea(company, city)
    client.force_login(stefan_of(city))
    client.get(reverse("dashboard"))
    with django_assert_max_num_queries(100) as few:
        client.get(reverse("dashboard"))
    for number in range(10):
        other = make_company(f"Firma {number}", contact=f"person{number}@firma.example")
        send_idea(other, city)
    with django_assert_max_num_queries(len(few)):
        assert text(client.get(reverse("dashboard"))).count("Idee beantworten") == 11


def test_the_page_of_a_town_invites_members_of_companies_to_bring_an_idea(client):
    company, city = make_sides()
    address, link = reverse("city_detail", args=[city.slug]), reverse("bring_idea", args=[city.slug])
    assert link not in text(client.get(address))
    client.force_login(stefan_of(city))
    assert link not in text(client.get(address))
    client.force_login(carl_of(company))
    assert link in text(client.get(address))


def test_the_office_finds_filters_and_withdraws_with_a_reason(client):
    offer = make_offer()
    client.force_login(make_curator())
    listed = reverse("admin:matching_proposal_changelist")
    assert offer.title in text(client.get(listed, {"kind__exact": "offer", "state__exact": "asked", "q": "Tischlerei"}))
    assert offer.title not in text(client.get(listed, {"kind__exact": "idea"}))
    assert "Räume" in text(client.get(reverse("admin:matching_proposal_change", args=[offer.pk])))
    action = {"action": "withdraw", "_selected_action": [offer.pk]}
    assert "Warum?" in text(client.post(listed, action))
    client.post(listed, action | {"text": "Doppelt gesendet."})
    offer.refresh_from_db()
    assert (offer.state, offer.withdrawal_reason) == (State.WITHDRAWN, "Doppelt gesendet.")
    assert OutgoingMail.objects.filter(key__startswith="proposal-withdrawn").count() == 2


# --- In a browser -------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible_and_narrow_enough(live_server, page, watch, client):
    company, city = make_sides()
    offer, idea = send_offer(company, city), send_idea(company, city)
    other = make_city("Bocholt", contact="clara@bocholt.example")
    project = make_project(other, "Ein zweites Projekt")
    changed = proposals.change(send_idea(company, other), "Lieber im Mai.", by=stefan_of(other))
    accepted = proposals.agree(changed, by=carl_of(company))
    changed = proposals.change(send_idea(company, other), "Lieber im Juni.", by=stefan_of(other))
    paths = {
        carl_of(company): [
            reverse("offer_help", args=[project.slug]),
            reverse("bring_idea", args=[other.slug]),
            reverse("bring_idea", args=[city.slug]),
            page_of(offer),
            page_of(changed),
            page_of(accepted),
            reverse("dashboard"),
            reverse("city_detail", args=[other.slug]),
        ],
        stefan_of(city): [page_of(offer), page_of(idea), reverse("dashboard"), reverse("bring_idea", args=[city.slug])],
    }
    found = {}
    for person, addresses in paths.items():
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        for address in addresses:
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                page.goto(live_server.url + address)
                problems = accessibility_problems(page) + ([f"overflow {overflow(page)}"] if overflow(page) else [])
                if problems:
                    found[f"{address} at {width}"] = problems
    assert found == {}
    assert watch.foreign == watch.errors == []


def test_each_side_comes_to_the_page_of_the_other_where_it_may_see_it(client):
    offer = make_offer()
    company, city = offer.company, offer.city
    client.force_login(carl_of(company))
    assert reverse("city_detail", args=[city.slug]) in text(client.get(page_of(offer)))
    client.force_login(stefan_of(city))
    company_page = reverse("company_detail", args=[company.slug])
    for listed_at, is_led_there in ((company.organisation.created_at, True), (None, False)):
        company.listed_at = listed_at
        company.save()
        assert (company_page in text(client.get(page_of(offer)))) is is_led_there
