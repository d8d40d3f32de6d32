"""Which work that is still owed has a rung to tell: one SQL statement over all open cycles, however much is owed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func
from sqlmodel import Session, col, select

from config.calendar import WorkCalendar
from config.clock import local
from config.duties import DEFAULT_LADDER, DutySpec, load_duties
from config.duty_parts import Ladder
from config.scheme_loader import Pack
from config.yaml_file import SchemeFaults
from models.cycle import Cycle
from models.duty import DeadlineChange, Obligation, Reminder
from models.outbox import Message
from tasks.cycle.open_cycle import load_pack
from tasks.outbox.write import dedupe_key
from tasks.reminding.ladder import QUIET, Step, latest_due, next_step

FIRST = date.min
OWING = ("open", "returned")
BATCH = 500  # keys asked for in one statement


class Owed(NamedTuple):
    """An obligation as a sweep reads it."""

    id: int
    cycle_id: int
    duty: str
    slot: str
    owner: str
    unit_id: str | None
    recipient: str
    form: str
    receiver: str
    opened_on: date
    due_on: date
    attempt: int


@dataclass(frozen=True)
class Plan:
    """An open cycle with what its pack says of duties."""

    cycle: Cycle
    pack: Pack
    duties: Mapping[str, DutySpec]

    @property
    def cycle_id(self) -> int:
        """Return the cycle's id (a stored cycle always has one)."""
        assert self.cycle.id is not None
        return self.cycle.id

    def ladder(self, duty: str) -> Ladder:
        """Return a duty's ladder; the default one for duties of stages."""
        return self.duties[duty].ladder if duty in self.duties else DEFAULT_LADDER


def plans(session: Session, *, lock: bool = False) -> tuple[list[Plan], list[str]]:
    """Return the open cycles of both kinds, and the keys of those whose pack cannot be read: no cycle stops another.

    They are locked in order of id where asked, so that sweeps queue.
    """
    query = select(Cycle).where(Cycle.state == "open").order_by(col(Cycle.id))
    found: list[Plan] = []
    unread: list[str] = []
    for cycle in session.exec(query.with_for_update() if lock else query):
        try:
            found.append(read_plan(session, cycle))
        except SchemeFaults:
            unread.append(cycle.key)
    return found, unread


def read_plan(session: Session, cycle: Cycle) -> Plan:
    """Return a cycle with what its frozen pack says of duties; SchemeFaults when the pack cannot be read."""
    pack = load_pack(session, cycle)
    return Plan(cycle, pack, {duty.id: duty for duty in load_duties(pack)})


def candidates(session: Session, known: Sequence[Plan], calendar: WorkCalendar, today: date) -> list[Owed]:
    """Return what is owed whose latest reached rung is not recorded for its present attempt and due day."""
    if not known:
        return []
    rung, last = _reached(known, calendar, today)
    recorded = exists().where(
        col(Reminder.obligation_id) == Obligation.id,
        col(Reminder.attempt) == Obligation.attempt,
        col(Reminder.due_on) == Obligation.due_on,
        col(Reminder.rung) == rung,
    )
    columns: list[Any] = [getattr(Obligation, name) for name in Owed._fields]
    query = (
        select(*columns)
        .where(col(Obligation.state).in_(OWING), col(Obligation.due_on) <= last)
        .where(col(Obligation.opened_on) < today - QUIET, rung.is_not(None), ~recorded)
        .order_by(col(Obligation.recipient), col(Obligation.due_on), col(Obligation.id))
    )
    return [Owed(*row) for row in session.exec(query)]


def _reached(known: Sequence[Plan], calendar: WorkCalendar, today: date) -> tuple[ColumnElement[Any], date]:
    """The latest rung that an obligation has reached, as SQL, and the latest due day that has reached any."""
    days = {rung: latest_due(calendar, rung, today) for rung in sorted(_rungs(known), reverse=True)}
    whens = [(condition, _rung_of(ladder, days)) for plan in known for condition, ladder in _ladders(plan)]
    return case(*whens, else_=None), max(days.values())


