"""整改跟踪: quarterly reports until all is closed or next year takes it over (BZ-17, BZ-55, BZ-56)."""

from collections.abc import Mapping
from typing import Any

from config.rhythm import slot_label
from models.cycle import Gate
from tasks.desk import Desk
from tasks.documents.rectification import write_papers
from tasks.followup.focus import carry_over
from tasks.followup.quarterly_reports import report_obligations
from tasks.followup.rectification import OPEN, items, overdue_days, state_label
from tasks.followup.track_quarter import follow_up
from tasks.followup.verifications import verification_faults
from tasks.grading.consequence_gate import settle_answer, settlement_question
from tasks.grading.rules import target_names
from tasks.grading.settlement import follow_settlement
from tasks.stage import FactValue, Question, Report

CODE = "rectify"


def open_stage(desk: Desk) -> None:
    """Lay down the quarterly reports that are owed; without an item there are none."""
    follow_up(desk)


def settle(desk: Desk) -> None:
    """Take in reports and verifications, remind of quarters that open, close those that have ended."""
    follow_up(desk)


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Count open items, reports not handed in after their due day, and quarters that still lie ahead."""
    owed = report_obligations(desk)
    return {
        "items_open": len(items(desk, *OPEN)),
        "reports_missing": sum(row.state == "open" and row.due_on < desk.today for row in owed),
        "quarters_left": len({row.slot for row in owed if row.due_on >= desk.today}),
    }


def ask(desk: Desk, facts: Mapping[str, FactValue]) -> Question | None:
    """Ask anew what becomes of a consequence that was reopened; reports and verifications come on their forms."""
    del facts
    return settlement_question(desk)


def take_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> None:
    """Impose, replace or waive what was reopened, or refuse the answer naming every reason."""
    follow_settlement(desk, settle_answer(desk, gate, answer))


def close_stage(desk: Desk) -> None:
    """Hand every item over to next year's plan, open ones as carried over (BZ-56)."""
    carry_over(desk)
    write_papers(desk, sorted({row.slot for row in report_obligations(desk) if row.state == "accepted"})[-1:])


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Show progress, each item with its delay, reports overdue, and why a verification did not close an item."""
    names = target_names(desk)
    text = (
        f"未销号 {facts['items_open']} 项;逾期未报 {facts['reports_missing']} 份;尚余 {facts['quarters_left']} 个季度。"
    )
    rows = tuple(
        {
            "整改对象": names[row.subject],
            "序号": row.number,
            "问题": row.problem,
            "期限": str(row.due_on),
            "状态": state_label(row),
            "退回理由": row.returned,
            "逾期天数": overdue_days(row, desk.today),
        }
        for row in items(desk)
    )
    late = [row for row in report_obligations(desk, "open") if row.due_on < desk.today]
    missing = [{"对象": names[row.owner], "情况": f"{slot_label(row.slot)}报告逾期"} for row in late]
    missing += [
        {"对象": f"{names.get(key[0], key[0])}第{key[1]}项", "情况": why} for key, why in verification_faults(desk)
    ]
    return (
        Report("rectify-progress", "整改进度", text),
        Report("rectify-items", "整改事项", table=rows),
        Report("rectify-missing", "整改缺项", table=tuple(missing)),
    )
