"""The reminder sweep: over a hundred thousand open obligations that were told before, and ten thousand rungs at once.

The first stands against one SQL scan that reads of the same obligations what a ladder is computed from.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, insert, text
from sqlmodel import col, select

from bench.databases import NOW, Shelf, raw_insert_seconds
from bench.figure import Figure, Size, compare, stopwatch
from bench.sample import fill_roster, make_house, open_year, people_of, unit_ids
from config.clock import local
from models.duty import Obligation, Reminder
from models.outbox import InboxItem, Message
from models.session import reading, writing
from tasks.reminding.sweep import Swept, sweep
from tasks.wiring import House

SCANS_GOAL = 3.0
TOLD_GOAL = 60.0
TODAY = local(NOW).date()
SCAN = text("SELECT id, cycle_id, duty, due_on, attempt FROM obligation WHERE state IN ('open', 'returned')")
SPREAD = [TODAY + timedelta(days=9 * number - 30) for number in range(10)]  # due days: some long over, some far ahead


def measure(size: Size, shelves: list[Shelf], folder: Path) -> Iterator[Figure]:
    """Two figures a kind of database: a sweep in scans, and the seconds of telling everybody at once."""
    for shelf in shelves:
        with _owing(size, shelf, folder, SPREAD) as world:
            assert sweep(world).reminders  # the first of the day; those that follow find nothing new
            timed = compare("", partial(_again, world), repeats=max(size.repeats, 1), goal=SCANS_GOAL)
        yield Figure(f"remind_sweep_{shelf.kind}", timed.ratio, "scans", timed.ratio, SCANS_GOAL)
        once = partial(_at_once, size, shelf, folder)
        yield compare(f"remind_at_once_{shelf.kind}", once, repeats=1, goal=TOLD_GOAL)


def _again(world: House) -> tuple[float, float]:
    with stopwatch() as scan, reading(world.engine) as session:
        session.execute(SCAN).all()
    with stopwatch() as watch:
        assert sweep(world) == Swept()
    return watch.seconds, scan.seconds


def _at_once(size: Size, shelf: Shelf, folder: Path) -> tuple[float, float]:
    """Everybody owes one work that is due today: seconds, and those of a raw insert of the same rows."""
    people = len(_owers(size))
    with _owing(size, shelf, folder, [TODAY]) as world:
        with stopwatch() as watch:
            swept = sweep(world)
        assert (swept.reminders, swept.digests, sweep(world)) == (people, people, Swept())
        with reading(world.engine) as session:
            told = session.exec(select(func.count()).select_from(Reminder).where(col(Reminder.told))).one()
        assert told == people
        return watch.seconds, raw_insert_seconds(world.engine, Message, InboxItem, Reminder)


@contextmanager
def _owing(size: Size, shelf: Shelf, folder: Path, due: Sequence[date]) -> Iterator[House]:
    """Give a house where everybody owes one work for each due day."""
    with shelf.fresh() as engine:
        fill_roster(engine, size)
        with writing(engine) as session:
            cycle_id = open_year(session).id or 0
        rows = [
            Obligation(
                cycle_id=cycle_id,
                stage="self_report",
                duty="self_report",
                owner=person,
                unit_id=unit,
                recipient=person,
                form="self_reports",
                receiver="administrator",
                slot=str(number),
                opened_on=TODAY - timedelta(days=90),
                due_on=day,
            ).model_dump(exclude={"id"})
            for unit, person in _owers(size)
            for number, day in enumerate(due)
        ]
        with writing(engine) as session:
            session.execute(insert(Obligation), rows)
        yield make_house(engine, folder)


def _owers(size: Size) -> list[tuple[str, str]]:
    return [(unit, person) for unit in unit_ids(size.units) for person in people_of(unit)]
