"""Feedback, rectification, next year's focus and the archive."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.columns import Json, UTCDateTime, one_of, unique_where


class Feedback(SQLModel, table=True):
    """The overall appraisal of one subject and the act of giving it (BZ-52…54)."""

    __table_args__ = (
        one_of("feedback", "state", "prepared", "given"),
        one_of("feedback", "channel", "face_to_face", "letter"),
        Index("uq_feedback_subject", "cycle_id", "subject", unique=True),
        CheckConstraint("state = 'prepared' OR given_on IS NOT NULL", name="check_feedback_given_has_date"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    subject: str
    parts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    channel: str = "letter"
    given_by: str = ""
    given_on: date | None = None
    state: str = "prepared"


class RectificationItem(SQLModel, table=True):
    """A problem with requirement, deadline, verification and closing (BZ-17, BZ-55).

    `verification_id` is the row of the verification sheet that closed or returned it last; `returned` is why.
    """

    __tablename__ = "rectification_item"
    __table_args__ = (
        one_of("rectification_item", "state", "open", "reported", "closed", "carried_over", "withdrawn"),
        Index("uq_rectification_item", "cycle_id", "subject", "number", unique=True),
        one_of("rectification_item", "ground", "feedback", "talk", "order", "investigation", "threshold", "inspection"),
        CheckConstraint("state <> 'closed' OR verified_by <> ''", name="check_rectification_item_closed_is_verified"),
        CheckConstraint("verified_by = '' OR verified_by <> responsible", name="check_rectification_item_verifier"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    subject: str
    number: int
    origin: str
    ground: str = "talk"
    problem: str
    requirement: str
    measures: str = ""
    responsible: str = ""
    opened_on: date
    due_on: date
    state: str = "open"
    returned: str = ""
    verified_by: str = ""
    verification_id: int | None = Field(default=None, foreign_key="entry.id")
    closed_on: date | None = None


class RectificationReport(SQLModel, table=True):
    """What a subject reported on one item in one quarter (BZ-55)."""

    __tablename__ = "rectification_report"
    __table_args__ = (
        one_of("rectification_report", "state", "current", "replaced"),
        unique_where("uq_rectification_report", "state = 'current'", "item_id", "quarter"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    item_id: int = Field(foreign_key="rectification_item.id")
    subject: str
    quarter: str
    progress: str
    evidence: str = ""
    done: bool = False
    reported_on: date
    entry_id: int = Field(foreign_key="entry.id")
    state: str = "current"


class FocusItem(SQLModel, table=True):
    """Next year's focus item that a rectification item became (BZ-56)."""

    __tablename__ = "focus_item"

    id: int | None = Field(default=None, primary_key=True)
    scheme_id: str
    year: int = Field(index=True)
    subject: str
    text: str
    item_id: int = Field(foreign_key="rectification_item.id", unique=True)


class ArchiveEntry(SQLModel, table=True):
    """An entry of a person's or unit's record; a correction adds one and names what it corrects (BZ-22)."""

    __tablename__ = "archive_entry"
    __table_args__ = (
        one_of("archive_entry", "kind", "grade", "consequence", "correction"),
        CheckConstraint("kind <> 'correction' OR corrects_id IS NOT NULL", name="check_archive_entry_corrects"),
        Index("uq_archive_entry_key", "key", unique=True),
        Index("ix_archive_entry_subject", "subject"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str
    subject: str
    person_id: str | None = Field(default=None, foreign_key="person.id")
    cycle_id: int = Field(foreign_key="cycle.id")
    year: int
    kind: str
    content: dict[str, Any] = Field(sa_type=Json)
    corrects_id: int | None = Field(default=None, foreign_key="archive_entry.id")
    entered_on: date


class PastGrade(SQLModel, table=True):
    """A decided grade of an earlier year that was not run here (imported), for history rules."""

    __tablename__ = "past_grade"
    __table_args__ = (Index("uq_past_grade", "scheme_id", "year", "subject", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    scheme_id: str
    year: int
    subject: str
    grade: str
    led_by: list[str] | None = Field(default=None, sa_type=Json)
    source: str
    entered_at: datetime = Field(sa_type=UTCDateTime)
