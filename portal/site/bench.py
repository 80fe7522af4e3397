"""Times one function over many inputs, or one large task, so that ways to do the same can be compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter, process_time
from typing import Self, TypeVar

Input = TypeVar("Input")


@dataclass(frozen=True)
class Measured:
    """How long one call took, in milliseconds."""

    name: str
    calls: int
    p50_ms: float
    p95_ms: float
    max_ms: float

    def columns(self, first: Self) -> dict[str, str]:
        """Numbers as text by heading, with the ratio to the first row."""
        times = {"p50 ms": self.p50_ms, "p95 ms": self.p95_ms, "max ms": self.max_ms}
        ratio = {"p95 ×": f"{self.p95_ms / first.p95_ms:.1f}"}
        return {"n": str(self.calls)} | {heading: f"{time:.2f}" for heading, time in times.items()} | ratio


@dataclass(frozen=True)
class Task:
    """How long one large task took, in seconds: the quickest of some runs, or extrapolated from a part of the task."""

    name: str
    seconds: float
    pairs: int  # found
    peak_mib: int = 0  # of the process, 0 where it was not looked at
    extrapolated: bool = False

    def columns(self, first: Self) -> dict[str, str]:
        """Numbers as text by heading, with the ratio to the first row."""
        return {
            "s": f"{self.seconds:.3f}{'*' if self.extrapolated else ''}",
            "×": f"{self.seconds / first.seconds:.1f}",
            "pairs": str(self.pairs),
            "MiB": str(self.peak_mib or ""),
        }


def measure(name: str, function: Callable[[Input], object], inputs: Sequence[Input]) -> Measured:
    """One call before counts for nothing: it fills caches and opens connections."""
    function(inputs[0])
    times = sorted(1000 * seconds(function, each) for each in inputs)
    cuts = quantiles(times, n=100)
    return Measured(name, len(times), round(cuts[49], 2), round(cuts[94], 2), round(times[-1], 2))


def seconds(function: Callable[[Input], object], argument: Input) -> float:
    start = perf_counter()
    function(argument)
    return perf_counter() - start


def quickest(function: Callable[[], object], *, runs: int) -> float:
    """Seconds of the processor of the quickest of some runs, so that what else the machine does counts little."""
    return min(_busy(function) for _ in range(runs))


def _busy(function: Callable[[], object]) -> float:
    start = process_time()
    function()
    return process_time() - start
