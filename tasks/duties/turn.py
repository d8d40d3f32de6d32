"""Turning a duty, in order of slots: what is due opens, what arrived is taken in, what is due to close closes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from config import clock
from config.duties import DutySpec, find_duty, load_duties
from config.rhythm import slots_of_year
from models.cycle import Cycle
from models.duty import Obligation
from models.session import reading, writing
from tasks.desk import Desk
from tasks.duties.close_period import Closed, close_period
from tasks.duties.dates import dates_of, slots_to_run
from tasks.duties.events import oblige_events
from tasks.duties.open_period import find_period, open_period, periods
from tasks.duties.restate import reopen_stale
from tasks.duties.take_in import Taken, take_in
from tasks.duties.workbook import workbook_path, write_workbook
from tasks.duties.year import NotEnabled, follow_year, year_cycles
from tasks.wiring import House, desk_at, reading_desk, writing_desk

OWING = ("open", "returned")
LIVE = ("open", "held")


@dataclass(frozen=True)
class Turned:
    """What one turn of a duty did: labels of the periods opened, what closed, what came in, how many still owe.

    `held` says that a cycle is on hold, so that nothing was done in it; `error` what stopped the turn (turn_all).
    """

    duty: str
    label: str
    opened: tuple[str, ...] = ()
    closed: tuple[Closed, ...] = ()
    taken: Taken = field(default_factory=Taken)
    obliged: int = 0
    owing: int = 0
    held: bool = False
    error: str = ""

    @property
    def changed(self) -> bool:
        """Whether the turn did anything."""
        return bool(self.opened or self.closed or self.obliged or self.taken != Taken())


def open_slot(world: House, cycle_id: int, duty: DutySpec, slot: str, by: str, seed: int | None) -> str:
    """Open one slot; empty text when another process was faster or the cycle was put on hold meanwhile."""
    with writing_desk(world, cycle_id, by) as desk:
        if desk.cycle.state != "open" or find_period(desk, duty.id, slot) is not None:
            return ""
        return open_period(desk, duty, slot, seed=seed).label


def close_slot(world: House, cycle_id: int, duty: DutySpec, slot: str, by: str) -> Closed | None:
    """Close one slot with what has arrived by now; None when another process was faster."""
    with writing_desk(world, cycle_id, by) as desk:
        period = find_period(desk, duty.id, slot)
        if desk.cycle.state != "open" or period is None or period.state == "closed":
            return None
        take_in(desk, duty)
        _reopen(world, desk, duty)  # by what came since this turn took in; they are closed on the next
        return close_period(desk, duty, period)


@dataclass(frozen=True)
class Steps:
    """How a slot is opened and closed: by the plain functions, or as task runs that people see."""

    open: Callable[[House, int, DutySpec, str, str, int | None], str] = open_slot
    close: Callable[[House, int, DutySpec, str, str], Closed | None] = close_slot


PLAIN = Steps()


def turn_duty(
    world: House, scheme: str, duty_id: str, by: str = "系统", *, seed: int | None = None, steps: Steps = PLAIN
) -> Turned:
    """Bring a duty of a scheme up to today, each step a transaction of its own; a repeated turn changes nothing.

    Missed periods are caught up in order. `seed` is that of the draws of this turn. Raises UnknownDuty, or NotEnabled
    where no routine cycle of the scheme runs the duty.
    """
    cycles = _cycles(world, scheme, duty_id)
    if not cycles:
        raise NotEnabled(scheme)
    done = [_turn_year(world, id_, duty_id, by, seed, steps) for id_, state in cycles if state == "open"]
    last, state = cycles[-1]
    if state == "open" and (following := _follow(world, last, duty_id, by)) is not None:
        done.append(_turn_year(world, following, duty_id, by, seed, steps))
    held = any(state == "held" for _, state in cycles)
    return _joined(duty_id, done, _label(world, last, duty_id), held=held)


def turn_all(world: House, scheme: str | None = None, by: str = "系统") -> tuple[Turned, ...]:
    """Turn every duty of every enabled scheme (or of one); a duty that cannot be turned does not stop the others."""
    return tuple(_one(world, found, duty_id, label, by) for found, duty_id, label in _running(world, scheme))


def _one(world: House, scheme: str, duty_id: str, label: str, by: str) -> Turned:
    try:
        return turn_duty(world, scheme, duty_id, by)
    except Exception as error:  # noqa: BLE001  # one broken duty stops no other; what broke is told
        return Turned(duty_id, label, error=f"{type(error).__name__}: {error}")


def _running(world: House, scheme: str | None) -> list[tuple[str, str, str]]:
    """(scheme, duty, label) of what the open routine cycles run."""
    with reading(world.engine) as session:
        query = select(Cycle).where(Cycle.kind == "routine", Cycle.state == "open")
        cycles = session.exec(query.where(Cycle.scheme_id == scheme) if scheme else query).all()
        found: dict[tuple[str, str], str] = {}
        for cycle in sorted(cycles, key=lambda row: (row.scheme_id, row.year)):
            with reading_desk(world, cycle.id or 0) as desk:
                found |= {(cycle.scheme_id, duty.id): duty.label for duty in chosen_duties(desk)}
        return [(scheme_id, duty_id, label) for (scheme_id, duty_id), label in found.items()]


def chosen_duties(desk: Desk) -> list[DutySpec]:
    """Return the duties that a routine cycle runs, in the pack's order."""
    chosen = desk.cycle.params.get("duties")
    return [duty for duty in load_duties(desk.pack) if chosen is None or duty.id in chosen]


