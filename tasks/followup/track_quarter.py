"""整改季度跟踪: what is owed is opened, what came taken in, ended quarters closed, in one way for all (BZ-55)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from models.cycle import Cycle, StageState
from models.duty import Obligation, Period
from models.followup import RectificationItem
from models.session import reading
from notices.messages import ObligationMessage
from tasks.desk import Desk
from tasks.documents.files import called, common, printed_subjects
from tasks.documents.rectification import write_papers
from tasks.followup.close_quarter import QuarterClosed, close_quarters, open_quarters
from tasks.followup.focus import carry_over, keep_focus
from tasks.followup.item_duties import follow_items, units_of
from tasks.followup.quarterly_reports import accept_reports, oblige_reports, remind_opened, report_obligations
from tasks.followup.rectification import OPEN, items, take_reports
from tasks.followup.verifications import take_verifications
from tasks.wiring import House, writing_desk


@dataclass(frozen=True)
class Tracked:
    """What one run of the quarterly flow did: quarters opened (by label, how many owe) and quarters closed."""

    opened: tuple[tuple[str, str, int], ...]
    closed: tuple[QuarterClosed, ...]


def track_quarters(world: House, by: str = "系统") -> Tracked:
    """Follow up every cycle that rectifies, each in its own transaction, missed quarters in order; repeatable."""
    opened: list[tuple[str, str, int]] = []
    closed: list[QuarterClosed] = []
    for cycle_id in _rectifying(world):
        with writing_desk(world, cycle_id, by) as desk:
            before = _quarters(desk)
            closed += follow_up(desk)
            owed = report_obligations(desk, "open", "returned")
            opened += [
                (desk.cycle.name, row.label, sum(one.slot == slot for one in owed))
                for slot, row in _quarters(desk).items()
                if slot not in before
            ]
    return Tracked(tuple(opened), tuple(closed))


def _rectifying(world: House) -> list[int]:
    """Annual cycles in the stage of rectification, routine cycles with items."""
    with reading(world.engine) as session:
        annual = select(StageState.cycle_id).where(StageState.stage == "rectify", StageState.state == "open")
        routine = select(RectificationItem.cycle_id).join(Cycle).where(Cycle.kind == "routine")
        ids = {*session.exec(annual), *session.exec(routine)}
        query = select(Cycle.id).where(col(Cycle.id).in_(ids), col(Cycle.state).in_(("open", "closed")))
        return [id_ for id_ in session.exec(query.order_by(col(Cycle.id))) if id_ is not None]


def _quarters(desk: Desk) -> dict[str, Period]:
    return {row.slot: row for row in open_quarters(desk)}


def follow_up(desk: Desk) -> list[QuarterClosed]:
    """Bring a cycle's rectification up to today; return the quarters closed now, in order."""
    take_reports(desk)
    oblige_reports(desk)
    touched = set(accept_reports(desk))
    returned = take_verifications(desk)
    touched |= set(accept_reports(desk))
    follow_items(desk)
    keep_focus(desk)
    remind_opened(desk)
    _tell_returned(desk, returned)
    closed = close_quarters(desk)
    write_papers(desk, sorted(touched - {row.slot for row in closed}))
    if desk.cycle.kind == "routine":
        _end_year(desk)
    return closed


def _tell_returned(desk: Desk, returned: Iterable[RectificationItem]) -> None:
    """Tell each unit which item came back, and by when; why stands in the list of items."""
    rows = list(returned)
    units = units_of(desk, (row.subject for row in rows))
    printed = printed_subjects(desk) if rows else {}
    for row in rows:
        text = ObligationMessage(
            called(printed[row.subject]),
            **common(desk),
            what=f"整改事项第{row.number}项验收未通过,请重新整改并报告",
            form="整改季度报告表",
            receiver=str(desk.cycle.params.get("office", "")),
            due=row.due_on,
        )
        slot = f"return {row.number} {row.verification_id}"
        desk.message(text, recipient=units[row.subject], about=row.subject, slot=slot)


def _end_year(desk: Desk) -> None:
    """Carry over the items of those whose last quarter has ended, as the annual stage does at its end (BZ-56)."""
    last: dict[str, Obligation] = {row.owner: row for row in report_obligations(desk)}
    over = {owner for owner, row in last.items() if row.due_on < desk.today}
    due = [row for row in items(desk, *OPEN) if row.subject in over]
    if due:
        carry_over(desk, due)


def told(row: QuarterClosed) -> dict[str, Any]:
    """Return a closed quarter in the columns of an artifact."""
    return {"周期": row.cycle, "季度": row.label, **row.figures}
