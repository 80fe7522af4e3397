"""The example of docs/matching.md, read from the document: its facts give its points."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cities.geometry import Circle, Place, Point
from cities.service_areas import ServiceArea
from matching.facts import CityFacts, PartnerFacts, ProjectFacts, TrackRecord
from matching.gates import fit
from matching.scoring import PARTS, Weights
from tests.matching.worlds import score

DOCUMENT = (Path(__file__).parents[2] / "docs" / "matching.md").read_text(encoding="utf-8")
EXAMPLE = DOCUMENT.split("## An example by hand")[1].split("\n## ")[0]


def rows(text):
    """The rows of a table as name, second and third column."""
    return [[cell.strip(" *`") for cell in line.split("|")[1:-1]] for line in text.splitlines() if line[:1] == "|"]


FACTS = {name: (partner, city) for name, partner, city in rows(EXAMPLE.split("| part |")[0])}
POINTS = {name: points for name, _by_hand, points in rows(EXAMPLE.split("| part |")[1].split("**Kind and topic.**")[0])}
QUESTIONS = rows(EXAMPLE.split("| question |")[1])[1:]


def words(cell):
    return frozenset(cell.split(", ")) if cell else frozenset()


def point(cell):
    latitude, longitude = re.findall(r"\d+\.\d+", cell)
    return Point(float(latitude), float(longitude))


def key(cell):
    return re.search(r"\d{8}", cell)[0]


def record(side):
    names = ("introductions in 6 months", "capacity a month", "asked", "answered")
    return TrackRecord(*(int(FACTS[name][side]) for name in names))


@pytest.fixture
def partner():
    seat = FACTS["seat, anchor"][0]
    radius = float(FACTS["area, reach"][0].split()[0])
    return PartnerFacts(
        seat=point(seat),
        seat_key=key(seat),
        area=ServiceArea(circles=(Circle(point(seat), radius),)),
        sector=FACTS["sector, missing sectors"][0],
        topics=words(FACTS["topics"][0]),
        offers=words(FACTS["offers, needs"][0]),
        record=record(0),
    )


@pytest.fixture
def city():
    anchor = FACTS["seat, anchor"][1]
    return CityFacts(
        place=Place(point(anchor), (key(anchor),)),
        topics=words(FACTS["topics"][1]),
        needs=words(FACTS["offers, needs"][1]),
        sectors_missing=words(FACTS["sector, missing sectors"][1]),
        record=record(1),
    )


def test_the_pair_of_the_document_fits(partner, city):
    assert all(fit(partner, city).values())


def test_the_points_of_the_document_are_those_of_the_program(partner, city):
    result = score(partner, city, Weights())
    computed = {part: f"{getattr(result, part) / 100:.2f}" for part in PARTS}
    assert computed == {part: POINTS[part] for part in PARTS}
    assert f"{result.total / 100:.2f}" == POINTS["total"]
    assert f"{result.distance_km:.3f} km apart" in EXAMPLE


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
def test_each_question_of_the_document_is_answered_by_kind_and_topic(partner, city, question):
    _name, topics, needs, _by_hand, points = question
    asking = replace(city, topics=words(topics), needs=words(needs))
    assert f"{score(partner, asking, Weights()).topics / 100:.2f}" == points


def test_of_all_questions_of_the_document_the_best_answer_counts(partner, city):
    projects = tuple(ProjectFacts(name, words(topics), words(needs)) for name, topics, needs, *_ in QUESTIONS[1:])
    assert len(projects) == 2
    assert f"{score(partner, replace(city, projects=projects), Weights()).topics / 100:.2f}" == POINTS["topics"]


def test_the_published_format_shows_the_same_points():
    published = DOCUMENT.split("```json")[1]
    assert f'"points": {float(POINTS["total"])}' in published
    assert all(f'"{part}": {float(POINTS[part])}' in published for part in PARTS)


def test_the_maxima_of_the_document_are_the_weights():
    stated = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", DOCUMENT, re.MULTILINE))
    assert {part: int(most) for part, most in stated.items()} == {part: getattr(Weights(), part) for part in PARTS}
