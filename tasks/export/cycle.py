"""A cycle as plain data and in numbers: equal inputs give equal exports, so ids and clock times are left out."""

from collections import Counter
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cycle import Cycle, StageState
from models.evidence import Subject
from models.followup import Feedback, RectificationItem, RectificationReport
from models.grading import Consequence, DecidedGrade, Decision, FactFrame, ProposalSheet
from models.outbox import Message
from tasks.cycle.open_cycle import load_pack
from tasks.evidence.frames import thaw_frames
from tasks.export.tables import TABLES, said
from tasks.grading.rules import QuotaUse, quotas

CYCLE = ("key", "name", "scheme_id", "scheme_hash", "period", "year", "params", "config", "state")


def export_cycle(session: Session, cycle: Cycle) -> dict[str, Any]:
    """Return all that a cycle came to; tables are sorted by what their rows say, never by the order of writing."""
    told: dict[str, Any] = {
        "cycle": said(cycle, CYCLE),
        "grades": decided_grades_of(session, cycle),
    }
    for name, read in TABLES.items():
        told[name] = sorted(read(session, cycle), key=lambda row: repr(sorted(row.items())))
    return told


def decided_grades_of(session: Session, cycle: Cycle) -> dict[str, str]:
    """Return the grade of each subject in the decision that stands; empty before there is one."""
    query = (
        select(DecidedGrade.subject, DecidedGrade.grade)
        .join(Decision)
        .where(Decision.cycle_id == cycle.id, Decision.state == "decided")
    )
    return dict(sorted(session.exec(query).all()))


def summary(session: Session, cycle: Cycle) -> dict[str, Any]:
    """Return what a cycle came to in numbers; grades and quotas are those of the decision that stands."""
    uses = _uses(session, cycle)
    return {
        "cycle": cycle.key,
        "stages_closed": _count(session, StageState, cycle, col(StageState.state) == "closed"),
        "grades": _grades_by_tier(session, cycle),
        "quota": {use.pool: {"n": use.total, "limit": use.limit, "used": use.used} for use in uses},
        "quota_ok": all(use.limit is None or use.used <= use.limit for use in uses),
        "feedback_letters": _count(session, Feedback, cycle, col(Feedback.state) == "given"),
        "consequences": _count(session, Consequence, cycle, col(Consequence.state).in_(("imposed", "replaced"))),
        "rectification_items": _count(session, RectificationItem, cycle),
        "rectification_reports": _count(
            session, RectificationReport, cycle, col(RectificationReport.state) == "current"
        ),
        "notices": _count(session, Message, cycle),
    }


def _count(session: Session, model: Any, cycle: Cycle, *conditions: Any) -> int:
    query = select(func.count()).select_from(model).where(model.cycle_id == cycle.id, *conditions)
    return int(session.exec(query).one())


def _grades_by_tier(session: Session, cycle: Cycle) -> dict[str, dict[str, int]]:
    tiers = load_pack(session, cycle).scheme.tiers
    of = dict(session.exec(select(Subject.code, Subject.tier).where(Subject.cycle_id == cycle.id)).all())
    counted = Counter((of[code], grade) for code, grade in decided_grades_of(session, cycle).items())
    return {tier.id: {grade: counted[tier.id, grade] for grade in tier.scale.grades} for tier in tiers.values()}


def _uses(session: Session, cycle: Cycle) -> list[QuotaUse]:
    """The pools as decided, by the frames that the decision rests on."""
    query = (
        select(FactFrame.content)
        .join(ProposalSheet)
        .join(Decision, col(Decision.sheet_id) == col(ProposalSheet.id))
        .where(Decision.cycle_id == cycle.id, Decision.state == "decided")
    )
    content = session.exec(query).first()
    if content is None:
        return []
    return quotas(load_pack(session, cycle).scheme, thaw_frames(content), decided_grades_of(session, cycle))
