"""How a duty of events stands: what arose, what was answered, what is overdue and by how much (kind answered)."""

from config.review_results import AnsweredSpec
from tasks.duties.completeness import standings
from tasks.duties.figures import percent
from tasks.duties.found import Flaw, Found, Table, Turn

COLUMNS = ("编号", "责任单位", "期限", "逾期天数")


def answered(turn: Turn, spec: AnsweredSpec) -> Found:
    """Count what the named duty obliged to in this year so far; name each that is open past its deadline."""
    rows = standings(turn.desk, spec.duty)
    overdue = [row.owed for row in rows if row.state == "missing"]
    done = sum(row.handed_in for row in rows)
    listed = tuple(
        (owed.slot, turn.name(owed.owner), owed.due_on.isoformat(), (turn.desk.today - owed.due_on).days)
        for owed in overdue
    )
    flaws = tuple(
        Flaw(spec.rule, owed.owner, f"{spec.text}:{owed.slot}({turn.name(owed.owner)},期限 {owed.due_on})")
        for owed in overdue
    )
    figures: dict[str, str | int] = {
        "arisen": len(rows),
        "answered": done,
        "overdue": len(overdue),
        "answered_percent": percent(done, len(rows)),
    }
    return Found(flaws=flaws, tables=(Table(spec.title or spec.text, COLUMNS, listed),), figures=figures)
