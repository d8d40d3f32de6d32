"""Extending and waiving single obligations: by name, with reason, audited; refused where it cannot stand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from models.duty import Obligation
from models.session import reading
from tasks.desk import Desk
from tasks.reminding.candidates import OWING
from tasks.reminding.due_days import move_due
from tasks.wiring import House, writing_desk

STATES = {"open": "未办", "returned": "退回重办", "submitted": "已报", "accepted": "已办结", "waived": "已免办"}


class ChangeRefused(Exception):
    """A change of an obligation that cannot stand; `reasons` holds all of them."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(reasons))


class UnknownObligation(LookupError):
    """No obligation has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号为 {number} 的应办事项;编号请看 kaohe obligations --owing")


def extend(world: House, number: int, *, until: date, reason: str, by: str) -> date:
    """Move the due day of what is still owed to a later day and return the old one.

    Raises ChangeRefused for finished work, a day that is over or not later than the due day, or no reason;
    UnknownObligation for a number that does not exist.
    """
    with _changing(world, number, by) as (desk, row):
        faults = _faults(desk, row, reason, *OWING)
        if until <= desk.today:
            faults.append(f"新的期限须晚于今天({desk.today}),收到的是 {until}")
        elif until <= row.due_on:
            faults.append(f"新的期限须晚于现期限({row.due_on}),收到的是 {until}")
        if faults:
            raise ChangeRefused(faults)
        before = row.due_on
        move_due(desk, row, until, "extension", reason=reason.strip(), by=by)
        desk.audit("obligation.extend", {"id": number, "from": str(before), "to": str(until), "reason": reason.strip()})
        return before


def waive(world: House, number: int, *, reason: str, by: str) -> None:
    """Waive what is owed or waits for its receiver; raises ChangeRefused for finished work or no reason."""
    with _changing(world, number, by) as (desk, row):
        if faults := _faults(desk, row, reason, *OWING, "submitted"):
            raise ChangeRefused(faults)
        desk.move(row, "waive", reason=reason.strip())


@contextmanager
def _changing(world: House, number: int, by: str) -> Iterator[tuple[Desk, Obligation]]:
    with reading(world.engine) as session:
        row = session.get(Obligation, number)
        if row is None:
            raise UnknownObligation(number)
        cycle_id = row.cycle_id
    with writing_desk(world, cycle_id, by=by) as desk:
        yield desk, desk.session.get_one(Obligation, number)


def _faults(desk: Desk, row: Obligation, reason: str, *states: str) -> list[str]:
    faults = [] if reason.strip() else ["请填写理由"]
    if desk.cycle.state not in ("open", "held"):
        faults.append(f"周期 {desk.cycle.key} 已经结束,其应办事项不再变动")
    if row.state not in states:
        allowed = "、".join(STATES[state] for state in states)
        faults.append(f"编号 {row.id} {STATES[row.state]};只有{allowed}的事项可以变动")
    return faults
