"""The hands of a rehearsal's clock: they stop on the way wherever a reminder may be due, and sweep there."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from sqlmodel import col, select

from config import clock
from config.clock import ZONE
from config.duties import DEFAULT_LADDER
from models.cycle import Rehearsal
from models.duty import Obligation
from models.session import reading, writing
from tasks.reminding.candidates import OWING, Plan, plans
from tasks.reminding.ladder import QUIET, rung_day
from tasks.reminding.sweep import sweep
from tasks.wiring import House

NINE = clock_time(9)
DAY = timedelta(days=1)


def at_nine(day: date) -> datetime:
    """Return nine in the morning of a day in China."""
    return datetime.combine(day, NINE, tzinfo=ZONE)


def today_of(world: House) -> date:
    """Return the rehearsal's date."""
    with reading(world.engine) as session:
        return clock.today(session)


def set_hands(world: House, day: date) -> None:
    """Set the rehearsal's clock to nine in the morning of a day."""
    with writing(world.engine) as session:
        row = session.exec(select(Rehearsal)).one()
        row.now = at_nine(day)
        session.add(row)


def next_rung(world: House, after: date) -> date | None:
    """Return the first day after a day on which something that is still owed reaches a rung of its ladder."""
    with reading(world.engine) as session:
        known = {plan.cycle_id: plan for plan in plans(session)[0]}
        query = select(Obligation.cycle_id, Obligation.duty, col(Obligation.opened_on), col(Obligation.due_on)).where(
            col(Obligation.state).in_(OWING),
            col(Obligation.cycle_id).in_(known),
            col(Obligation.due_on) >= after - _reach(known.values()),
        )
        rows = session.exec(query.distinct()).all()
    days = (
        max(rung_day(world.calendar, due, rung), opened + QUIET + DAY)
        for cycle_id, duty, opened, due in rows
        for rung in known[cycle_id].ladder(duty).rungs
    )
    return min((day for day in days if day > after), default=None)


def _reach(known: Iterable[Plan]) -> timedelta:
    """How long after a due day a last rung may come: two weeks of holidays beside the weekends."""
    ladders = [DEFAULT_LADDER, *(duty.ladder for plan in known for duty in plan.duties.values())]
    return (2 * max(rung for ladder in ladders for rung in ladder.rungs) + 14) * DAY


@dataclass(frozen=True)
class Stop:
    """Something that happens on a day, whoever moves the clock past it."""

    on: date
    act: Callable[[], object]


class Hands:
    """Moves the clock of a rehearsal, and does on the way what falls on the days between.

    With `reminding` nobody's reminder is passed over. The stops are taken in the order of their days, each once.
    """

    def __init__(self, world: House, stops: Iterable[Stop] = (), *, reminding: bool = False) -> None:
        self.world, self.reminding = world, reminding
        self.stops = deque(sorted(stops, key=lambda stop: stop.on))

    def today(self) -> date:
        """Return the rehearsal's date."""
        return today_of(self.world)

    def move_to(self, day: date) -> None:
        """Move to a day by way of the stops until it, its own included."""
        while self.stops and self.stops[0].on <= day:
            stop = self.stops.popleft()
            self._remind_until(stop.on)
            set_hands(self.world, stop.on)
            stop.act()
        self._remind_until(day)
        set_hands(self.world, day)

    def _remind_until(self, day: date) -> None:
        """Sweep on each day until a day, itself included, on which a rung is reached."""
        while self.reminding and (rung := next_rung(self.world, self.today())) is not None and rung <= day:
            set_hands(self.world, rung)
            sweep(self.world)
