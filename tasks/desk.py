"""The desk: what every stage step works with — one session, one cycle, one date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, select

from config.calendar import WorkCalendar
from config.scheme_loader import Pack
from models.audit import append_audit
from models.bulk import read_rows
from models.cycle import Cycle, StageState
from models.duty import Obligation
from models.evidence import Entry, Subject
from models.transitions import move
from notices.messages import MESSAGES
from notices.messages import Message as MessageText
from tasks.outbox.write import Draft, dedupe_key, write_messages


@dataclass(frozen=True)
class Desk:
    """One transaction's view of a cycle; every change goes through it, so it is audited and dated.

    On a `trial` desk everything is rolled back, so no document is written.
    """

    session: Session
    cycle: Cycle
    pack: Pack
    calendar: WorkCalendar
    now: datetime
    today: date
    by: str = "系统"
    trial: bool = False

    @property
    def cycle_id(self) -> int:
        """Return the cycle's id (a stored cycle always has one)."""
        assert self.cycle.id is not None
        return self.cycle.id

    def stage(self, code: str) -> StageState:
        """Return the state row of a stage."""
        query = select(StageState).where(StageState.cycle_id == self.cycle_id, StageState.stage == code)
        return self.session.exec(query).one()

    def subjects(self, *tiers: str) -> list[Subject]:
        """Return the active subjects in order of unit and code, of the given tiers or of all; only to be read."""
        query = select(Subject).where(Subject.cycle_id == self.cycle_id, Subject.state == "active")
        if tiers:
            query = query.where(col(Subject.tier).in_(tiers))
        return read_rows(self.session, query.order_by(col(Subject.unit_id), col(Subject.id)))

    def entries(self, form: str) -> list[Entry]:
        """Return the current rows of a form, in order of entry; only to be read."""
        query = select(Entry).where(Entry.scope == self.cycle.scope, Entry.form == form, Entry.state == "current")
        return read_rows(self.session, query.order_by(col(Entry.id)))

    def config(self, key: str) -> Any:
        """Return a value of the scheme's configuration, with the overrides given at launch."""
        return self.pack.scheme.settings(self.cycle.config)[key]

    def move(
        self,
        rows: Any,
        verb: str,
        *,
        by: str | None = None,
        reason: str = "",
        table: type[SQLModel] | None = None,
        **changes: Any,
    ) -> None:
        """Move rows by a verb of the transition table, audited; rows that were only read need their `table`."""
        if isinstance(rows, list) and not rows:
            return
        self._count()
        move(self.session, rows, verb, by=by or self.by, at=self.now, reason=reason, table=table, **changes)

    def audit(self, verb: str, detail: dict[str, Any], *, by: str | None = None) -> None:
        """Record something that is no state change (rows created in a batch, a document written)."""
        self._count()
        append_audit(
            self.session, verb=verb, object=f"cycle/{self.cycle.key}", by=by or self.by, at=self.now, detail=detail
        )

    def oblige(self, rows: list[Obligation]) -> int:
        """Add the obligations that do not exist yet (by duty, owner, slot); return how many were new."""
        query = select(Obligation.duty, Obligation.owner, Obligation.slot).where(
            Obligation.cycle_id == self.cycle_id,
            col(Obligation.duty).in_({row.duty for row in rows}),
            col(Obligation.slot).in_({row.slot for row in rows}),
        )
        known = set(self.session.exec(query)) if rows else set()
        fresh = [row for row in rows if (row.duty, row.owner, row.slot) not in known]
        if fresh:
            self.session.execute(insert(Obligation), [row.model_dump(exclude={"id"}) for row in fresh])
            self.audit("obligation.open", {"duty": fresh[0].duty, "slot": fresh[0].slot, "count": len(fresh)})
        return len(fresh)

    def message(
        self,
        context: MessageText,
        *,
        recipient: str,
        about: str = "",
        slot: str = "",
        attachments: Sequence[str] = (),
        deadline: date | None = None,
    ) -> None:
        """Write one message to outbox and inbox, once per kind, cycle, subject, recipient and slot.

        `attachments` are paths below the folder of documents; `deadline` is the context's `due` unless given.
        """
        self.messages({recipient: context}, about=about, slot=slot, attachments=attachments, deadline=deadline)

    def messages(
        self,
        contexts: Mapping[str, MessageText],
        *,
        about: str = "",
        slot: str = "",
        attachments: Sequence[str] = (),
        deadline: date | None = None,
    ) -> None:
        """Write a message to each recipient as `message` does, in a few statements for all."""
        drafts = [
            Draft(
                context,
                recipient,
                dedupe_key(MESSAGES[type(context)], self.cycle.key, about=about, recipient=recipient, slot=slot),
                self.cycle_id,
                tuple(attachments),
                deadline,
            )
            for recipient, context in contexts.items()
        ]
        if write_messages(self.session, drafts, now=self.now, files=self.pack.files):
            self._count()

    @property
    def changes(self) -> int:
        """Return how many changes were made through desks of this session."""
        return int(self.session.info.get("changes", 0))

    def _count(self) -> None:
        self.session.info["changes"] = self.changes + 1
