"""The matching of a large world as one SQL statement, to compare with: how far a database gets on its own.

It knows the same gates and parts, but neither projects nor areas of single topics.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from matching.facts import CityFacts, PartnerFacts, TrackRecord
from portal.site.bench import Task, seconds
from portal.site.bench_engine import MOST
from portal.site.bench_worlds import KINDS, SECTORS, SKILLS, TOPICS

_TABLES = """
    CREATE TEMP TABLE town (
        id int, ags text COLLATE "C", lat float8, lon float8, topics int, needs int, lacks int, described bool,
        reach float8, used bigint, capacity bigint, asked bigint, answered bigint
    ) ON COMMIT DROP;
    CREATE TEMP TABLE partner (
        id int, ags text COLLATE "C", lat float8, lon float8, topics int, offers int, brings int,
        used bigint, capacity bigint, asked bigint, answered bigint
    ) ON COMMIT DROP;
    CREATE TEMP TABLE circle (partner int, lat float8, lon float8, km float8) ON COMMIT DROP;
    CREATE TEMP TABLE keys (partner int, low text COLLATE "C", behind text COLLATE "C") ON COMMIT DROP;
    SET LOCAL statement_timeout = 0"""
_INDICES = """
    CREATE INDEX ON town (lat, lon);
    CREATE INDEX ON town (ags);
    CREATE INDEX ON town (id);
    CREATE INDEX ON partner (id);
    ANALYZE town; ANALYZE partner; ANALYZE circle; ANALYZE keys"""


def _km(one: str) -> str:
    """Great circle from a point to the town."""
    return f"""2 * 6371.0088 * asin(least(1, sqrt(sin(radians(town.lat - {one}.lat) / 2) ^ 2
        + cos(radians({one}.lat)) * cos(radians(town.lat)) * sin(radians(town.lon - {one}.lon) / 2) ^ 2)))"""


def _part(weight: int, share: str) -> str:
    return f"floor({100 * weight} * ({share}) + 0.5)"


_PLACE = f"""CASE WHEN town.ags = partner.ags THEN 3500 WHEN left(town.ags, 5) = left(partner.ags, 5) THEN 3000
    ELSE {_part(30, "greatest(0, 1 - km / least(radius, reach))")} END"""
_SHARED = "least(3, bit_count((town.topics & partner.topics)::bit(32))) / 3.0"
_ON_TOPIC = "(town.topics & partner.topics <> 0 OR town.topics = 0)"
_MET = f"CASE WHEN {_ON_TOPIC} THEN bit_count((needs & offers)::bit(32))::float8 / bit_count(needs::bit(32)) ELSE 0 END"
_TOPICS = _part(30, f"CASE needs WHEN 0 THEN {_SHARED} ELSE 0.6 * {_SHARED} + 0.4 * {_MET} END")
_GAP = "CASE WHEN lacks & brings <> 0 THEN 1500 WHEN described THEN 0 ELSE 700 END"
_USE = "(town.used / (6.0 * town.capacity) + partner.used / (6.0 * partner.capacity)) / 2"
_FAIRNESS = _part(10, f"greatest(0, 1 - {_USE})")
_ANSWERS = _part(10, "((town.answered + 1.0) / (town.asked + 2) + (partner.answered + 1.0) / (partner.asked + 2)) / 2")
_BEST = f"""
    WITH held AS (
        SELECT partner, town.id AS town, {_km("circle")} AS km, circle.km AS radius
        FROM circle JOIN town ON town.lat BETWEEN circle.lat - circle.km / 110.5 AND circle.lat + circle.km / 110.5
            AND town.lon BETWEEN circle.lon - circle.km / 60 AND circle.lon + circle.km / 60
    ), covered AS (
        SELECT * FROM held WHERE km <= radius
        UNION ALL
        SELECT keys.partner, town.id, {_km("partner")}, 100
        FROM keys JOIN partner ON partner.id = keys.partner JOIN town ON town.ags >= low AND town.ags < behind
    ), found AS (SELECT DISTINCT ON (partner, town) * FROM covered ORDER BY partner, town, km, radius DESC),
    scored AS (
        SELECT found.town, found.partner, km, {_PLACE} AS place, {_TOPICS} AS topics, {_GAP} AS gap,
            {_FAIRNESS} AS fairness, {_ANSWERS} AS answers
        FROM found JOIN town ON town.id = found.town JOIN partner ON partner.id = found.partner
        WHERE km <= reach AND (town.topics & partner.topics <> 0 OR lacks & brings <> 0)
    ), ranked AS (
        SELECT *, count(*) OVER () AS pairs, row_number() OVER (
            PARTITION BY town ORDER BY place + topics + gap + fairness + answers DESC, km, partner
        ) AS rank FROM scored
    )
    SELECT * FROM ranked WHERE rank <= {MOST}"""  # noqa: S608 - put together from this module alone


@transaction.atomic
def one_statement(partners: Sequence[PartnerFacts], cities: Sequence[CityFacts]) -> Task:
    """Set-based and indexed, from temporary tables that are filled beforehand."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        _fill(cursor, "town", [_town(row, city) for row, city in enumerate(cities)])
        _fill(cursor, "partner", [_partner(row, partner) for row, partner in enumerate(partners)])
        _fill(cursor, "circle", [part for row, partner in enumerate(partners) for part in _circles(row, partner)])
        _fill(cursor, "keys", [part for row, partner in enumerate(partners) for part in _keys(row, partner)])
        cursor.execute(_INDICES)
        time = seconds(cursor.execute, _BEST)
        pairs = [column.name for column in cursor.description].index("pairs")
        return Task("one SQL statement", time, cursor.fetchone()[pairs])


def _fill(cursor: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    places = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - names of this module


def _town(row: int, city: CityFacts) -> tuple[Any, ...]:
    lacks = _mask(city.sectors_missing | city.skills_missing, [*SECTORS, *SKILLS])
    point, reach = city.place.point, 100_000 if city.reach_km is None else city.reach_km
    sets = _mask(city.topics, TOPICS), _mask(city.needs, KINDS), lacks, city.has_described_its_network
    return row, city.place.keys[0], point.latitude, point.longitude, *sets, reach, *_record(city.record)


def _partner(row: int, partner: PartnerFacts) -> tuple[Any, ...]:
    brings = _mask({partner.sector, *partner.skills}, [*SECTORS, *SKILLS])
    sets = _mask(partner.topics, TOPICS), _mask(partner.offers, KINDS), brings
    return row, partner.seat_key, partner.seat.latitude, partner.seat.longitude, *sets, *_record(partner.record)


def _record(record: TrackRecord) -> tuple[int, int, int, int]:
    return record.introductions, record.capacity, record.asked, record.answered


def _circles(row: int, partner: PartnerFacts) -> list[tuple[Any, ...]]:
    circles = partner.area.circles
    return [(row, each.centre.latitude, each.centre.longitude, each.radius_km) for each in circles]


def _keys(row: int, partner: PartnerFacts) -> list[tuple[Any, ...]]:
    """Ranges of text: 051 begins at 051 and ends before 051:, the colon being the character after 9."""
    return [(row, key, f"{key}:") for key in ({""} if partner.area.nationwide else partner.area.keys)]


def _mask(words: Iterable[str], vocabulary: Sequence[str]) -> int:
    return sum(1 << vocabulary.index(word) for word in words)
