"""The workbook of a closed period: numbers, everyone's standing, flaws, and the tables of its results."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.duties import DutySpec
from models.duty import Period
from tasks.desk import Desk
from tasks.duties.close_period import Closed, read_closed
from tasks.duties.completeness import STANDINGS, Standing, standings
from tasks.duties.labels import label_figures
from tasks.duties.who import names_of
from tasks.export.files import write_excel

UNFIT = re.compile(r"[\[\]:*?/\\']")
LONGEST = 28  # Excel allows 31; a number may follow


def workbook_path(out: Path, cycle_key: str, duty_id: str, slot: str) -> Path:
    """Return where the workbook of a period lies."""
    return out / cycle_key / duty_id / f"{slot}.xlsx"


def write_workbook(desk: Desk, duty: DutySpec, period: Period, path: Path) -> None:
    """Write the workbook of a closed period; the file appears whole or not at all."""
    closed = read_closed(desk, period)
    overview = _overview(duty, period, closed)
    sheets: dict[str, Any] = {"概况": [{"项目": name, "内容": value} for name, value in overview.items()]}
    names = names_of(desk, duty)
    if everyone := _everyone(standings(desk, duty.id, period.slot), names):
        sheets["办理情况"] = everyone
    if closed.flaws:
        sheets["发现的问题"] = [
            {"规则": flaw.rule, "对象": names.get(flaw.concerns, flaw.concerns), "情况": flaw.text}
            for flaw in closed.flaws
        ]
    for table in closed.tables:
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        sheets[_sheet_name(table.title, sheets)] = rows or [dict.fromkeys(table.columns)]
    write_excel(sheets, path)


def _overview(duty: DutySpec, period: Period, closed: Closed) -> Mapping[str, Any]:
    days = {"开始": period.opened_on, "截止": period.due_on, "汇总": period.closed_on}
    told: dict[str, Any] = {"期次": closed.label, **{name: str(day) for name, day in days.items()}}
    told |= label_figures(duty, closed.figures)
    return told | {"写入的事实": closed.facts, "提出的处理建议": closed.proposed, "新增的整改事项": closed.items}


def _everyone(rows: Iterable[Standing], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "编码": row.owed.owner,
            "名称": names.get(row.owed.owner, row.owed.owner),
            "单位": names.get(row.owed.unit_id or "", ""),
            "情况": STANDINGS[row.state] + ("(期限后补录)" if row.entered_late else ""),
            "截止": str(row.owed.due_on),
            "报送": str(row.submitted_on or ""),
            "录入": str(row.entered_on or ""),
            "次数": row.owed.attempt,
        }
        for row in rows
    ]


def _sheet_name(title: str, taken: Mapping[str, Any]) -> str:
    name = UNFIT.sub(" ", title).strip()[:LONGEST] or "表"
    number, free = 2, name
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free
