"""What rested on an event that was revoked: consequences are proposed again, grades are laid before the committee.

Nothing decided changes by itself: a cycle's frozen frames are assessed once as they were and once as the ledger is now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlmodel import Session, col, select

from config.calendar import WorkCalendar
from models.cycle import Cycle
from models.evidence import Event
from models.grading import Consequence, Decision, ProposalSheet
from notices.messages import GateMessage
from scoring.case import CaseFrames
from tasks.cycle.open_cycle import load_pack
from tasks.desk import Desk
from tasks.documents.files import common
from tasks.evidence.collect_facts import EVENT_FACTS, event_facts
from tasks.evidence.frames import FACTS
from tasks.grading.archive import archive_settled
from tasks.grading.consequences import GRADE_REVIEW, consequences
from tasks.grading.rules import check_grades, current_decision, decided_grades, frames_of, propose_grades
from tasks.grading.settlement import ask_routine

Key = tuple[str, str, str]  # subject, rule, action
Limit = tuple[str, str, str]  # subject, rule, grade
LIMITS = ("force", "ceiling")


@dataclass
class Revoked:
    """The events that were revoked, and the grades that turned out to rest on them, by (subject, year)."""

    events: Sequence[Event]
    grades: set[tuple[str, int]] = field(default_factory=set)

    @property
    def subjects(self) -> set[str]:
        """The units and persons whose ledger changed."""
        return {str(event.unit_id or event.person_id) for event in self.events}

    @property
    def why(self) -> str:
        """What is said wherever something is reopened."""
        told = ((event.document or event.detail or event.source, event.revoked_reason) for event in self.events)
        return "所依据的事项已撤销:" + ";".join(f"{what}({reason})" for what, reason in told)


def reopen_rested(session: Session, events: Sequence[Event], *, today: date, now: datetime, by: str) -> list[str]:
    """Reopen what rested on these events in any cycle, closed ones too; return in words what was reopened."""
    revoked, told = Revoked(events), []
    query = select(Cycle).where(Cycle.state != "withdrawn").order_by(col(Cycle.year), col(Cycle.id))
    for cycle in session.exec(query):
        desk = Desk(session, cycle, load_pack(session, cycle), WorkCalendar(), now, today, by)
        rows = _of_periods(desk, revoked) if cycle.kind == "routine" else _of_decision(desk, revoked)
        if rows:
            told.append(f"{cycle.name}:{len(rows)} 项须重新研究")
            _tell(desk, rows, revoked)
    return told


def _of_periods(desk: Desk, revoked: Revoked) -> list[Consequence]:
    """What closed periods proposed from rows of the ledger; a corrected row is told anew by its period."""
    gone = {event.key.rsplit("#", 1)[0] for event in revoked.events if event.state == "revoked"}
    rows = [
        row for row in consequences(desk) if gone & {f"{desk.cycle.scope}|{key}" for key in row.detail.get("rows", ())}
    ]
    return _reopen(desk, rows, revoked)


def _of_decision(desk: Desk, revoked: Revoked) -> list[Consequence]:
    """What the grades of an annual cycle, its frozen facts and the history it read gave rise to."""
    decision = current_decision(desk)
    if decision is None:
        return []
    sheet = desk.session.get_one(ProposalSheet, decision.sheet_id)
    frames = frames_of(desk, sheet)
    after = _as_known_now(desk, frames, sheet, revoked)
    if after is None:
        return []
    grades = {code: row.grade for code, row in decided_grades(desk, decision).items()}
    rested = _rested_grades(desk, frames, after, grades)
    stand = {code: grade for code, grade in grades.items() if code not in rested}
    lost = _proposed(desk, frames, grades) - _proposed(desk, after, stand)
    rows = [
        row for row in consequences(desk) if (row.subject, row.rule, row.detail.get("beyond") or row.action) in lost
    ]
    revoked.grades |= {(code, desk.cycle.year) for code in rested}
    return _reopen(desk, rows, revoked) + _review(desk, decision, rested, grades, revoked)


def _as_known_now(desk: Desk, frames: CaseFrames, sheet: ProposalSheet, revoked: Revoked) -> CaseFrames | None:
    """The frames with today's ledger about these subjects and without grades under review; None if nothing differs."""
    about = pl.col("subject").is_in(revoked.subjects) & pl.col("name").is_in(EVENT_FACTS)
    told = [
        (row.subject, row.name, row.value, row.source, row.date)
        for row in event_facts(desk.session, desk.cycle, sheet.drafted_on)
        if row.subject in revoked.subjects and row.name in desk.pack.scheme.facts
    ]
    fresh = pl.DataFrame(told, schema=FACTS, orient="row")
    before = frames.facts.filter(about)
    doubtful = [row for row in frames.history.rows(named=True) if (row["subject"], row["year"]) in revoked.grades]
    if _values(before) == _values(fresh) and not doubtful:
        return None
    facts = pl.concat([frames.facts.filter(~about), fresh.select(frames.facts.columns)]).sort("subject", "name")
    history = frames.history.filter(
        ~pl.struct("subject", "year").is_in([{"subject": row["subject"], "year": row["year"]} for row in doubtful])
    )
    return replace(frames, facts=facts, history=history if doubtful else frames.history)


