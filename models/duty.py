"""What recurs and what is due: the turns of duties, who owes what to whom by when, and what was handed in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.columns import Json, UTCDateTime, one_of


class Period(SQLModel, table=True):
    """One turn of a recurring duty (期): a day, week, month, quarter, half-year or year of a routine cycle.

    `slot` names it (`2026-03-05`, `2026W10`, `2026-03`, `2026Q1`, `2026H1`, `2026`); `outcome` is what closing found,
    `seen_entry` the newest row that it knew of, `pending_until` the last day of those who have more time.
    """

    __table_args__ = (
        one_of("period", "state", "open", "closed"),
        CheckConstraint("opened_on <= due_on AND due_on <= closes_on", name="check_period_order"),
        CheckConstraint("state = 'open' OR closed_on IS NOT NULL", name="check_period_closed_has_date"),
        Index("uq_period_slot", "cycle_id", "duty", "slot", unique=True),
        Index("ix_period_state", "state", "closes_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    duty: str
    slot: str
    label: str
    opened_on: date
    due_on: date
    closes_on: date
    state: str = "open"
    closed_on: date | None = None
    seed: int | None = None
    seen_entry: int = 0
    pending_until: date | None = None
    outcome: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class Obligation(SQLModel, table=True):
    """Something due from one subject, unit, person or body; overdue is derived from dates, never stored.

    `slot` is the period's, a stage's round, or the key of the row that caused it; `recipient` is who is told (a unit,
    person or role); `attempt` counts how often the work was asked for: returned work is asked for anew.
    """

    __table_args__ = (
        one_of("obligation", "state", "open", "submitted", "accepted", "returned", "waived"),
        CheckConstraint("opened_on <= due_on", name="check_obligation_opens_before_due"),
        Index("uq_obligation_slot", "cycle_id", "duty", "slot", "owner", unique=True),
        CheckConstraint("attempt >= 1", name="check_obligation_attempt"),
        Index("ix_obligation_due", "state", "due_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    stage: str
    duty: str
    owner: str
    unit_id: str | None = Field(default=None, foreign_key="unit.id")
    recipient: str
    form: str
    receiver: str
    slot: str = ""
    opened_on: date
    due_on: date
    attempt: int = 1
    state: str = "open"


class Submission(SQLModel, table=True):
    """What was handed in for an obligation, and what the receiver said; `review_id` is the row in which it was said."""

    __table_args__ = (
        one_of("submission", "state", "submitted", "accepted", "returned"),
        Index("uq_submission_attempt", "obligation_id", "attempt", unique=True),
        Index("ix_submission_entry", "entry_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id")
    attempt: int
    entry_id: int | None = Field(default=None, foreign_key="entry.id")
    review_id: int | None = Field(default=None, foreign_key="entry.id")
    submitted_on: date
    state: str = "submitted"
    reason: str = ""


class DeadlineChange(SQLModel, table=True):
    """A due day that moved: granted to one (extension), by a changed calendar, because work was returned,

    or because the row that caused it was corrected.
    """

    __tablename__ = "deadline_change"
    __table_args__ = (
        one_of("deadline_change", "cause", "extension", "calendar", "return", "correction"),
        Index("ix_deadline_change_obligation", "obligation_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id")
    cause: str
    due_before: date
    due_after: date
    reason: str
    changed_by: str
    changed_at: datetime = Field(sa_type=UTCDateTime)


class Reminder(SQLModel, table=True):
    """A rung of the ladder that was reached for one due day of one attempt: told in a message, or passed over.

    `rung` is in working days from `due_on`: negative before, 0 on it, positive after. A due day that moves begins
    the ladder anew; `reached_on` is the day on which the sweep told it or passed it over.
    """

    __table_args__ = (
        Index("uq_reminder_rung", "obligation_id", "attempt", "due_on", "rung", unique=True),
        Index("ix_reminder_message", "message_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    obligation_id: int = Field(foreign_key="obligation.id")
    attempt: int
    due_on: date
    rung: int
    escalated: bool = False
    told: bool = True
    message_id: int | None = Field(default=None, foreign_key="message.id")
    reached_on: date
