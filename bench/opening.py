"""Opening a cycle, against a raw bulk insert of the same subject rows."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.databases import Shelf, raw_insert_seconds
from bench.figure import Figure, Size, compare, stopwatch
from bench.sample import fill_roster, open_year
from models.evidence import Subject
from models.session import writing

GOAL = 10.0


def measure(size: Size, shelves: list[Shelf], _folder: Path) -> Iterator[Figure]:
    """One figure a kind of database."""
    for shelf in shelves:
        yield compare(f"open_cycle_{shelf.kind}", partial(once, size, shelf), repeats=size.repeats, goal=GOAL)


def once(size: Size, shelf: Shelf) -> tuple[float, float]:
    """Return the seconds of one opening and of the raw insert of its rows."""
    with shelf.fresh() as engine:
        fill_roster(engine, size)
        with stopwatch() as watch, writing(engine) as session:
            open_year(session)
        return watch.seconds, raw_insert_seconds(engine, Subject)
