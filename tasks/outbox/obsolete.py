"""Copies that have become needless: of a contact that was stopped, or of a question that nobody asks any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.bulk import batches
from models.cycle import Gate
from models.outbox import Contact, Delivery, Message
from models.transitions import move
from notices.messages import MESSAGES, GateMessage

STOPPED, ANSWERED = "联系方式已停用", "该事项已答复或已不需要答复"
UNSENT = ("pending", "failed", "uncertain")
GATE = MESSAGES[GateMessage]


def obsolete(session: Session, rows: Sequence[Delivery]) -> dict[int, str]:
    """Return which of these deliveries nobody waits for, by id, and why."""
    ended = set(
        session.exec(select(Contact.recipient, Contact.channel, Contact.address).where(col(Contact.stopped).is_(True)))
    )
    found = {}
    messages = _messages(session, {row.message_id for row in rows})
    closed = {id_ for id_, message in messages.items() if message.kind == GATE and not _asked(session, message)}
    for row in rows:
        if (messages[row.message_id].recipient, row.channel, row.address) in ended:
            found[row.id or 0] = STOPPED
        if row.message_id in closed:
            found[row.id or 0] = ANSWERED
    return found


def cancel_obsolete(session: Session, rows: Sequence[Delivery], *, by: str, now: datetime) -> list[Delivery]:
    """Cancel those of these unsent deliveries that nobody waits for; return the others."""
    gone = obsolete(session, rows)
    for reason in (STOPPED, ANSWERED):
        named = [row for row in rows if gone.get(row.id or 0) == reason]
        move(session, named, "cancel", by=by, at=now, reason=reason, error=reason)
    return [row for row in rows if row.id not in gone]


def withdraw_question(session: Session, gate: Gate, *, by: str, now: datetime) -> None:
    """Cancel what is not yet sent of a gate's notice, as the gate is no longer open; the inbox keeps it.

    What a sender has in hand goes out, or is cancelled when it waits for its next try.
    """
    query = select(Message).where(Message.kind == GATE, Message.cycle_id == gate.cycle_id)
    query = query.where(col(Message.dedupe).endswith(f"|{gate.key}", autoescape=True)).with_for_update()
    for message in session.exec(query).all():
        ways = select(Delivery).where(Delivery.message_id == message.id, col(Delivery.state).in_(UNSENT))
        rows = session.exec(ways.order_by(col(Delivery.id)).with_for_update()).all()
        move(session, rows, "cancel", by=by, at=now, reason=ANSWERED, error=ANSWERED)
        if message.state == "pending":
            move(session, message, "cancel", by=by, at=now, reason=ANSWERED)


def _messages(session: Session, ids: set[int]) -> dict[int, Message]:
    found: dict[int, Message] = {}
    for part in batches(sorted(ids)):
        query = select(Message).where(col(Message.id).in_(part))
        found |= {message.id or 0: message for message in session.exec(query)}
    return found


def _asked(session: Session, message: Message) -> bool:
    """Whether the question still waits; one that no gate stands behind is taken to wait."""
    key = message.dedupe.rpartition("|")[2]
    state = session.exec(select(Gate.state).where(Gate.key == key)).first()
    return state in (None, "open")
