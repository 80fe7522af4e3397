"""Measures the nearest towns of many companies beside a search tree and what a database does by itself."""

from django.db import connection, transaction

from portal.site import bench_neighbours, bench_tree
from portal.site.bench import Task, seconds
from portal.site.bench_engine import in_a_fresh_process
from portal.site.bench_worlds import municipalities

SIZES = (100_000, 1_000_000, 3_000_000)
MOST = 5
_BY_INDEX = 2_000  # companies of which the time is extrapolated, as below
_BY_DISTANCE = 50
_TABLES = """
    CREATE EXTENSION IF NOT EXISTS cube;
    CREATE TEMP TABLE town (id int, lat float8, lon float8, vector cube) ON COMMIT DROP;
    SET LOCAL statement_timeout = 0"""
_INDEX = "CREATE INDEX ON town USING gist (vector); ANALYZE town"
_NEAREST = """
    SELECT company.id, near.id FROM (SELECT * FROM town ORDER BY id LIMIT %s) AS company
    CROSS JOIN LATERAL (SELECT id FROM town ORDER BY {distance} LIMIT {most}) AS near"""
_CHORD = "town.vector <-> company.vector"
_HAVERSINE = """2 * 6371.0088 * asin(least(1, sqrt(sin(radians(town.lat - company.lat) / 2) ^ 2
    + cos(radians(company.lat)) * cos(radians(town.lat)) * sin(radians(town.lon - company.lon) / 2) ^ 2)))"""


def run(companies: int) -> list[Task]:
    """Towns and companies lie in all municipalities of Germany."""
    ours = in_a_fresh_process(bench_neighbours.ours, companies, MOST)
    trees = in_a_fresh_process(bench_tree.nearest_of_each, companies, MOST)
    return [ours, *trees, *_by_database(companies)]


@transaction.atomic
def _by_database(companies: int) -> list[Task]:
    """One query for all of them, which goes through the towns again for each; PostGIS does the same with its index."""
    places = enumerate(municipalities())
    rows = [(row, point.latitude, point.longitude, list(point.vector)) for row, (point, _key) in places]
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        cursor.executemany("INSERT INTO town VALUES (%s, %s, %s, cube(%s::float8[]))", rows)
        cursor.execute(_INDEX)
    found = [
        _extrapolated("GiST index of cube, k nearest", _CHORD, sample=_BY_INDEX, companies=companies),
        _extrapolated("ORDER BY the distance", _HAVERSINE, sample=_BY_DISTANCE, companies=companies),
    ]
    transaction.set_rollback(True)
    return found


def _extrapolated(name: str, distance: str, *, sample: int, companies: int) -> Task:
    statement = _NEAREST.format(distance=distance, most=MOST)
    with connection.cursor() as cursor:
        time = seconds(lambda number: cursor.execute(statement, [number]), sample)
    return Task(name, time * companies / sample, companies * MOST, extrapolated=True)
