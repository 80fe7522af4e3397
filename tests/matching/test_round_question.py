"""What a round asks, as plain numbers: stored, hashed, asked again, with the same answer."""

import json
import random
from dataclasses import replace

import pytest

from matching.assignment import assign, certify
from matching.round_question import Pair, Participant, Question


def someone(number, **fields):
    return Participant(**{"id": number, "room": 2, "received": 0, "capacity": 2, "last": 0, "waiting": 0} | fields)


def pair(partner, city, points=5000):
    return Pair(partner, city, (points, 0, 0, 0, 0))


def ask(partners, cities, pairs, **settings):
    question = Question.of(partners, cities, pairs, **settings)
    assignment = assign(question.market)
    certify(question.market, assignment)
    return question, assignment


def chosen(partners, cities, pairs, **settings):
    question, assignment = ask(partners, cities, pairs, **settings)
    return [(found.partner, found.city) for found in question.chosen(assignment)]


def random_question(seed):
    chance = random.Random(seed)
    partners = [someone(10 * n, room=chance.randrange(3), received=chance.randrange(9)) for n in range(1, 20)]
    cities = [someone(7 * n, room=chance.randrange(4), waiting=chance.randrange(3)) for n in range(1, 12)]
    pairs = [pair(p.id, c.id, chance.randrange(10_000)) for p in partners for c in cities if chance.random() < 0.4]
    return partners, cities, pairs


@pytest.mark.parametrize("seed", range(5))
def test_a_stored_question_has_the_same_hash_and_the_same_answer(seed):
    question, assignment = ask(*random_question(seed))
    again = Question.from_json(json.loads(json.dumps(question.as_json())))
    assert again == question
    assert again.digest() == question.digest()
    assert again.chosen(assign(again.market)) == question.chosen(assignment)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_rows_were_read_does_not_matter(seed):
    parts = random_question(seed)
    shuffled = [random.Random(seed + 100).sample(rows, len(rows)) for rows in parts]
    assert Question.of(*shuffled).digest() == Question.of(*parts).digest()
    assert chosen(*shuffled) == chosen(*parts)


def test_whatever_changes_the_question_changes_its_hash():
    partners, cities, pairs = [someone(1)], [someone(2)], [pair(1, 2)]
    asked = Question.of(partners, cities, pairs)
    others = [
        Question.of([replace(partners[0], waiting=1)], cities, pairs),
        Question.of(partners, [replace(cities[0], last=3)], pairs),
        Question.of(partners, cities, [Pair(1, 2, (0, 5000, 0, 0, 0))]),
        Question.of(partners, cities, pairs, partners_first=True),
    ]
    assert len({question.digest() for question in (asked, *others)}) == 5


def test_towns_come_before_points():
    partner = someone(1, room=1)
    cities = [someone(1, room=3), someone(2, room=3)]
    assert chosen([partner, someone(2, room=1)], cities, [pair(1, 1, 9000), pair(2, 1, 8000), pair(1, 2, 100)]) == [
        (1, 2),
        (2, 1),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"received": 1}, {}),
        ({"last": 740_000}, {"last": 730_000}),
        ({"capacity": 2, "received": 2}, {"capacity": 9, "received": 2}),
    ],
)
def test_of_equals_who_got_least_comes_first_then_who_waits_longest(first, second):
    cities = [someone(1, **first), someone(2, **second)]
    assert chosen([someone(1, room=1)], cities, [pair(1, 1), pair(1, 2)]) == [(1, 2)]


def test_who_was_left_out_comes_before_better_points():
    cities = [someone(1), someone(2, waiting=1)]
    assert chosen([someone(1, room=1)], cities, [pair(1, 1, 9000), pair(1, 2, 100)]) == [(1, 2)]


def test_who_was_left_out_now_waits_one_round_more():
    question, assignment = ask(
        [someone(1, room=1)], [someone(1), someone(2, waiting=2), someone(3)], [pair(1, 1), pair(1, 2)]
    )
    partners, cities = question.waiting_after(assignment)
    assert partners == {1: 0}
    assert cities == {1: 1, 2: 0, 3: 0}  # for 3 there is nobody


def test_partners_first_is_a_setting():
    partners = [someone(1, room=2), someone(2, room=1)]
    cities = [someone(1, room=1), someone(2, room=1)]
    pairs = [pair(1, 1, 9000), pair(1, 2, 9000), pair(2, 2, 100)]
    assert chosen(partners, cities, pairs) == [(1, 1), (1, 2)]
    assert chosen(partners, cities, pairs, partners_first=True) == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    "parts",
    [([], [], []), ([someone(1)], [], []), ([someone(1, room=0)], [someone(2)], [pair(1, 2)])],
)
def test_nothing_to_choose_from_is_an_empty_answer(parts):
    assert chosen(*parts) == []


def test_a_question_of_another_version_is_refused():
    with pytest.raises(ValueError, match="format 99"):
        Question.from_json({"format": 99})


def test_a_pair_that_is_asked_for_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        ask([someone(1)], [someone(2)], [pair(1, 2), pair(1, 2)])
