"""The made-up world in which the portal's rule is compared with others, and who really suits whom there."""

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest

from portal.site.bench_quality import partners, towns
from portal.site.bench_quality.entries import START, World
from portal.site.bench_quality.truth import Ground, suits
from portal.site.bench_quality.world import invent
from tests.site.made_up import TOWN, digest, north, partner, town, world


@pytest.fixture(scope="module")
def made_up():
    return invent()


def test_the_same_seed_makes_the_same_world_and_another_another(made_up):
    assert digest(invent()) == digest(made_up)
    assert digest(invent(1)) != digest(made_up)


def test_the_world_does_not_depend_on_how_python_orders_sets(made_up):
    imports = "from portal.site.bench_quality.world import invent; from tests.site.made_up import digest"
    code = f"import django; django.setup(); {imports}; print(digest(invent()))"
    environment = os.environ | {"PYTHONHASHSEED": "7", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == digest(made_up)


def test_as_much_is_wrong_as_was_planted(made_up):
    planted = partners.PLANTED | {partners.SECOND_ENTRY: partners.SECOND_ENTRIES} | towns.PLANTED
    assert made_up.planted() == planted | {"declined pair": 120}
    assert (len(made_up.partners), len(made_up.towns)) == (300, 108)
    assert sum(len(one.projects) for one in made_up.towns) == 60


def test_what_was_planted_is_in_the_entries(made_up):
    year_ago = START - timedelta(days=366)
    assert sum(one.standing.confirmed_at < year_ago for one in made_up.partners) == 30
    assert sum(one.standing.paused_until is not None for one in made_up.partners) == 18
    assert sum(not one.standing.consent for one in made_up.partners) == 24
    assert sum(bool(one.facts.topic_areas) for one in made_up.partners) == 20
    assert sum(one.facts.seat != one.truth.ground.office for one in made_up.partners) == 15
    entries = Counter(one.truth.organisation for one in made_up.partners)
    assert sorted(entries.values()) == [1] * 276 + [2] * 12
    names = {(one.truth.organisation, one.name) for one in made_up.partners}
    assert len(names) == 300, "the second entry has another spelling"
    assert sum(one.facts.reach_km is not None for one in made_up.towns) == 36
    assert sum(not one.facts.topics for one in made_up.towns) == 12


def test_entries_are_no_true_copy(made_up):
    """Some claim topics they do not work on, some do not tell all."""
    claimed = [one for one in made_up.partners if one.facts.topics - one.truth.work.keys()]
    untold = [one for one in made_up.partners if one.truth.work.keys() - one.facts.topics]
    assert 30 < len(claimed) < 100
    assert 50 < len(untold) < 200


@pytest.mark.parametrize(
    ("of_partner", "of_town"),
    [
        ({"is_there": False}, {}),
        ({"wants": False}, {}),
        ({"ground": Ground(north(60), travels_km=50)}, {}),
        ({"ground": Ground(north(60), districts=("0315", "031"))}, {"goes_km": 50}),
        ({"work": {"climate": 0.19, "youth": 0.81}}, {}),
        ({"topic_grounds": {"climate": Ground(north(90), travels_km=50)}}, {}),
        ({}, {"is_there": False}),
        ({}, {"wants": False}),
        ({}, {"has_enough": frozenset({"business"})}),
        ({}, {"questions": ({"youth": 1.0},)}),
    ],
)
def test_who_really_suits_is_a_matter_of_all_that_is_so(of_partner, of_town):
    assert suits(partner().truth, town().truth, TOWN)
    assert not suits(partner(truth=of_partner).truth, town(truth=of_town).truth, TOWN)


def test_who_said_no_before_does_not_suit():
    suitable = world(partner()).suitable
    assert suitable == {(0, 0)}
    assert World((partner(),), (town(),), declined={(0, 0): START}).suitable == frozenset()
