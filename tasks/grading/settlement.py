"""Settling consequences outside the stages: those of closed periods, and those that a revoked event reopened."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.cycle import Gate
from notices.messages import OrderMessage
from tasks.cycle.gates import current_gate, open_gate, spend_answer
from tasks.desk import Desk
from tasks.documents.files import called, common, printed_subjects
from tasks.followup.item_duties import units_of
from tasks.followup.new_items import NewItem, add_items
from tasks.grading.archive import archive_settled
from tasks.grading.consequence_gate import Settlement, settle_answer, settlement_question
from tasks.grading.consequences import ORDER, action_label, grounds_of, settled_dates, talk_actions

STAGE = "routine"  # no stage of an annual cycle is called so


def ask_routine(desk: Desk) -> Gate | None:
    """Return the gate in which proposed consequences are settled, opened now where none waits; None if none is needed.

    Asked of routine cycles and of annual cycles that are closed; an open annual cycle asks in its own stage.
    """
    gate = current_gate(desk.session, desk.cycle_id)
    if gate is not None:
        return gate if gate.stage == STAGE else None
    if desk.cycle.kind == "annual" and desk.cycle.state != "closed":
        return None
    question = settlement_question(desk)
    return open_gate(desk, STAGE, question) if question else None


def take_routine_answer(desk: Desk) -> bool | None:
    """Apply the answer that was given; whether it was accepted, None where none waits. A refused one is asked anew."""
    gate = current_gate(desk.session, desk.cycle_id)
    if gate is None or gate.stage != STAGE or gate.state != "answered":
        return None

    def apply(answer: Mapping[str, Any]) -> None:
        follow_settlement(desk, settle_answer(desk, gate, answer))

    accepted = spend_answer(desk, gate, apply)
    ask_routine(desk)
    return accepted


def follow_settlement(desk: Desk, done: Iterable[Settlement]) -> None:
    """Do what was settled outside the stages: date it, tell the subjects, draw up items, enter it into the archive."""
    rows = [item.row for item in done]
    standing = [row for row in rows if row.state != "waived"]
    settled_dates(desk, standing)
    units, printed = units_of(desk, {row.subject for row in rows}), printed_subjects(desk)
    talks = talk_actions(desk.pack)
    for row in standing:
        if row.settled_action in talks or row.settled_action == ORDER:
            talk = action_label(desk, row.settled_action) if row.settled_action in talks else ""
            text = OrderMessage(
                called(printed[row.subject]), **common(desk), talk=talk, at=None, place="", deadline=row.due_on
            )
            desk.message(text, recipient=units[row.subject], about=row.subject, slot=f"settled {row.id}")
    add_items(
        desk,
        [
            NewItem(
                row.subject,
                grounds_of(row) or str(row.detail["clause"]),
                f"按{action_label(desk, row.settled_action)}的要求限期整改",
                row.due_on,
                row.rule,
                "order" if row.settled_action == ORDER else "talk",
            )
            for row in standing
            if row.due_on is not None and (row.settled_action in talks or row.settled_action == ORDER)
        ],
    )
    archive_settled(desk, {row.subject for row in rows})
