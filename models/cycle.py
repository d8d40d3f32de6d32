"""A cycle, the scheme it froze, the runs that drive it, its stages and gates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.columns import Json, UTCDateTime, one_of, unique_where


class SchemeSnapshot(SQLModel, table=True):
    """A scheme's files as they were, by content hash; a cycle is replayed from them."""

    __tablename__ = "scheme_snapshot"

    hash: str = Field(primary_key=True, max_length=64)
    scheme_id: str = Field(index=True)
    files: dict[str, str] = Field(sa_type=Json)
    taken_at: datetime = Field(sa_type=UTCDateTime)


class Cycle(SQLModel, table=True):
    """One run of a scheme over a period; `key` is what people type (`bozhou-2010`).

    The `annual` one has stages. The `routine` one (`bozhou-2010-routine`) holds a year's recurring duties; their
    forms and facts belong to (scheme, year), so both share one scope.
    """

    __table_args__ = (
        one_of("cycle", "kind", "annual", "routine"),
        one_of("cycle", "state", "open", "held", "closed", "withdrawn"),
        unique_where("uq_cycle_scheme_period", "state <> 'withdrawn'", "scheme_id", "period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True, max_length=80)
    name: str
    kind: str = "annual"
    scheme_id: str
    scheme_hash: str = Field(foreign_key="scheme_snapshot.hash")
    period: str
    year: int
    params: dict[str, Any] = Field(sa_type=Json)
    config: dict[str, Any] = Field(sa_type=Json)
    state: str = "open"
    failures: int = 0
    opened_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def scope(self) -> str:
        """Return the key under which forms and facts of this scheme and year are filed: bozhou-2010."""
        return f"{self.scheme_id}-{self.year}"


class CycleRun(SQLModel, table=True):
    """A flow run's claim on a cycle: one live run, the highest epoch, until its lease ends."""

    __tablename__ = "cycle_run"
    __table_args__ = (
        one_of("cycle_run", "state", "live", "superseded", "ended"),
        Index("uq_cycle_run_epoch", "cycle_id", "epoch", unique=True),
        unique_where("uq_cycle_run_live", "state = 'live'", "cycle_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    flow_run_id: str = Field(unique=True)
    epoch: int
    lease_until: datetime = Field(sa_type=UTCDateTime)
    state: str = "live"


class StageState(SQLModel, table=True):
    """Where one stage of a cycle stands."""

    __tablename__ = "stage_state"
    __table_args__ = (
        one_of("stage_state", "state", "pending", "open", "closed"),
        Index("uq_stage_state_stage", "cycle_id", "stage", unique=True),
        Index("uq_stage_state_ordinal", "cycle_id", "ordinal", unique=True),
        CheckConstraint("due_on IS NULL OR opened_on <= due_on", name="check_stage_state_opens_before_due"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    stage: str
    ordinal: int
    label: str
    state: str = "pending"
    opened_on: date | None = None
    due_on: date | None = None
    closed_on: date | None = None
    rounds: int = 0
    outcome: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class Gate(SQLModel, table=True):
    """A question to a person that a cycle waits for; a refused answer opens the next attempt."""

    __table_args__ = (
        one_of("gate", "state", "open", "answered", "accepted", "refused", "dropped"),
        unique_where("uq_gate_open", "state IN ('open', 'answered')", "cycle_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    stage: str
    kind: str
    attempt: int
    key: str = Field(unique=True)
    role: str
    title: str
    question: str
    form: list[dict[str, Any]] = Field(sa_type=Json)
    state: str = "open"
    answer: dict[str, Any] | None = Field(default=None, sa_type=Json)
    answered_by: str = ""
    refusal: str = ""
    opened_at: datetime = Field(sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class StageException(SQLModel, table=True):
    """A soft condition that a person let pass, with the reason."""

    __tablename__ = "stage_exception"
    __table_args__ = (Index("uq_stage_exception", "cycle_id", "stage", "condition", "round", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    stage: str
    condition: str
    round: int = 0
    reason: str
    granted_by: str
    granted_on: date


class Rehearsal(SQLModel, table=True):
    """One row makes a database a rehearsal for good; `now` is its clock."""

    __table_args__ = (CheckConstraint("id = 1", name="check_rehearsal_one_row"),)

    id: int = Field(default=1, primary_key=True)
    now: datetime = Field(sa_type=UTCDateTime)
