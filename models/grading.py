"""From the group's opinion over the proposal to the decision, its publication and its consequences."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.columns import Json, UTCDateTime, one_of, unique_where


class PreliminaryGrade(SQLModel, table=True):
    """An assessment group's opinion on one subject (BZ-41)."""

    __tablename__ = "preliminary_grade"
    __table_args__ = (
        one_of("preliminary_grade", "state", "current", "replaced"),
        unique_where("uq_preliminary_grade_current", "state = 'current'", "cycle_id", "subject"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    subject: str
    grade: str
    rank: int | None = None
    reason: str = ""
    group_name: str
    entry_id: int = Field(foreign_key="entry.id")
    state: str = "current"


class FactFrame(SQLModel, table=True):
    """The frames a proposal rests on, by hash: a replay needs nothing else."""

    __tablename__ = "fact_frame"

    hash: str = Field(primary_key=True, max_length=64)
    content: str
    frozen_at: datetime = Field(sa_type=UTCDateTime)


class ProposalSheet(SQLModel, table=True):
    """One round of grading proposals of a cycle, with the frozen frame and what the core answered."""

    __tablename__ = "proposal_sheet"
    __table_args__ = (
        one_of("proposal_sheet", "state", "drafted", "confirmed", "replaced"),
        Index("uq_proposal_sheet_round", "cycle_id", "round", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    round: int
    frame_hash: str = Field(foreign_key="fact_frame.hash")
    assessment: dict[str, Any] = Field(sa_type=Json)
    state: str = "drafted"
    drafted_on: date


class Proposal(SQLModel, table=True):
    """The proposed grade of one subject in one round."""

    __table_args__ = (Index("uq_proposal_subject", "sheet_id", "subject", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="proposal_sheet.id")
    subject: str
    preliminary: str | None = None
    grade: str
    ceiling: str | None = None
    ceiling_rule: str | None = None
    reason: str = ""


class Decision(SQLModel, table=True):
    """The party committee's decision of one round (BZ-45); a reopened one is replaced, never changed."""

    __table_args__ = (
        one_of("decision", "state", "decided", "replaced"),
        Index("uq_decision_round", "cycle_id", "round", unique=True),
        unique_where("uq_decision_valid", "state = 'decided'", "cycle_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    round: int
    sheet_id: int = Field(foreign_key="proposal_sheet.id")
    body: str
    meeting: str
    decided_by: str
    decided_on: date
    state: str = "decided"


class DecidedGrade(SQLModel, table=True):
    """The grade of one subject in a decision; a grade other than proposed has a reason."""

    __tablename__ = "decided_grade"
    __table_args__ = (
        Index("uq_decided_grade_subject", "decision_id", "subject", unique=True),
        CheckConstraint("grade = proposed OR reason <> ''", name="check_decided_grade_change_has_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    decision_id: int = Field(foreign_key="decision.id")
    subject: str
    proposed: str
    grade: str
    reason: str = ""


class DecisionException(SQLModel, table=True):
    """A soft rule that a decision breaks knowingly."""

    __tablename__ = "decision_exception"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="check_decision_exception_has_reason"),
        Index("uq_decision_exception", "decision_id", "rule", "target", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    decision_id: int = Field(foreign_key="decision.id")
    rule: str
    target: str
    detail: str
    reason: str


class PublicNotice(SQLModel, table=True):
    """The publication of a decision for a notice period, then its circular (BZ-46)."""

    __tablename__ = "public_notice"
    __table_args__ = (
        one_of("public_notice", "state", "published", "expired", "reopened", "circulated"),
        CheckConstraint("from_on <= to_on", name="check_public_notice_from_before_to"),
        CheckConstraint("circular_on IS NULL OR circular_on > to_on", name="check_public_notice_circular_after"),
        Index("uq_public_notice_decision", "decision_id", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    decision_id: int = Field(foreign_key="decision.id")
    from_on: date
    to_on: date
    circular_on: date | None = None
    state: str = "published"


class Objection(SQLModel, table=True):
    """An objection during the notice period; an upheld one reopens the decision."""

    __table_args__ = (
        one_of("objection", "state", "received", "upheld", "rejected"),
        CheckConstraint("state = 'received' OR reply <> ''", name="check_objection_answered_has_reply"),
        Index("uq_objection_number", "notice_id", "number", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="public_notice.id")
    number: str
    subject: str
    content: str
    received_on: date
    state: str = "received"
    reply: str = ""
    replied_on: date | None = None


class Consequence(SQLModel, table=True):
    """What follows from a grade, history or fact: proposed by rule, settled by a person (BZ-17…20, BZ-50).

    `slot` is the closed period that gave rise to it; empty where grades did.
    """

    __table_args__ = (
        one_of("consequence", "state", "proposed", "imposed", "replaced", "waived"),
        CheckConstraint("state IN ('proposed', 'imposed') OR reason <> ''", name="check_consequence_change_has_reason"),
        Index("uq_consequence", "cycle_id", "subject", "rule", "action", "slot", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    subject: str
    rule: str
    action: str
    slot: str = ""
    options: list[str] = Field(sa_type=Json)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = "proposed"
    settled_action: str = ""
    reason: str = ""
    settled_by: str = ""
    settled_on: date | None = None
    due_on: date | None = None
