"""Whole lives of introductions, day by day, on the calendar of North Rhine-Westphalia of 2026/27."""

from datetime import date

import pytest

from matching import following_up, introductions, suggestions
from matching.models import Introduction, IntroductionRules, Invitation, Suggestion
from tests.factories import make_curator
from tests.matching.casts import make_introduction, make_pair, sides
from tests.matching.clock import at, berlin, live, make_holidays
from tests.matching.test_open_days import NRW

pytestmark = pytest.mark.django_db
YES = Invitation.Answer.YES


@pytest.fixture
def holidays(db):
    """Called once the Land is there."""

    def enter():
        for each in NRW.breaks:
            make_holidays(each.first, each.last)
        make_holidays(date(2027, 3, 22), date(2027, 4, 3), name="Osterferien")

    return enter


def begun(moment, holidays):
    with at(moment):
        introduction = make_introduction()
    holidays()
    return introduction


def test_released_in_the_autumn_holidays_and_reported_by_nobody_in_the_end(holidays):
    """172 days across both changes of the clock: 25 October 2026 and 28 March 2027."""

    with at(berlin(2026, 10, 23, 10)):
        partner, _city = make_pair()
        holidays()
        suggestions.refresh_partner(partner)
        introduction = introductions.release(Suggestion.objects.get(), by=make_curator())
    petra, stefan = sides(introduction)
    diary = live(
        date(2026, 10, 24),
        date(2027, 4, 14),
        doing={
            date(2026, 11, 3): lambda: introductions.answer(petra, YES),
            date(2026, 11, 13): lambda: introductions.answer(stefan, YES),
            date(2026, 11, 28): lambda: following_up.say(petra, "not_yet", by=None),
            date(2027, 3, 2): lambda: following_up.say(stefan, "met", by=None),
        },
    )
    assert diary == [
        ("02.11.", "invitation", "petra"),  # All Saints is a Sunday, and the last day of the holidays a Saturday
        ("02.11.", "invitation", "stefan"),
        ("09.11.", "reminder", "stefan"),
        ("12.11.", "waiting", "petra"),
        ("13.11.", "contacts", "petra"),
        ("13.11.", "contacts", "stefan"),
        ("27.11.", "whether_met", "petra"),
        ("27.11.", "whether_met", "stefan"),
        ("11.02.", "outcome", "petra"),
        ("11.02.", "outcome", "stefan"),
    ]
    introduction.refresh_from_db()
    assert (introduction.state, introduction.closed_at) == ("silent", berlin(2027, 4, 13, 0, 5))


def test_nobody_answers_across_the_autumn_holidays(holidays):
    introduction = begun(berlin(2026, 10, 12, 10), holidays)
    diary = live(date(2026, 10, 12), date(2026, 11, 19))
    assert diary == [
        ("03.11.", "reminder", "petra"),
        ("03.11.", "reminder", "stefan"),
        ("18.11.", "expired", "petra"),  # the last minute of the 17th is over
        ("18.11.", "expired", "stefan"),
    ]
    introduction.refresh_from_db()
    assert (introduction.next_step, introduction.next_step_at) == ("", None)


def test_they_work_together_and_are_asked_nothing_more(holidays):
    introduction = begun(berlin(2026, 11, 9, 10), holidays)
    petra, stefan = sides(introduction)
    diary = live(
        date(2026, 11, 10),
        date(2027, 3, 10),
        doing={
            date(2026, 11, 10): lambda: [introductions.answer(each, YES) for each in (petra, stefan)],
            date(2026, 11, 24): lambda: following_up.say(petra, "met", by=None),
            date(2027, 2, 9): lambda: following_up.say(stefan, "cooperating", by=None),
        },
    )
    kinds = [(day, kind) for day, kind, to in diary if to == "petra"]
    assert kinds == [("10.11.", "contacts"), ("24.11.", "whether_met"), ("08.02.", "outcome")]
    introduction.refresh_from_db()
    assert (introduction.state, introduction.next_step) == ("cooperating", "")


def test_one_after_the_other_each_side_has_its_own_time(holidays):
    IntroductionRules.objects.update(ask_first="partner")
    introduction = begun(berlin(2026, 11, 23, 10), holidays)
    petra, _stefan = sides(introduction)
    diary = live(
        date(2026, 11, 23),
        date(2027, 1, 30),
        doing={date(2026, 12, 14): lambda: introductions.answer(petra, YES)},
    )
    assert diary == [
        ("30.11.", "reminder", "petra"),
        ("14.12.", "invitation", "stefan"),
        ("21.12.", "reminder", "stefan"),
        ("08.01.", "waiting", "petra"),  # 15–22 December and 7–8 January
        ("20.01.", "expired", "petra"),  # 21 days that count end on the 19th
        ("20.01.", "expired", "stefan"),
    ]
    assert Introduction.objects.get().state == "expired"


def test_the_way_of_a_refusal_needs_no_clock(holidays):
    introduction = begun(berlin(2026, 11, 23, 10), holidays)
    petra, _stefan = sides(introduction)
    with at(berlin(2026, 11, 24, 10)):
        introductions.answer(petra, Invitation.Answer.NO)
    assert live(date(2026, 11, 24), date(2026, 12, 20)) == []
