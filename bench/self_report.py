"""Opening the self-report stage (obligations and messages), against a raw bulk insert of the same rows."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.databases import Shelf, raw_insert_seconds
from bench.figure import Figure, Size, compare, stopwatch
from bench.sample import fill_roster, make_house, open_year, the_cycle
from models.duty import Obligation
from models.outbox import InboxItem, Message
from models.session import writing
from tasks.stages import self_report
from tasks.wiring import desk_at

GOAL = 10.0


def measure(size: Size, shelves: list[Shelf], folder: Path) -> Iterator[Figure]:
    """One figure a kind of database."""
    for shelf in shelves:
        name = f"open_self_report_{shelf.kind}"
        yield compare(name, partial(_once, size, shelf, folder), repeats=size.repeats, goal=GOAL)


def _once(size: Size, shelf: Shelf, folder: Path) -> tuple[float, float]:
    with shelf.fresh() as engine:
        fill_roster(engine, size)
        with writing(engine) as session:
            open_year(session)
        with stopwatch() as watch, writing(engine) as session:
            self_report.open_stage(desk_at(make_house(engine, folder), session, the_cycle(session)))
        return watch.seconds, raw_insert_seconds(engine, Obligation, Message, InboxItem)
