"""The ledger of what is owed (应办台账) as rows that people read: for the terminal, a workbook, an artifact."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from tasks.documents.markdown import table
from tasks.export.files import write_excel
from tasks.reminding.extend import STATES
from tasks.reminding.owing import Owing, Rung

TITLE = "应办台账"
CONFIDENTIAL = "(保密)"
COLUMNS = (
    "编号", "周期", "事项", "单位", "承担者", "提醒对象", "报送", "布置", "期限", "延期至", "逾期天数", "逾期工作日",
    "状态", "已提醒",
)  # fmt: skip
Row = dict[str, str | int]


def ledger_rows(found: Sequence[Owing]) -> list[Row]:
    """Return a row for each work, columns in Chinese, days as ISO text."""
    return [dict(zip(COLUMNS, _cells(row), strict=True)) for row in found]


def _cells(row: Owing) -> tuple[str | int, ...]:
    told = "、".join(_told(rung) for rung in row.rungs if rung.told)
    extended = str(row.extended_until or "")
    who, days = (
        (row.unit, row.name, row.told, row.receiver),
        (str(row.since), f"{row.due}{'(暂定)' if row.provisional else ''}", extended),
    )
    return row.id, row.cycle, row.work, *who, *days, row.days_overdue, row.workdays_overdue, STATES[row.state], told


def _told(rung: Rung) -> str:
    name = f"前{-rung.rung}日" if rung.rung < 0 else f"逾期{rung.rung}日" if rung.rung else "到期日"
    return f"{name}({rung.on}{',已报接收方' if rung.escalated else ''})"


def ledger_json(found: Sequence[Owing]) -> list[dict[str, Any]]:
    """Return the ledger for programs: days as ISO text, rungs as they were told or passed over."""
    return [asdict(row) for row in found]


def write_ledger(found: Sequence[Owing], path: Path) -> None:
    """Write the ledger as a workbook with one sheet, heads also when nothing is owed."""
    write_excel({TITLE: ledger_rows(found) or [dict.fromkeys(COLUMNS, "")]}, path)


def ledger_table(found: Sequence[Owing]) -> list[Row]:
    """Return the ledger for an artifact: one row a work, unit and due day; who owes confidential work is hidden."""
    rows: list[Row] = []
    for (_, unit, due, work), group in groupby(sorted(found, key=_work), _work):
        members = list(group)
        named, told = (_joined(getattr(row, name) for row in members) for name in ("name", "told"))
        rows.append(
            {
                "事项": work,
                "单位": CONFIDENTIAL if members[0].confidential else unit,
                "承担者": CONFIDENTIAL if members[0].confidential else named,
                "提醒对象": CONFIDENTIAL if members[0].confidential else told,
                "项数": len(members),
                "期限": due,
                "逾期天数": members[0].days_overdue,
                "最近提醒": max((str(rung.on) for row in members for rung in row.rungs if rung.told), default=""),
            }
        )
    return rows


def ledger_summary(found: Sequence[Owing]) -> list[Row]:
    """Return a row for each duty and period of a cycle: how much is owed, how much of it overdue, the first due day."""
    rows: list[Row] = []
    groups: dict[tuple[str, str, str], list[Owing]] = {}
    for row in found:
        groups.setdefault((row.cycle, row.duty, row.period), []).append(row)
    for (cycle, duty, period), members in groups.items():
        late = sum(row.days_overdue > 0 for row in members)
        first = str(min(row.due for row in members))
        rows.append(
            {"周期": cycle, "事项": duty, "期次": period, "项数": len(members), "逾期": late, "最早期限": first}
        )
    return rows


def _joined(names: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(names))


def _work(row: Owing) -> tuple[str, str, str, str]:
    return row.cycle, "" if row.confidential else row.unit, str(row.due), row.work


def ledger_markdown(found: Sequence[Owing]) -> str:
    """Return the ledger for an artifact as Markdown: how much is owed and overdue, then the table."""
    late = sum(row.days_overdue > 0 for row in found)
    rows = ledger_table(found)
    heads = list(rows[0]) if rows else []
    told = table(heads, [list(row.values()) for row in rows], shown=100, more="kaohe obligations --owing -o 应办.xlsx")
    return f"## {TITLE}\n\n应办 **{len(found)}** 项,其中逾期 **{late}** 项。\n\n{told}"
