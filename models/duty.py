"""Who owes what to whom by when, and what was handed in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.columns import Json, UTCDateTime, one_of


class Obligation(SQLModel, table=True):
    """Something due from one subject or unit; overdue is derived from dates, never stored."""

    __table_args__ = (
        one_of("obligation", "state", "open", "submitted", "accepted", "returned", "waived"),
        CheckConstraint("opened_on <= due_on", name="check_obligation_opens_before_due"),
        Index("uq_obligation_slot", "cycle_id", "duty", "owner", "slot", unique=True),
        Index("ix_obligation_due", "state", "due_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    stage: str
    duty: str
    owner: str
    unit_id: str = Field(foreign_key="unit.id")
    form: str
    receiver: str
    slot: str = ""
    opened_on: date
    due_on: date
    state: str = "open"


class Submission(SQLModel, table=True):
    """What was handed in for an obligation, and what the receiver said."""

    __table_args__ = (
        one_of("submission", "state", "submitted", "accepted", "returned"),
        Index("uq_submission_attempt", "obligation_id", "attempt", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id")
    attempt: int
    entry_id: int | None = Field(default=None, foreign_key="entry.id")
    submitted_on: date
    state: str = "submitted"
    reason: str = ""


class Message(SQLModel, table=True):
    """A message of the outbox, written with the change it tells of; Rhythm sends it."""

    __table_args__ = (one_of("message", "state", "pending", "sending", "sent", "uncertain", "failed", "cancelled"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id", index=True)
    kind: str
    recipient: str
    dedupe: str = Field(unique=True)
    title: str
    body: str
    context: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = "pending"
    written_at: datetime = Field(sa_type=UTCDateTime)


class InboxItem(SQLModel, table=True):
    """The in-app copy of a message: the legal record, exactly once."""

    __tablename__ = "inbox_item"

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", unique=True)
    recipient: str = Field(index=True)
    title: str
    body: str
    written_at: datetime = Field(sa_type=UTCDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
