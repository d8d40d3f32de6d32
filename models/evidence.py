"""Who is assessed in a cycle, and what is known about them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.columns import Json, UTCDateTime, one_of, unique_where

EVENT_KINDS = ("sanction", "criticism", "commendation", "complaint", "incident")


class Subject(SQLModel, table=True):
    """A unit's team or a person inside one cycle, frozen at its opening."""

    __table_args__ = (
        one_of("subject", "tier", "team", "principal", "deputy"),
        one_of("subject", "state", "active", "withdrawn"),
        Index("uq_subject_code", "cycle_id", "code", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    code: str
    tier: str
    unit_id: str = Field(foreign_key="unit.id")
    person_id: str | None = Field(default=None, foreign_key="person.id")
    name: str
    title: str = ""
    state: str = "active"
    reason: str = ""


class Entry(SQLModel, table=True):
    """One row of a form as it came in; a correction replaces it and the old row stays.

    `scope` is the cycle's key (`bozhou-2010`): mid-year records come before the cycle is opened.
    """

    __table_args__ = (
        one_of("entry", "state", "current", "replaced"),
        unique_where("uq_entry_current", "state = 'current'", "scope", "form", "key"),
        Index("ix_entry_form", "scope", "form", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(max_length=80)
    form: str
    key: str
    subject: str | None = None
    values: dict[str, Any] = Field(sa_type=Json)
    source: str
    dated: date
    version: int = 1
    state: str = "current"
    entered_at: datetime = Field(sa_type=UTCDateTime)


class Fact(SQLModel, table=True):
    """One typed input about a subject or unit that a form or a closed period brought, with source, date and history."""

    __table_args__ = (
        CheckConstraint("(entry_id IS NULL) <> (period_id IS NULL)", name="check_fact_has_one_origin"),
        one_of("fact", "state", "current", "replaced"),
        unique_where("uq_fact_current", "state = 'current'", "scope", "subject", "name"),
        Index("ix_fact_entry", "entry_id"),
        Index("ix_fact_period", "period_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(max_length=80)
    subject: str
    name: str
    value: str
    source: str
    dated: date
    entry_id: int | None = Field(default=None, foreign_key="entry.id")
    period_id: int | None = Field(default=None, foreign_key="period.id")
    state: str = "current"


class Event(SQLModel, table=True):
    """A dated entry of the ledger about a unit or person; revoked, never deleted."""

    __table_args__ = (
        one_of("event", "kind", *EVENT_KINDS),
        one_of("event", "state", "valid", "revoked"),
        CheckConstraint("(unit_id IS NULL) <> (person_id IS NULL)", name="check_event_about_one"),
        Index("uq_event_key", "key", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str
    kind: str
    unit_id: str | None = Field(default=None, foreign_key="unit.id", index=True)
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    subtype: str = ""
    detail: str = ""
    document: str = ""
    occurred_on: date
    source: str
    state: str = "valid"
    revoked_reason: str = ""


class Investigation(SQLModel, table=True):
    """A special investigation (专项调查) of one subject (BZ-13, BZ-40)."""

    __table_args__ = (
        one_of("investigation", "state", "proposed", "open", "concluded", "dropped"),
        one_of("investigation", "result", "open", "substantiated", "unsubstantiated"),
        Index("uq_investigation_subject", "cycle_id", "subject", unique=True),
        CheckConstraint("state <> 'concluded' OR result <> 'open'", name="check_investigation_concluded_has_result"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    subject: str
    rules: list[str] = Field(sa_type=Json)
    mandatory: bool = False
    reason: str = ""
    state: str = "proposed"
    result: str = "open"
    ordered_on: date | None = None
    due_on: date | None = None
    concluded_on: date | None = None


class Finding(SQLModel, table=True):
    """What an investigation found about one question."""

    __table_args__ = (Index("uq_finding", "investigation_id", "number", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    investigation_id: int = Field(foreign_key="investigation.id")
    number: int
    text: str
    substantiated: bool
    source: str
    dated: date
