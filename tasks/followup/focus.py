"""Next year's focus: every rectification item becomes one, with a back reference (BZ-56)."""

from sqlalchemy import insert
from sqlmodel import col, select

from models.followup import FocusItem, RectificationItem
from tasks.desk import Desk
from tasks.followup.item_duties import MOVED_ON, follow_items
from tasks.followup.quarterly_reports import report_obligations
from tasks.followup.rectification import OPEN, items


def carry_over(desk: Desk, due: list[RectificationItem] | None = None) -> None:
    """Carry open items over (all, or those that are due), with the reports they owe from today on (BZ-56)."""
    rows = items(desk, *OPEN) if due is None else due
    subjects = {row.subject for row in rows}
    desk.move(rows, "carry_over", reason=MOVED_ON)
    rest = [row for row in report_obligations(desk, "open") if row.due_on >= desk.today and row.owner in subjects]
    desk.move(rest, "waive", reason=MOVED_ON)
    follow_items(desk)
    keep_focus(desk)


def keep_focus(desk: Desk) -> int:
    """Make each item, open or closed, a focus item of the next year with a back reference, once; return how many new.

    They are there as soon as the items are, so that next year's plan can take them up (BZ-24, BZ-56).
    """
    query = select(FocusItem.item_id).join(RectificationItem).where(RectificationItem.cycle_id == desk.cycle_id)
    known = set(desk.session.exec(query))
    rows = [
        {
            "scheme_id": desk.cycle.scheme_id,
            "year": desk.cycle.year + 1,
            "subject": row.subject,
            "text": f"{row.problem}(整改要求:{row.requirement})",
            "item_id": row.id,
        }
        for row in items(desk)
        if row.id not in known
    ]
    if rows:
        desk.session.execute(insert(FocusItem), rows)
        desk.audit("focus_item.add", {"year": desk.cycle.year + 1, "count": len(rows)})
    return len(rows)


def focus_items(desk: Desk, year: int) -> list[FocusItem]:
    """Return the focus items of a year for this scheme."""
    query = select(FocusItem).join(RectificationItem).where(RectificationItem.state != "withdrawn")
    query = query.where(FocusItem.scheme_id == desk.cycle.scheme_id, FocusItem.year == year)
    return list(desk.session.exec(query.order_by(col(FocusItem.id))))
