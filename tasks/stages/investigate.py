"""专项调查: the rules propose whom to investigate, a person confirms the list, results conclude it (BZ-13, BZ-40)."""

from collections.abc import Mapping
from typing import Any

from config.forms import FieldSpec, Option
from models.cycle import Gate
from models.evidence import Investigation
from tasks.desk import Desk
from tasks.documents.files import called, printed_subjects
from tasks.evidence.investigation_list import draft_list, investigations, order_investigations
from tasks.evidence.investigation_results import stray_results, take_results
from tasks.stage import AnswerRefused, FactValue, Question, Report

CODE = "investigate"
GATE = "investigation_list"
ROLE = "discipline_standing_committee"
STATES = {"proposed": "待确认", "open": "调查中", "concluded": "已结论", "dropped": "未列入"}
RESULTS = {"open": "", "substantiated": "属实", "unsubstantiated": "不属实"}


def open_stage(desk: Desk) -> None:
    """Draft the list by the rules."""
    draft_list(desk)


def settle(desk: Desk) -> None:
    """Draft anew as facts change, and take in results and findings."""
    draft_list(desk)
    take_results(desk)


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Count who is triggered and what is not concluded; a list with drafts on it is not confirmed."""
    rows = investigations(desk)
    return {
        "triggered": sum(bool(row.rules) for row in rows),
        "list_unconfirmed": any(row.state == "proposed" for row in rows),
        "open_investigations": sum(row.state == "open" for row in rows),
    }


def ask(desk: Desk, facts: Mapping[str, FactValue]) -> Question | None:
    """Ask the standing committee to confirm the drafted list; nothing when no rule is triggered."""
    drafts = investigations(desk, "proposed")
    if not facts["list_unconfirmed"]:
        return None
    names = _names(desk)
    listed = "\n".join(f"- {names[row.subject]}{'(必须调查)' if row.mandatory else ''}:{row.reason}" for row in drafts)
    text = (
        f"按规则应组织专项调查的考核对象 **{len(drafts)}** 个:\n\n{listed}\n\n"
        "直接提交即按名单组织调查。“必须调查”的不得移出;移出其他对象、增加对象都须写明理由。"
    )
    known = {row.subject for row in investigations(desk)}
    others = {row.code: names[row.code] for row in desk.subjects() if row.code not in known}
    fields = [_rows("dropped", "移出名单", {row.subject: names[row.subject] for row in drafts})]
    if others:
        fields.append(_rows("added", "增加调查对象", others))
    return Question(GATE, ROLE, f"确认专项调查名单({len(drafts)}个)", text, tuple(fields))


def take_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> None:
    """Order the investigations of the list as answered; AnswerRefused with every reason."""
    drafts = {row.subject: row for row in investigations(desk, "proposed")}
    if set(drafts) != _asked(gate):
        raise AnswerRefused(["答复期间资料已更新,名单已重新生成;请按新的名单确认"])
    dropped, added = answer.get("dropped") or [], answer.get("added") or []
    faults = _drop_faults(drafts, dropped, _names(desk)) + _add_faults(desk, added)
    if faults:
        raise AnswerRefused(faults)
    reasons = {str(row["subject"]): str(row["reason"]).strip() for row in dropped}
    for code, reason in reasons.items():
        drafts[code].reason = reason
        desk.move(drafts[code], "drop", by=gate.answered_by, reason=reason)
    more = [_added(desk, str(row["subject"]), str(row["reason"]).strip()) for row in added]
    ordered = [row for code, row in drafts.items() if code not in reasons] + more
    order_investigations(desk, ordered, by=gate.answered_by)


def close_stage(desk: Desk) -> None:
    """Record what came of it."""
    rows = investigations(desk)
    results = {row.subject: row.result if row.state == "concluded" else row.state for row in rows}
    desk.audit("investigate.complete", {"results": results, "triggered": bool(rows)})


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Show the list with grounds, deadline and result; without a trigger say so."""
    rows, names = investigations(desk), _names(desk)
    if not rows:
        return (Report("investigate-list", "专项调查", "未触发:没有考核对象达到专项调查的条件(BZ-13、BZ-40)。"),)
    summary = (
        f"触发 **{facts['triggered']}** 个,调查中 **{facts['open_investigations']}** 个,"
        f"已结论 **{sum(row.state == 'concluded' for row in rows)}** 个。"
    )
    stray = [names.get(code, code) for code in stray_results(desk)]
    summary += f"\n\n登记了结果而不在调查名单内:{'、'.join(stray)}。" if stray else ""
    table = tuple(
        {
            "考核对象": names[row.subject],
            "依据": "、".join(row.rules) or "人工增加",
            "事由": row.reason,
            "状态": STATES[row.state],
            "期限": str(row.due_on or ""),
            "结论": RESULTS[row.result],
        }
        for row in rows
    )
    return (Report("investigate-list", "专项调查", summary, table),)


def _names(desk: Desk) -> dict[str, str]:
    return {code: called(subject) for code, subject in printed_subjects(desk).items()}


def _rows(name: str, label: str, subjects: Mapping[str, str]) -> FieldSpec:
    options = tuple(Option(value=code, label=text) for code, text in subjects.items())
    fields = (
        FieldSpec(name="subject", label="考核对象", type="choice", required=True, options=options),
        FieldSpec(name="reason", label="理由", type="longtext", required=True),
    )
    return FieldSpec(name=name, label=label, type="rows", fields=fields, help="没有的不填")


def _asked(gate: Gate) -> set[str]:
    """The subjects on the list as it was offered."""
    offered = next(FieldSpec.model_validate(field) for field in gate.form if field["name"] == "dropped")
    return {option.value for option in offered.fields[0].options}


def _drop_faults(
    drafts: Mapping[str, Investigation], rows: list[Mapping[str, Any]], names: Mapping[str, str]
) -> list[str]:
    faults = []
    for row in rows:
        code = str(row.get("subject") or "")
        if code not in drafts:
            faults.append(f"“{names.get(code, code)}”不在本次名单中,不能移出;请从列表中选择")
        elif drafts[code].mandatory:
            faults.append(f"{names[code]}的“不满意”票超过三分之一,必须专项调查,不得移出(BZ-13)")
        elif not str(row.get("reason") or "").strip():
            faults.append(f"移出{names[code]}须写明理由")
    return faults


def _add_faults(desk: Desk, rows: list[Mapping[str, Any]]) -> list[str]:
    allowed = {row.code for row in desk.subjects()} - {row.subject for row in investigations(desk)}
    faults = []
    seen: set[str] = set()
    for row in rows:
        code = str(row.get("subject") or "")
        if code not in allowed or code in seen:
            faults.append(f"“{code}”不是考核对象或已在名单中,不能增加;请从列表中选择")
        elif not str(row.get("reason") or "").strip():
            faults.append(f"增加“{code}”须写明理由")
        seen.add(code)
    return faults


def _added(desk: Desk, code: str, reason: str) -> Investigation:
    row = Investigation(cycle_id=desk.cycle_id, subject=code, rules=[], reason=reason)
    desk.session.add(row)
    desk.session.flush()
    return row
