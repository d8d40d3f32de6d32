"""What is said to whom: messages, their in-app copies, and each way by which they are sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import Json, UTCDateTime, one_of

DELIVERY_STATES = ("pending", "sending", "sent", "uncertain", "failed", "cancelled")


class Message(SQLModel, table=True):
    """A message, written in the transaction of the change it tells of; `routed` once its deliveries are laid down.

    `deadline` is the day that the message speaks of; `attachments` are paths below the folder of documents.
    """

    __table_args__ = (
        one_of("message", "state", "pending", "routed", "cancelled"),
        Index("ix_message_state", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id", index=True)
    kind: str
    recipient: str = Field(index=True)
    dedupe: str = Field(unique=True)
    title: str
    body: str
    context: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    attachments: list[str] = Field(default_factory=list, sa_type=Json)
    deadline: date | None = None
    state: str = "pending"
    written_at: datetime = Field(sa_type=UTCDateTime)


class InboxItem(SQLModel, table=True):
    """The in-app copy of a message: the legal record, exactly once."""

    __tablename__ = "inbox_item"

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", unique=True)
    recipient: str = Field(index=True)
    title: str
    body: str
    written_at: datetime = Field(sa_type=UTCDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Delivery(SQLModel, table=True):
    """One sending of a message over one channel to one address; only the lease's holder marks it sent.

    `uncertain`: the sender died between the server's final OK and the commit; the kind of message says what then.
    """

    __table_args__ = (
        one_of("delivery", "state", *DELIVERY_STATES),
        Index("uq_delivery", "message_id", "channel", "address", unique=True),
        Index("ix_delivery_due", "state", "next_try_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    channel: str
    address: str
    state: str = "pending"
    attempts: int = 0
    first_try_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    next_try_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    lease_by: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    error: str = ""


class Contact(SQLModel, table=True):
    """Where a recipient (unit, person, role or group) is reached: `mail` and an address, or the name of a channel.

    A `stopped` one is no longer used.
    """

    __table_args__ = (Index("uq_contact", "recipient", "channel", "address", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    recipient: str = Field(index=True)
    channel: str = "mail"
    address: str
    stopped: bool = False
