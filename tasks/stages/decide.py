"""州党委决定: the party committee decides on the confirmed proposal, with reasons for what it changes (BZ-45)."""

from collections.abc import Mapping
from typing import Any

from models.cycle import Gate
from tasks.desk import Desk
from tasks.documents.files import shown_path, write_document
from tasks.documents.grading import decision_record
from tasks.grading.consequences import propose_consequences
from tasks.grading.decide_answer import read_decision, record_decision
from tasks.grading.decide_question import GATE, decision_fields, decision_text
from tasks.grading.proposal_text import quota_table
from tasks.grading.rules import QuotaUse, confirmed_sheet, current_decision, decided_grades, frames_of, quota_use
from tasks.stage import FactValue, Question, Report

CODE = "decide"
ROLE = "party_committee"
DOCUMENT = ("决定记录",)


def open_stage(desk: Desk) -> None:
    """Nothing is prepared: the question rests on the confirmed proposal."""


def settle(desk: Desk) -> None:
    """Nothing arrives on paper: the decision comes through the gate."""


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Tell whether a decision stands."""
    return {"decided": current_decision(desk) is not None}


def ask(desk: Desk, facts: Mapping[str, FactValue]) -> Question | None:
    """Ask the party committee until it has decided."""
    if facts["decided"]:
        return None
    sheet = confirmed_sheet(desk)
    text = decision_text(desk, sheet, shown_path(desk, "定等建议表"))
    return Question(GATE, ROLE, "州党委决定定等", text, decision_fields(desk, sheet))


def take_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> None:
    """Record the decision, or refuse it naming every reason (hard rules, missing reasons and exceptions, dates)."""
    sheet = confirmed_sheet(desk)
    record_decision(desk, sheet, read_decision(desk, sheet, answer), by=gate.answered_by)


def close_stage(desk: Desk) -> None:
    """Write the decision record and propose what follows from the grades decided (BZ-15…20)."""
    decision = current_decision(desk)
    assert decision is not None, "the exit condition holds only with a decision"
    propose_consequences(desk, decision)
    write_document(desk, decision_record(desk, decision), *DOCUMENT)


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Show the grades by pool, proposed or decided, and what the committee changed."""
    del facts
    decision = current_decision(desk)
    if decision is None:
        text = decision_text(desk, confirmed_sheet(desk), shown_path(desk, "定等建议表"))
        return (Report("decide-waiting", "待州党委决定", text),)
    rows = decided_grades(desk, decision)
    uses: list[QuotaUse] = quota_use(
        desk, frames_of(desk, confirmed_sheet(desk)), {code: row.grade for code, row in rows.items()}
    )
    changed = tuple(
        {"考核对象": row.subject, "建议": row.proposed, "决定": row.grade, "理由": row.reason}
        for row in rows.values()
        if row.grade != row.proposed
    )
    title = f"{decision.body}决定({decision.decided_on},{decision.meeting})"
    return (
        Report("decide-result", title, quota_table(uses)),
        Report("decide-changes", "与建议不同的决定", table=changed),
    )
