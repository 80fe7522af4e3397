"""What became of a contact, and what a question is about."""

import pytest

from matching import introductions
from matching.introductions import IntroductionError
from matching.models import Introduction, Side
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_curator, make_project
from tests.matching.casts import PETRA, STEFAN, make_introduction, make_pair, sides

pytestmark = pytest.mark.django_db
State = Introduction.State


@pytest.fixture
def connected():
    introduction = make_introduction()
    for invitation in sides(introduction):
        introduction = introductions.answer(invitation, "yes")
    return introduction


def petra(introduction):
    return introduction.partner.organisation.contact


# --- What became of it ----------------------------------------------------------------------------------------
def test_the_two_report_that_they_met_and_work_together(connected):
    met = introductions.report(connected, State.MET, by=petra(connected))
    assert (met.state, met.met_at is not None, met.outcome_at) == ("met", True, None)
    cooperating = introductions.report(connected, State.COOPERATING, by=connected.city.organisation.contact)
    assert (cooperating.state, cooperating.outcome_at is not None, cooperating.closed_at) == ("cooperating", True, None)


def test_who_works_together_has_met_even_if_nobody_said_so(connected):
    cooperating = introductions.report(connected, State.COOPERATING, by=petra(connected))
    assert cooperating.met_at == cooperating.outcome_at


@pytest.mark.parametrize("before", [[], [State.MET], [State.MET, State.COOPERATING]])
def test_nothing_comes_of_it_at_any_time_after_the_contacts_went_out(connected, before):
    for state in before:
        introductions.report(connected, state, by=petra(connected))
    ended = introductions.report(connected, State.NO_COOPERATION, by=petra(connected))
    assert (ended.state, ended.closed_at is not None) == ("no_cooperation", True)
    with pytest.raises(IntroductionError):
        introductions.report(connected, State.MET, by=petra(connected))


def test_the_same_report_again_changes_nothing(connected):
    first = introductions.report(connected, State.MET, by=petra(connected))
    again = introductions.report(connected, State.MET, by=connected.city.organisation.contact)
    assert again.met_at == first.met_at


@pytest.mark.parametrize("state", [State.SILENT, State.EXPIRED, State.ASKED, State.WITHDRAWN])
def test_steps_that_do_not_follow_are_refused(connected, state):
    with pytest.raises(IntroductionError):
        introductions.report(connected, state, by=petra(connected))


def test_before_both_have_agreed_there_is_nothing_to_report():
    introduction = make_introduction()
    with pytest.raises(IntroductionError, match="beide Seiten zugesagt"):
        introductions.report(introduction, State.MET, by=petra(introduction))


def test_strangers_report_nothing_and_the_office_may(connected):
    stranger = make_city("Bocholt", contact="clara@bocholt.example").organisation.contact
    with pytest.raises(IntroductionError, match="Nur die Beteiligten"):
        introductions.report(connected, State.MET, by=stranger)
    assert introductions.report(connected, State.MET, by=make_curator("zwei@office.example")).state == "met"


def test_the_page_offers_the_steps_that_follow(client, connected):
    client.force_login(petra(connected))
    address = f"/mein/vermittlungen/{connected.pk}/"
    assert "Wir haben miteinander gesprochen" in client.get(address).content.decode()
    assert client.post(address, {"report": "met"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Wir arbeiten zusammen" in page
    assert "Wir haben miteinander gesprochen" not in page


@pytest.mark.parametrize(("report", "status"), [("unsinn", 400), ("asked", 400), ("not_yet", 409)])
def test_a_report_that_is_not_possible_is_a_clear_page(client, connected, report, status):
    introductions.report(connected, State.MET, by=petra(connected))
    client.force_login(petra(connected))
    response = client.post(f"/mein/vermittlungen/{connected.pk}/", {"report": report})
    assert response.status_code == status
    connected.refresh_from_db()
    assert connected.state == "met"


# --- A project as the reason ----------------------------------------------------------------------------------
@pytest.fixture
def asking():
    partner, city = make_pair()
    return partner, city, make_project(city)


def test_a_partner_that_can_help_asks_with_its_own_yes_given_and_the_mail_names_the_project(asking):
    partner, city, project = asking
    introduction = introductions.ask(
        partner, city, side=Side.PARTNER, by=partner.organisation.contact, project=project, message="Wir haben Räume."
    )
    assert (introduction.project, introduction.initiated_by) == (project, "partner")
    assert introduction.partner_agreed_at
    assert "Es geht um das Projekt „Lastenräder für alle“." in OutgoingMail.objects.get(to=STEFAN).body


def test_a_second_project_of_the_town_makes_no_second_introduction(asking):
    partner, city, project = asking
    introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact, project=project)
    with pytest.raises(IntroductionError):
        introductions.ask(
            partner, city, side=Side.PARTNER, by=partner.organisation.contact, project=make_project(city, "Zweites")
        )


@pytest.mark.parametrize("state", ["draft", "review", "ended", "withdrawn"])
def test_a_project_that_is_not_published_cannot_be_asked_about(asking, state):
    partner, city, _project = asking
    with pytest.raises(IntroductionError, match="sucht zurzeit keine Hilfe"):
        introductions.ask(
            partner,
            city,
            side=Side.PARTNER,
            by=partner.organisation.contact,
            project=make_project(city, "Anderes", state=state),
        )


def test_a_project_of_another_town_cannot_be_asked_about(asking):
    partner, city, _project = asking
    foreign = make_project(make_city("Bocholt"), "Fremdes")
    with pytest.raises(IntroductionError):
        introductions.ask(partner, city, side=Side.PARTNER, by=partner.organisation.contact, project=foreign)


def test_the_page_of_the_question_says_what_it_is_about(client, asking):
    partner, city, project = asking
    client.force_login(partner.organisation.contact)
    address = f"/mein/anfragen/{partner.slug}/{city.slug}/"
    assert project.title in client.get(f"{address}?projekt={project.slug}").content.decode()
    assert client.get(f"{address}?projekt=gibt-es-nicht").status_code == 404
    assert client.post(f"{address}?projekt={project.slug}", {"message": "Gern"}).status_code == 302
    assert Introduction.objects.get().project == project
    assert Introduction.objects.get().partner.organisation.contact.email == PETRA
