import pytest
from hypothesis import given
from hypothesis import strategies as st

from cities.baseline.outlines import area_km2, box, flatten, holds, inner_point, outline, simplify

SQUARE = outline({"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]})
WITH_HOLE = outline(
    {
        "type": "Polygon",
        "coordinates": [
            [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]],
            [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]],
        ],
    }
)
CRESCENT = outline(
    {"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 8], [8, 8], [8, 1], [0, 1]]]}
)


def test_nested_collections_become_single_features():
    feature = {"type": "Feature"}
    nested = [feature, {"type": "FeatureCollection", "features": [feature, feature]}]
    assert list(flatten(nested)) == [feature] * 3


def test_a_hole_lies_outside():
    assert holds(SQUARE, (2, 2))
    assert not holds(WITH_HOLE, (2, 2))
    assert holds(WITH_HOLE, (0.5, 2))
    assert box(WITH_HOLE) == (0, 0, 4, 4)


def test_the_inner_point_lies_inside_even_where_the_centroid_does_not():
    assert inner_point(SQUARE) == (2, 2)
    for shape in (WITH_HOLE, CRESCENT):
        assert holds(shape, inner_point(shape))


@given(st.lists(st.floats(-0.004, 0.004), min_size=30, max_size=60))
def test_neighbours_keep_one_common_border(offsets):
    border = [(10 + x, 50 + i / 100) for i, x in enumerate(offsets)]
    south, north = border[0][1], border[-1][1]
    west = outline({"type": "Polygon", "coordinates": [[*border, (9, north), (9, south), border[0]]]})
    east = outline({"type": "Polygon", "coordinates": [[*border[::-1], (11, south), (11, north), border[-1]]]})
    simple = simplify({"west": west, "east": east}, 0.3, smallest_km2=0)
    corners = [{c for polygon in simple[key] for ring in polygon for c in ring if 9.5 < c[0] < 10.5} for key in simple]
    assert corners[0] == corners[1]
    assert {border[0], border[-1]} <= corners[0] <= set(border)


def test_small_islands_are_left_out():
    islands = outline(
        {"type": "MultiPolygon", "coordinates": [[[[5, 5], [5.001, 5], [5.001, 5.001], [5, 5]]], SQUARE[0]]}
    )
    assert len(simplify({"a": islands}, 0.5, smallest_km2=1)["a"]) == 1


def test_an_area_is_what_the_outer_ring_holds_without_its_holes():
    def square(size):
        return ((10.0, 50.0), (10.0 + size, 50.0), (10.0 + size, 50.0 + size), (10.0, 50.0 + size))

    whole, hole = area_km2(((square(0.1),),)), area_km2(((square(0.05),),))
    assert whole == pytest.approx(79.5, rel=0.01)  # 7.15 km by 11.12 km
    assert area_km2(((square(0.1), square(0.05)),)) == pytest.approx(whole - hole)
