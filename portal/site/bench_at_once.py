"""Measures what somebody waits for who just registered, and what a round takes, database included.

The invented partners and towns live in one transaction that is rolled back.
"""

from collections.abc import Callable
from time import perf_counter

from django.db import transaction

from matching import candidates, rounds, suggestions
from matching.models import RoundPair, Suggestion
from portal.site.bench import Measured, Task, measure
from portal.site.bench_rows import store

_LARGE = 10_000, 11_000
_OF_TODAY = 300, 110
_CALLS = 60


@transaction.atomic
def run() -> list[Measured]:
    """One new partner among all towns, one new town among all partners."""
    partners, cities = store(*_LARGE)
    found = [
        measure("one partner, 11,000 towns", suggestions.refresh_partner, partners[:_CALLS]),
        measure("one town, 10,000 partners", suggestions.refresh_city, cities[:_CALLS]),
        measure("the same town again", suggestions.refresh_city, cities[:_CALLS]),
    ]
    transaction.set_rollback(True)
    return found


@transaction.atomic
def run_round() -> list[Task]:
    """A whole round of today's size with all suggestions new, and what its reading and writing alone take."""
    store(*_OF_TODAY)
    candidates.everybody()  # once before, for caches and connections
    row = rounds.start(by=None)
    whole = _seconds(lambda: rounds.run(row))
    suggested, chosen = list(Suggestion.objects.open()), list(row.pairs.all())
    reading = _seconds(candidates.everybody)
    RoundPair.objects.all().delete()
    Suggestion.objects.open().delete()
    writing = _seconds(lambda: _write(suggested, chosen))
    transaction.set_rollback(True)
    return [
        Task("a round, 300 × 110", whole, len(chosen)),
        Task("its reading", reading, len(suggested)),
        Task("its writing", writing, len(suggested)),
        Task("reading and writing", reading + writing, len(suggested)),
    ]


def _write(suggested: list[Suggestion], chosen: list[RoundPair]) -> None:
    """The same rows once more."""
    Suggestion.objects.bulk_create(suggested, batch_size=500)
    RoundPair.objects.bulk_create(chosen, batch_size=1000)


def _seconds(function: Callable[[], object]) -> float:
    start = perf_counter()
    function()
    return perf_counter() - start
