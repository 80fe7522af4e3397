"""The simulation counts by itself, and each of its figures that must be 0 can be another one."""

import json
from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cities.models import Municipality, Region, SchoolHoliday
from matching import token_pages
from matching.models import Introduction, Invitation
from matching.open_days import Break
from portal.accounts.models import Consent, OfficeTask, Organisation, User
from portal.mail.models import OutgoingMail
from portal.site.simulation import days, invention, report
from portal.site.simulation.ledger import MUST_BE_ZERO, Ledger, Question
from portal.site.simulation.people import Temperament, answer_of, temperament_of
from portal.site.simulation.scanner import Scanner, links_of
from portal.site.simulation.world import Member, World
from tests.matching.casts import PETRA, make_introduction, sides

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(db):
    """The municipalities around the first of the cities, without names."""
    rows = invention.places_around(invention.CENTRES[0])
    for length, kind in ((2, "land"), (5, "district")):
        keys = sorted({key[:length] for _point, key in rows})
        Region.objects.bulk_create([Region(key=key, kind=kind, name=key) for key in keys])
    Municipality.objects.bulk_create(
        Municipality(
            ags=key, name=key, land_id=key[:2], district_id=key[:5], latitude=point.latitude, longitude=point.longitude
        )
        for point, key in rows
    )


def test_nothing_happens_that_must_not_and_nothing_stays(places):
    found = days.simulate(seed=1, weeks=3, partners=6, towns=3)
    assert {figure for figure, count in found.must_be_zero.items() if count} <= {"over_budget"}
    assert found.introductions > 3
    assert found.answers > 0
    assert found.links_opened > 50
    assert not any(model.objects.exists() for model in (User, Introduction, OutgoingMail, SchoolHoliday, OfficeTask))


def test_the_same_seed_is_the_same_course_of_things(places):
    size = {"weeks": 1, "partners": 4, "towns": 3}
    one, again, other = (asdict(replace(days.simulate(seed=seed, **size), examples={})) for seed in (1, 1, 2))
    assert one == again != other


def test_people_answer_by_seed_and_question_alone():
    names = [f"p{number}" for number in range(200)]
    assert {temperament_of(1, name) for name in names} == set(Temperament)
    answers = [answer_of(1, name, "p1-t1") for name in names]
    assert answers == [answer_of(1, name, "p1-t1") for name in names]
    assert answers != [answer_of(2, name, "p1-t1") for name in names]
    never = {Temperament.SILENT, Temperament.GONE}
    assert all(
        (answer is None) == (temperament_of(1, name) in never) for name, answer in zip(names, answers, strict=True)
    )


def test_the_command_ends_with_1_where_a_figure_is_not_0(places, capsys, monkeypatch):
    found = report.Report(
        **dict.fromkeys(("weeks", "introductions", "links_opened", "undeliverable", "left_unsent", "asked"), 1),
        **dict.fromkeys(("answers", "answers_per_mail", "days_to_end_median", "days_to_end_p95", "contacts"), 1),
        **{"mails": {}, "ends": {"declined": 1}, "acts": {}, "temperaments": {}},
        must_be_zero=dict.fromkeys(MUST_BE_ZERO, 0) | {"over_budget": 2},
        examples={"over_budget": ["invitation:1"]},
    )
    monkeypatch.setattr(days, "simulate", lambda **_: found)
    with pytest.raises(SystemExit):
        call_command("simulate")
    assert "     2  Mails über dem Budget   z. B. invitation:1" in capsys.readouterr().out
    monkeypatch.setattr(days, "simulate", lambda **_: replace(found, must_be_zero={}))
    call_command("simulate", "--json")
    assert json.loads(capsys.readouterr().out)["ends"] == {"declined": 1}


def test_the_command_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(days, "IS_INSTALLED", False)
    with pytest.raises(CommandError, match="time-machine"):
        call_command("simulate")


@pytest.mark.parametrize("size", [{"towns": 0}, {"towns": 201}, {"weeks": 0}])
def test_the_command_refuses_sizes_that_make_no_sense(places, size):
    with pytest.raises(CommandError, match="mindestens 1"):
        call_command("simulate", **size)


