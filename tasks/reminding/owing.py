"""Who owes what, since when, due when, and which rungs were told, today or as of an earlier day (应办台账)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from config import clock
from config.clock import local
from config.rhythm import NoSlot, slot_label
from config.yaml_file import SchemeFaults
from models.cycle import Cycle
from models.duty import Obligation, Reminder
from models.roster import Unit
from models.session import reading
from tasks.reminding.as_of import DONE, Past, is_owed, read_past
from tasks.reminding.candidates import BATCH, Plan, read_plan
from tasks.reminding.words import names, receiver, what
from tasks.wiring import House


@dataclass(frozen=True)
class Rung:
    """A rung that was reached: told (to the receiver as well when escalated), or passed over."""

    rung: int
    on: date
    told: bool
    escalated: bool


@dataclass(frozen=True)
class Owing:
    """One work of the ledger as it stood on a day; days of a due day that is not over are 0.

    `duty` and `period` are parts of `work`; what an event caused has no period.
    `name` is whose work it is, `told` who is reminded of it: a rater owes the grading of another.
    A `provisional` due day (暂定) lies in a year whose holidays are not yet published.
    """

    id: int
    cycle: str
    work: str
    duty: str
    period: str
    owner: str
    name: str
    unit: str
    told: str
    receiver: str
    since: date
    due: date
    provisional: bool
    extended_until: date | None
    days_overdue: int
    workdays_overdue: int
    state: str
    rungs: tuple[Rung, ...]
    confidential: bool


@dataclass(frozen=True)
class Asked:
    """Which part of the ledger is asked for: a scheme, a unit, and whether only what is still owed."""

    scheme: str = ""
    unit: str = ""
    only_owing: bool = True


class UnknownPart(LookupError):
    """A scheme without cycles or a unit that does not exist; names what there is."""

    def __init__(self, what: str, found: str, known: Sequence[str]) -> None:
        super().__init__(f"没有{what}“{found}”;现有:{'、'.join(known[:20]) or '(无)'}")


def ledger(world: House, asked: Asked, as_of: date | None = None) -> list[Owing]:
    """Return the work of both kinds of cycles on a day (today), by due day, unit and owner.

    An earlier day is answered as it was then: what was handed in, waived or extended later counts as it did before.
    Work of a cycle that was closed or withdrawn by that day is owed no more.
    """
    with reading(world.engine) as session:
        _check(session, asked)
        today = clock.today(session)
        day = as_of or today
        cycles = {cycle.id or 0: cycle for cycle in _cycles(session, asked, day)}
        rows = _rows(session, asked, cycles, day)
        past = read_past(session, rows, moves=day < today)
        states = {row.id: past.state(row, day) if day < today else _state(row.state) for row in rows}
        wanted = [row for row in rows if is_owed(states[row.id]) or not asked.only_owing]
        page = _Page(world, session, cycles, past, day, wanted)
        wanted.sort(key=lambda row: (past.due_on(row, day), row.unit_id or "", row.id))
        return [page.line(row, states[row.id]) for row in wanted]


def _check(session: Session, asked: Asked) -> None:
    schemes = sorted(set(session.exec(select(Cycle.scheme_id))))
    if asked.scheme and asked.scheme not in schemes:
        raise UnknownPart("方案的周期", asked.scheme, schemes)
    if asked.unit and session.get(Unit, asked.unit) is None:
        raise UnknownPart("单位", asked.unit, list(session.exec(select(Unit.id).order_by(col(Unit.id)))))


def _state(state: str) -> str:
    return DONE if state == "accepted" else state


def _cycles(session: Session, asked: Asked, day: date) -> list[Cycle]:
    query = select(Cycle).where(Cycle.state != "withdrawn")
    if asked.scheme:
        query = query.where(Cycle.scheme_id == asked.scheme)
    return [cycle for cycle in session.exec(query) if not cycle.closed_at or local(cycle.closed_at).date() > day]


def _rows(session: Session, asked: Asked, cycles: Mapping[int, Cycle], day: date) -> list[Obligation]:
    query = select(Obligation).where(col(Obligation.cycle_id).in_(cycles), Obligation.opened_on <= day)
    if asked.unit:
        query = query.where(Obligation.unit_id == asked.unit)
    return list(session.exec(query.order_by(col(Obligation.id))))


class _Page:
    """What the lines of one ledger need, read in a few statements."""

    def __init__(
        self,
        world: House,
        session: Session,
        cycles: Mapping[int, Cycle],
        past: Past,
        day: date,
        rows: Sequence[Obligation],
    ) -> None:
        self.calendar, self.past, self.day, self.cycles = world.calendar, past, day, cycles
        self.plans = {key: _plan(session, cycle) for key, cycle in cycles.items()}
        codes = {code for row in rows for code in (row.owner, row.unit_id, row.recipient) if code}
        self.names = names(session, [plan for plan in self.plans.values() if plan], codes)
        self.rungs = _rungs(session, [row.id or 0 for row in rows], day)

    def line(self, row: Obligation, state: str) -> Owing:
        plan, due = self.plans[row.cycle_id], self.past.due_on(row, self.day)
        late = is_owed(state) and due < self.day
        return Owing(
            id=row.id or 0,
            cycle=self.cycles[row.cycle_id].key,
            work=what(plan, row.duty, row.form, row.slot) if plan else f"{row.duty} {row.slot}".strip(),
            duty=what(plan, row.duty, row.form, "") if plan else row.duty,
            period=_period(row.slot),
            owner=row.owner,
            name=self.names[row.owner],
            unit=self.names[row.unit_id] if row.unit_id else "",
            told=self.names[row.recipient],
            receiver=receiver(plan, row.receiver) if plan else row.receiver,
            since=row.opened_on,
            due=due,
            provisional=self.calendar.is_provisional(due),
            extended_until=self.past.extended_until(row, self.day),
            days_overdue=(self.day - due).days if late else 0,
            workdays_overdue=self.calendar.between(due, self.day) if late else 0,
            state=state,
            rungs=tuple(self.rungs.get(row.id or 0, ())),
            confidential=plan is not None and not plan.ladder(row.duty).names,
        )


def _period(slot: str) -> str:
    try:
        return slot_label(slot) if slot else ""
    except NoSlot:  # an event's slot is the key of the row that caused it
        return ""


def _plan(session: Session, cycle: Cycle) -> Plan | None:
    try:
        return read_plan(session, cycle)
    except SchemeFaults:  # a pack that cannot be read hides no debt: its work keeps its id as name
        return None


def _rungs(session: Session, ids: Sequence[int], day: date) -> dict[int, list[Rung]]:
    found: dict[int, list[Rung]] = defaultdict(list)
    for start in range(0, len(ids), BATCH):
        query = select(Reminder).where(
            col(Reminder.obligation_id).in_(ids[start : start + BATCH]), Reminder.reached_on <= day
        )
        for row in session.exec(query.order_by(col(Reminder.id))):
            found[row.obligation_id].append(Rung(row.rung, row.reached_on, row.told, row.escalated))
    return found
