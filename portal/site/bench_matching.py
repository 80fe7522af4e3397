"""Measures the engine of suggestions beside other ways, on invented partners and towns in real places."""

from collections.abc import Iterable, Sequence
from functools import partial

from cities.models import Municipality
from matching.facts import CityFacts, PartnerFacts
from matching.worlds import world_of
from portal.site import bench_engine, bench_sql, bench_tree
from portal.site.bench import Measured, Task, measure, seconds
from portal.site.bench_worlds import invent

SIZES = ((300, 110), (3_000, 11_000), (10_000, 11_000), (30_000, 11_000))
_ALL = 10_000, 11_000
_SAMPLE = 20  # partners
_CALLS = 50


def run(partners: int, towns: int) -> list[Task]:
    """Candidates, gates, points and the best 30 of each town; a tree finds the circles alone."""
    ours = bench_engine.in_a_fresh_process(bench_engine.ours, partners, towns)
    return [ours, *bench_engine.in_a_fresh_process(bench_tree.trees, partners, towns)]


def run_others() -> list[Task]:
    """10,000 × 11,000 in other ways, which know fewer rules: areas, topics, points for both."""
    ours = bench_engine.in_a_fresh_process(bench_engine.ours, *_ALL)
    loop = bench_engine.in_a_fresh_process(bench_engine.plain_loop, *_ALL)
    partners, cities = invent(*_ALL)
    return [ours, bench_sql.one_statement(partners, cities), loop, _loop_over_rows(partners, cities)]


def run_at_once() -> list[Measured]:
    """What somebody waits for who just registered; numbers alone."""
    partners, cities = invent(*_ALL)
    of_one_partner = [world_of([partner], cities) for partner in partners[:_CALLS]]
    of_one_town = [world_of(partners, [city]) for city in cities[:_CALLS]]
    return [
        measure("one partner, 11,000 towns", bench_engine.at_once, of_one_partner),
        measure("one town, 10,000 partners", bench_engine.at_once, of_one_town),
        measure("11,000 towns to columns", partial(world_of, partners[:1]), [cities] * 5),
        measure("10,000 partners to columns", lambda side: world_of(side, cities[:1]), [partners] * 5),
    ]


def _loop_over_rows(partners: Sequence[PartnerFacts], cities: Iterable[CityFacts]) -> Task:
    """The rows of all towns for every partner anew, as views tend to do; a sample of the partners is timed."""
    known = {key: city for city in cities for key in city.place.keys}

    def loop(sample: Sequence[PartnerFacts]) -> int:
        rows = ((partner, row) for partner in sample for row in Municipality.objects.all() if row.pk in known)
        return sum(bench_engine.fits_plainly(partner, known[row.pk], row.point) for partner, row in rows)

    scale = len(partners) / _SAMPLE
    time = seconds(loop, partners[:_SAMPLE])
    return Task("loop over rows of the ORM", scale * time, round(scale * loop(partners[:_SAMPLE])), extrapolated=True)
