"""All pairs at once are what each pair is alone, and what a plain reading of docs/matching.md says."""

from dataclasses import replace
from math import asin, cos, floor, radians, sin, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cities.geometry import Circle, Place, Point, distance_km
from cities.service_areas import ServiceArea
from matching import engine
from matching.facts import CityFacts, PartnerFacts, ProjectFacts, TrackRecord
from matching.scoring import Weights, points
from tests.matching.worlds import weightings, worlds

MUENSTER = Point(51.9624, 7.6256)
TELGTE = CityFacts(Place(Point(51.9819, 7.7856), ("05570044",)))
WEIGHTS = Weights()
NATIONWIDE = PartnerFacts(MUENSTER, "05515000", ServiceArea(nationwide=True), "business")
many = settings(max_examples=200, deadline=None)


def found(partners, cities, weights=WEIGHTS):
    """What the engine finds, by pair; fails where a pair was found twice."""
    pairs = list(engine.fitting(partners, cities, weights))
    by_pair = {(pair.partner, pair.city): pair for pair in pairs}
    assert len(by_pair) == len(pairs)
    return by_pair


def around(*circles):
    return replace(NATIONWIDE, area=ServiceArea(circles=circles))


# --- The same as pair by pair ---------------------------------------------------------------------------------
@many
@given(worlds(), weightings())
def test_all_pairs_at_once_are_what_a_loop_over_single_pairs_finds(world, weights):
    partners, cities = world
    loop = {
        (row, column): (alone.comparison, alone.score, points(alone.comparison, weights))
        for row, partner in enumerate(partners)
        for column, city in enumerate(cities)
        if all((alone := engine.judge(partner, city, weights)).fit.values())
    }
    at_once = found(partners, cities, weights)
    assert {pair: (each.comparison, each.score, each.score) for pair, each in at_once.items()} == loop


@many
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_partners_towns_and_circles_makes_no_difference(world, chance):
    partners, cities = world
    rows, columns = (chance.sample(range(len(side)), len(side)) for side in world)
    turned = found([_turned(partners[row]) for row in rows], [cities[column] for column in columns])
    again = {(rows[row], columns[column]): (pair.comparison, pair.score) for (row, column), pair in turned.items()}
    assert again == {pair: (each.comparison, each.score) for pair, each in found(partners, cities).items()}


def _turned(partner):
    area = replace(partner.area, circles=partner.area.circles[::-1])
    return replace(partner, area=area, topic_areas=dict(reversed(partner.topic_areas.items())))


# --- The same as plain Python ----------------------------------------------------------------------------------
@many
@given(worlds())
def test_a_plain_reading_of_the_rules_finds_the_same(world):
    """Written anew from docs/matching.md, with a haversine of its own; at an edge both may be right."""
    partners, cities = world
    at_once = found(partners, cities)
    for row, partner in enumerate(partners):
        for column, city in enumerate(cities):
            fits, values = _plainly(partner, city)
            pair = at_once.get((row, column))
            if fits is not None:
                assert (pair is not None) == fits
            if fits and pair:
                _agree(pair, values)


def _agree(pair, values):
    comparison = pair.comparison
    assert abs(comparison.distance_m - 1000 * values["distance_km"]) <= 0.501
    assert abs(comparison.radius_m - max(1, 1000 * values["radius_km"])) <= 0.501
    names = ("same_municipality", "same_district", "fills_gap", "network_is_described")
    assert {name: getattr(comparison, name) for name in names} == {name: values[name] for name in names}
    assert pair.score.topics == values["topics"]


def _plainly(partner, city):
    """Whether the pair fits, None where a millimetre decides; and what the points need to know."""
    own = {topic: area for topic, area in partner.topic_areas.items() if topic in partner.topics}
    areas = [(partner.area, partner.topics - own.keys()), *((area, {topic}) for topic, area in own.items())]
    circles = [circle for area, _ in areas for circle in area.circles]
    to_centres = [(_haversine(circle.centre, city.place.point), circle.radius_km) for circle in circles]
    if any(abs(km - radius) < 1e-6 for km, radius in to_centres):
        return None, {}
    holding = [(area, topics) for area, topics in areas if _holds(area, city)]
    topics = set().union(*(topics for _, topics in holding))
    centre, radius = min(((km, -radius) for km, radius in to_centres if km <= radius), default=(float("inf"), -100.0))
    seat = _haversine(partner.seat, city.place.point)
    if centre != seat and abs(centre - seat) < 1e-6:
        return None, {}
    distance = min(seat, centre)
    by_key = any(_holds(replace(area, circles=()), city) for area, _ in areas)
    closeness = 100.0 if by_key and seat < centre else -radius
    lacking = {("sector", sector) for sector in city.sectors_missing} | {
        ("skill", skill) for skill in city.skills_missing
    }
    lacking |= {("skill", skill) for project in city.projects for skill in project.skills}
    fills_gap = bool(lacking & {("sector", partner.sector), *(("skill", skill) for skill in partner.skills)})
    questions = [city, *city.projects]
    talking = not city.topics or fills_gap or any(topics & question.topics for question in questions)
    reach = city.reach_km or float("inf")
    if abs(distance - reach) < 1e-6:
        return None, {}
    shares = [
        _share(topics & question.topics, _met(partner, topics, question), question.needs) for question in questions
    ]
    return bool(holding) and distance <= reach and talking, {
        "distance_km": distance,
        "radius_km": min(closeness, reach),
        "same_municipality": partner.seat_key in city.place.keys,
        "same_district": partner.seat_key[:5] in [key[:5] for key in city.place.keys],
        "fills_gap": fills_gap,
        "network_is_described": bool(city.sectors_present or city.sectors_missing or city.skills_missing),
        "topics": floor(3000 * max(shares) + 0.5 + 1e-9),
    }


