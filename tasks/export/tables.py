"""How each table of a cycle is exported: without ids and clock times, with what stands for them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session, SQLModel, select

from models.cycle import Cycle, Gate, StageException, StageState
from models.duty import DeadlineChange, Obligation, Period, Submission
from models.evidence import Investigation, Subject
from models.followup import ArchiveEntry, Feedback, FocusItem, RectificationItem, RectificationReport
from models.grading import (
    Consequence,
    DecidedGrade,
    Decision,
    DecisionException,
    Objection,
    PreliminaryGrade,
    Proposal,
    ProposalSheet,
    PublicNotice,
)
from models.outbox import Message

Row = dict[str, Any]
Read = Callable[[Session, Cycle], list[Row]]
ANSWER = ("blocks", "violations", "notices", "confirmed")


def said(row: SQLModel, names: Sequence[str]) -> Row:
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def _of_cycle(model: Any, *names: str) -> Read:
    """Rows that name their cycle themselves."""

    def read(session: Session, cycle: Cycle) -> list[Row]:
        return [said(row, names) for row in session.exec(select(model).where(model.cycle_id == cycle.id))]

    return read


def _below(model: Any, parent: Any, shown: str, *names: str, label: str = "") -> Read:
    """Rows of a parent of the cycle; the parent's `shown` column stands for its id."""

    def read(session: Session, cycle: Cycle) -> list[Row]:
        query = select(model, getattr(parent, shown)).select_from(model).join(parent).where(parent.cycle_id == cycle.id)
        return [{label or shown: above} | said(row, names) for row, above in session.exec(query)]

    return read


def _sheets(session: Session, cycle: Cycle) -> list[Row]:
    rows = session.exec(select(ProposalSheet).where(ProposalSheet.cycle_id == cycle.id))
    return [
        said(row, ("round", "frame_hash", "state", "drafted_on")) | {name: row.assessment.get(name) for name in ANSWER}
        for row in rows
    ]


def _objections(session: Session, cycle: Cycle) -> list[Row]:
    query = (
        select(Objection, Decision.round)
        .select_from(Objection)
        .join(PublicNotice)
        .join(Decision)
        .where(PublicNotice.cycle_id == cycle.id)
    )
    names = ("number", "subject", "content", "received_on", "state", "reply", "replied_on")
    return [{"round": number} | said(row, names) for row, number in session.exec(query)]


def _archive(session: Session, cycle: Cycle) -> list[Row]:
    rows = list(session.exec(select(ArchiveEntry).where(ArchiveEntry.cycle_id == cycle.id)))
    keys = {row.id: row.key for row in rows}
    names = ("key", "subject", "person_id", "year", "kind", "content", "entered_on")
    return [said(row, names) | {"corrects": keys.get(row.corrects_id)} for row in rows]


def _periods(session: Session, cycle: Cycle) -> list[Row]:
    """The turns of recurring duties with their numbers; what else they found stands in their workbooks."""
    rows = session.exec(select(Period).where(Period.cycle_id == cycle.id))
    names = ("duty", "slot", "label", "opened_on", "due_on", "closes_on", "state", "closed_on", "seed")
    return [said(row, names) | {"figures": row.outcome.get("figures", {})} for row in rows]


def _submissions(session: Session, cycle: Cycle) -> list[Row]:
    query = (
        select(Submission, Obligation).select_from(Submission).join(Obligation).where(Obligation.cycle_id == cycle.id)
    )
    return [
        said(owed, ("duty", "owner", "slot")) | said(row, ("attempt", "submitted_on", "state", "reason"))
        for row, owed in session.exec(query)
    ]


def _messages(session: Session, cycle: Cycle) -> list[Row]:
    """What was said; whether it was sent meanwhile depends on the hour, so of the state only a withdrawal is told."""
    rows = session.exec(select(Message).where(Message.cycle_id == cycle.id))
    names = ("kind", "recipient", "dedupe", "title", "deadline", "attachments")
    return [said(row, names) | {"cancelled": row.state == "cancelled"} for row in rows]


TABLES: dict[str, Read] = {
    "stages": _of_cycle(StageState, "stage", "ordinal", "state", "opened_on", "due_on", "closed_on", "rounds"),
    "stage_exceptions": _of_cycle(StageException, "stage", "condition", "round", "reason", "granted_by", "granted_on"),
    "gates": _of_cycle(
        Gate, "key", "stage", "kind", "attempt", "role", "title", "state", "answer", "answered_by", "refusal"
    ),
    "subjects": _of_cycle(Subject, "code", "tier", "unit_id", "person_id", "name", "title", "state", "reason"),
    "obligations": _of_cycle(
        Obligation, "stage", "duty", "owner", "unit_id", "form", "receiver", "slot", "opened_on", "due_on", "state"
    ),
    "submissions": _submissions,
    "periods": _periods,
    "deadline_changes": _below(
        DeadlineChange, Obligation, "duty", "cause", "due_before", "due_after", "reason", "changed_by"
    ),
    "investigations": _of_cycle(
        Investigation,
        "subject",
        "rules",
        "mandatory",
        "reason",
        "state",
        "result",
        "ordered_on",
        "due_on",
        "concluded_on",
    ),
    "preliminary_grades": _of_cycle(PreliminaryGrade, "subject", "grade", "rank", "reason", "group_name", "state"),
    "proposal_sheets": _sheets,
    "proposals": _below(
        Proposal, ProposalSheet, "round", "subject", "preliminary", "grade", "ceiling", "ceiling_rule", "reason"
    ),
    "decisions": _of_cycle(Decision, "round", "body", "meeting", "decided_by", "decided_on", "state"),
    "decided_grades": _below(DecidedGrade, Decision, "round", "subject", "proposed", "grade", "reason"),
    "decision_exceptions": _below(DecisionException, Decision, "round", "rule", "target", "detail", "reason"),
    "public_notices": _below(PublicNotice, Decision, "round", "from_on", "to_on", "circular_on", "state"),
    "objections": _objections,
    "consequences": _of_cycle(
        Consequence,
        *("subject", "rule", "action", "slot", "options", "detail", "state", "settled_action", "reason"),
        *("settled_by", "settled_on", "due_on"),
    ),
    "feedback": _of_cycle(Feedback, "subject", "parts", "channel", "given_by", "given_on", "state"),
    "rectification_items": _of_cycle(
        RectificationItem,
        *("subject", "number", "origin", "problem", "requirement", "measures", "responsible", "opened_on", "due_on"),
        *("ground", "state", "returned", "verified_by", "closed_on"),
    ),
    "rectification_reports": _below(
        RectificationReport,
        RectificationItem,
        "number",
        *("subject", "quarter", "progress", "evidence", "done", "reported_on", "state"),
        label="item",
    ),
    "focus_items": _below(FocusItem, RectificationItem, "number", "scheme_id", "year", "subject", "text", label="item"),
    "archive": _archive,
    "messages": _messages,
}
