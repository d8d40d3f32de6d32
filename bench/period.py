"""Opening a monthly period for ten thousand people with their notices, against its seconds allowed."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, func
from sqlmodel import select

from bench.databases import NOW, Shelf
from bench.figure import Figure, Size, stopwatch
from bench.sample import fill_roster
from config.calendar import WorkCalendar
from config.duties import DutySpec
from config.scheme_loader import load_scheme
from models.cycle import Cycle
from models.duty import Obligation
from models.outbox import InboxItem
from models.session import writing
from tasks.cycle.open_cycle import freeze_pack
from tasks.desk import Desk
from tasks.duties.open_period import open_period

GOAL = 10.0  # seconds
SLOT = f"{NOW.year}-{NOW.month:02}"
MONTHLY = {
    "id": "bench_report",
    "label": "每月报告",
    "help": "测速用",
    "rhythm": "monthly",
    "who": {"person": {}},
    "form": "monthly_reports",
    "slot_from": {"field": "period"},
    "owner_field": "unit",
    "receiver": "考核办",
    "basis": "default",
}


def measure(size: Size, shelves: list[Shelf], _folder: Path) -> Iterator[Figure]:
    """One figure a kind of database: the seconds of one opening; its ratio is to the goal."""
    for shelf in shelves:
        seconds = median(map(partial(_once, size, shelf), range(size.repeats)))
        yield Figure(f"open_period_{shelf.kind}", seconds, "s", seconds / GOAL, GOAL)


def _once(size: Size, shelf: Shelf, _repeat: int) -> float:
    with shelf.fresh() as engine:
        fill_roster(engine, size)
        seconds = _open(engine)
        _check(engine, size)
        return seconds


def _open(engine: Engine) -> float:
    duty, pack = DutySpec.model_validate(MONTHLY), load_scheme("example")
    with writing(engine) as session:
        freeze_pack(session, pack, NOW)
        cycle = Cycle(
            key=f"example-{NOW.year}-routine",
            name="测速",
            kind="routine",
            scheme_id=pack.id,
            scheme_hash=pack.hash,
            period=f"{NOW.year}-routine",
            year=NOW.year,
            params={"since": f"{NOW.year}-01-01", "office": "考核办", "contact": "测速"},
            config={},
            opened_at=NOW,
        )
        session.add(cycle)
    with stopwatch() as watch, writing(engine) as session:
        opened = session.get_one(Cycle, cycle.id)
        open_period(Desk(session, opened, pack, WorkCalendar(), NOW, NOW.date()), duty, SLOT)
    return watch.seconds


def _check(engine: Engine, size: Size) -> None:
    """Everyone owes and was told; a figure of anything less would say nothing."""
    with writing(engine) as session:
        counts = [session.exec(select(func.count()).select_from(table)).one() for table in (Obligation, InboxItem)]
    if counts[0] != counts[1] or counts[0] < size.units:
        raise AssertionError(f"obligations and notices: {counts}")
