"""Going back: an upheld objection reopens the decision and what follows it."""

from sqlmodel import col, select

from models.cycle import StageState
from tasks.desk import Desk


def rewind(desk: Desk, code: str, reason: str) -> None:
    """Put the stage `code` and every later one that has begun back to pending, one round further."""
    ordinal = desk.stage(code).ordinal
    query = select(StageState).where(
        StageState.cycle_id == desk.cycle_id, StageState.ordinal >= ordinal, StageState.state != "pending"
    )
    for row in desk.session.exec(query.order_by(col(StageState.ordinal))).all():
        row.rounds += 1
        row.outcome = {}
        desk.move(row, "reopen", reason=reason, opened_on=None, due_on=None, closed_on=None)
