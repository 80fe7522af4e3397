"""Which three fit together, by a plain reading of the rules and one by one."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cities.geometry import Place, Point
from cities.service_areas import ServiceArea
from matching.facts import CityFacts, PartnerFacts, ProjectFacts
from matching.trio_suggestions import CENTRES, REACHING_FIRMS
from matching.trios import Candidate, trios

DOCUMENT = (Path(__file__).parents[2] / "docs" / "matching.md").read_text(encoding="utf-8")

MUENSTER = Point(51.9624, 7.6256)
TOWN = CityFacts(Place(MUENSTER, ("05515000",)), topics=frozenset({"digital"}), needs=frozenset({"knowledge"}))
PARTNER = PartnerFacts(MUENSTER, "05515000", ServiceArea(nationwide=True), "business", frozenset({"digital"}))
CENTRE = Candidate(1, "zentrum", replace(PARTNER, offers=frozenset({"knowledge"})), 5000, is_centre=True)
RELAY = Candidate(2, "kammer", PARTNER, 6000, reaches_firms=True)


def found(*candidates, town=TOWN):
    return [(trio.project, trio.centre.name, trio.relay.name) for trio in trios(town, candidates)]


def on(candidate, *topics, **other):
    return replace(candidate, facts=replace(candidate.facts, topics=frozenset(topics)), **other)


def test_a_question_a_centre_and_who_reaches_the_firms_make_three():
    assert found(RELAY, CENTRE) == [("", "zentrum", "kammer")]


def test_where_one_of_the_three_is_missing_there_is_no_trio():
    assert found(CENTRE) == found(RELAY) == found() == []
    assert found(replace(CENTRE, is_centre=False), RELAY) == []
    assert found(CENTRE, replace(RELAY, reaches_firms=False)) == []
    assert found(CENTRE, RELAY, town=replace(TOWN, needs=frozenset({"rooms"}))) == []


def test_a_centre_that_offers_no_knowledge_has_nothing_to_pass_on():
    assert found(replace(CENTRE, facts=replace(CENTRE.facts, offers=frozenset({"rooms"}))), RELAY) == []


def test_all_three_meet_on_one_topic():
    assert found(CENTRE, on(RELAY, "climate")) == []
    assert found(on(CENTRE, "climate"), on(RELAY, "climate")) == []
    assert found(on(CENTRE, "climate", "digital"), on(RELAY, "climate")) == []
    assert found(CENTRE, RELAY, town=replace(TOWN, topics=frozenset())) == []


def test_a_centre_that_reaches_firms_itself_still_needs_another_partner():
    both = replace(CENTRE, reaches_firms=True)
    assert found(both) == []
    assert found(both, RELAY) == [("", "zentrum", "kammer")]


def test_each_question_has_its_own_trio_the_towns_first():
    project = ProjectFacts("werkstatt", frozenset({"climate"}), frozenset({"knowledge"}))
    town = replace(TOWN, projects=(project, replace(project, key="ohne", needs=frozenset({"rooms"}))))
    others = on(CENTRE, "climate", key=3, name="institut"), on(RELAY, "climate", key=4, name="kasse")
    assert found(CENTRE, RELAY, *others, town=town) == [("", "zentrum", "kammer"), ("werkstatt", "institut", "kasse")]


def test_the_most_points_together_win_and_names_decide_between_equals():
    better = replace(RELAY, key=3, name="verband", points=6001)
    assert found(CENTRE, RELAY, better) == [("", "zentrum", "verband")]
    assert found(CENTRE, RELAY, replace(better, points=6000)) == [("", "zentrum", "kammer")]


def test_three_that_can_be_introduced_now_come_before_three_that_cannot():
    better = replace(RELAY, key=3, name="verband", points=9000, is_sendable=False)
    assert found(CENTRE, better, RELAY) == [("", "zentrum", "kammer")]
    assert found(CENTRE, better) == [("", "zentrum", "verband")]


def test_the_example_of_the_document_is_what_the_program_finds():
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in DOCUMENT.split("| in the trio |\n")[1].split("\n\n")[0].splitlines()[1:]
    ]
    partners = [
        on(
            replace(CENTRE, facts=replace(CENTRE.facts, offers=frozenset(offers.split(", ")))),
            *topics.split(", "),
            key=number,
            name=name,
            points=int(points),
            is_centre=category == CENTRES,
            reaches_firms=category in REACHING_FIRMS,
        )
        for number, (name, category, topics, offers, points, _why) in enumerate(rows)
    ]
    stated = [name for role in ("centre", "relay") for name, *_, why in rows if why.startswith(role)]
    assert len(rows) == 5
    assert found(*partners) == [("", *stated)]


TOPICS, KINDS = ("digital", "climate", "youth"), ("knowledge", "rooms")
some_topics, some_kinds = (st.frozensets(st.sampled_from(words)) for words in (TOPICS, KINDS))
projects = st.builds(ProjectFacts, st.just("p"), topics=some_topics, needs=some_kinds)
towns = st.builds(
    lambda topics, needs, project: replace(TOWN, topics=topics, needs=needs, projects=(project,)),
    some_topics,
    some_kinds,
    projects,
)
candidates = st.builds(
    lambda topics, offers, points, **flags: Candidate(
        0, "", replace(PARTNER, topics=topics, offers=offers), points, **flags
    ),
    some_topics,
    some_kinds,
    st.integers(0, 3),
    is_sendable=st.booleans(),
    is_centre=st.booleans(),
    reaches_firms=st.booleans(),
)
many = st.lists(candidates, max_size=5).map(
    lambda rows: [replace(row, key=number, name=f"{number}") for number, row in enumerate(rows)]
)


@given(towns, many)
def test_a_plain_reading_of_the_rules_finds_the_same_three(town, rows):
    """Every two partners are tried for every question; the best of them is kept."""
    expected = []
    for key, question in (("", town), ("p", town.projects[0])):
        possible = []
        for one, other in permutations(rows, 2):
            meet = question.topics & one.facts.topics & other.facts.topics
            knows = one.is_centre and "knowledge" in one.facts.offers and "knowledge" in question.needs
            if meet and knows and other.reaches_firms:
                waits = not (one.is_sendable and other.is_sendable)
                possible.append((waits, -one.points - other.points, one.name, other.name))
        if possible:
            expected.append((key, *min(possible)[2:]))
    assert found(*rows, town=town) == expected


@given(towns, many, st.randoms(use_true_random=False))
def test_the_order_of_partners_makes_no_difference(town, rows, chance):
    assert found(*rows, town=town) == found(*chance.sample(rows, len(rows)), town=town)
