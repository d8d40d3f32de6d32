"""Every state that may follow another, in one table; only `move` changes a state, and each move is audited."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel, col

from models.audit import append_audit
from models.bulk import batches

TRANSITIONS: dict[str, dict[str, tuple[tuple[str, ...], str]]] = {
    "cycle": {
        "hold": (("open",), "held"),
        "continue": (("held",), "open"),
        "close": (("open",), "closed"),
        "withdraw": (("open", "held"), "withdrawn"),
    },
    "cycle_run": {"supersede": (("live",), "superseded"), "end": (("live",), "ended")},
    "stage_state": {
        "open": (("pending",), "open"),
        "close": (("open",), "closed"),
        "reopen": (("closed", "open"), "pending"),
    },
    "gate": {
        "answer": (("open",), "answered"),
        "accept": (("answered",), "accepted"),
        "refuse": (("answered",), "refused"),
        "drop": (("open", "answered"), "dropped"),
    },
    "subject": {"withdraw": (("active",), "withdrawn")},
    "entry": {"replace": (("current",), "replaced")},
    "fact": {"replace": (("current",), "replaced")},
    "event": {"revoke": (("valid",), "revoked")},
    "investigation": {
        "order": (("proposed",), "open"),
        "drop": (("proposed",), "dropped"),
        "repropose": (("dropped",), "proposed"),
        "conclude": (("open",), "concluded"),
    },
    "obligation": {
        "submit": (("open", "returned"), "submitted"),
        "accept": (("submitted",), "accepted"),
        "return": (("submitted",), "returned"),
        "waive": (("open", "returned", "submitted"), "waived"),
        "reopen": (("waived",), "open"),  # what had become needless is owed again
    },
    "submission": {"accept": (("submitted",), "accepted"), "return": (("submitted",), "returned")},
    "period": {"close": (("open",), "closed"), "reopen": (("closed",), "open")},
    "message": {"route": (("pending",), "routed"), "cancel": (("pending", "routed"), "cancelled")},
    "delivery": {
        "claim": (("pending",), "sending"),
        "send": (("sending",), "sent"),
        "retry": (("sending", "failed", "uncertain"), "pending"),
        "doubt": (("sending",), "uncertain"),
        "fail": (("sending",), "failed"),
        "cancel": (("pending", "failed", "uncertain"), "cancelled"),
    },
    "preliminary_grade": {"replace": (("current",), "replaced")},
    "proposal_sheet": {
        "confirm": (("drafted",), "confirmed"),
        "replace": (("drafted", "confirmed"), "replaced"),
    },
    "decision": {"replace": (("decided",), "replaced")},
    "public_notice": {
        "expire": (("published",), "expired"),
        "reopen": (("published", "expired"), "reopened"),
        "circulate": (("expired",), "circulated"),
    },
    "objection": {"uphold": (("received",), "upheld"), "reject": (("received",), "rejected")},
    "consequence": {
        "propose": (("waived",), "proposed"),  # a decision made anew proposes it again
        "impose": (("proposed",), "imposed"),
        "replace": (("proposed",), "replaced"),
        "waive": (("proposed",), "waived"),
        "reopen": (("imposed", "replaced"), "proposed"),  # the event it rested on was revoked
    },
    "feedback": {"give": (("prepared",), "given")},
    "rectification_item": {
        "report": (("open", "reported"), "reported"),
        "close": (("reported",), "closed"),
        "return": (("reported",), "open"),
        "carry_over": (("open", "reported"), "carried_over"),
        "withdraw": (("open", "reported"), "withdrawn"),  # the measure it rested on was waived after all
    },
    "rectification_report": {"replace": (("current",), "replaced")},
}


class TransitionRefused(Exception):
    """A state change that the table does not know; names what was found and what is allowed."""

    def __init__(self, table: str, state: str, verb: str, allowed: Sequence[str]) -> None:
        self.table, self.state, self.verb, self.allowed = table, state, verb, tuple(allowed)
        super().__init__(f"{table}: cannot {verb} what is {state}; allowed from {', '.join(self.allowed)}")


def next_state(table: str, state: str, verb: str) -> str:
    """Return the state after a verb, or raise TransitionRefused."""
    sources, target = TRANSITIONS[table][verb]
    if state not in sources:
        raise TransitionRefused(table, state, verb, sources)
    return target


def move(
    session: Session,
    rows: SQLModel | Sequence[SQLModel],
    verb: str,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    table: type[SQLModel] | None = None,
    **changes: Any,
) -> None:
    """Move one row or a batch of one table by a verb, with other column changes, and audit it as one link.

    Rows that nothing else has changed are moved by a few statements, however many they are. Rows that were only read
    (`read_rows`) need their `table`; they say what they said before.
    """
    batch: list[Any] = [rows] if isinstance(rows, SQLModel) else list(rows)
    if not batch:
        return
    kind = table or type(batch[0])
    name = str(kind.__tablename__)
    (target,) = {next_state(name, row.state, verb) for row in batch}
    values = {"state": target, **changes}
    if table is None:
        _move_objects(session, kind, batch, values)
    else:
        _update(session, kind, batch, values)
    ids = [row.id for row in batch]
    detail = {"reason": reason, "changes": changes, "ids": ids if len(ids) <= 50 else [*ids[:50], f"… {len(ids)}"]}
    append_audit(session, verb=f"{name}.{verb}", object=f"{name}/{ids[0]}", by=by, at=at, detail=detail)


def _move_objects(session: Session, kind: type[SQLModel], batch: Sequence[Any], values: Mapping[str, Any]) -> None:
    clean: list[Any] = []
    changed: list[Any] = []
    for row in batch:
        (changed if row not in session or session.is_modified(row) else clean).append(row)
    for row in changed:
        for name, value in values.items():
            setattr(row, name, value)
    session.add_all(changed)
    session.flush()
    _update(session, kind, clean, values)
    for row in clean:  # written already
        for name, value in values.items():
            set_committed_value(row, name, value)


def _update(session: Session, kind: Any, rows: Sequence[Any], values: Mapping[str, Any]) -> None:
    for part in batches(rows):
        change = update(kind).where(col(kind.id).in_([row.id for row in part])).values(values)
        session.execute(change, execution_options={"synchronize_session": False})
