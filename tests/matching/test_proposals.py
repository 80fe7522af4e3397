"""What companies propose to towns: every step, who may take it, and who is told."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from cities import projects
from cities.models import Project
from matching import proposal_calls, proposals, tasks
from matching.models import Disclosure, IntroductionRules, Party, Proposal
from matching.proposals import ProposalError
from portal.accounts.models import Consent, Membership, OfficeTask, Organisation
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_company, make_curator, make_project, make_user
from tests.matching.proposal_casts import (
    CARL,
    STEFAN,
    carl_of,
    keys_to,
    mail,
    make_colleague,
    make_idea,
    make_offer,
    make_sides,
    send_idea,
    send_offer,
    stefan_of,
)

pytestmark = pytest.mark.django_db
State = Proposal.State
REFUSE_TO_CLOSE = "ALTER TABLE matching_proposal ADD CONSTRAINT broken CHECK (id <> {pk} OR closed_at IS NULL)"


def refusal(step):
    with pytest.raises(ProposalError) as error:
        step()
    return str(error.value)


# --- Sending ------------------------------------------------------------------------------------------------


def test_an_offer_waits_for_the_town_whose_contact_person_is_told_without_a_consent():
    company, city = make_sides()
    Consent.objects.all().delete()
    offer = send_offer(company, city)
    assert (offer.kind, offer.state, offer.title) == ("offer", State.ASKED, "Lastenräder für alle")
    told = mail(f"proposal:{offer.pk}")
    assert (told.to, told.kind) == (STEFAN, OutgoingMail.Kind.NOTICE)
    assert "Unsere Werkstatt steht samstags leer." in told.body
    assert CARL not in told.body
    assert "Unternehmer" not in told.body


def test_a_town_without_a_contact_person_is_called_by_the_office():
    company, city = make_sides(stefan=None)
    offer = send_offer(company, city)
    task = OfficeTask.objects.get()
    assert (task.kind, task.organisation) == (OfficeTask.Kind.CONTACT, city.organisation)
    assert proposal_calls.office_calls(offer)
    assert not OutgoingMail.objects.exists()


def test_a_contact_person_who_is_not_active_any_more_is_nobody():
    company, city = make_sides()
    stefan = stefan_of(city)
    stefan.is_active = False
    stefan.save()
    assert proposal_calls.office_calls(send_offer(company, city))


def test_an_idea_is_mailed_only_with_a_consent_and_can_be_unsubscribed():
    idea = make_idea()
    told = mail(f"proposal:{idea.pk}")
    assert (told.to, told.kind, told.purpose) == (STEFAN, OutgoingMail.Kind.SUGGESTION, "suggestions")
    assert told.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told.expires_at == idea.expires_at


@pytest.mark.parametrize("obstacle", ["consent", "nobody"])
def test_an_idea_to_a_town_that_may_not_be_written_to_is_a_task_of_the_office(obstacle):
    company, city = make_sides()
    if obstacle == "consent":
        Consent.objects.all().delete()
    else:
        Membership.objects.filter(organisation=city.organisation).delete()
    assert proposal_calls.office_calls(send_idea(company, city))
    assert not OutgoingMail.objects.exists()


def test_an_idea_waits_for_the_end_of_a_pause_and_nobody_calls():
    company, city = make_sides()
    Organisation.objects.filter(pk=city.organisation.pk).update(paused_until=timezone.localdate())
    idea = send_idea(company, city)
    assert idea.not_before > timezone.now()
    assert not proposal_calls.office_calls(idea)
    assert not OutgoingMail.objects.exists()


def test_it_waits_as_many_days_as_an_introduction():
    IntroductionRules.objects.update_or_create(pk=1, defaults={"answer_days": 5})
    with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
        until = timezone.localtime(make_offer().expires_at)
    assert f"{until:%d.%m.%Y %H:%M}" == "30.11.2026 23:59"  # five days later is a Saturday


def test_sending_the_same_again_is_the_same_row_and_one_mail():
    company, city = make_sides()
    assert send_offer(company, city) == send_offer(company, city)
    assert send_idea(company, city) == send_idea(company, city)
    assert keys_to(STEFAN) == [f"proposal:{p.pk}" for p in Proposal.objects.order_by("pk")]


def test_something_else_is_refused_while_the_first_waits_and_possible_afterwards():
    company, city = make_sides()
    offer, idea = send_offer(company, city), send_idea(company, city)
    assert "wartet hier schon" in refusal(lambda: send_offer(company, city, kinds=["time"]))
    assert "wartet hier schon" in refusal(lambda: send_idea(company, city, title="Etwas anderes"))
    for proposal in (offer, idea):
        proposals.withdraw(proposal, by=carl_of(company))
    assert send_offer(company, city, kinds=["time"]) != offer
    assert send_idea(company, city, title="Etwas anderes") != idea


@pytest.mark.parametrize("kinds", [[], ["material"], ["rooms", "unsinn"]])
def test_an_offer_is_some_of_what_the_project_looks_for(kinds):
    company, city = make_sides()
    assert "gesucht" in refusal(lambda: send_offer(company, city, kinds=kinds))


@pytest.mark.parametrize("state", ["draft", "review", "ended", "withdrawn"])
def test_only_a_published_project_takes_offers(state):
    company, city = make_sides()
    project = make_project(city, "Anderes", state=state)
    step = lambda: proposals.offer(company, project, kinds=["rooms"], message="x", by=carl_of(company))  # noqa: E731
    assert "sucht zurzeit keine Hilfe" in refusal(step)


def test_a_town_that_does_not_take_part_gets_no_idea():
    company, _city = make_sides()
    other = make_city("Bocholt", taking_part=False)
    assert "nimmt zurzeit nicht teil" in refusal(lambda: send_idea(company, other))


def test_only_members_of_an_approved_company_that_is_still_there_send():
    company, city = make_sides()
    for stranger in (make_user("fremd@verein.example"), make_curator(), stefan_of(city)):
        assert "Nur Mitglieder" in refusal(lambda by=stranger: send_offer(company, city, by=by))
        assert "Nur Mitglieder" in refusal(lambda by=stranger: send_idea(company, city, by=by))
    waiting = make_company("Neu GmbH", approved=False, contact="nina@neu.example")
    assert "nicht freigegeben" in refusal(lambda: send_offer(waiting, city))
    Organisation.objects.filter(pk=company.organisation.pk).update(withdrawn_at=timezone.now())
    assert "nicht freigegeben" in refusal(lambda: send_idea(company, city))


@pytest.mark.parametrize("fields", [{"message": "  "}, {"title": " "}])
def test_an_idea_says_something(fields):
    company, city = make_sides()
    assert refusal(lambda: send_idea(company, city, **fields)).startswith("Bitte")
    assert not Proposal.objects.exists()


# --- Yes ----------------------------------------------------------------------------------------------------


def test_accepting_an_offer_makes_both_contacts_known_in_one_joint_mail():
    offer = make_offer()
    proposals.accept(offer, by=stefan_of(offer.city))
    offer.refresh_from_db()
    assert offer.state == State.ACCEPTED
    assert offer.closed_at
    assert set(Disclosure.objects.values_list("proposal", "side", "person__email")) == {
        (offer.pk, "company", CARL),
        (offer.pk, "city", STEFAN),
    }
    first, second = (mail(f"proposal-accepted:{offer.pk}:{party}") for party in ("company", "city"))
    assert {first.to, second.to} == {CARL, STEFAN}
    assert first.body == second.body
    for words in (CARL, STEFAN, "+49 2504 1111", "+49 2504 2222", "Räume", "Werkstatt", "Lastenräder"):
        assert words in first.body


def test_accepting_again_changes_nothing_whoever_of_the_town_does_it():
    offer = make_offer()
    colleague = make_colleague(offer.city.organisation, "kollegin@telgte.example")
    proposals.accept(offer, by=stefan_of(offer.city))
    proposals.accept(offer, by=colleague)
    assert Disclosure.objects.count() == 2
    assert not keys_to("kollegin@telgte.example")


def test_whoever_accepts_is_named_for_the_town():
    offer = make_offer()
    colleague = make_colleague(offer.city.organisation, "kollegin@telgte.example")
    proposals.accept(offer, by=colleague)
    assert Disclosure.objects.get(side=Party.CITY).person == colleague


def test_an_accepted_idea_becomes_a_draft_of_the_town_in_its_first_municipality():
    idea = make_idea()
    accepted = proposals.accept(idea, by=stefan_of(idea.city))
    draft = accepted.project
    assert (draft.title, draft.description) == ("Reparaturtag", "Wir reparieren, was klemmt.")
    assert (draft.state, draft.city, draft.place) == ("draft", idea.city, idea.city.municipalities.get())
    assert draft.created_by == stefan_of(idea.city)


def test_a_town_without_a_municipality_is_sent_to_the_office_and_nothing_is_written():
    idea = make_idea()
    idea.city.municipalities.clear()
    assert "Geschäftsstelle" in refusal(lambda: proposals.accept(idea, by=stefan_of(idea.city)))
    idea.refresh_from_db()
    assert idea.state == State.ASKED
    assert not Disclosure.objects.exists()


def test_where_the_sender_has_left_the_contact_person_is_named():
    company, city = make_sides()
    colleague = make_colleague(company.organisation, "kollege@tischlerei.example")
    offer = send_offer(company, city, by=colleague)
    Membership.objects.filter(user=colleague).delete()
    proposals.accept(offer, by=stefan_of(city))
    assert Disclosure.objects.get(side=Party.COMPANY).person == carl_of(company)


def test_where_the_company_has_nobody_left_nobody_is_named():
    offer = make_offer()
    Membership.objects.filter(organisation=offer.company.organisation).delete()
    closed = proposals.accept(offer, by=stefan_of(offer.city))
    assert closed.state == State.WITHDRAWN
    assert "niemand erreichbar" in closed.withdrawal_reason
    assert not Disclosure.objects.exists()
    assert keys_to(CARL) == []


def test_a_project_that_has_ended_takes_no_help_any_more():
    offer = make_offer()
    projects.end(offer.project, by=stefan_of(offer.city))
    assert "ist beendet" in refusal(lambda: proposals.accept(offer, by=stefan_of(offer.city)))


# --- Changes ------------------------------------------------------------------------------------------------


def changed_idea():
    idea = make_idea()
    return proposals.change(idea, "Lieber im Mai.", by=stefan_of(idea.city))


def test_a_changed_idea_waits_anew_and_now_for_the_company():
    idea = make_idea()
    Proposal.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    changed = proposals.change(idea, "Lieber im Mai.", by=stefan_of(idea.city))
    assert changed.state == State.CHANGED
    assert changed.expires_at > timezone.now() + timedelta(days=20)
    told = mail(f"proposal-changed:{idea.pk}")
    assert (told.to, told.kind) == (CARL, OutgoingMail.Kind.NOTICE)
    assert "Lieber im Mai." in told.body
    assert STEFAN not in told.body


def test_the_company_agrees_and_whoever_asked_for_the_change_is_named():
    company, city = make_sides()
    colleague = make_colleague(city.organisation, "kollegin@telgte.example")
    idea = proposals.change(send_idea(company, city), "Lieber im Mai.", by=colleague)
    agreed = proposals.agree(idea, by=carl_of(company))
    proposals.agree(idea, by=carl_of(company))
    assert agreed.state == State.ACCEPTED
    assert Disclosure.objects.get(side=Party.CITY).person == colleague
    assert Disclosure.objects.count() == 2
    assert agreed.project.description.endswith("Lieber im Mai.")
    assert agreed.project.created_by == colleague
    assert "Lieber im Mai." in mail(f"proposal-accepted:{idea.pk}:company").body


def test_where_who_asked_for_the_change_has_left_the_contact_person_is_named_or_nobody():
    company, city = make_sides()
    colleague = make_colleague(city.organisation, "kollegin@telgte.example")
    idea = proposals.change(send_idea(company, city), "Lieber im Mai.", by=colleague)
    Membership.objects.filter(user=colleague).delete()
    proposals.agree(idea, by=carl_of(company))
    assert Disclosure.objects.get(side=Party.CITY).person == stefan_of(city)


def test_where_the_town_has_nobody_left_nobody_is_named():
    idea = changed_idea()
    Membership.objects.filter(organisation=idea.city.organisation).delete()
    assert proposals.agree(idea, by=carl_of(idea.company)).state == State.WITHDRAWN
    assert not Disclosure.objects.exists()
    assert not Project.objects.filter(title="Reparaturtag").exists()


def test_the_same_change_sent_twice_is_one_and_another_one_is_too_late():
    idea = changed_idea()
    proposals.change(idea, "Lieber im Mai.", by=stefan_of(idea.city))
    assert "andere Seite" in refusal(lambda: proposals.change(idea, "Oder im Juni.", by=stefan_of(idea.city)))
    assert len([key for key in keys_to(CARL) if key.startswith("proposal-changed")]) == 1


def test_an_offer_is_not_changed():
    offer = make_offer()
    assert "Angebot" in refusal(lambda: proposals.change(offer, "Anders", by=stefan_of(offer.city)))


def test_a_change_needs_words():
    idea = make_idea()
    assert refusal(lambda: proposals.change(idea, " ", by=stefan_of(idea.city))).startswith("Bitte schreiben")


# --- No -----------------------------------------------------------------------------------------------------


def test_a_no_needs_a_reason_that_the_company_reads_once():
    offer = make_offer()
    assert "Grund" in refusal(lambda: proposals.decline(offer, "  ", by=stefan_of(offer.city)))
    for _ in range(2):
        proposals.decline(offer, "Wir haben schon Räume, danke.", by=stefan_of(offer.city))
    told = mail(f"proposal-declined:{offer.pk}:company")
    assert told.to == CARL
    assert "Wir haben schon Räume, danke." in told.body
    assert STEFAN not in told.body
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("make", [make_offer, make_idea, changed_idea])
def test_the_company_takes_it_back_and_the_town_is_told(make):
    proposal = make()
    for _ in range(2):
        proposals.withdraw(proposal, by=carl_of(proposal.company))
    assert mail(f"proposal-withdrawn:{proposal.pk}:city").to == STEFAN
    assert not OutgoingMail.objects.filter(key=f"proposal-withdrawn:{proposal.pk}:company").exists()


def test_a_town_that_was_never_reached_is_not_told_of_the_end():
    company, city = make_sides()
    Consent.objects.all().delete()
    idea = send_idea(company, city)
    proposals.withdraw(idea, by=carl_of(company))
    assert keys_to(STEFAN) == []


def test_the_office_takes_it_back_with_a_reason_and_tells_both():
    offer, kim = make_offer(), make_curator()
    assert "Grund" in refusal(lambda: proposals.withdraw(offer, by=kim))
    proposals.withdraw(offer, by=kim, reason="Doppelt gesendet.")
    for party in ("company", "city"):
        assert "Doppelt gesendet." in mail(f"proposal-withdrawn:{offer.pk}:{party}").body


# --- Who, and when ------------------------------------------------------------------------------------------


def test_only_the_side_whose_turn_it_is_answers():
    idea = make_idea()
    carl, stefan, kim = carl_of(idea.company), stefan_of(idea.city), make_curator()
    for by in (carl, kim, make_user("fremd@verein.example")):
        for step in (
            lambda by=by: proposals.accept(idea, by=by),
            lambda by=by: proposals.change(idea, "x", by=by),
            lambda by=by: proposals.decline(idea, "x", by=by),
        ):
            assert "nur die Mitglieder" in refusal(step)
    assert "andere Seite" in refusal(lambda: proposals.agree(idea, by=carl))
    assert "nur das Unternehmen" in refusal(lambda: proposals.withdraw(idea, by=stefan))
    proposals.change(idea, "Lieber im Mai.", by=stefan)
    assert "andere Seite" in refusal(lambda: proposals.accept(idea, by=stefan))
    assert "andere Seite" in refusal(lambda: proposals.decline(idea, "x", by=stefan))
    assert "nur die Mitglieder" in refusal(lambda: proposals.agree(idea, by=stefan))


@pytest.mark.parametrize("end", ["accept", "decline", "withdraw", "expire"])
def test_what_is_closed_stays_closed(end):
    idea = make_idea()
    carl, stefan = carl_of(idea.company), stefan_of(idea.city)
    steps = {
        "accept": lambda: proposals.accept(idea, by=stefan),
        "decline": lambda: proposals.decline(idea, "x", by=stefan),
        "withdraw": lambda: proposals.withdraw(idea, by=carl),
        "expire": lambda: proposals.close_expired(now=idea.expires_at),
    }
    steps[end]()
    mails = OutgoingMail.objects.count()
    for name, step in steps.items():
        if name not in (end, "expire"):
            assert "abgeschlossen" in refusal(step)
    assert proposals.close_expired(now=idea.expires_at) == 0
    assert OutgoingMail.objects.count() == mails


@pytest.mark.parametrize(("make", "late"), [(make_offer, STEFAN), (make_idea, STEFAN), (changed_idea, CARL)])
def test_without_an_answer_it_expires_and_both_are_told_who_was_asked(make, late):
    proposal = make()
    assert proposals.close_expired(now=proposal.expires_at - timedelta(minutes=1)) == 0
    assert proposals.close_expired(now=proposal.expires_at) == 1
    proposal.refresh_from_db()
    assert proposal.state == State.EXPIRED
    for party in ("company", "city"):
        told = mail(f"proposal-expired:{proposal.pk}:{party}")
        assert ("keine Antwort von Ihnen" in told.body) == (told.to == late)


def test_an_offer_ends_with_its_project_and_the_company_learns_why():
    offer, other = make_offer(), make_city("Bocholt")
    make_project(other, "Anderes Projekt")
    assert proposals.close_for(offer.project) == 0
    projects.end(offer.project, by=stefan_of(offer.city))
    assert proposals.close_for(offer.project) == 1
    assert proposals.close_for(offer.project) == 0
    assert "ist beendet" in mail(f"proposal-withdrawn:{offer.pk}:company").body


def test_what_became_of_an_idea_does_not_end_with_its_project():
    idea = make_idea()
    accepted = proposals.accept(idea, by=stefan_of(idea.city))
    projects.withdraw(accepted.project, by=stefan_of(idea.city))
    assert proposals.close_for(accepted.project) == 0
    idea.refresh_from_db()
    assert idea.state == State.ACCEPTED


@pytest.mark.parametrize("side", ["company", "city"])
def test_an_organisation_that_leaves_takes_its_proposals_along(side):
    idea = make_idea()
    organisation = getattr(idea, side).organisation
    assert proposals.close_expired() == 0
    Organisation.objects.filter(pk=organisation.pk).update(withdrawn_at=timezone.now())
    assert proposals.close_expired() == 1
    idea.refresh_from_db()
    assert "nimmt nicht mehr teil" in idea.withdrawal_reason
    told = {"company": STEFAN, "city": CARL}[side]
    assert f"proposal-withdrawn:{idea.pk}:{'city' if side == 'company' else 'company'}" in keys_to(told)


def test_the_clock_finds_what_lost_its_subject_unnoticed():
    offer = make_offer()
    Project.objects.update(state="withdrawn", withdrawn_at=timezone.now())
    tasks.carry_on()
    offer.refresh_from_db()
    assert offer.state == State.WITHDRAWN


def test_one_case_that_fails_does_not_hold_up_the_others(caplog):
    idea = make_idea()
    second = send_idea(make_company("Zweite GmbH", contact="zora@zweite.example"), idea.city)
    Proposal.objects.filter(pk=idea.pk).update(expires_at=timezone.now() - timedelta(days=2))
    Proposal.objects.filter(pk=second.pk).update(expires_at=timezone.now() - timedelta(days=1))
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(REFUSE_TO_CLOSE.format(pk=idea.pk))
    assert proposals.close_expired() == 1
    assert Proposal.objects.open().get() == idea
    assert f"case {idea.pk}" in caplog.text


def test_rights_are_a_queryset():
    idea = make_idea()
    make_city("Bocholt", contact="clara@bocholt.example")
    clara = make_user("niemand@verein.example")
    visible = Proposal.objects.visible_to
    for user in (carl_of(idea.company), stefan_of(idea.city), make_curator()):
        assert visible(user).get() == idea
    assert not visible(clara).exists()
    waiting = Proposal.objects.waiting_for
    assert waiting(stefan_of(idea.city)).get() == idea
    assert not waiting(carl_of(idea.company)).exists()


def test_two_ideas_of_one_title_become_two_drafts():
    company, city = make_sides()
    second = make_company("Zweite GmbH", contact="zoe@zweite.example")
    other = send_idea(second, city, message="Wir meinen etwas anderes.", by=carl_of(second))
    ideas = [proposals.accept(idea, by=stefan_of(city)) for idea in (send_idea(company, city), other)]
    assert len({idea.project_id for idea in ideas}) == 2
    assert ideas[1].project.description == "Wir meinen etwas anderes."
