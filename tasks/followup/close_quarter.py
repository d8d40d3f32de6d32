"""A quarter of rectification as a period: begun with the first report owed, closed with status, trend and papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from config.rhythm import slot_label
from models.duty import Obligation, Period
from models.followup import RectificationItem
from tasks.desk import Desk
from tasks.documents.files import called, printed_subjects
from tasks.documents.rectification import submissions, write_papers
from tasks.followup.quarterly_reports import DUTY, report_obligations
from tasks.followup.rectification import is_closed, items, overdue_days

DAY = timedelta(days=1)
IN_TIME, LATE, MISSING = "按期", "迟报", "未报"


@dataclass(frozen=True)
class QuarterClosed:
    """A closed quarter: its figures, the status of each subject, and who is overdue by how many days."""

    cycle: str
    slot: str
    label: str
    figures: Mapping[str, int | str]
    status: tuple[Mapping[str, int | str], ...]
    overdue: tuple[Mapping[str, int | str], ...]


def open_quarters(desk: Desk) -> list[Period]:
    """Begin the quarters that have come, and return all begun ones in order, closed or not."""
    query = select(Period).where(Period.cycle_id == desk.cycle_id, Period.duty == DUTY)
    known = {row.slot: row for row in desk.session.exec(query.order_by(col(Period.due_on)))}
    begun: dict[str, Obligation] = {}
    for owed in report_obligations(desk):
        if owed.state != "waived" and owed.opened_on <= desk.today and owed.slot not in known:
            begun.setdefault(owed.slot, owed)
    fresh = [
        Period(
            cycle_id=desk.cycle_id,
            duty=DUTY,
            slot=slot,
            label=f"{slot_label(slot)}整改报告",
            opened_on=owed.opened_on,
            due_on=owed.due_on,
            closes_on=owed.due_on + DAY,
        )
        for slot, owed in begun.items()
    ]
    if fresh:
        desk.session.add_all(fresh)
        desk.session.flush()
        desk.audit("period.open", {"duty": DUTY, "slots": [row.slot for row in fresh]})
    return sorted([*known.values(), *fresh], key=lambda row: row.due_on)


def close_quarters(desk: Desk) -> list[QuarterClosed]:
    """Close each begun quarter that has ended, in order: figures, status, who is overdue, papers; each once."""
    ended = [row for row in open_quarters(desk) if row.state == "open" and row.closes_on <= desk.today]
    closed = []
    for period in ended:
        found = _look_at(desk, period)
        tables = [_table("整改情况", found.status), _table("逾期清单", found.overdue)]
        outcome = {"figures": dict(found.figures), "findings": [], "tables": [each for each in tables if each["rows"]]}
        desk.move(period, "close", closed_on=desk.today, outcome=outcome)
        closed.append(found)
    write_papers(desk, [row.slot for row in closed])
    return closed


def _table(title: str, rows: tuple[Mapping[str, int | str], ...]) -> dict[str, object]:
    columns = list(rows[0]) if rows else []
    return {"title": title, "columns": columns, "rows": [list(row.values()) for row in rows]}


def _look_at(desk: Desk, period: Period) -> QuarterClosed:
    names = {code: called(subject) for code, subject in printed_subjects(desk).items()}
    mine = [row for row in items(desk) if row.opened_on <= period.due_on]
    owed = [row for row in report_obligations(desk) if row.slot == period.slot and row.state != "waived"]
    states = _report_states(desk, owed)
    status = tuple(_status(period, code, names[code], mine, states) for code in sorted({*states, *_codes(mine)}))
    figures: dict[str, int | str] = {"应报": len(owed)}
    figures |= {word: sum(state == word for state in states.values()) for word in (IN_TIME, LATE, MISSING)}
    figures |= {name: sum(int(row[name]) for row in status) for name in ("整改事项", "已销号", "逾期事项")}
    late: list[Mapping[str, int | str]] = [
        {
            "整改对象": names[row.owner],
            "事项": period.label,
            "期限": str(row.due_on),
            "逾期天数": (desk.today - row.due_on).days,
        }
        for row in owed
        if states[row.owner] == MISSING
    ]
    late += [
        {
            "整改对象": names[row.subject],
            "事项": f"第{row.number}项",
            "期限": str(row.due_on),
            "逾期天数": overdue_days(row, desk.today),
        }
        for row in mine
        if row.state in ("open", "reported") and overdue_days(row, desk.today)
    ]
    return QuarterClosed(desk.cycle.name, period.slot, period.label, figures, status, tuple(late))


def _codes(rows: list[RectificationItem]) -> set[str]:
    return {row.subject for row in rows}


def _report_states(desk: Desk, owed: list[Obligation]) -> dict[str, str]:
    handed_in = submissions(desk)
    states = {}
    for row in owed:
        came = handed_in.get(row.id or 0)
        states[row.owner] = MISSING if came is None else IN_TIME if came.submitted_on <= row.due_on else LATE
    return states


def _status(
    period: Period, code: str, name: str, rows: list[RectificationItem], states: Mapping[str, str]
) -> Mapping[str, int | str]:
    mine = [row for row in rows if row.subject == code]
    open_ = [overdue_days(row, period.due_on) for row in mine if not is_closed(row, period.due_on)]
    return {
        "整改对象": name,
        "季度报告": states.get(code, "不需报告"),
        "整改事项": len(mine),
        "已销号": sum(is_closed(row, period.due_on) for row in mine),
        "逾期事项": sum(days > 0 for days in open_),
        "最长逾期天数": max(open_, default=0),
    }