def _values(facts: pl.DataFrame) -> set[tuple[Any, ...]]:
    return set(facts.select("subject", "name", "value").rows())


def _rested_grades(desk: Desk, before: CaseFrames, after: CaseFrames, grades: Mapping[str, str]) -> dict[str, str]:
    """The rule, by subject, of a limit that only the events gave and that the decided grade keeps to."""
    lost = _limits(propose_grades(desk, before)) - _limits(propose_grades(desk, after))
    return {subject: rule for subject, rule, grade in sorted(lost) if grades.get(subject) == grade}


def _limits(answer: Mapping[str, Any]) -> set[Limit]:
    return {(row["subject"], row["rule"], row["after"]) for row in answer["trace"] if row["kind"] in LIMITS}


def _proposed(desk: Desk, frames: CaseFrames, grades: Mapping[str, str]) -> set[Key]:
    rows = check_grades(desk, frames, grades)["consequences"]
    return {(row["subject"], row["rule"], row["action"]) for row in rows}


def _reopen(desk: Desk, rows: Iterable[Consequence], revoked: Revoked) -> list[Consequence]:
    """Propose again what was imposed or replaced; what is proposed still says that its ground is gone."""
    found = [row for row in rows if row.state in ("proposed", "imposed", "replaced")]
    for row in found:
        was = {"was": row.settled_action, "on": str(row.settled_on or "")}
        row.detail = {**row.detail, "remark": revoked.why, "reopened": {"why": revoked.why, **was}}
        desk.session.add(row)
    settled = [row for row in found if row.state != "proposed"]
    desk.move(settled, "reopen", reason=revoked.why, settled_action="", settled_by="", settled_on=None)
    archive_settled(desk, {row.subject for row in settled}, revoked.why)
    return found


def _review(
    desk: Desk, decision: Decision, rested: Mapping[str, str], grades: Mapping[str, str], revoked: Revoked
) -> list[Consequence]:
    """Lay each decided grade that rested on the events before the committee, once an event."""
    slot = "|".join(sorted(event.key for event in revoked.events))
    known = {(row.subject, row.slot) for row in consequences(desk) if row.action == GRADE_REVIEW}
    clauses = {rule: cite.clause for rule, cite in desk.pack.scheme.citations().items()}
    fresh = [
        Consequence(
            cycle_id=desk.cycle_id,
            subject=subject,
            rule=rule,
            action=GRADE_REVIEW,
            slot=slot,
            options=[GRADE_REVIEW],
            detail={
                "clause": clauses.get(rule, ""),
                "grade": grades[subject],
                "round": decision.round,
                "remark": revoked.why,
                "reopened": {"why": revoked.why},
            },
        )
        for subject, rule in rested.items()
        if (subject, slot) not in known
    ]
    desk.session.add_all(fresh)
    desk.session.flush()
    return fresh


def _tell(desk: Desk, rows: Sequence[Consequence], revoked: Revoked) -> None:
    desk.audit("consequence.reopen", {"events": [event.key for event in revoked.events], "count": len(rows)})
    text = GateMessage(
        recipient=desk.pack.roles["administrator"],
        **common(desk),
        question=f"事项撤销后,{len(rows)}项结果运用或等次须重新研究",
        options=(),
        where="kaohe consequence list --reopened",
        due=None,
    )
    desk.message(text, recipient="administrator", slot="|".join(event.key for event in revoked.events))
    ask_routine(desk)
