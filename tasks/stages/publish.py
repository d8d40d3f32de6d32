"""公示、通报: grades published for a notice period, objections answered, then the circular (BZ-21, BZ-46)."""

from collections.abc import Mapping
from typing import Any

from models.cycle import Gate
from tasks.desk import Desk
from tasks.documents.files import shown_path, write_document
from tasks.documents.grading import public_notice
from tasks.grading.archive import archive_decision
from tasks.grading.publication import (
    GATE,
    circulate,
    current_notice,
    late_objections,
    notice_fields,
    notice_of,
    objections,
    open_notice,
    read_result,
    reopen,
    take_objections,
)
from tasks.grading.rules import standing_decision
from tasks.stage import FactValue, Question, Report

CODE = "publish"
ROLE = "administrator"


def open_stage(desk: Desk) -> None:
    """Publish the decision from the next working day on, for the scheme's number of working days (BZ-46)."""
    decision = standing_decision(desk)
    notice = open_notice(desk, decision)
    write_document(desk, public_notice(desk, notice, decision), f"公示(第{decision.round}次)")


def settle(desk: Desk) -> None:
    """Take in objections received in the notice period; let the notice expire the day after its last."""
    notice = notice_of(desk, standing_decision(desk))
    take_objections(desk, notice)
    if notice.state == "published" and desk.today > notice.to_on:
        desk.move(notice, "expire")


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Tell whether the notice is over, how many objections wait for a reply, whether the circular is out."""
    notice = current_notice(desk)
    return {
        "notice_over": notice is not None and notice.state in ("expired", "circulated"),
        "objections_open": len(objections(desk, notice, "received")) if notice else 0,
        "circular_issued": notice is not None and notice.state == "circulated",
    }


def ask(desk: Desk, facts: Mapping[str, FactValue]) -> Question | None:
    """Ask what became of the objections, and for the circular, once the notice is over."""
    if not facts["notice_over"] or facts["circular_issued"]:
        return None
    notice = notice_of(desk, standing_decision(desk))
    waiting = objections(desk, notice, "received")
    lines = "".join(f"- {row.number}({row.received_on}):{row.content}\n" for row in waiting) or "公示期内未收到异议。\n"
    text = (
        f"公示期 {notice.from_on} 至 {notice.to_on} 已满。\n\n{lines}\n"
        "异议成立的,决定将重新研究,此时不填通报文号和日期;没有成立的,填写通报文号和日期,通报发至各单位。"
    )
    return Question(GATE, ROLE, "公示结果与通报", text, notice_fields(desk, waiting))


def take_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> None:
    """Answer the objections; an upheld one reopens the decision, otherwise the circular is issued."""
    decision = standing_decision(desk)
    notice = notice_of(desk, decision)
    result = read_result(desk, notice, answer)
    for row, upheld, reply in result.replies:
        verb = "uphold" if upheld else "reject"
        desk.move(row, verb, by=gate.answered_by, reply=reply, replied_on=desk.today)
    if result.upheld:
        reopen(desk, notice, decision, "异议成立:" + "、".join(result.upheld))
    elif result.circular_on is not None:
        circulate(desk, notice, decision, number=result.number, issued_on=result.circular_on)


def close_stage(desk: Desk) -> None:
    """Enter every decided grade into the integrity archive (BZ-22)."""
    archive_decision(desk, standing_decision(desk))


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Show the notice period, the objections with their replies, and where the documents lie."""
    notice = current_notice(desk)
    if notice is None:
        return ()
    path = shown_path(desk, "公示(第1次)").rpartition("/")[0]
    text = (
        f"公示 {notice.from_on} 至 {notice.to_on};未答复异议 {facts['objections_open']} 件;"
        f"通报:{notice.circular_on or '未发'}。文件见 `{path}`。"
    )
    labels = {"received": "待答复", "upheld": "成立", "rejected": "不成立"}
    rows = [
        {"编号": row.number, "收到": str(row.received_on), "结果": labels[row.state], "答复": row.reply}
        for row in objections(desk, notice)
    ]
    rows += [
        {"编号": entry.key, "收到": str(entry.dated), "结果": "不在公示期内", "答复": ""}
        for entry in late_objections(desk, notice)
    ]
    return (Report("publish-progress", "公示进度", text), Report("publish-objections", "异议", table=tuple(rows)))
