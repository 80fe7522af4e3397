"""Who does what in the made-up world, and what is counted."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command

from cities.geometry import distance_km
from cities.service_areas import ServiceArea
from portal.site.bench_quality import breaches, figures, partners, report
from portal.site.bench_quality.diary import Answer, Asked, Diary, Suggestion
from portal.site.bench_quality.entries import moment
from portal.site.bench_quality.our_rule import Ours
from portal.site.bench_quality.play import play
from portal.site.bench_quality.rival_rules import AllCompetentAtOnce, CircleOnly, ZonesThenPopularity
from portal.site.bench_quality.world import invent
from tests.site.made_up import partner, project, town, world


def asked_in(rule, week, diary):
    return [one.partner for one in rule.suggest(diary, week)]


@pytest.fixture(scope="module")
def made_up():
    return invent()


@pytest.fixture(scope="module")
def half_year(made_up):
    return play(made_up, Ours(made_up))


def test_circle_only_goes_from_the_nearest_outwards_three_a_week():
    all_around = world(*(partner(number, km=km) for number, km in enumerate((40, 10, 51, 30, 20))))
    rule, diary = CircleOnly(all_around), Diary(all_around)
    first = asked_in(rule, 0, diary)
    assert first == [1, 4, 3]
    for one in first:
        diary.write(Asked(0, Suggestion(one, 0), Answer.NO, Answer.NOT_ASKED))
    assert asked_in(rule, 1, diary) == [0]


def test_circle_only_looks_at_no_area_and_no_topic():
    elsewhere = world(partner(area=ServiceArea(frozenset({"09"})), topics=("youth",)))
    assert asked_in(CircleOnly(elsewhere), 0, Diary(elsewhere)) == [0]


def test_zones_then_popularity_asks_the_most_chosen_of_the_zone_first():
    there = [partner(number, clicks=clicks) for number, clicks in enumerate((1, 9, 3))]
    some = world(*there, partner(3, area=ServiceArea(frozenset({"09"})), clicks=99), partner(4, topics=("youth",)))
    assert asked_in(ZonesThenPopularity(some), 0, Diary(some)) == [1, 2, 0]


def test_zones_then_popularity_sends_ten_at_a_time_until_five_are_interested():
    many = world(*(partner(number) for number in range(30)))
    rule, diary = ZonesThenPopularity(many), Diary(many)
    assert asked_in(rule, 0, diary) == list(range(10))
    for number in range(10):
        says = Answer.YES if number < 4 else Answer.SILENCE
        diary.write(Asked(0, Suggestion(number, 0), says, Answer.SILENCE))
    assert asked_in(rule, 1, diary) == list(range(10, 20))
    diary.write(Asked(1, Suggestion(10, 0), Answer.YES, Answer.SILENCE))
    assert asked_in(rule, 2, diary) == []


def test_all_competent_are_asked_at_once_and_only_once():
    with_project = town(projects=(project(first=2),))
    some = world(
        partner(0), partner(1, topics=("youth",)), partner(2, area=ServiceArea(frozenset({"09"}))), of=with_project
    )
    rule, diary = AllCompetentAtOnce(some), Diary(some)
    assert [asked_in(rule, week, diary) for week in range(4)] == [[0], [], [1], []]


def test_a_topic_with_an_area_of_its_own_counts_there_only():
    one = partner()
    moved = replace(one, facts=replace(one.facts, topic_areas={"climate": ServiceArea(frozenset({"09"}))}))
    some = world(moved)
    assert asked_in(AllCompetentAtOnce(some), 0, Diary(some)) == []
    assert asked_in(ZonesThenPopularity(some), 0, Diary(some)) == []


def test_ours_introduces_the_best_pair_first_and_stays_within_the_capacity_of_a_month():
    far, near = partner(0, km=45), partner(1, km=5)
    some = world(far, near, of=town(standing={"capacity": 1}))
    diary = play(some, Ours(some), weeks=6)
    assert [(one.week, one.suggestion.partner) for one in diary.asked] == [(0, 1), (4, 0)]


def test_ours_stays_within_areas_and_reaches(made_up, half_year):
    assert len(half_year.asked) > 500
    for one in half_year.asked:
        place = made_up.towns[one.suggestion.town].facts.place
        reach_km = made_up.towns[one.suggestion.town].facts.reach_km
        facts = made_up.partners[one.suggestion.partner].facts
        areas = [facts.area, *facts.topic_areas.values()]
        holding = [
            circle
            for area in areas
            for circle in area.circles
            if distance_km(circle.centre, place.point) <= circle.radius_km
        ]
        by_key = any(key.startswith(tuple(area.keys)) for area in areas for key in place.keys)
        assert holding or by_key or facts.area.nationwide
        kms = [distance_km(point, place.point) for point in (facts.seat, *(circle.centre for circle in holding))]
        assert reach_km is None or min(kms) <= reach_km


def test_ours_asks_nobody_beyond_the_capacity_of_a_month(made_up, half_year):
    months = Counter()
    for one in half_year.asked:
        when = moment(one.week).strftime("%Y-%m")
        months["partner", one.suggestion.partner, when] += 1
        months["town", one.suggestion.town, when] += 1
    for (side, number, _), count in months.items():
        assert count <= {"partner": made_up.partners, "town": made_up.towns}[side][number].standing.capacity


def test_ours_asks_nobody_who_is_paused_or_unconfirmed_or_has_not_agreed(made_up, half_year):
    for one in half_year.asked:
        now = moment(one.week)
        for side in (made_up.partners[one.suggestion.partner], made_up.towns[one.suggestion.town]):
            assert side.standing.consent
            assert side.standing.paused_until is None or side.standing.paused_until < now.date()
            assert now - side.standing.confirmed_at < timedelta(days=367)


def test_ours_leaves_a_pair_alone_after_a_no_and_while_an_answer_is_awaited(made_up, half_year):
    for pair, asked in half_year.of_pair.items():
        assert all(later.week >= earlier.week + 3 for earlier, later in pairwise(asked))
        assert not any(one.is_refused or one.is_contact for one in asked[:-1])
        if pair in made_up.declined:
            assert all(moment(one.week) - made_up.declined[pair] > timedelta(days=364) for one in asked)


def test_the_same_question_has_the_same_answer_whoever_asks():
    some = world(*(partner(number, truth={"attentive": 0.5}) for number in range(9)))
    of_zones = play(some, ZonesThenPopularity(some), weeks=1, tiring=False)
    of_all = play(some, AllCompetentAtOnce(some), weeks=1, tiring=False)
    assert {one.suggestion: one for one in of_zones.asked} == {one.suggestion: one for one in of_all.asked}
    assert len({one.partner_says for one in of_all.asked}) > 1


def test_a_town_is_asked_only_about_partners_that_said_yes():
    some = world(*(partner(number) for number in range(20)))
    for one in play(some, AllCompetentAtOnce(some), weeks=1, tiring=False).asked:
        assert one.town_was_asked == (one.partner_says == Answer.YES)


def test_who_is_gone_or_paused_never_answers():
    silent = partner(truth={"is_there": False}), partner(1, standing={"paused_until": moment(30).date()})
    some = world(*silent)
    assert {one.partner_says for one in play(some, AllCompetentAtOnce(some)).asked} == {Answer.SILENCE}


def test_who_is_asked_too_often_answers_as_many_as_there_is_room_for():
    busy = world(
        partner(standing={"capacity": 2}),
        of=town(projects=tuple(project(f"p{n}", topics=("climate",)) for n in range(59))),
    )
    for tiring, least, most in ((False, 60, 60), (True, 0, 8)):
        asked = play(busy, AllCompetentAtOnce(busy), weeks=1, tiring=tiring).asked
        assert len(asked) == 60
        assert least <= sum(one.partner_says != Answer.SILENCE for one in asked) <= most


def test_gini_is_nothing_among_equals_and_nearly_one_where_one_has_all():
    assert figures.gini([2, 2, 2]) == 0
    assert figures.gini([0, 0]) == 0
    assert figures.gini([0, 0, 0, 5]) == 0.75
    assert figures.gini([1, 3]) == 0.25


def test_breaches_are_counted_by_hand():
    """The third comes when the month of both is full, and the first two say no before they are asked again."""
    limited = town(reach_km=30, standing={"capacity": 2})
    some = world(
        partner(standing={"consent": False}), partner(1, km=40), partner(2, planted=partners.SECOND_ENTRY), of=limited
    )
    diary = Diary(some)
    for week, number in enumerate((0, 1, 2, 0)):
        diary.write(Asked(week, Suggestion(number, 0), Answer.NO, Answer.SILENCE))
    assert breaches.measured(diary) == {
        "beyond area or reach, %": 25,
        "beyond capacity, %": 50,
        "without consent, %": 50,
        "stale or paused, %": 0,
        "to a second entry, %": 25,
        "said no before, %": 25,
    }


@pytest.mark.parametrize("rule", report.RULES.values())
def test_figures_agree_with_one_another(made_up, rule):
    found = figures.measured(play(made_up, rule(made_up), weeks=3))
    assert all(0 <= figure <= 100 for name, figure in found.items() if name.endswith("%"))
    assert all(0 <= found[name] <= 1 for name in ("Gini of partners", "Gini of towns"))
    assert found["suitable contacts"] <= found["contacts"] <= found["suggestions"]
    assert found["contacts of 4 weeks"] == found["contacts"]
    assert found["towns with a contact"] <= min(found["contacts"], 108)
    assert found["mails per contact"] * max(1, found["contacts"]) >= found["suggestions"]
    assert 1 <= found["a person's month, mean"] <= found["a person's month, most"]


def test_the_command_shows_one_figure_a_row_and_ours_first(monkeypatch):
    monkeypatch.setattr(report, "invent", lambda: world(partner()))
    out = StringIO()
    call_command("bench", "quality", stdout=out)
    heading, *rows = out.getvalue().splitlines()
    assert heading.split() == ["quality", "ours", "circle", "zones", "all_at_once"]
    assert all(len(row.split()) > 4 for row in rows)