def _rung_of(ladder: Ladder, days: Mapping[int, date]) -> ColumnElement[Any]:
    whens = [(col(Obligation.due_on) <= day, rung) for rung, day in days.items() if rung in ladder.rungs]
    return case(*whens, else_=None)


def _ladders(plan: Plan) -> Iterable[tuple[ColumnElement[bool], Ladder]]:
    """The ladders of a cycle's duties; the default one last, for all others."""
    mine = col(Obligation.cycle_id) == plan.cycle_id
    own: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for duty in plan.duties.values():
        if duty.ladder.rungs != DEFAULT_LADDER.rungs:
            own[duty.ladder.rungs].append(duty.id)
    for duties in own.values():
        yield and_(mine, col(Obligation.duty).in_(duties)), plan.ladder(duties[0])
    yield mine, DEFAULT_LADDER


def _rungs(known: Sequence[Plan]) -> set[int]:
    return {
        *DEFAULT_LADDER.rungs,
        *(rung for plan in known for duty in plan.duties.values() for rung in duty.ladder.rungs),
    }


def steps(
    session: Session, found: Sequence[Owed], known: Sequence[Plan], calendar: WorkCalendar, today: date
) -> list[tuple[Owed, Step]]:
    """Return what is to be done today for each candidate; those for whom nothing is left out."""
    ladders = {plan.cycle_id: plan for plan in known}
    ids = [row.id for row in found]
    there, moved, noticed = _recorded(session, ids), _moved(session, ids), _noticed(session, found, ladders)
    done = [
        next_step(
            due=row.due_on,
            asked_on=max(row.opened_on, moved.get(row.id, FIRST), noticed.get(_notice_key(row, ladders), FIRST)),
            rungs=ladders[row.cycle_id].ladder(row.duty).rungs,
            there=there.get((row.id, row.attempt, row.due_on), ()),
            today=today,
            calendar=calendar,
        )
        for row in found
    ]
    return [(row, step) for row, step in zip(found, done, strict=True) if step != Step()]


def _recorded(session: Session, ids: Sequence[int]) -> dict[tuple[int, int, date], set[int]]:
    rungs: dict[tuple[int, int, date], set[int]] = defaultdict(set)
    columns: list[Any] = [Reminder.obligation_id, Reminder.attempt, Reminder.due_on, Reminder.rung]
    for start in range(0, len(ids), BATCH):
        query = select(*columns).where(col(Reminder.obligation_id).in_(ids[start : start + BATCH]))
        for obligation, attempt, due, rung in session.exec(query):
            rungs[obligation, attempt, due].add(rung)
    return rungs


def _moved(session: Session, ids: Sequence[int]) -> dict[int, date]:
    """When the due day of each was last set anew, in China's days."""
    moved: dict[int, date] = {}
    for start in range(0, len(ids), BATCH):
        query = (
            select(DeadlineChange.obligation_id, func.max(col(DeadlineChange.changed_at)))
            .where(col(DeadlineChange.obligation_id).in_(ids[start : start + BATCH]))
            .group_by(col(DeadlineChange.obligation_id))
        )
        moved |= {obligation: local(at).date() for obligation, at in session.exec(query)}
    return moved


def _noticed(session: Session, rows: Sequence[Owed], known: Mapping[int, Plan]) -> dict[str, date]:
    """When the notice of each work was written, by its key: a period that opens late is told late."""
    keys = sorted({_notice_key(row, known) for row in rows})
    noticed: dict[str, date] = {}
    for start in range(0, len(keys), BATCH):
        query = select(Message.dedupe, Message.written_at).where(col(Message.dedupe).in_(keys[start : start + BATCH]))
        noticed |= {key: local(at).date() for key, at in session.exec(query)}
    return noticed


def _notice_key(row: Owed, known: Mapping[int, Plan]) -> str:
    cycle = known[row.cycle_id].cycle.key
    return dedupe_key("obligation", cycle, about=row.duty, recipient=row.recipient, slot=row.slot)
