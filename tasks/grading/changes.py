"""Departures from proposed grades, as a committee states them in a gate: read, and refused with every reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.forms import FieldSpec, Option
from models.grading import Proposal
from tasks.desk import Desk


@dataclass
class Changes:
    """What was changed, by subject: grade and reason; and what is wrong with it."""

    grades: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def over(self, proposals: Mapping[str, Proposal]) -> dict[str, str]:
        """Return every subject's grade with the changes laid over the proposals."""
        return {code: row.grade for code, row in proposals.items()} | self.grades


def change_fields(
    desk: Desk, proposals: Mapping[str, Proposal], names: Mapping[str, str], *, name: str, label: str
) -> FieldSpec:
    """Return the rows in which grades are changed: subject, grade, reason."""
    subjects = tuple(Option(value=code, label=f"{names[code]}(建议:{row.grade})") for code, row in proposals.items())
    grades = dict.fromkeys(grade for tier in desk.pack.scheme.tiers.values() for grade in tier.scale.grades)
    fields = (
        FieldSpec(name="subject", label="考核对象", type="choice", required=True, options=subjects),
        FieldSpec(
            name="grade",
            label="等次",
            type="choice",
            required=True,
            options=tuple(Option(value=grade, label=grade) for grade in grades),
        ),
        FieldSpec(name="reason", label="理由", type="longtext", required=True),
    )
    return FieldSpec(name=name, label=label, type="rows", fields=fields, help="不变更的不填")


def read_changes(
    desk: Desk, rows: Sequence[Mapping[str, Any]], proposals: Mapping[str, Proposal], names: Mapping[str, str]
) -> Changes:
    """Return the changes of an answer with all faults: unknown, double, no change at all, off the scale, no reason."""
    scales = {row.code: desk.pack.scheme.scale_for(row.tier).grades for row in desk.subjects()}
    changes = Changes()
    for number, row in enumerate(rows, start=1):
        code, grade, reason = (str(row.get(name) or "").strip() for name in ("subject", "grade", "reason"))
        if code not in proposals:
            changes.faults.append(f"第 {number} 行:没有考核对象“{code}”,请从列表中选择")
            continue
        fault = _fault(changes, names[code], code, grade, reason, proposals[code], scales.get(code, ()))
        if fault:
            changes.faults.append(f"第 {number} 行:{fault}")
        else:
            changes.grades[code], changes.reasons[code] = grade, reason
    return changes


def _fault(
    changes: Changes, name: str, code: str, grade: str, reason: str, proposal: Proposal, scale: Sequence[str]
) -> str:
    if code in changes.grades:
        return f"{name}出现了两次,请只留一行"
    if grade not in scale:
        return f"{name}的等次“{grade}”不在等次表内,可用:{'、'.join(scale)}"
    if grade == proposal.grade:
        return f"{name}的等次与建议相同(“{grade}”),请删去此行"
    return f"{name}由“{proposal.grade}”改为“{grade}”,未写理由" if not reason else ""
