"""Times one function over many inputs, so that ways to do the same can be compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter
from typing import ClassVar


@dataclass(frozen=True)
class Measured:
    """How long one call took, in milliseconds."""

    HEADINGS: ClassVar = ("n", "p50 ms", "p95 ms", "max ms", "p95 ×")

    name: str
    calls: int
    p50_ms: float
    p95_ms: float
    max_ms: float

    def cells(self, first: "Measured") -> tuple[str, ...]:
        """The ratio is to the first row: what the portal does."""
        times = self.p50_ms, self.p95_ms, self.max_ms
        return (f"{self.calls}", *(f"{time:.2f}" for time in times), f"{self.p95_ms / first.p95_ms:.1f}")


def measure(name: str, function: Callable[[str], object], inputs: Sequence[str]) -> Measured:
    """One call before counts for nothing: it fills caches and opens connections."""
    function(inputs[0])
    times = sorted(_milliseconds(function, text) for text in inputs)
    cuts = quantiles(times, n=100)
    return Measured(name, len(times), round(cuts[49], 2), round(cuts[94], 2), round(times[-1], 2))


def _milliseconds(function: Callable[[str], object], text: str) -> float:
    start = perf_counter()
    function(text)
    return (perf_counter() - start) * 1000
