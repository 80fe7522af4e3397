import pytest
from hypothesis import given
from hypothesis import strategies as st

from cities.geometry import Circle, Place, Point, distance_km, enclosing_keys, is_key
from cities.service_areas import KEY_AREA_RADIUS_KM, Nearness, ServiceArea

BOCHOLT = Place(Point(51.8379, 6.6156), ("05554008",))
HELMSTEDT = Place(Point(52.2279, 11.0098), ("03154028",))
WESEL = Place(Point(51.6669, 6.6203), ("05170048",))
BERLIN = Place(Point(52.5177, 13.4055), ("11000000",))
HAMBURG = Place(Point(53.5507, 9.9970), ("02000000",))
TWO_MUNICIPALITIES = Place(Point(50.1967, 6.8306), ("07233224", "07232018"))

points = st.builds(Point, st.floats(47, 55.1), st.floats(5.8, 15.1))
municipality_keys = st.text("0123456789", min_size=8, max_size=8)
places = st.builds(Place, points, st.lists(municipality_keys, min_size=1, max_size=4).map(tuple))
circles = st.builds(Circle, points, st.floats(0.1, 1000))


def area(*keys, circles=(), nationwide=False):
    return ServiceArea(frozenset(keys), tuple(circles), nationwide)


@pytest.mark.parametrize("key", ["05", "055", "05554", "05554008"])
def test_a_key_of_any_level_holds_the_municipality_below_it(key):
    assert area(key).contains(BOCHOLT)


@pytest.mark.parametrize("key", ["03", "051", "05154", "05554009"])
def test_a_key_beside_it_does_not(key):
    assert not area(key).contains(BOCHOLT)


@pytest.mark.parametrize(("town", "keys"), [(BERLIN, ["11", "11000", "11000000"]), (HAMBURG, ["02", "02000"])])
def test_a_city_state_is_land_kreis_and_municipality_at_once(town, keys):
    assert all(area(key).contains(town) for key in keys)


@pytest.mark.parametrize("key", ["", "0", "0515", "051540", "0515403", "051540360", "O5154", "05 54", "0515४"])
def test_what_is_no_key_is_refused(key):
    assert not is_key(key)
    with pytest.raises(ValueError, match="official key"):
        area(key)


def test_a_place_needs_keys_of_municipalities():
    with pytest.raises(ValueError, match="municipality"):
        Place(BOCHOLT.point, ("05554",))


def test_one_municipality_in_the_area_is_enough():
    assert area("07232").contains(TWO_MUNICIPALITIES)
    assert area("07233").contains(TWO_MUNICIPALITIES)
    assert not area("07231").contains(TWO_MUNICIPALITIES)


def test_a_circle_holds_its_edge():
    distance = distance_km(BOCHOLT.point, WESEL.point)
    assert area(circles=[Circle(BOCHOLT.point, distance)]).contains(WESEL)
    assert not area(circles=[Circle(BOCHOLT.point, distance - 0.001)]).contains(WESEL)


@pytest.mark.parametrize("radius", [0, -1, 1000.1, 5000, float("nan"), float("inf")])
def test_an_impossible_radius_is_refused(radius):
    with pytest.raises(ValueError, match="radius"):
        Circle(BOCHOLT.point, radius)


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (-91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_an_impossible_point_is_refused(latitude, longitude):
    with pytest.raises(ValueError, match="itude"):
        Point(latitude, longitude)


def test_an_empty_area_holds_nothing_and_a_nationwide_one_all():
    assert not ServiceArea().contains(BERLIN)
    assert area(nationwide=True).contains(BERLIN)


def test_nearness_counts_from_the_nearer_of_seat_and_centre():
    around_wesel = area(circles=[Circle(WESEL.point, 40, "Wesel")])
    from_wesel = distance_km(WESEL.point, BOCHOLT.point)
    assert around_wesel.nearness(BOCHOLT) == Nearness(from_wesel, 40)
    assert around_wesel.nearness(BOCHOLT, seat=BERLIN.point) == Nearness(from_wesel, 40)
    assert around_wesel.nearness(BOCHOLT, seat=BOCHOLT.point) == Nearness(0, 40)


def test_nearness_of_a_key_area_counts_from_the_seat():
    nearness = area("05").nearness(BOCHOLT, seat=WESEL.point)
    assert nearness == Nearness(distance_km(WESEL.point, BOCHOLT.point), KEY_AREA_RADIUS_KM)
    assert area("05").nearness(BOCHOLT) is None


def test_a_town_held_by_key_and_circle_takes_the_radius_of_the_nearer_one():
    both = area("05", circles=[Circle(WESEL.point, 40)])
    assert both.nearness(BOCHOLT, seat=BOCHOLT.point) == Nearness(0, KEY_AREA_RADIUS_KM)
    assert both.nearness(WESEL, seat=BOCHOLT.point) == Nearness(0, 40)


def test_of_two_circles_the_one_with_the_nearer_centre_counts():
    wide, near = Circle(BERLIN.point, 900), Circle(WESEL.point, 50)
    assert area(circles=[wide, near]).circle_holding(BOCHOLT) == near


def test_distances_agree_with_known_ones():
    assert distance_km(HAMBURG.point, BERLIN.point) == pytest.approx(255, abs=1)
    quarter = distance_km(Point(0, 0), Point(90, 0))
    assert quarter == pytest.approx(10007.557, abs=0.001)


@given(points, points, points)
def test_distance_is_a_metric(a, b, c):
    assert distance_km(a, a) == 0
    assert distance_km(a, b) == pytest.approx(distance_km(b, a), abs=1e-9)
    assert distance_km(a, c) <= distance_km(a, b) + distance_km(b, c) + 1e-6


@given(places, st.sampled_from([2, 3, 5, 8]))
def test_every_key_around_a_place_holds_it(place, length):
    assert area(place.keys[0][:length]).contains(place)


@given(places, st.frozensets(municipality_keys, max_size=4), st.lists(circles, max_size=3), municipality_keys)
def test_a_larger_area_never_loses_a_place(place, keys, around, key):
    smaller = ServiceArea(keys, tuple(around))
    if smaller.contains(place):
        assert ServiceArea(keys | {key}, tuple(around)).contains(place)
        assert ServiceArea(keys, tuple(around), nationwide=True).contains(place)


@given(places, st.lists(circles, max_size=3))
def test_the_circle_of_a_place_holds_it(place, around):
    circle = ServiceArea(circles=tuple(around)).circle_holding(place)
    assert (circle is not None) == any(each.holds(place.point) for each in around)
    assert circle is None or circle.holds(place.point)


@given(municipality_keys)
def test_enclosing_keys_are_prefixes_of_each_level(key):
    assert [len(each) for each in enclosing_keys(key)] == [2, 3, 5, 8]
    assert all(key.startswith(each) for each in enclosing_keys(key))
