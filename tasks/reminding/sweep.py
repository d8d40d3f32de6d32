"""The reminder sweep: whoever still owes is told once a rung, in one digest a day, and receivers of what is overdue."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session, col, select

from config import clock
from config.calendar import WorkCalendar
from models.audit import append_audit
from models.duty import Reminder
from models.outbox import Message
from models.session import reading, writing
from tasks.outbox.write import Draft, insert_missing, write_messages
from tasks.reminding.candidates import BATCH, Owed, Plan, candidates, plans, steps
from tasks.reminding.digest import Wording, digest_key, digests, escalation_key, escalations, receiver_role
from tasks.reminding.ladder import Step
from tasks.reminding.words import names
from tasks.wiring import House

BY = "提醒时钟"
AT_ONCE = 2000  # obligations told in one transaction
Due = tuple[Owed, Step]


@dataclass(frozen=True)
class Swept:
    """What one sweep did: rungs told, digests and escalations written, rungs passed over.

    `unread` are the keys of cycles that were left out because their pack cannot be read.
    """

    reminders: int = 0
    digests: int = 0
    escalations: int = 0
    passed: int = 0
    unread: tuple[str, ...] = ()

    def plus(self, more: "Swept") -> "Swept":
        """Return this with what a further part of the same sweep did."""
        return replace(
            self,
            reminders=self.reminders + more.reminders,
            digests=self.digests + more.digests,
            escalations=self.escalations + more.escalations,
            passed=self.passed + more.passed,
        )


def sweep(world: House) -> Swept:
    """Tell every rung that is due, each once, however many sweeps run at the same time.

    A recipient who got a digest today is told of further rungs tomorrow. Only open cycles are swept.
    """
    with reading(world.engine) as session:
        today = clock.today(session)
        known, unread = plans(session)
        found = steps(session, candidates(session, known, world.calendar, today), known, world.calendar, today)
    swept, more = Swept(unread=tuple(unread)), bool(found)
    while more:
        with writing(world.engine) as session:
            done, more = _tell(session, world.calendar)
        swept = swept.plus(done)
    return swept


def _tell(session: Session, calendar: WorkCalendar) -> tuple[Swept, bool]:
    """Look again behind the locks of all open cycles, tell a part in one transaction; True when more is left."""
    known, _ = plans(session, lock=True)
    now, today = clock.now(session), clock.today(session)
    by_id = {plan.cycle_id: plan for plan in known}
    found = steps(session, candidates(session, known, calendar, today), known, calendar, today)
    waiting = _not_told_today(session, by_id, found, today)
    due = _part(by_id, waiting)
    if not due:
        return Swept(), False
    told = [row for row, step in due if step.told is not None]
    late = [row for row, step in due if _is_late(by_id, row, step)]
    codes = {code for row in told for code in (row.recipient, row.owner)}
    codes |= {receiver_role(by_id[row.cycle_id], row.duty) for row in late}
    wording = Wording(by_id, calendar, today, names(session, known, codes))
    first, then = digests(wording, told), escalations(wording, late)
    ids = _write(session, by_id, [*first, *then], now)
    swept = Swept(len(told), len(first), len(then), sum(len(step.passed) for _, step in due))
    _record(session, due, {row.id for row in late}, ids, today)
    detail = {name: getattr(swept, name) for name in ("reminders", "digests", "escalations", "passed")}
    append_audit(session, verb="reminder.sweep", object=f"reminder/{today}", by=BY, at=now, detail=detail)
    return swept, len(due) < len(waiting)


def _part(known: Mapping[int, Plan], due: Sequence[Due]) -> list[Due]:
    """As much as one transaction tells, so that nobody waits long for the database.

    Recipients stay whole, and whoever is late comes first and together: a receiver is told of them in one message.
    """
    late = {row.recipient for row, step in due if _is_late(known, row, step)}
    part: list[Due] = []
    for _, mine in groupby(
        sorted(due, key=lambda each: (each[0].recipient not in late, each[0].recipient)), _recipient
    ):
        rows = list(mine)
        if rows[0][0].recipient not in late and len(part) >= AT_ONCE:
            break
        part += rows
    return part


def _recipient(due: Due) -> str:
    return due[0].recipient


def _is_late(known: Mapping[int, Plan], row: Owed, step: Step) -> bool:
    return step.told is not None and step.told >= known[row.cycle_id].ladder(row.duty).escalate_from


def _not_told_today(session: Session, known: Mapping[int, Plan], due: Sequence[Due], today: date) -> list[Due]:
    """Leave out whose message of today is written already: it is looked at again tomorrow."""
    keys = [_keys(known, row, step, today) for row, step in due]
    asked = sorted({key for each in keys for key in each})
    written: set[str] = set()
    for start in range(0, len(asked), BATCH):
        query = select(Message.dedupe).where(col(Message.dedupe).in_(asked[start : start + BATCH]))
        written |= set(session.exec(query))
    return [each for each, mine in zip(due, keys, strict=True) if not written & mine]


def _keys(known: Mapping[int, Plan], row: Owed, step: Step, today: date) -> set[str]:
    if step.told is None:
        return set()
    keys = {digest_key(row.recipient, today)}
    if _is_late(known, row, step):
        keys.add(escalation_key(receiver_role(known[row.cycle_id], row.duty), today))
    return keys


def _write(session: Session, known: Mapping[int, Plan], drafts: Iterable[Draft], now: datetime) -> dict[str, int]:
    """Write the messages, each in the wording of its scheme; what spans several cycles has the standard wording."""
    by_cycle: dict[int | None, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_cycle[draft.cycle_id].append(draft)
    ids: dict[str, int] = {}
    for cycle_id, group in by_cycle.items():
        files = known[cycle_id].pack.files if cycle_id is not None else {}
        ids |= write_messages(session, group, now=now, files=files)
    return ids


def _record(session: Session, due: Sequence[Due], late: set[int], ids: Mapping[str, int], today: date) -> None:
    """Record each rung that was told, with its message, and each that was passed over."""
    rows = [each for row, step in due for each in _rungs(row, step, ids, today, escalated=row.id in late)]
    session.execute(insert_missing(session, Reminder), rows)


def _rungs(row: Owed, step: Step, ids: Mapping[str, int], today: date, *, escalated: bool) -> Iterable[dict[str, Any]]:
    common = {"obligation_id": row.id, "attempt": row.attempt, "due_on": row.due_on, "reached_on": today}
    for rung in step.passed:
        yield common | {"rung": rung, "escalated": False, "told": False, "message_id": None}
    if step.told is not None:
        message = ids.get(digest_key(row.recipient, today))
        yield common | {"rung": step.told, "escalated": escalated, "told": True, "message_id": message}
