"""提出定等建议: the groups' opinions, those consulted, the core's proposal, its confirmation (BZ-31, BZ-41…44)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from config.forms import FieldSpec
from models.cycle import Gate
from models.grading import Proposal, ProposalSheet
from tasks.desk import Desk
from tasks.documents.files import shown_path, write_document
from tasks.documents.grading import proposal_table
from tasks.evidence.collect_facts import collect_facts
from tasks.evidence.investigation_list import investigate_again
from tasks.evidence.missing_evidence import missing_evidence
from tasks.grading.changes import change_fields, read_changes
from tasks.grading.draft_proposal import GATE, draft_sheet, preliminary_grades, take_preliminary
from tasks.grading.explain import explained_text, keep_explanations
from tasks.grading.proposal_text import capped_rows, finding_lines, proposal_text
from tasks.grading.rules import (
    broken_rules,
    check_grades,
    current_sheet,
    frames_of,
    proposals_of,
    say_broken,
    target_names,
)
from tasks.stage import AnswerRefused, FactValue, Question, Report

CODE = "propose"
ROLE = "discipline_standing_committee"
DOCUMENT = ("定等建议表",)


def open_stage(desk: Desk) -> None:
    """Set aside the sheet of an earlier round: what is proposed now rests on today's facts."""
    sheet = current_sheet(desk)
    if sheet is not None:
        desk.move(sheet, "replace", reason="重新提出定等建议")


def settle(desk: Desk) -> None:
    """Take in preliminary grades; once nothing is missing, draft a sheet from the facts as they are now.

    A late complaint that demands an investigation sends the cycle back to that stage (BZ-40).
    """
    frames = collect_facts(desk.session, desk.cycle, desk.today)
    if investigate_again(desk, frames):
        return
    take_preliminary(desk)
    before = current_sheet(desk)
    if any(missing_evidence(desk).values()):
        return
    sheet = draft_sheet(desk, frames)
    if before is None or before.id != sheet.id:
        if not desk.trial:
            keep_explanations(desk, sheet)
        write_document(desk, proposal_table(desk, sheet), *DOCUMENT)


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Count what is missing and blocked; the proposal counts as confirmed only in its latest round."""
    sheet = current_sheet(desk)
    facts: dict[str, FactValue] = {f"{name}_missing": len(rows) for name, rows in missing_evidence(desk).items()}
    facts["blocks"] = len(sheet.assessment["blocks"]) if sheet else 0
    facts["proposal_confirmed"] = sheet is not None and sheet.state == "confirmed"
    return facts


def ask(desk: Desk, facts: Mapping[str, FactValue]) -> Question | None:
    """Ask the standing committee to confirm the drafted sheet; nothing while evidence is missing or blocked."""
    sheet = current_sheet(desk, "drafted")
    if sheet is None or facts["blocks"] or any(count for name, count in facts.items() if name.endswith("_missing")):
        return None
    fields = (
        FieldSpec(name="meeting", label="会议名称", type="text", required=True, help="如:州纪委常委会第3次会议"),
        change_fields(desk, proposals_of(desk, sheet), target_names(desk), name="changes", label="变更建议等次"),
    )
    path = shown_path(desk, *DOCUMENT)
    return Question(GATE, ROLE, _title(sheet), proposal_text(desk, sheet, path), fields)


def _title(sheet: ProposalSheet) -> str:
    return f"确认定等建议(第{sheet.round}稿)"


def take_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> None:
    """Confirm the sheet with the committee's changes; a hard rule broken or a reason missing refuses all of it."""
    sheet = current_sheet(desk, "drafted")
    if sheet is None or _title(sheet) != gate.title:
        raise AnswerRefused(["答复期间资料已更新,建议已重新生成;请按新一稿确认"])
    proposals, names = proposals_of(desk, sheet), target_names(desk)
    changes = read_changes(desk, answer.get("changes") or [], proposals, names)
    faults = changes.faults if str(answer.get("meeting") or "").strip() else ["请填写会议名称", *changes.faults]
    checked = check_grades(desk, frames_of(desk, sheet), changes.over(proposals))
    broken = broken_rules(desk, checked)
    faults += say_broken([row for row in broken if row.hard], names)
    if faults:
        raise AnswerRefused(faults)
    for row in _rows(desk, sheet, changes.grades):
        row.grade, row.reason = changes.grades[row.subject], changes.reasons[row.subject]
    confirmed = {"on": desk.today.isoformat(), "by": gate.answered_by, "meeting": str(answer["meeting"]).strip()}
    sheet.assessment = {**sheet.assessment, "violations": checked["violations"], "confirmed": confirmed}
    desk.move(sheet, "confirm", by=gate.answered_by)
    detail = {code: f"{grade}:{changes.reasons[code]}" for code, grade in changes.grades.items()}
    desk.audit("proposal.change", {"round": sheet.round, "changes": detail}, by=gate.answered_by)


def _rows(desk: Desk, sheet: ProposalSheet, codes: Iterable[str]) -> Sequence[Proposal]:
    mine = select(Proposal).where(Proposal.sheet_id == sheet.id, col(Proposal.subject).in_(list(codes)))
    return desk.session.exec(mine).all()


def close_stage(desk: Desk) -> None:
    """Write the proposal table as it was confirmed."""
    sheet = current_sheet(desk, "confirmed")
    assert sheet is not None, "the exit conditions hold only with a confirmed proposal"
    write_document(desk, proposal_table(desk, sheet), *DOCUMENT)


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Show what is missing by name, then the proposal with each ceiling's clause and what blocks it."""
    missing = missing_evidence(desk)
    lines = [f"{label}:缺 {len(missing[name])} 项" for name, label in LABELS.items()]
    rows = tuple({"缺少": LABELS[name], "对象": who} for name, found in missing.items() for who in found)
    progress = (
        f"已有初步意见 {len(preliminary_grades(desk))} 个;" + ";".join(lines) + f";未补齐依据 {facts['blocks']} 项"
    )
    shown = [
        Report("propose-progress", "定等建议进度", progress),
        Report("propose-missing", "定等资料缺项", table=rows),
    ]
    sheet = current_sheet(desk)
    if sheet is not None:
        text = proposal_text(desk, sheet, shown_path(desk, *DOCUMENT))
        shown.append(Report("propose-proposal", f"定等建议(第{sheet.round}稿)", text))
        shown.append(Report("propose-ceilings", "受限的考核对象", table=tuple(capped_rows(desk, sheet))))
        shown.append(Report("propose-explained", "受限对象的定等经过", explained_text(desk, sheet)))
        shown.append(Report("propose-blocks", "未补齐的依据", table=tuple(finding_lines(desk, sheet, "blocks"))))
    return tuple(shown)


LABELS = {"midyear": "年中检查记录", "preliminary": "初步意见", "opinions": "征求意见", "external": "外部考核结果"}
