"""Service areas: what they hold, how far away they end, what two have in common, and how they are called."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cities.geometry import Circle, Place, Point, distance_km, lies_in
from cities.service_areas import ServiceArea, ServiceAreas

MUENSTER, TELGTE, BERLIN = Point(51.9607, 7.6261), Point(51.98, 7.785), Point(52.52, 13.405)
NAMES = {
    "05": "Nordrhein-Westfalen",
    "05154": "Kreis Kleve",
    "05554": "Kreis Borken",
    "05170": "Kreis Wesel",
    "11": "Berlin",
    "03159": "Landkreis Göttingen",
    "03241": "Region Hannover",
}

points = st.builds(Point, st.floats(47, 55), st.floats(6, 15))
TOWN_KEYS = ["02000000", "05154036", "05154008", "05515000", "05554008", "11000000"]
WIDER_KEYS = ["02", "02000", "05", "051", "05154", "055", "05515", "05554", "11", "11000"]
keys = st.sampled_from([*TOWN_KEYS, *WIDER_KEYS])
places = st.builds(Place, points, st.lists(st.sampled_from(TOWN_KEYS), min_size=1, max_size=3).map(tuple))
circles = st.builds(Circle, points, st.integers(1, 500).map(float), st.sampled_from(["Bocholt", "Telgte", "Halle"]))
areas = st.builds(
    ServiceArea,
    st.frozensets(keys, max_size=5),
    st.lists(circles, max_size=3).map(tuple),
    st.sampled_from([False] * 9 + [True]),
)


@given(areas, areas, places)
def test_parts_of_two_areas_hold_what_either_holds(one, other, place):
    assert (one | other).contains(place) == (one.contains(place) or other.contains(place))


@given(areas, areas, st.lists(places, max_size=3))
def test_overlap_is_the_same_from_both_sides(one, other, around):
    assert one.overlap(other, places=around) == other.overlap(one, places=around)


@given(areas, areas, places)
def test_areas_that_hold_the_same_town_overlap(one, other, place):
    if one.contains(place) and other.contains(place):
        assert one.overlap(other, places=[place])


@given(areas, places)
def test_only_inside_the_edge_is_no_distance_away(area, place):
    distance = area.distance_to_edge_km(place, centres={"05154036": MUENSTER})
    assert (distance == 0) == area.contains(place) or distance is None


@given(areas)
def test_every_part_is_named_or_a_wider_one(area):
    words = area.describe({})
    for circle in () if area.nationwide else area.circles:
        assert f"km um {circle.label}" in words
    for key in () if area.nationwide else area.keys:
        assert any(lies_in(key, wider) and wider in words for wider in area.keys)


@given(areas, areas, st.dictionaries(st.sampled_from("abc"), areas), places)
def test_a_topic_counts_in_its_own_area_or_else_in_the_general_one(general, own, others, place):
    several = ServiceAreas(general, others | {"own": own})
    counting = several.topics_at(place, {"own", "none"})
    assert ("own" in counting, "none" in counting) == (own.contains(place), general.contains(place))
    assert several.of({"own", "none"}).contains(place) == (own.contains(place) or general.contains(place))


@pytest.mark.parametrize(("wider", "key"), [("05", "05154"), ("051", "05154"), ("051", "05154036")])
def test_a_shorter_key_holds_every_longer_one(wider, key):
    overlap = ServiceArea(frozenset({wider})).overlap(ServiceArea(frozenset({key})))
    assert overlap.keys == {key}


def test_four_digits_are_no_key():
    with pytest.raises(ValueError, match="0515"):
        ServiceArea(frozenset({"0515"}))


@pytest.mark.parametrize("same", [("11", "11000", "11000000"), ("02", "02000", "02000000"), ("05515", "05515000")])
def test_the_keys_of_one_ground_are_equal_in_effect(same):
    town = Place(BERLIN, (same[-1],))
    for one, other in product(same, same):
        area, twin = ServiceArea(frozenset({one})), ServiceArea(frozenset({other}))
        assert area.contains(town)
        assert area.overlap(twin)
        assert ServiceArea(area.keys | twin.keys).labels({}) == [min(one, other, key=len)]


def test_different_kreise_have_nothing_in_common():
    assert not ServiceArea(frozenset({"05154"})).overlap(ServiceArea(frozenset({"05554", "11"})))


def test_of_two_circles_that_touch_the_smaller_is_named():
    small, large = Circle(TELGTE, 5, "Telgte"), Circle(MUENSTER, 50, "Münster")
    assert ServiceArea(circles=(small,)).overlap(ServiceArea(circles=(large,))).circles == {small}
    assert not ServiceArea(circles=(small,)).overlap(ServiceArea(circles=(Circle(BERLIN, 50, "Berlin"),)))


def test_a_circle_and_a_key_share_the_municipalities_they_both_hold():
    circle, kreis = ServiceArea(circles=(Circle(MUENSTER, 20, "Münster"),)), ServiceArea(frozenset({"05570"}))
    known = [Place(TELGTE, ("05570044",)), Place(BERLIN, ("05570099",))]
    assert circle.overlap(kreis, places=known).keys == {"05570044"}
    assert not circle.overlap(kreis)


def test_all_of_germany_has_the_whole_other_area_in_common():
    circle = Circle(MUENSTER, 20, "Münster")
    overlap = ServiceArea(frozenset({"05"}), (circle,)).overlap(ServiceArea(nationwide=True))
    assert (overlap.keys, overlap.circles, overlap.nationwide) == ({"05"}, {circle}, False)


def test_the_edge_of_a_circle_is_exact_and_that_of_a_key_its_nearest_known_municipality():
    berlin = Place(BERLIN, ("11000000",))
    far = distance_km(MUENSTER, BERLIN)
    assert ServiceArea(circles=(Circle(MUENSTER, 50),)).distance_to_edge_km(berlin) == far - 50
    kreis = ServiceArea(frozenset({"05515"}))
    assert kreis.distance_to_edge_km(berlin) is None
    assert kreis.distance_to_edge_km(berlin, centres={"05515000": MUENSTER, "03159001": BERLIN}) == far


def test_a_town_of_several_municipalities_lies_in_an_area_with_any_of_them():
    town = Place(TELGTE, ("05570044", "05570008"))
    assert ServiceArea(frozenset({"05570008"})).contains(town)
    assert ServiceArea(frozenset({"05570008"})).distance_to_edge_km(town) == 0
    one, other = (ServiceArea(frozenset({key})) for key in town.keys)
    assert one.overlap(other, places=[town]).keys == set(town.keys)


@pytest.mark.parametrize(
    ("area", "sentence"),
    [
        (ServiceArea(), ""),
        (ServiceArea(nationwide=True, keys=frozenset({"05"})), "bundesweit"),
        (ServiceArea(frozenset({"05"})), "Nordrhein-Westfalen"),
        (ServiceArea(frozenset({"05", "05154", "05554"})), "Nordrhein-Westfalen"),
        (ServiceArea(frozenset({"11", "11000000"})), "Berlin"),
        (
            ServiceArea(frozenset({"05170", "05554"}), (Circle(MUENSTER, 40, "Bocholt"),)),
            "Kreis Wesel, Kreis Borken und 40\u00a0km um Bocholt",
        ),
        (
            ServiceArea(circles=(Circle(MUENSTER, 5, "Telgte"), Circle(MUENSTER, 40, "Bocholt"))),
            "40\u00a0km um Bocholt und 5\u00a0km um Telgte",
        ),
        (ServiceArea(frozenset(f"03159{n:03}" for n in range(1, 30))), "29 Gemeinden im Landkreis Göttingen"),
        (ServiceArea(frozenset(f"03241{n:03}" for n in range(1, 7))), "6 Gemeinden in der Region Hannover"),
        (ServiceArea(frozenset({"03159001", "99"})), "99 und 03159001"),
    ],
)
def test_an_area_is_described_as_people_would_say_it(area, sentence):
    assert area.describe(NAMES) == sentence
