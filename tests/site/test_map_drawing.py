"""Where things lie on a map, and which of them share a sign."""

import re

import pytest

from cities.geometry import Point
from portal.site.map_drawing import SMALLEST_WIDTH, WORLD, Kind, Marker, Spot, fit, length, path, project, signs

TELGTE, MUENSTER, BERLIN = Point(51.98, 7.78), Point(51.96, 7.63), Point(52.52, 13.4)


def marker(name, point):
    return Marker(Kind.TOWN, name, f"/{name}/", point)


def test_the_zero_point_lies_in_the_middle_and_north_is_above():
    assert project(Point(0, 0)) == Spot(WORLD // 2, WORLD // 2)
    assert project(Point(54, 9)).y < project(Point(48, 9)).y


def test_a_distance_is_as_long_as_the_way_between_two_points_that_far_apart():
    north, south = project(Point(51.45, 9)), project(Point(50.55, 9))
    assert south.y - north.y == pytest.approx(length(100, Point(51, 9)), rel=0.01)


def test_a_view_holds_all_spots_with_a_margin():
    spots = [project(point) for point in (TELGTE, BERLIN)]
    view = fit(spots)
    for spot in spots:
        assert view.x < spot.x < view.x + view.width
        assert view.y < spot.y < view.y + view.height


def test_a_single_spot_lies_in_the_middle_of_a_view_that_is_not_too_close():
    view = fit([project(TELGTE)])
    assert view.width == SMALLEST_WIDTH
    assert view.x + view.width // 2 == project(TELGTE).x


def test_only_what_would_cover_each_other_shares_a_sign():
    markers = [marker("telgte", TELGTE), marker("muenster", MUENSTER), marker("berlin", BERLIN)]
    assert [len(sign.markers) for sign in signs(markers, radius=40)] == [1, 1, 1]
    assert [len(sign.markers) for sign in signs(markers, radius=200)] == [2, 1]


def test_no_marker_is_lost_where_many_lie_close():
    markers = [marker(str(n), Point(51 + n * 0.001, 9)) for n in range(500)]
    assert sum(len(sign.markers) for sign in signs(markers, radius=30)) == 500


def test_a_path_is_closed_and_leaves_out_steps_too_small_to_see():
    drawn = path(((((9.0, 51.0), (9.00001, 51.0), (9.1, 51.0), (9.1, 51.1)),),))
    assert re.fullmatch(r"M\d+ \d+(l-?\d+ -?\d+){2}z", drawn)
