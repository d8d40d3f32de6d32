"""The one place that builds the real world: engine, calendar, settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine
from sqlmodel import Session

from config import clock
from config.calendar import WorkCalendar, load_calendar
from config.process import calm_collector
from config.settings import Settings, settings
from models.cycle import Cycle
from models.session import make_engine, reading, trying, writing
from tasks.cycle.open_cycle import load_pack
from tasks.desk import Desk


@dataclass(frozen=True)
class House:
    """What a process works with."""

    settings: Settings
    engine: Engine
    calendar: WorkCalendar


@cache
def house() -> House:
    """Return this process's house, built once on first use."""
    calm_collector()
    return make_house(settings())


def make_house(chosen: Settings) -> House:
    """Build a house for given settings (tests give their own)."""
    return House(chosen, make_engine(chosen.database), load_calendar(chosen.calendar))


def desk_at(world: House, session: Session, cycle: Cycle, by: str = "系统", *, trial: bool = False) -> Desk:
    """Set up the desk of a cycle in an open session."""
    now, today = clock.now(session), clock.today(session)
    return Desk(session, cycle, load_pack(session, cycle), world.calendar, now, today, by, trial)


class UnknownCycle(LookupError):
    """A cycle key that does not exist; names those that do."""

    def __init__(self, key: object, known: list[str]) -> None:
        super().__init__(f"没有周期“{key}”。现有:{'、'.join(known) or '(无)'}。请用 kaohe cycle list 查看")


@contextmanager
def writing_desk(world: House, cycle_id: int, by: str = "系统") -> Iterator[Desk]:
    """Give a desk whose changes commit together at the end, or not at all; one writer a cycle at a time."""
    with writing(world.engine) as session:
        yield desk_at(world, session, lock_cycle(session, cycle_id), by)


@contextmanager
def trial_desk(world: House, cycle_id: int) -> Iterator[Desk]:
    """Give a desk for trying what a pass would do: it waits its turn like a writer and is rolled back."""
    with trying(world.engine) as session:
        yield desk_at(world, session, lock_cycle(session, cycle_id), trial=True)


def lock_cycle(session: Session, cycle_id: int) -> Cycle:
    """Lock a cycle's row first of all, so that its writers queue and cannot wait for each other in a ring."""
    cycle = session.get(Cycle, cycle_id, populate_existing=True, with_for_update=True)
    if cycle is None:
        raise UnknownCycle(cycle_id, [])
    return cycle


@contextmanager
def reading_desk(world: House, cycle_id: int) -> Iterator[Desk]:
    """Give a desk for looking: whatever it changes is rolled back."""
    with reading(world.engine) as session:
        cycle = session.get(Cycle, cycle_id)
        if cycle is None:
            raise UnknownCycle(cycle_id, [])
        yield desk_at(world, session, cycle, trial=True)
