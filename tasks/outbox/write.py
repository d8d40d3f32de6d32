"""Writes messages to outbox and inbox in the caller's transaction, each once by its dedupe key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from models.bulk import batches
from models.outbox import InboxItem, Message
from notices.messages import MESSAGES, render_message
from notices.messages import Message as MessageText

NO_FILES: Mapping[str, str] = {}


@dataclass(frozen=True)
class Draft:
    """A message about to be written: what it says, to whom, and the key under which it is said once.

    `attachments` are paths below the folder of documents; `deadline` is the day it speaks of (else the context's
    `due`); `detail` is kept with the message and never sent.
    """

    context: MessageText
    recipient: str
    dedupe: str
    cycle_id: int | None = None
    attachments: tuple[str, ...] = ()
    deadline: date | None = None
    detail: Mapping[str, Any] | None = None


def dedupe_key(kind: str, cycle: str, *, about: str, recipient: str, slot: str) -> str:
    """Return the key under which a notice of a cycle is said once: per kind, cycle, subject, recipient and slot."""
    return f"{kind}|{cycle}|{about}|{recipient}|{slot}"


def write_messages(
    session: Session, drafts: Iterable[Draft], *, now: datetime, files: Mapping[str, str] = NO_FILES
) -> dict[str, int]:
    """Write the messages whose keys are not yet known, with their inbox items; return the ids of the new ones by key.

    `files` are those of the scheme's pack, whose own wording counts (`notices/<kind>.txt.j2`). When two processes
    write the same key at once, one of them does, and the other waits for it and gets no id.
    """
    told = {draft.dedupe: draft for draft in drafts}
    known = _known(session, list(told))
    fresh = [_row(told[key], now, files) for key in sorted(told.keys() - known)]  # one order, so that none deadlock
    ids = {key: id_ for rows in batches(fresh) for key, id_ in _insert(session, rows)}
    texts = {row["dedupe"]: row for row in fresh}
    copies = [_copy(id_, texts[key]) for key, id_ in ids.items()]
    if copies:
        session.execute(insert(InboxItem), copies)
    return ids


def insert_missing(session: Session, table: type[SQLModel]) -> Any:
    """Return an insert that leaves out rows which a unique index knows already, for this session's database."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return make(table.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]


def _known(session: Session, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for part in batches(keys):
        found |= set(session.exec(select(Message.dedupe).where(col(Message.dedupe).in_(part))))
    return found


def _insert(session: Session, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    statement = insert_missing(session, Message).returning(col(Message.dedupe), col(Message.id))
    yield from ((key, id_) for key, id_ in session.execute(statement, list(rows)))


def _row(draft: Draft, now: datetime, files: Mapping[str, str]) -> dict[str, Any]:
    title, body = render_message(draft.context, files)
    return {
        "cycle_id": draft.cycle_id,
        "kind": MESSAGES[type(draft.context)],
        "recipient": draft.recipient,
        "dedupe": draft.dedupe,
        "title": title,
        "body": body,
        "context": dict(draft.detail or {}),
        "attachments": list(draft.attachments),
        "deadline": draft.deadline or getattr(draft.context, "due", None),
        "state": "pending",
        "written_at": now,
    }


def _copy(message_id: int, row: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in ("recipient", "title", "body", "written_at")}
    return {"message_id": message_id, **said}