def _cycles(world: House, scheme: str, duty_id: str) -> list[tuple[int, str]]:
    """Id and state of the routine cycles that run a duty, by year; UnknownDuty where their packs know none such."""
    with reading(world.engine) as session:
        ids = [(cycle.id or 0, cycle.state) for cycle in year_cycles(session, scheme, *LIVE)]
    found: list[tuple[int, str]] = []
    for id_, state in ids:
        with reading_desk(world, id_) as desk:
            if any(duty.id == duty_id for duty in chosen_duties(desk)):
                found.append((id_, state))
            elif not found and id_ == ids[-1][0]:
                find_duty(desk.pack, duty_id)
    return found


def _label(world: House, cycle_id: int, duty_id: str) -> str:
    with reading_desk(world, cycle_id) as desk:
        return find_duty(desk.pack, duty_id).label


def _turn_year(world: House, cycle_id: int, duty_id: str, by: str, seed: int | None, steps: Steps) -> Turned:
    with reading_desk(world, cycle_id) as desk:
        duty = find_duty(desk.pack, duty_id)
        slots = [] if duty.event else list(_to_open(desk, duty))
    obliged = _oblige(world, cycle_id, duty, by) if duty.event else 0
    opened = [label for slot in slots if (label := steps.open(world, cycle_id, duty, slot, by, seed))]
    taken = _take(world, cycle_id, duty, by)
    due = _to_close(world, cycle_id, duty)
    closed = [found for slot in due if (found := steps.close(world, cycle_id, duty, slot, by))]
    _write_workbooks(world, cycle_id, duty, {found.slot for found in closed})
    with reading(world.engine) as session:
        owing = _owing(session, cycle_id, duty_id)
    return Turned(duty_id, duty.label, tuple(opened), tuple(closed), taken, obliged, owing)


def _to_open(desk: Desk, duty: DutySpec) -> Iterator[str]:
    known = {period.slot for period in periods(desk, duty.id)}
    for slot in slots_to_run(desk, duty):
        if dates_of(desk, duty, slot).opens > desk.today:
            return
        if slot not in known:
            yield slot


def _oblige(world: House, cycle_id: int, duty: DutySpec, by: str) -> int:
    with writing_desk(world, cycle_id, by) as desk:
        return oblige_events(desk, duty) if desk.cycle.state == "open" else 0


def _take(world: House, cycle_id: int, duty: DutySpec, by: str) -> Taken:
    with writing_desk(world, cycle_id, by) as desk:
        if desk.cycle.state != "open":
            return Taken()
        taken = take_in(desk, duty)
        _reopen(world, desk, duty)
        return taken


def _reopen(world: House, desk: Desk, duty: DutySpec) -> None:
    """Reopen what is stale; its workbook goes first, so that after a crash none tells what is no longer so."""
    for period in reopen_stale(desk, duty):
        workbook_path(world.settings.out, desk.cycle.key, duty.id, period.slot).unlink(missing_ok=True)


def _to_close(world: House, cycle_id: int, duty: DutySpec) -> list[str]:
    with reading_desk(world, cycle_id) as desk:
        return [period.slot for period in periods(desk, duty.id, "open") if period.closes_on <= desk.today]


def _write_workbooks(world: House, cycle_id: int, duty: DutySpec, fresh: set[str]) -> None:
    """Write the workbooks of what closed just now, and of closed periods that are not on disk (after a crash)."""
    with reading_desk(world, cycle_id) as desk:
        for period in periods(desk, duty.id, "closed"):
            path = workbook_path(world.settings.out, desk.cycle.key, duty.id, period.slot)
            if period.slot in fresh or not path.exists():
                write_workbook(desk, duty, period, path)


def _owing(session: Session, cycle_id: int, duty_id: str) -> int:
    query = select(func.count()).where(Obligation.cycle_id == cycle_id, Obligation.duty == duty_id)
    return int(session.exec(query.where(col(Obligation.state).in_(OWING))).one())


def _follow(world: House, cycle_id: int, duty_id: str, by: str) -> int | None:
    """Open the next year's routine cycle once the duty's first slot in it begins; return its id.

    None before that day, and where the next year does not run the duty.
    """
    with reading_desk(world, cycle_id) as desk:
        year = desk.cycle.year + 1
        first = _first_opening(desk, find_duty(desk.pack, duty_id), year)
        if first > desk.today:
            return None
    with writing(world.engine) as session:
        last = session.get_one(Cycle, cycle_id)
        now, today = clock.now(session), clock.today(session)
        since = min(date(year, 1, 1), date.fromisocalendar(year, 1, 1), first)
        following = follow_year(session, last, since=since, today=today, now=now, by=by)
        runs = any(duty.id == duty_id for duty in chosen_duties(desk_at(world, session, following)))
        return following.id if runs and following.state == "open" else None


def _first_opening(desk: Desk, duty: DutySpec, year: int) -> date:
    if duty.event is not None:
        return date(year, 1, 1)
    first = next(slot for slot in slots_of_year(duty.rhythm, year) if duty.has_slot(slot))
    return dates_of(desk, duty, first).opens


def _joined(duty_id: str, done: list[Turned], label: str, *, held: bool) -> Turned:
    taken = [each.taken for each in done]
    return Turned(
        duty=duty_id,
        label=label,
        opened=tuple(text for each in done for text in each.opened),
        closed=tuple(found for each in done for found in each.closed),
        taken=Taken(
            *(sum(column) for column in zip(*((t.submitted, t.accepted, t.returned) for t in taken), strict=True))
        )
        if taken
        else Taken(),
        obliged=sum(each.obliged for each in done),
        owing=sum(each.owing for each in done),
        held=held,
    )
