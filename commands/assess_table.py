"""An assessment as a person reads it: Chinese tables, the clause beside each finding."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from commands.tables import table
from config.scheme_loader import Pack
from scoring.assessment import Assessment

TITLES = {"violations": "违反规则", "blocks": "不得定等", "notices": "提示"}
FORCE = {"hard": "硬性", "soft": "可例外"}


def tables(pack: Pack, answer: Assessment) -> Iterator[Table]:
    """Grades first, then scores, every kind of finding that there is, and what follows from the grades."""
    found = answer.to_json()
    yield _grades(found)
    if found.get("scores"):
        yield _scores(found["scores"], pack)
    for kind, title in TITLES.items():
        if found[kind]:
            yield _findings(title, found[kind], pack)
    if found["consequences"]:
        yield _consequences(found["consequences"], pack)


def _grades(found: dict[str, Any]) -> Table:
    result = table("等次", "对象", "等次", "最高可定", "依据")
    for subject in sorted({*found["grades"], *found["ceilings"]}):
        ceiling = found["ceilings"].get(subject, {})
        result.add_row(subject, found["grades"].get(subject, "—"), ceiling.get("grade", ""), ceiling.get("rule", ""))
    return result


def _scores(by_subject: dict[str, dict[str, str]], pack: Pack) -> Table:
    result = table("得分", "对象", "得分")
    for subject, scores in by_subject.items():
        said = (f"{pack.scheme.names[name].label}:{value}" for name, value in scores.items() if value)
        result.add_row(subject, "\n".join(said))
    return result


def _findings(title: str, rows: list[dict[str, Any]], pack: Pack) -> Table:
    result = table(title, "对象", "规则", "说明", "条款")
    for row in rows:
        rule = f"{row['rule']} {FORCE.get(row.get('force', ''), '')}".strip()
        result.add_row(row["subject"] or pack.scheme.pool_label(row["pool"]), rule, row["detail"], row["clause"])
    return result


def _consequences(rows: list[dict[str, Any]], pack: Pack) -> Table:
    result = table("结果运用(建议)", "对象", "规则", "措施", "可改为", "备注", "条款")
    for row in rows:
        others = "、".join(pack.action_labels[code] for code in row["options"] if code != row["action"])
        result.add_row(
            row["subject"], row["rule"], pack.action_labels[row["action"]], others, _remark(row), row["clause"]
        )
    return result


def _remark(row: dict[str, Any]) -> str:
    parts = [
        f"年度考核最高“{row['max_grade']}”" if "max_grade" in row else "",
        f"{row['deadline_months']}个月内" if "deadline_months" in row else "",
        f"{row['starts']} 至 {row['ends']}" if "starts" in row else "",
        f"下一年度分值 {row['value']}" if "value" in row else "",
        row.get("review", ""),
    ]
    return ";".join(part for part in parts if part)