@pytest.fixture
def case(db):
    """Petra is asked, and nothing is wrong so far: the ledger, her question and the mail."""
    introduction = make_introduction()
    petra, _stefan = sides(introduction)
    today = timezone.localdate()
    organisation = introduction.partner.organisation
    member = Member("p0", organisation, organisation.contact, "05", Temperament.PROMPT)
    holidays = {"05": [Break(today + timedelta(days=20), today + timedelta(days=30))]}
    world = World(1, organisation.contact, {PETRA: member}, holidays, 0)
    mail = OutgoingMail.objects.get(key=f"invitation:{petra.pk}")
    path = next(link.split("?")[0] for link in links_of(mail) if link.startswith("/antwort/"))
    return Ledger(world), Question(member, "p0-t0", introduction.pk, path), mail


def breaches(ledger):
    return {figure: count for figure, count in ledger.breaches.items() if count}


def test_an_ordinary_question_breaks_nothing(case):
    ledger, question, mail = case
    ledger.went_out(mail, [question])
    ledger.scanned(mail, Scanner().scan(mail))
    ledger.looked()
    assert breaches(ledger) == {}
    assert ledger.opened >= 15


def test_a_mail_without_consent_is_seen(case):
    ledger, question, mail = case
    Consent.objects.update(withdrawn_at=timezone.now())
    ledger.went_out(mail, [question])
    assert breaches(ledger) == {"without_consent": 1}


def test_a_question_to_whoever_said_no_is_seen(case):
    ledger, question, mail = case
    ledger.answered(question, "no")
    mail.key = "reminder:1"
    ledger.went_out(mail, [question])
    assert breaches(ledger) == {"asked_after_no": 1}


def test_a_second_question_within_a_week_is_seen(case):
    ledger, question, mail = case
    ledger.went_out(mail, [question])
    ledger.went_out(mail, [question])
    assert breaches(ledger) == {"over_budget": 1}


def test_a_reminder_is_not_part_of_the_budget(case):
    ledger, question, mail = case
    ledger.went_out(mail, [question])
    mail.key = "reminder:1"
    ledger.went_out(mail, [question])
    assert breaches(ledger) == {}


def test_a_question_in_holidays_is_seen(case):
    ledger, question, mail = case
    ledger.world.holidays["05"].append(Break(date(2020, 1, 1), date(2099, 1, 1)))
    ledger.went_out(mail, [question])
    assert breaches(ledger) == {"in_holidays": 1}


@pytest.mark.parametrize("rest", [{"paused_until": date(2099, 1, 1)}, {"withdrawn_at": timezone.now()}])
def test_a_question_to_whoever_rests_or_has_left_is_seen(case, rest):
    ledger, question, mail = case
    Organisation.objects.filter(pk=question.member.organisation.pk).update(**rest)
    ledger.went_out(mail, [question])
    assert breaches(ledger) == {"in_pause": 1}


def test_contacts_without_two_yes_are_seen(case):
    ledger, question, mail = case
    mail.key = f"contacts:{question.introduction}:partner"
    ledger.answered(question, "yes")
    mail.kind = OutgoingMail.Kind.NOTICE
    ledger.went_out(mail, [])
    assert breaches(ledger) == {"contacts_too_early": 1}


def test_a_case_that_does_not_go_on_is_seen_once(case):
    ledger, _question, _mail = case
    Introduction.objects.update(next_step_at=timezone.now() - timedelta(days=2))
    ledger.looked()
    ledger.looked()
    assert breaches(ledger) == {"without_step": 1}


def test_a_page_that_writes_is_seen_even_if_all_is_as_it_was(case, monkeypatch):
    ledger, _question, mail = case
    show = token_pages._show

    def write_and_show(request, invitation, form, **more):
        Invitation.objects.filter(pk=invitation.pk).update(comment=invitation.comment)
        return show(request, invitation, form, **more)

    monkeypatch.setattr(token_pages, "_show", write_and_show)
    ledger.scanned(mail, Scanner().scan(mail))
    assert breaches(ledger)["writes_by_get"] >= 3


def test_a_link_that_fails_is_seen(case, monkeypatch):
    ledger, _question, mail = case

    def fail(*args, **more):
        raise ValueError

    monkeypatch.setattr(token_pages, "_show", fail)
    ledger.scanned(mail, Scanner().scan(mail))
    assert breaches(ledger)["failed_links"] >= 3


def test_pages_that_are_the_same_for_everybody_are_opened_once_a_week(case):
    _ledger, _question, mail = case
    scanner = Scanner()
    assert scanner.scan(mail).opened > scanner.scan(mail).opened >= 12  # yes, no, pass on, unsubscribe
