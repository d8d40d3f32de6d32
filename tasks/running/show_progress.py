"""How far a cycle is: one progress artifact and one table of its stages."""

from prefect.artifacts import create_table_artifact
from sqlmodel import col, select

from models.cycle import StageState
from tasks.cycle.gates import current_gate, prefect_key
from tasks.wiring import House, reading_desk

STATES = {"pending": "未开始", "open": "办理中", "closed": "已办结"}


def show_progress(world: House, cycle_id: int) -> None:
    """Show the ten stages with state, dates and what is waited for."""
    with reading_desk(world, cycle_id) as desk:
        query = select(StageState).where(StageState.cycle_id == cycle_id).order_by(col(StageState.ordinal))
        rows = list(desk.session.exec(query))
        gate = current_gate(desk.session, cycle_id)
        table = [_row(row, gate.title if gate and gate.stage == row.stage else "") for row in rows]
        closed = sum(row.state == "closed" for row in rows)
        create_table_artifact(
            key=prefect_key(desk.cycle.key, "progress"),
            table=table,
            description=f"### {desk.cycle.name}:进展 {closed}/{len(rows)}",
        )


def _row(row: StageState, waiting_for: str) -> dict[str, str]:
    return {
        "环节": f"{row.ordinal:02d} {row.label}",
        "状态": STATES[row.state],
        "开始": str(row.opened_on or ""),
        "期限": str(row.due_on or ""),
        "办结": str(row.closed_on or ""),
        "待答复": waiting_for,
    }
