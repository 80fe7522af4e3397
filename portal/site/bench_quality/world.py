"""Puts the made-up world together: the same for the same seed."""

from datetime import datetime, timedelta
from random import Random

from portal.site.bench_quality import partners, places, towns
from portal.site.bench_quality.entries import START, Pair, PartnerEntry, TownEntry, World

SEED = 2026
DECLINED = 120


def invent(seed: int = SEED) -> World:
    """300 partners, the 108 towns of the network, 60 projects, and pairs that said no in the year before."""
    chance = Random(seed)  # noqa: S311 - the same world in every run
    everybody = partners.invent(chance, places.seats())
    every_town = towns.invent(chance, places.towns())
    return World(everybody, every_town, _declined(chance, everybody, every_town))


def _declined(
    chance: Random, everybody: tuple[PartnerEntry, ...], every_town: tuple[TownEntry, ...]
) -> dict[Pair, datetime]:
    """Pairs that looked good enough to somebody to be tried: the partner works there."""
    near = [
        (partner, town)
        for partner, one in enumerate(everybody)
        for town, other in enumerate(every_town)
        if one.facts.area.contains(other.facts.place)
    ]
    return {pair: START - timedelta(days=chance.randint(10, 360)) for pair in sorted(chance.sample(near, DECLINED))}
