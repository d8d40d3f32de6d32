"""Lays down by which ways a message is sent: one delivery for each contact of its recipient."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import load_only
from sqlmodel import Session, col, select

from models.outbox import Contact, Delivery, Message
from models.transitions import move
from tasks.outbox.write import insert_missing

BY = "发送程序"


def route_messages(session: Session, *, now: datetime, limit: int) -> int:
    """Route the oldest pending messages; return how many.

    A recipient without contacts has no delivery: the inbox alone tells, and the ledger shows it.
    """
    oldest = select(Message).where(Message.state == "pending").order_by(col(Message.id)).limit(limit)
    oldest = oldest.options(load_only(Message.recipient, Message.state))  # type: ignore[arg-type]
    messages = list(session.exec(oldest.with_for_update(skip_locked=True)))
    lay_down(session, messages, now=now)
    move(session, messages, "route", by=BY, at=now)
    return len(messages)


def lay_down(session: Session, messages: Sequence[Message], *, now: datetime) -> None:
    """Add the deliveries that the messages' recipients have contacts for and that are not there yet."""
    contacts = _contacts(session, {message.recipient for message in messages})
    ways = [
        {"message_id": message.id, "channel": channel, "address": address, "next_try_at": now}
        for message in messages
        for channel, address in contacts[message.recipient]
    ]
    if ways:
        blank = Delivery(message_id=0, channel="", address="").model_dump(exclude={"id"})
        session.execute(insert_missing(session, Delivery), [blank | way for way in ways])


def lay_down_again(session: Session, gone: Sequence[Delivery], *, now: datetime) -> None:
    """Add the deliveries to contacts that the recipients of cancelled deliveries have instead."""
    ids = {row.message_id for row in gone}
    if ids:
        query = select(Message).where(col(Message.id).in_(ids), Message.state == "routed")
        lay_down(session, list(session.exec(query.order_by(col(Message.id)))), now=now)


def _contacts(session: Session, recipients: set[str]) -> dict[str, Sequence[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    used = col(Contact.recipient).in_(recipients), col(Contact.stopped).is_(False)
    for contact in session.exec(select(Contact).where(*used).order_by(col(Contact.id))):
        found[contact.recipient].append((contact.channel, contact.address))
    return defaultdict(tuple, found)
