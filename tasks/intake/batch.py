"""What every part of one import works with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from models.evidence import Event
from models.transitions import move
from tasks.intake.checks import Ready

CORRECTED = "由更正后的资料替代"


@dataclass(frozen=True)
class Intake:
    """One import: where it writes, for which scope and scheme, when, by whom, and whether at all."""

    session: Session
    scope: str
    scheme_id: str
    now: datetime
    by: str
    apply: bool
    revoked: list[Event] = field(default_factory=list)  # by this import, corrected ones too

    def move(self, rows: Sequence[Any], verb: str, reason: str = CORRECTED, **changes: Any) -> None:
        """Move rows by a verb of the transition table, audited."""
        move(self.session, rows, verb, by=self.by, at=self.now, reason=reason, **changes)

    def insert(self, table: type[SQLModel], records: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows of a table: the table itself takes many in less time than its mapped class would."""
        if records:
            self.session.flush()
            self.session.execute(insert(table.__table__), records)  # type: ignore[attr-defined]


def source_of(item: Ready) -> str:
    """Say where a row stood."""
    return f"{item.row.file} {item.row.sheet} 第 {item.row.number} 行"
