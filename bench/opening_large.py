"""Opening a cycle of ten times the usual roster, in times of a raw bulk insert of the same subject rows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.databases import Shelf
from bench.figure import Figure, Size
from bench.opening import once

GOAL = 2.0  # half the speed of the raw insert
LARGER = 10  # 10,000 units and 100,000 people at full size


def measure(size: Size, shelves: list[Shelf], _folder: Path) -> Iterator[Figure]:
    """One figure a kind of database; its value is the ratio."""
    large = replace(size, units=size.units * LARGER)
    for shelf in shelves:
        pairs = [once(large, shelf) for _ in range(size.repeats)]
        ratio = median(seconds / raw for seconds, raw in pairs)
        yield Figure(f"open_large_cycle_{shelf.kind}", ratio, "x", ratio, GOAL)
