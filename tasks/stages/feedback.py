"""反馈: consequences settled, one overall appraisal and one act of feedback for every subject (BZ-52…54)."""

from collections.abc import Mapping
from typing import Any

from models.cycle import Gate
from tasks.desk import Desk
from tasks.documents.feedback_letters import send_feedback_messages, write_letters, write_orders
from tasks.documents.files import write_document
from tasks.followup.appraisals import feedback_gaps, given_subjects, take_appraisals, take_feedback_acts, wrong_channels
from tasks.followup.new_items import draft_investigated
from tasks.followup.rectification import draft_items
from tasks.grading.archive import archive_consequences
from tasks.grading.consequence_gate import STATES, settle_answer, settlement_question
from tasks.grading.consequences import action_label, consequences
from tasks.grading.result_uses import result_uses
from tasks.grading.rules import standing_decision, target_names
from tasks.stage import FactValue, Question, Report

CODE = "feedback"


def open_stage(desk: Desk) -> None:
    """Tell the units that feedback comes; where nothing is to be settled, nothing is asked."""
    if not consequences(desk, "proposed"):
        send_feedback_messages(desk)


def settle(desk: Desk) -> None:
    """Take in appraisals and acts; once the consequences are settled, draw up what is to be rectified."""
    take_appraisals(desk)
    take_feedback_acts(desk)
    if not consequences(desk, "proposed"):
        draft_items(desk)
        write_orders(desk, only_missing=True)


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Count what is unsettled, incomplete, not yet given, or given by letter where it must be face to face."""
    given = given_subjects(desk)
    return {
        "consequences_unsettled": len(consequences(desk, "proposed")),
        "appraisals_incomplete": len(feedback_gaps(desk)),
        "feedback_missing": sum(row.code not in given for row in desk.subjects()),
        "wrong_channel": len(wrong_channels(desk)),
    }


def ask(desk: Desk, facts: Mapping[str, FactValue]) -> Question | None:
    """Ask what becomes of each proposed consequence (BZ-54 needs the talks settled first)."""
    return settlement_question(desk) if facts["consequences_unsettled"] else None


def take_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> None:
    """Impose, replace or waive every proposed consequence, or refuse the answer naming every reason."""
    settle_answer(desk, gate, answer)
    send_feedback_messages(desk)
    draft_items(desk)


def close_stage(desk: Desk) -> None:
    """Write a letter to every subject and an order to every subject of one; enter what was imposed into the archive."""
    draft_investigated(desk)
    write_letters(desk)
    write_orders(desk)
    archive_consequences(desk, standing_decision(desk))
    write_document(desk, result_uses(desk), "结果运用清单")


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Show progress, gaps by subject and part, and each consequence with its rule and what became of it."""
    names = target_names(desk)
    total = len(desk.subjects())
    text = (
        f"已反馈 {total - int(facts['feedback_missing'] or 0)}/{total};"
        f"总体评价不完整 {facts['appraisals_incomplete']} 个;"
        f"应当面而未当面 {facts['wrong_channel']} 个;结果运用待定 {facts['consequences_unsettled']} 项。"
    )
    gaps = [
        {"对象": names[code], "情况": f"总体评价缺:{'、'.join(parts)}"} for code, parts in feedback_gaps(desk).items()
    ]
    gaps += [{"对象": names[code], "情况": "须当面反馈(BZ-54),登记为书面"} for code in wrong_channels(desk)]
    settled = tuple(
        {
            "对象": names[row.subject],
            "建议": action_label(desk, row.action),
            "规则": row.rule,
            "条文": row.detail.get("clause", ""),
            "结果": STATES[row.state],
            "措施": action_label(desk, row.settled_action),
            "理由": row.reason,
        }
        for row in consequences(desk)
    )
    return (
        Report("feedback-progress", "反馈进度", text),
        Report("feedback-gaps", "反馈缺项", table=tuple(gaps)),
        Report("feedback-consequences", "结果运用", table=settled),
    )
