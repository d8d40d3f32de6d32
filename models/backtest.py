"""Back-tests: a changed pack was tried on what past cycles rested on, before it may open a new one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import Json, UTCDateTime


class BackTest(SQLModel, table=True):
    """One run over past cycles, by the hash of the files that decide grades; append-only."""

    __tablename__ = "back_test"
    __table_args__ = (Index("ix_back_test_grading", "scheme_id", "grading_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    scheme_id: str
    grading_hash: str = Field(max_length=64)
    cycles: list[str] = Field(sa_type=Json)
    summary: dict[str, Any] = Field(sa_type=Json)
    run_by: str
    run_at: datetime = Field(sa_type=UTCDateTime)
