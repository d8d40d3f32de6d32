"""The committee's answer read, checked by the core on the proposal's own frames, and recorded (BZ-45)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import select

from models.grading import DecidedGrade, Decision, DecisionException, ProposalSheet
from tasks.desk import Desk
from tasks.grading.changes import Changes, read_changes
from tasks.grading.decide_question import ANY
from tasks.grading.rules import Broken, broken_rules, check_grades, frames_of, proposals_of, say_broken, target_names
from tasks.stage import AnswerRefused


@dataclass(frozen=True)
class Verdict:
    """An answer that stands: the meeting, every grade, and each soft rule broken with the reason for it."""

    meeting: str
    decided_on: date
    changes: Changes
    exceptions: tuple[tuple[Broken, str], ...]


def read_decision(desk: Desk, sheet: ProposalSheet, answer: Mapping[str, Any]) -> Verdict:
    """Return the answer as a verdict; AnswerRefused with all that is wrong with it."""
    proposals, names = proposals_of(desk, sheet), target_names(desk)
    changes = read_changes(desk, answer.get("overrides") or [], proposals, names)
    meeting = str(answer.get("meeting") or "").strip()
    faults = [] if meeting else ["请填写会议名称"]
    decided_on, late = _read_date(desk, sheet, answer.get("decided_on"))
    broken = broken_rules(desk, check_grades(desk, frames_of(desk, sheet), changes.over(proposals)))
    reasons, unclear = _read_exceptions(answer.get("exceptions") or [])
    excepted = tuple((row, _reason_for(row, reasons)) for row in broken if not row.hard)
    open_soft = say_broken([row for row, reason in excepted if not reason], names)
    faults += [*late, *changes.faults, *say_broken([row for row in broken if row.hard], names), *unclear]
    faults += [f"{line};突破此项须在“一般性规定的例外”中写明理由" for line in open_soft]
    if faults or decided_on is None:
        raise AnswerRefused(faults)
    return Verdict(meeting, decided_on, changes, excepted)


def _read_date(desk: Desk, sheet: ProposalSheet, value: Any) -> tuple[date | None, list[str]]:
    confirmed = date.fromisoformat(sheet.assessment["confirmed"]["on"])
    try:
        day = date.fromisoformat(str(value or ""))
    except ValueError:
        return None, [f"决定日期“{value or '空'}”不是日期,请按 {desk.today.isoformat()} 的写法填写"]
    if day < confirmed:
        return day, [f"决定日期 {day} 早于定等建议的确认日期 {confirmed}"]
    if day > desk.today:
        return day, [f"决定日期 {day} 晚于今天({desk.today})"]
    return day, []


def _read_exceptions(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, str], list[str]]:
    reasons: dict[str, str] = {}
    faults = []
    for number, row in enumerate(rows, start=1):
        key, reason = str(row.get("rule") or "").strip(), str(row.get("reason") or "").strip()
        if not reason:
            faults.append(f"例外第 {number} 行({key or '未选规定'})未写理由")
        elif key in reasons:
            faults.append(f"例外第 {number} 行({key})出现了两次,请只留一行")
        else:
            reasons[key] = reason
    return reasons, faults


def _reason_for(row: Broken, reasons: Mapping[str, str]) -> str:
    return reasons.get(row.key) or reasons.get(f"{row.rule}|{ANY}") or ""


def record_decision(desk: Desk, sheet: ProposalSheet, verdict: Verdict, *, by: str) -> Decision:
    """Keep a verdict as the decision of the next round: every grade beside its proposal, and the exceptions."""
    rounds = select(func.max(Decision.round)).where(Decision.cycle_id == desk.cycle_id)
    assert sheet.id is not None
    decision = Decision(
        cycle_id=desk.cycle_id,
        round=(desk.session.exec(rounds).one() or 0) + 1,
        sheet_id=sheet.id,
        body=desk.pack.roles["party_committee"],
        meeting=verdict.meeting,
        decided_by=by,
        decided_on=verdict.decided_on,
    )
    desk.session.add(decision)
    desk.session.flush()
    assert decision.id is not None
    desk.session.execute(insert(DecidedGrade), _grade_rows(desk, sheet, verdict, decision))
    desk.session.add_all(
        DecisionException(decision_id=decision.id, rule=row.rule, target=row.target, detail=row.detail, reason=reason)
        for row, reason in verdict.exceptions
    )
    desk.session.flush()
    detail = {"round": decision.round, "changed": verdict.changes.grades, "exceptions": len(verdict.exceptions)}
    desk.audit("decision.decide", detail, by=by)
    return decision


def _grade_rows(desk: Desk, sheet: ProposalSheet, verdict: Verdict, decision: Decision) -> list[dict[str, Any]]:
    proposals = proposals_of(desk, sheet)
    grades = verdict.changes.over(proposals)
    return [
        {
            "decision_id": decision.id,
            "subject": code,
            "proposed": row.grade,
            "grade": grades[code],
            "reason": verdict.changes.reasons.get(code, ""),
        }
        for code, row in proposals.items()
    ]
