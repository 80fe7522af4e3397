"""The figures of all rules side by side."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.site.bench_quality.entries import World
from portal.site.bench_quality.figures import contacts, covered, measured
from portal.site.bench_quality.our_rule import Ours
from portal.site.bench_quality.play import Rule, play
from portal.site.bench_quality.rival_rules import AllCompetentAtOnce, CircleOnly, ZonesThenPopularity
from portal.site.bench_quality.world import invent

RULES: dict[str, Callable[[World], Rule]] = {
    "ours": Ours,
    "circle": CircleOnly,
    "zones": ZonesThenPopularity,
    "all_at_once": AllCompetentAtOnce,
}
_WITHOUT_TIRING = ("contacts", "mails per contact", "towns with a contact")


@dataclass(frozen=True)
class Figure:
    """One figure under every rule."""

    name: str
    ours: float
    circle: float
    zones: float
    all_at_once: float

    def columns(self, first: "Figure") -> dict[str, str]:
        return {rule: f"{getattr(self, rule):,}" for rule in RULES}


def run() -> list[Figure]:
    """The same in every run."""
    return compare(invent())


def compare(world: World) -> list[Figure]:
    found = {name: _half_a_year(world, rule) for name, rule in RULES.items()}
    return [Figure(name, **{rule: figures[name] for rule, figures in found.items()}) for name in found["ours"]]


def _half_a_year(world: World, rule: Callable[[World], Rule]) -> dict[str, float]:
    """How much depends on people who get tired of questions is told by a second half-year, in which nobody does."""
    one = rule(world)
    untiring = contacts(play(world, rule(world), tiring=False))
    return (
        {f"in view: {name}": figure for name, figure in covered(world, one.in_view()).items()}
        | measured(play(world, one))
        | {f"untiring: {name}": untiring[name] for name in _WITHOUT_TIRING}
    )