def _holds(area, city):
    by_circle = any(_haversine(circle.centre, city.place.point) <= circle.radius_km for circle in area.circles)
    by_key = any(municipality.startswith(key) for municipality in city.place.keys for key in area.keys)
    return area.nationwide or by_circle or by_key


def _met(partner, topics, question):
    """By kind and topic; where the question states no topic, by kind alone."""
    if question.topics and not topics & question.topics:
        return set()
    return {need for need in question.needs if need in partner.offers}


def _share(shared, met, needs):
    share = min(1, len(shared) / 3)
    return 0.6 * share + 0.4 * len(met) / len(needs) if needs else share


def _haversine(one, other):
    height = sin(radians(other.latitude - one.latitude) / 2) ** 2
    width = sin(radians(other.longitude - one.longitude) / 2) ** 2
    both = height + cos(radians(one.latitude)) * cos(radians(other.latitude)) * width
    return 2 * 6371.0088 * asin(min(1, sqrt(both)))


# --- Unusual worlds ---------------------------------------------------------------------------------------------
def test_nobody_and_nowhere_make_no_pairs():
    assert found([], []) == found([NATIONWIDE], []) == found([], [TELGTE]) == {}


def test_a_town_without_municipalities_is_found_by_its_anchor_and_by_whoever_works_nationwide():
    town = replace(TELGTE, place=Place(TELGTE.place.point, ()))
    partners = [NATIONWIDE, around(Circle(MUENSTER, 50)), replace(NATIONWIDE, area=ServiceArea(frozenset({"05"})))]
    assert found(partners, [town]).keys() == {(1, 0)} | {(0, 0)}


def test_the_edge_of_a_circle_belongs_to_it_for_one_and_for_all():
    edge = distance_km(MUENSTER, TELGTE.place.point)
    assert found([around(Circle(MUENSTER, edge)), around(Circle(MUENSTER, edge - 1e-9))], [TELGTE]).keys() == {(0, 0)}


def test_swapped_coordinates_fit_nobody_within_circles():
    swapped = replace(TELGTE, place=Place(Point(7.7856, 51.9819), ("05570044",)))
    assert found([around(Circle(MUENSTER, 1000))], [swapped]) == {}
    assert found([around(Circle(Point(7.6256, 51.9624), 1000))], [TELGTE]) == {}


def test_a_partner_with_hundreds_of_areas_finds_a_town_once():
    keys = frozenset(f"05{number:03}" for number in range(300)) | {"05", "055", "05570044"}
    circles = tuple(Circle(MUENSTER, radius) for radius in range(1, 401))
    [pair] = found([replace(NATIONWIDE, area=ServiceArea(keys, circles))], [TELGTE]).values()
    assert pair.comparison.distance_m == 11_173
    assert pair.comparison.radius_m == 400_000  # the widest of those with the same centre


def test_more_words_than_a_machine_word_has_bits_are_no_trouble():
    words = [f"topic {number:03}" for number in range(200)]
    partner = replace(NATIONWIDE, topics=frozenset(words[::2]), offers=frozenset(words), skills=frozenset(words[100:]))
    town = replace(
        TELGTE, topics=frozenset(words[1:100]), needs=frozenset(words[50:150]), skills_missing=frozenset(words[199:])
    )
    [pair] = found([partner], [town]).values()
    assert (pair.comparison.shared_topics, pair.comparison.met_needs, pair.comparison.fills_gap) == (49, 100, True)


def test_the_largest_counts_stay_exact():
    """Beyond them the sums would no longer be whole numbers of a machine, so a record that holds more is refused."""
    full = TrackRecord(49_999, 50_000, 50_000, 49_999)
    [pair] = found(
        [replace(NATIONWIDE, record=full)], [replace(TELGTE, record=full)], Weights(0, 0, 0, 50, 50)
    ).values()
    assert pair.score.fairness == floor(5000 * (1 - 49_999 / 300_000) + 0.5)
    assert pair.score.answers == floor(5000 * 50_000 / 50_002 + 0.5)
    with pytest.raises(ValueError, match="more than 50000"):
        replace(full, capacity=50_001)


def test_a_project_is_a_question_of_its_own_town_alone():
    asking = replace(TELGTE, topics=frozenset({"youth"}), projects=(ProjectFacts("p", frozenset({"climate"})),))
    partner = replace(NATIONWIDE, topics=frozenset({"climate"}))
    assert found([partner], [asking, replace(asking, projects=())]).keys() == {(0, 0)}


@pytest.mark.parametrize("key", ["05515", "", "0551500x"])
def test_a_seat_lies_in_a_municipality(key):
    with pytest.raises(ValueError, match="key"):
        replace(NATIONWIDE, seat_key=key)
