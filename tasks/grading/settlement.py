"""Settling consequences outside the stages: those of closed periods, and those that a revoked event reopened."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.cycle import Gate
from models.grading import Consequence
from notices.messages import OrderMessage
from tasks.cycle.gates import current_gate, open_gate, spend_answer
from tasks.desk import Desk
from tasks.documents.files import called, common, printed_subjects
from tasks.followup.item_duties import WITHDRAWN, follow_items, units_of
from tasks.followup.new_items import NewItem, add_items
from tasks.followup.rectification import OPEN, items
from tasks.grading.archive import archive_settled
from tasks.grading.consequence_gate import Settlement, settle_answer, settlement_question
from tasks.grading.consequences import ORDER, action_label, consequences, grounds_of, settled_dates, talk_actions

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
    """Do what was settled outside the feedback stage: date it, tell the subjects, follow with items, archive it.

    What was imposed anew as it had been before its event was revoked is not told again.
    """
    rows = [item.row for item in done]
    settled_dates(desk, [row for row in rows if row.state != "waived"])
    news = [row for row in rows if row.state != "waived" and _before(row) != row.settled_action]
    talks = talk_actions(desk.pack)
    asked = [row for row in news if row.settled_action == ORDER or row.settled_action in talks]
    _tell(desk, asked, talks)
    if desk.cycle.kind == "routine":  # the items of an annual cycle follow its appraisals
        add_items(desk, [_item(desk, row) for row in asked if row.due_on is not None])
    _withdraw_items(desk, [row for row in rows if row.state == "waived"])
    archive_settled(desk, {row.subject for row in rows})


def _before(row: Consequence) -> str:
    return str((row.detail.get("reopened") or {}).get("was", ""))


def _tell(desk: Desk, rows: Sequence[Consequence], talks: set[str]) -> None:
    units, printed = units_of(desk, {row.subject for row in rows}), printed_subjects(desk)
    for row in rows:
        talk = action_label(desk, row.settled_action) if row.settled_action in talks else ""
        text = OrderMessage(
            called(printed[row.subject]), **common(desk), talk=talk, at=None, place="", deadline=row.due_on
        )
        desk.message(text, recipient=units[row.subject], about=row.subject, slot=f"settled {row.id} {row.settled_on}")


def _item(desk: Desk, row: Consequence) -> NewItem:
    assert row.due_on is not None
    return NewItem(
        row.subject,
        grounds_of(row) or str(row.detail["clause"]),
        f"按{action_label(desk, row.settled_action)}的要求限期整改",
        row.due_on,
        row.rule,
        "order" if row.settled_action == ORDER else "talk",
    )


def _withdraw_items(desk: Desk, waived: Sequence[Consequence]) -> None:
    """Withdraw the open items of measures that were imposed, reopened and waived, unless the rule still stands."""
    gone = {(row.subject, row.rule) for row in waived if _before(row)}
    gone -= {(row.subject, row.rule) for row in consequences(desk, "imposed", "replaced")}
    rows = [row for row in items(desk, *OPEN) if (row.subject, row.origin) in gone]
    desk.move(rows, "withdraw", reason=WITHDRAWN)
    follow_items(desk)
