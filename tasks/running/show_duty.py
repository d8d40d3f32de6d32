"""What a duty's run leaves to look at: how far its periods are, who still owes, what the last closed one came to."""

from datetime import date

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from sqlmodel import Session, col, select

from config.duties import find_duty
from config.rhythm import NoSlot, slot_label
from models.duty import Obligation, Period
from models.session import reading
from tasks.cycle.gates import prefect_key
from tasks.desk import Desk
from tasks.duties.close_period import read_closed
from tasks.duties.labels import label_figures
from tasks.duties.turn import OWING
from tasks.duties.view import all_periods, view_period
from tasks.duties.view_text import STATES, period_text
from tasks.duties.who import names_of
from tasks.duties.year import year_cycles
from tasks.running.duty_names import duty_name
from tasks.wiring import House, desk_at

PERIODS, OWERS = 12, 500  # rows of a table; a page shows ten


def show_duty(world: House, scheme: str, duty_id: str) -> None:
    """Write the artifacts of a duty, each under a key that stays the same from run to run."""
    with reading(world.engine) as session:
        desk = desk_at(world, session, year_cycles(session, scheme, "open", "held")[-1])
        name = duty_name(desk.pack, find_duty(desk.pack, duty_id))
        known = all_periods(world, session, scheme, duty_id)
        closed = next(((mine, period) for mine, period in known if period.state == "closed"), None)
        tables = {
            "progress": (f"{name}:进展", _level([_progress(mine, period) for mine, period in known[:PERIODS]])),
            "missing": (f"{name}:未交", _owing(session, desk, duty_id)),
        }
        result = period_text(view_period(*closed)) if closed else ""
    key = (scheme, duty_id)
    for part, (title, rows) in tables.items():
        if rows:
            create_table_artifact(key=prefect_key(*key, part), table=rows, description=f"### {title}")
        else:
            create_markdown_artifact(key=prefect_key(*key, part), markdown=f"## {title}\n\n(无)", description=title)
    if result:
        create_markdown_artifact(key=prefect_key(*key, "result"), markdown=result, description=f"{name}:最近一期的结果")


def _progress(desk: Desk, period: Period) -> dict[str, str]:
    told = label_figures(find_duty(desk.pack, period.duty), read_closed(desk, period).figures)
    figures = {label: str(value) for label, value in told.items()}
    days = {"开期": period.opened_on, "截止": period.due_on, "结期": period.closed_on or ""}
    return {"期次": period.label, "状态": STATES[period.state]} | {k: str(v) for k, v in days.items()} | figures


def _level(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Give every row the columns of all: the page takes those of the first."""
    columns = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name, "") for name in columns} for row in rows]


def _owing(session: Session, desk: Desk, duty_id: str) -> list[dict[str, str]]:
    """Who still owes, the longest overdue first; only how many where the duty's ladder names nobody."""
    duty = find_duty(desk.pack, duty_id)
    query = select(Obligation).where(Obligation.duty == duty_id, col(Obligation.state).in_(OWING))
    cycles = [cycle.id for cycle in year_cycles(session, desk.cycle.scheme_id, "open", "held")]
    query = query.where(col(Obligation.cycle_id).in_(cycles)).order_by(col(Obligation.due_on), col(Obligation.owner))
    rows = list(session.exec(query))
    if not duty.ladder.names:
        return [{"未交": str(len(rows))}] if rows else []
    names = names_of(desk, duty) if rows else {}
    return [_owed(row, names, desk.today) for row in rows[:OWERS]]


def _owed(row: Obligation, names: dict[str, str], today: date) -> dict[str, str]:
    late = max((today - row.due_on).days, 0)
    return {
        "名称": names.get(row.owner, row.owner),
        "单位": names.get(row.unit_id or "", ""),
        "期次": _slot(row.slot),
        "截止": str(row.due_on),
        "逾期": f"{late} 天" if late else "",
    }


def _slot(slot: str) -> str:
    """The slot in words; what an event is called stays as it is."""
    try:
        return slot_label(slot)
    except NoSlot:
        return slot
