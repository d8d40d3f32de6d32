"""What a benchmark says: a median with its unit, its ratio to a baseline of the same run, and its goal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

PER_UNIT = 10  # people in each unit
MILLI = 1000


@dataclass(frozen=True)
class Size:
    """How much is measured: a roster of units with ten people each, units for the core alone, and how often."""

    units: int
    ballots: int
    core_units: int
    few_units: int
    core_repeats: int
    variants: int
    transactions: int
    repeats: int
    shell_repeats: int


FULL = Size(
    units=1000, ballots=10_000, core_units=100_000, few_units=1000, core_repeats=5, variants=1000,
    transactions=50, repeats=3, shell_repeats=5,
)  # fmt: skip
TINY = Size(
    units=3,
    ballots=20,
    core_units=20,
    few_units=2,
    core_repeats=1,
    variants=2,
    transactions=2,
    repeats=1,
    shell_repeats=1,
)


@dataclass(frozen=True)
class Figure:
    """One measured value; `ratio` is value by baseline, and the goal is the most that is allowed."""

    name: str
    value: float
    unit: str
    ratio: float
    goal: float

    @property
    def ok(self) -> bool:
        """Tell whether the goal is met."""
        return self.value <= self.goal

    def to_json(self) -> dict[str, Any]:
        """Return the figure as it stands in bench.json, under its name."""
        shown = {"value": round(self.value, 4), "unit": self.unit, "ratio": round(self.ratio, 2)}
        return shown | {"goal": self.goal, "ok": self.ok}


@dataclass
class Watch:
    """The seconds that a `with stopwatch()` block took, known at its end."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Watch]:
    """Time a block."""
    watch, start = Watch(), perf_counter()
    yield watch
    watch.seconds = perf_counter() - start


def compare(
    name: str, once: Callable[[], tuple[float, float]], *, repeats: int, goal: float, unit: str = "s"
) -> Figure:
    """Return the medians of repeated pairs (seconds, seconds of the baseline); `unit` is s or ms."""
    pairs = [once() for _ in range(repeats)]
    seconds, baseline = (median(column) for column in zip(*pairs, strict=True))
    return Figure(name, seconds * (MILLI if unit == "ms" else 1), unit, seconds / baseline, goal)
