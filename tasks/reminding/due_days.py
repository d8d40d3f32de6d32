"""Moving the due day of what is still owed: the old day stays on record, and reminders begin anew from the new one."""

from datetime import date
from typing import Literal

from models.duty import DeadlineChange, Obligation
from tasks.desk import Desk


def move_due(
    desk: Desk,
    row: Obligation,
    day: date,
    cause: Literal["extension", "calendar", "correction"],
    *,
    reason: str,
    by: str,
) -> None:
    """Set the due day of an obligation and keep the old one with cause, reason and name; the caller audits it."""
    desk.session.add(
        DeadlineChange(
            obligation_id=row.id or 0,
            cause=cause,
            due_before=row.due_on,
            due_after=day,
            reason=reason,
            changed_by=by,
            changed_at=desk.now,
        )
    )
    row.due_on = day
    desk.session.add(row)
