"""Everything there is to say about one pair: gates, points and reasons, each with its German words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from matching import engine, explanations, gates, reasons, scoring
from matching.engine import Judged
from matching.entries import CityEntry, PartnerEntry, Words
from matching.facts import CityFacts, PartnerFacts
from matching.gates import PairHistory, Standing
from matching.reasons import Fact, Reason
from matching.scoring import Score, Weights


@dataclass(frozen=True, slots=True)
class Rules:
    """By what all pairs of one reading are judged, and put into words; `now` in the wall clock of the portal."""

    weights: Weights
    months_of_quiet: int
    now: datetime
    words: Words


@dataclass(frozen=True, slots=True)
class PartnerSide:
    entry: PartnerEntry
    facts: PartnerFacts
    standing: Standing


@dataclass(frozen=True, slots=True)
class CitySide:
    entry: CityEntry
    facts: CityFacts
    standing: Standing


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: whether it is open, and what is missing if not, in sentences."""

    name: str
    label: str
    kind: Literal["fit", "sendable"]
    holds: bool
    missing: tuple[str, ...]

    @property
    def keeps_from_suggesting(self) -> bool:
        """Closed, and of those that decide whether the pair is suggested at all."""
        return not self.holds and (self.kind == "fit" or self.name == "history")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score in 1/100 point, and the most it could have been."""

    name: str
    label: str
    points: int
    maximum: int


@dataclass(frozen=True)
class Assessment:
    """A partner and a town judged by the rules; also for a pair that fails a gate.

    What the engine judged is known from the start, everything else is worked out when it is asked for.
    """

    partner_side: PartnerSide
    city_side: CitySide
    history: PairHistory
    rules: Rules
    judged: Judged

    @property
    def fit(self) -> dict[str, bool]:
        return self.judged.fit

    @property
    def score(self) -> Score[int]:
        return self.judged.score

    @cached_property
    def sendable(self) -> dict[str, bool]:
        one, other, rules = self.partner_side.standing, self.city_side.standing, self.rules
        return gates.sendable(one, other, self.history, now=rules.now, months_of_quiet=rules.months_of_quiet)

    @property
    def partner(self) -> PartnerEntry:
        return self.partner_side.entry

    @property
    def city(self) -> CityEntry:
        return self.city_side.entry

    @property
    def weights(self) -> Weights:
        return self.rules.weights

    @property
    def fits(self) -> bool:
        return all(self.fit.values())

    @property
    def can_be_suggested(self) -> bool:
        """It fits, both take part, and nobody has said no lately; what is missing beyond that may come later."""
        taking_part = self.partner_side.standing.takes_part and self.city_side.standing.takes_part
        return self.fits and taking_part and self.sendable["history"]

    @property
    def is_sendable(self) -> bool:
        """An introduction may go out now."""
        return self.fits and all(self.sendable.values())

    @property
    def facts(self) -> list[Fact]:
        """What a suggestion stores as its reasons."""
        known, of_city, pair = self.partner_side.facts, self.city_side.facts, self.judged.comparison
        return reasons.facts(self.partner, self.city, self.rules.words, known=known, of_city=of_city, pair=pair)

    @property
    def reasons(self) -> list[Reason]:
        return reasons.sentences(self.facts)

    @property
    def gates(self) -> tuple[Gate, ...]:
        """All gates in the order of the design, those of fit first."""
        fit = [self._gate(name, "fit", holds) for name, holds in self.fit.items()]
        return (*fit, *(self._gate(name, "sendable", holds) for name, holds in self.sendable.items()))

    @property
    def missing(self) -> tuple[str, ...]:
        """What stands against an introduction now, in sentences; nothing if it is sendable."""
        return tuple(sentence for gate in self.gates for sentence in gate.missing)

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(
                name,
                str(explanations.PART_LABELS[name]),
                getattr(self.score, name),
                scoring.UNITS_PER_POINT * getattr(self.weights, name),
            )
            for name in scoring.PARTS
        )

    @property
    def _names(self) -> dict[str, str]:
        return {"partner": self.partner.name, "city": self.city.name}

    def _gate(self, name: str, kind: Literal["fit", "sendable"], holds: bool) -> Gate:
        missing = () if holds else tuple(self._missing(name, kind))
        return Gate(name, str(explanations.GATE_LABELS[name]), kind, holds, missing)

    def _missing(self, gate: str, kind: Literal["fit", "sendable"]) -> Iterator[str]:
        if kind == "fit":
            known, of_city = self.partner_side.facts, self.city_side.facts
            yield explanations.fit_missing(gate, self._names, partner=known, city=of_city)
        elif gate == "history":
            until = gates.quiet_until(self.history, months_of_quiet=self.rules.months_of_quiet)
            yield explanations.history_missing(self._names, history=self.history, until=until)
        else:
            for name, side in ((self.partner.name, self.partner_side), (self.city.name, self.city_side)):
                if not gates.of_one_side(side.standing, now=self.rules.now)[gate]:
                    yield explanations.side_missing(gate, name, standing=side.standing)


def assess(one: PartnerSide, other: CitySide, *, history: PairHistory, rules: Rules) -> Assessment:
    """Judge one pair from values that are already read."""
    return Assessment(one, other, history, rules, engine.judge(one.facts, other.facts, rules.weights))
