"""What is measured side by side does the same work."""

from dataclasses import replace

import pytest

from matching import engine
from matching.scoring import Weights
from matching.worlds import world_of
from portal.site import bench_engine, bench_sql, bench_tree
from portal.site.bench_worlds import invent


def simple(partners, towns):
    """Without what the statement does not know: projects, areas of topics, several circles."""
    known, cities = invent(partners, towns)
    known = [replace(partner, topic_areas={}) for partner in known if len(partner.area.circles) < 2]
    return known, [replace(city, projects=()) for city in cities]


@pytest.mark.django_db
def test_the_statement_finds_the_pairs_of_the_engine():
    partners, cities = simple(200, 300)
    pairs = list(engine.fitting(partners, cities, Weights()))
    assert len(pairs) > 1000
    assert bench_sql.one_statement(partners, cities).pairs == len(pairs)


def test_the_tree_finds_the_circles_and_the_engine_counts_what_fits():
    partners, cities = invent(100, 300)
    tree, _arrays = bench_tree.trees(100, 300)
    assert bench_engine.ours(100, 300).pairs == len(list(engine.fitting(partners, cities, Weights())))
    areas = world_of(partners, cities).partners.areas
    circles = [circle for partner in partners for circle in _circles(partner)]
    assert len(circles) == areas.circles
    assert tree.pairs == sum(circle.holds(city.place.point) for circle in circles for city in cities)


def _circles(partner):
    own = [area for topic, area in partner.topic_areas.items() if topic in partner.topics]
    return [circle for area in (partner.area, *own) for circle in area.circles]
