"""Questions that wait for the same people go out together and only as often as the budget allows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from matching import carrying_on, introductions, proposals, rounds, suggestions
from matching.models import Introduction, IntroductionRules, Invitation, Side, Suggestion, SuggestionMail
from matching.next_steps import Step
from portal.accounts.models import Membership, OfficeTask, Organisation, User
from portal.mail.models import OutgoingMail
from tests.factories import give_contact, make_city, make_company, make_curator, make_partner
from tests.matching.casts import STEFAN, release_trio, sides
from tests.matching.clock import at, berlin, make_holidays

pytestmark = pytest.mark.django_db
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
MONDAY = berlin(2026, 11, 2, 10)
NEXT = berlin(2026, 11, 9, 8)


def make_town(partners=5, *, capacity=10):
    """A town, and so many partners that fit, each better than the next."""
    city = make_city("Telgte", contact=STEFAN)
    Organisation.objects.filter(city=city).update(capacity=capacity)
    for number in range(partners):
        make_partner(f"Kammer {number}", contact=f"person{number}@kammer.example")
    suggestions.refresh_city(city)
    for number, row in enumerate(Suggestion.objects.order_by("partner__slug")):
        Suggestion.objects.filter(pk=row.pk).update(points=row.points - number, points_place=row.points_place - number)
    return city


def release_all(now=MONDAY):
    """As a round does: the questions wait until all are released."""
    curator = User.objects.filter(is_staff=True).first() or make_curator()
    with at(now):
        rows = Suggestion.objects.open().order_by("-points", "pk")
        begun = [introductions.release(row, by=curator, later=True) for row in rows]
        carrying_on.ask_released([each.pk for each in begun])


def look(now):
    """What the clock mails at this moment that counts."""
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    with at(now):
        carrying_on.carry_on_due()
        proposals.ask_waiting()
    return questions(OutgoingMail.objects.exclude(pk__in=before))


def questions(rows=None):
    rows = OutgoingMail.objects.all() if rows is None else rows
    kinds = ("invitation", "batch", "proposal")
    return [(row.key.split(":")[0], row.to) for row in rows.order_by("pk") if row.key.split(":")[0] in kinds]


def to_stefan():
    return OutgoingMail.objects.filter(to=STEFAN).order_by("pk")


def waiting():
    rows = Invitation.objects.filter(asked_at=None, deferred_at__isnull=False).order_by("introduction__partner__slug")
    return list(rows.values_list("introduction__partner__slug", flat=True))


# --- One mail, several cases ------------------------------------------------------------------------------------
def test_a_town_is_asked_about_the_three_best_in_one_mail_and_the_others_wait():
    make_town(5)
    release_all()
    assert [key for key, to in questions() if to == STEFAN] == ["batch"]
    assert waiting() == ["kammer-3", "kammer-4"]
    assert SuggestionMail.objects.filter(person__email=STEFAN).count() == 1
    for row in Introduction.objects.filter(partner__slug__in=waiting()):
        step = (row.invitations.get(side=Side.CITY).not_before, row.next_step)
        assert step in {(NEXT, Step.INVITE), (NEXT, Step.REMIND)}  # on the same morning the partner is reminded


def test_a_round_that_is_released_writes_to_each_person_once():
    make_town(2)
    make_city("Bocholt", contact="bea@bocholt.example")
    for partner in Organisation.objects.filter(kind="partner"):
        partner.partner.area_parts.update(radius_km=90)
    suggestions.refresh_all()
    curator = make_curator()
    row = rounds.start(by=curator)
    rounds.run(row)
    row.refresh_from_db()
    assert rounds.release(row, by=curator).introductions > 2
    people = [to for _kind, to in questions()]
    assert len(people) == len(set(people)) == 4


def test_each_question_has_its_reasons_its_answers_and_its_own_link(client):
    make_town(2)
    release_all()
    mail = to_stefan().get()
    assert mail.subject == "2 Kontaktvorschläge für Telgte"
    assert mail.purpose == "suggestions"
    assert mail.body.count("Das spricht dafür:") == mail.body.count("Ja, gern") == 2
    links = {part.split("/")[0] for part in mail.body.split("/antwort/")[1:]}
    assert len(links) == 2
    with at(MONDAY):
        for link in links:
            client.post(f"/antwort/{link}/", {"answer": "yes"})
    assert Introduction.objects.filter(city_agreed_at__isnull=False).count() == 2


def test_two_linked_introductions_go_to_the_town_in_one_mail():
    release_trio()
    mail = to_stefan().get()
    assert mail.key.startswith("batch:")
    assert "Zentrum Beispiel" in mail.body
    assert "Kammer Beispiel" in mail.body


def test_linked_ones_stay_together_in_the_next_batch():
    release_trio()
    Invitation.objects.filter(side=Side.CITY).update(asked_at=None, recipient=None, deferred_at=timezone.now())
    SuggestionMail.objects.all().delete()
    OutgoingMail.objects.all().delete()
    make_partner("Innung Muster", contact="ina@innung.example")
    Organisation.objects.update(capacity=10)
    IntroductionRules.objects.update_or_create(pk=1, defaults={"batch_size": 2})
    introductions.release(suggestion_of("innung-muster"), by=User.objects.get(is_staff=True))
    assert waiting() == ["innung-muster"]


def suggestion_of(slug):
    suggestions.refresh_all()
    row = Suggestion.objects.open().get(partner__slug=slug)
    best = max(Suggestion.objects.values_list("points", flat=True))
    lowest = min(Suggestion.objects.values_list("points", flat=True))
    gap = (best + lowest) // 2 - row.points
    Suggestion.objects.filter(pk=row.pk).update(points=row.points + gap, points_place=row.points_place + gap)
    return Suggestion.objects.get(pk=row.pk)


# --- The next mail ----------------------------------------------------------------------------------------------
def test_the_next_batch_goes_out_when_week_and_working_days_are_over_and_the_answer_period_starts_then():
    make_town(5)
    release_all()
    assert look(NEXT - timedelta(minutes=1)) == []
    assert look(NEXT) == [("batch", STEFAN)]
    assert waiting() == []
    late = Introduction.objects.get(partner__slug="kammer-4")
    assert late.expires_at == berlin(2026, 11, 30, 23, 59)  # 21 days after the ninth


def test_no_batch_while_two_yes_are_open():
    make_town(5)
    release_all()
    first, second, third = Introduction.objects.exclude(partner__slug__in=waiting()).order_by("pk")
    with at(MONDAY + timedelta(days=1)):
        for case in (first, second):
            introductions.answer(sides(case)[1], YES)
        introductions.answer(sides(third)[1], NO)
    assert look(NEXT) == []
    with at(NEXT + timedelta(hours=1)):
        introductions.answer(sides(first)[0], NO)
    assert look(berlin(2026, 11, 10, 8, 5)) == [("batch", STEFAN)]


def test_a_connected_town_that_has_not_reported_keeps_its_yes():
    make_town(3)
    IntroductionRules.objects.update_or_create(pk=1, defaults={"most_open_yes": 1, "batch_size": 1})
    release_all()
    case = Introduction.objects.exclude(partner__slug__in=waiting()).get()
    with at(MONDAY + timedelta(days=1)):
        for each in sides(case):
            introductions.answer(each, YES)
    assert look(NEXT) == []
    with at(NEXT + timedelta(hours=1)):
        introductions.report(case, Introduction.State.MET, by=None)
    assert look(berlin(2026, 11, 10, 8, 5)) == [("invitation", STEFAN)]


def test_a_pause_that_begins_meanwhile_holds_the_question_and_nobody_calls():
    make_town(4)
    release_all()
    Organisation.objects.filter(kind="city").update(paused_until=date(2026, 11, 20))
    assert look(NEXT) == []
    assert Invitation.objects.get(asked_at=None).not_before == berlin(2026, 11, 23, 8)
    assert not OfficeTask.objects.exists()
    assert look(berlin(2026, 11, 23, 8)) == [("invitation", STEFAN)]


def test_holidays_hold_what_the_budget_would_allow():
    make_holidays(date(2026, 11, 7), date(2026, 11, 15))
    make_town(4)
    release_all()
    assert look(NEXT) == []
    assert look(berlin(2026, 11, 16, 8)) == [("invitation", STEFAN)]


def test_what_waits_too_long_ends_with_a_sentence_for_the_office():
    IntroductionRules.objects.update_or_create(pk=1, defaults={"longest_wait_weeks": 2, "batch_size": 1})
    make_town(2)
    release_all()
    Organisation.objects.filter(kind="city").update(paused_until=date(2027, 6, 1))
    look(NEXT)
    assert look(berlin(2026, 11, 16, 10)) == []
    late = Introduction.objects.get(state="withdrawn")
    assert late.withdrawal_reason.startswith("Telgte konnte in 2 Wochen nicht gefragt werden")
    assert (late.next_step, late.next_step_at) == ("", None)


# --- Over everything the portal suggests ------------------------------------------------------------------------
def ask_for(slug, now):
    with at(now):
        suggestion = Suggestion.objects.open().select_related("partner__organisation", "city").get(partner__slug=slug)
        by = suggestion.partner.organisation.contact
        return introductions.ask(suggestion.partner, suggestion.city, side=Side.PARTNER, by=by)


def test_a_request_waits_for_the_budget_of_the_other_side_and_comes_first_then(client):
    make_town(6)
    request = Suggestion.objects.order_by("points").first().partner
    Suggestion.objects.filter(partner=request).update(state="withdrawn", decided_at=MONDAY)
    release_all()
    Suggestion.objects.filter(partner=request).update(state="open", decided_at=None)
    case = ask_for(request.slug, MONDAY + timedelta(days=1))
    assert sides(case)[1].not_before == NEXT
    client.force_login(request.organisation.contact)
    with at(MONDAY + timedelta(days=1)):
        page = client.get(f"/mein/vermittlungen/{case.pk}/").content.decode()
    assert "frühestens am 09.11.2026" in page
    IntroductionRules.objects.update_or_create(pk=1, defaults={"batch_size": 1})
    assert look(NEXT) == [("invitation", STEFAN)]
    assert sides(case)[1].asked_at == NEXT


def test_ones_own_yes_is_no_mail_and_does_not_count():
    make_town(1)
    ask_for("kammer-0", MONDAY)
    assert not SuggestionMail.objects.filter(person__email="person0@kammer.example").exists()


def send_idea(city, now):
    company = make_company(contact="carl@tischlerei.example")
    by = company.organisation.contact
    with at(now):
        return proposals.idea(company, city, title="Reparaturtag", message="Wir reparieren, was klemmt.", by=by)


def test_an_idea_counts_and_waits_like_any_suggestion(client):
    city = make_town(1)
    release_all()
    idea = send_idea(city, MONDAY + timedelta(days=1))
    assert idea.not_before == NEXT
    assert idea.expires_at == berlin(2026, 11, 30, 23, 59)
    client.force_login(User.objects.get(email="carl@tischlerei.example"))
    assert "frühestens am 09.11.2026" in client.get(f"/mein/angebote/{idea.pk}/").content.decode()
    assert look(NEXT - timedelta(minutes=1)) == []
    assert look(NEXT) == [("proposal", STEFAN)]
    assert look(NEXT) == []


def test_after_an_idea_the_question_of_a_pair_waits():
    city = make_town(1)
    send_idea(city, MONDAY)
    release_all(MONDAY + timedelta(days=1))
    assert waiting() == ["kammer-0"]
    assert look(NEXT) == [("invitation", STEFAN)]


def test_an_idea_that_waits_too_long_ends_and_the_company_is_told():
    city = make_town(1)
    release_all()
    idea = send_idea(city, MONDAY + timedelta(days=1))
    Organisation.objects.filter(city=city).update(paused_until=date(2027, 6, 1))
    look(NEXT)
    with at(MONDAY + timedelta(days=58)):
        proposals.ask_waiting()
    idea.refresh_from_db()
    assert idea.state == "withdrawn"
    assert idea.withdrawal_reason.startswith("„Telgte“ konnte nicht gefragt werden")
    assert OutgoingMail.objects.filter(to="carl@tischlerei.example", key__startswith="proposal-withdrawn").exists()


def test_the_budget_is_that_of_the_person_for_whichever_organisation():
    make_town(1)
    other = make_city("Bocholt")
    give_contact(other.organisation, STEFAN)
    make_partner("Innung Muster", seat="Bocholt", contact="ina@innung.example", radius_km=10)
    suggestions.refresh_all()
    release_all()
    assert Introduction.objects.count() == 2
    assert to_stefan().count() == 1
    assert look(NEXT) == [("invitation", STEFAN)]


def test_a_new_contact_person_has_a_budget_of_its_own_and_the_town_keeps_its_working_days():
    city = make_town(4)
    release_all()
    Membership.objects.filter(organisation=city.organisation).update(is_contact=False)
    give_contact(city.organisation, "neu@telgte.example")
    assert look(berlin(2026, 11, 6, 8)) == []
    assert look(NEXT) == [("invitation", "neu@telgte.example")]


def test_reminders_and_questions_afterwards_do_not_count():
    make_town(1)
    release_all()
    look(berlin(2026, 11, 9, 8))
    assert OutgoingMail.objects.filter(key__startswith="reminder:").count() == 2
    assert SuggestionMail.objects.count() == 2


def test_asking_makes_the_same_number_of_queries_for_each_that_waits(django_assert_max_num_queries):
    make_town(12, capacity=20)
    release_all()
    with at(NEXT), django_assert_max_num_queries(120):  # three cases with mails; the other six are not touched
        introductions_due = Invitation.objects.filter(asked_at=None).values_list("introduction", flat=True)[:1]
        carrying_on.ask_released(list(introductions_due))
