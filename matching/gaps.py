"""What towns of a region look for and nobody who works there brings. Pure: knows no Django."""

from collections.abc import Iterable
from dataclasses import dataclass

KINDS = ("sectors", "skills", "topics", "needs")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one town says it looks for, itself and with its projects, as codes; empty where it has said nothing."""

    sectors: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()

    @property
    def is_silent(self) -> bool:
        return not any(getattr(self, kind) for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Brought:
    """What one partner brings: its sector, skills and topics, and the kinds of help it offers (as `needs`)."""

    sectors: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gaps:
    """What nobody brings, by kind; and how many towns have not said what they look for."""

    sectors: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    silent: int = 0


def gaps(towns: Iterable[Wanted], partners: Iterable[Brought]) -> Gaps:
    """Everything at least one town looks for and no partner brings."""
    wanted, brought = list(towns), list(partners)
    missing = {
        kind: frozenset().union(*(getattr(one, kind) for one in wanted))
        - frozenset().union(*(getattr(one, kind) for one in brought))
        for kind in KINDS
    }
    return Gaps(**missing, silent=sum(one.is_silent for one in wanted))
