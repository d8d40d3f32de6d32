"""The desk: what every stage step works with — one session, one cycle, one date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from config.calendar import WorkCalendar
from config.scheme_loader import Pack
from models.audit import append_audit
from models.cycle import Cycle, StageState
from models.duty import Obligation
from models.evidence import Entry, Subject
from models.outbox import InboxItem, Message
from models.transitions import move
from notices.messages import MESSAGES, render_message
from notices.messages import Message as MessageText

BATCH = 500  # keys asked for in one statement


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
        """Return the active subjects in order of unit and code, of the given tiers or of all."""
        query = select(Subject).where(Subject.cycle_id == self.cycle_id, Subject.state == "active")
        if tiers:
            query = query.where(col(Subject.tier).in_(tiers))
        return list(self.session.exec(query.order_by(col(Subject.unit_id), col(Subject.id))))

    def entries(self, form: str) -> list[Entry]:
        """Return the current rows of a form, in order of entry."""
        query = select(Entry).where(Entry.scope == self.cycle.scope, Entry.form == form, Entry.state == "current")
        return list(self.session.exec(query.order_by(col(Entry.id))))

    def config(self, key: str) -> Any:
        """Return a value of the scheme's configuration, with the overrides given at launch."""
        return self.pack.scheme.settings(self.cycle.config)[key]

    def move(self, rows: Any, verb: str, *, by: str | None = None, reason: str = "", **changes: Any) -> None:
        """Move rows by a verb of the transition table, audited."""
        if isinstance(rows, list) and not rows:
            return
        self._count()
        move(self.session, rows, verb, by=by or self.by, at=self.now, reason=reason, **changes)

    def audit(self, verb: str, detail: dict[str, Any], *, by: str | None = None) -> None:
        """Record something that is no state change (rows created in a batch, a document written)."""
        self._count()
        append_audit(
            self.session, verb=verb, object=f"cycle/{self.cycle.key}", by=by or self.by, at=self.now, detail=detail
        )

    def oblige(self, rows: list[Obligation]) -> int:
        """Add the obligations that do not exist yet (by duty, owner, slot); return how many were new."""
        query = select(Obligation.duty, Obligation.owner, Obligation.slot).where(Obligation.cycle_id == self.cycle_id)
        known = set(self.session.exec(query))
        fresh = [row for row in rows if (row.duty, row.owner, row.slot) not in known]
        if fresh:
            self.session.execute(insert(Obligation), [row.model_dump(exclude={"id"}) for row in fresh])
            self.audit("obligation.open", {"duty": fresh[0].duty, "slot": fresh[0].slot, "count": len(fresh)})
        return len(fresh)

    def message(self, context: MessageText, *, recipient: str, about: str = "", slot: str = "") -> None:
        """Write one message to outbox and inbox, once per kind, cycle, subject, recipient and slot."""
        self.messages({recipient: context}, about=about, slot=slot)

    def messages(self, contexts: Mapping[str, MessageText], *, about: str = "", slot: str = "") -> None:
        """Write a message to each recipient as `message` does, in a few statements for all."""
        keys = {
            recipient: f"{MESSAGES[type(context)]}|{self.cycle.key}|{about}|{recipient}|{slot}"
            for recipient, context in contexts.items()
        }
        written = self._written(list(keys.values()))
        fresh = [
            self._drafted(contexts[recipient], recipient, key) for recipient, key in keys.items() if key not in written
        ]
        if not fresh:
            return
        self._count()
        self.session.add_all(fresh)
        self.session.flush()
        self.session.add_all(
            InboxItem(
                message_id=row.id or 0, recipient=row.recipient, title=row.title, body=row.body, written_at=self.now
            )
            for row in fresh
        )

    def _written(self, keys: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            found |= set(self.session.exec(select(Message.dedupe).where(col(Message.dedupe).in_(part))))
        return found

    def _drafted(self, context: MessageText, recipient: str, key: str) -> Message:
        title, body = render_message(context)
        return Message(
            cycle_id=self.cycle_id,
            kind=MESSAGES[type(context)],
            recipient=recipient,
            dedupe=key,
            title=title,
            body=body,
            written_at=self.now,
        )

    @property
    def changes(self) -> int:
        """Return how many changes were made through desks of this session."""
        return int(self.session.info.get("changes", 0))

    def _count(self) -> None:
        self.session.info["changes"] = self.changes + 1
