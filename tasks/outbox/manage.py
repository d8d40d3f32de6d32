"""What operators do with notices: list them, send them again, withdraw them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists
from sqlmodel import Session, col, or_, select

from config.clock import local
from models.bulk import batches
from models.outbox import DELIVERY_STATES, Delivery, Message
from models.transitions import move
from tasks.outbox.ledger import INBOX, UNROUTED, label_of, stuck_notices
from tasks.outbox.obsolete import UNSENT, cancel_obsolete
from tasks.outbox.route import lay_down

STATES = (*DELIVERY_STATES, INBOX, UNROUTED)
AGAIN = ("failed", "uncertain")


class NoticeRefused(Exception):
    """What cannot be done with these notices, a line for each."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class NoticeLine:
    """One way of one message as an operator sees it; `state` inbox: no contact, unrouted: not yet looked at."""

    id: int
    kind: str
    label: str
    recipient: str
    title: str
    deadline: str
    channel: str
    address: str
    state: str
    attempts: int
    next_try: str
    sent: str
    error: str


def list_notices(
    session: Session,
    *,
    now: datetime,
    state: str = "",
    recipient: str = "",
    stuck: bool = False,
    limit: int | None = None,
) -> list[NoticeLine]:
    """Return the notices newest first, a line for each way: of a state (STATES), of a recipient, or only the stuck.

    `limit` is the most messages that are looked at.
    """
    query = select(Message).where(*_of_state(state)).order_by(col(Message.id).desc()).limit(limit)
    if recipient:
        query = query.where(Message.recipient == recipient)
    if stuck:
        query = query.where(col(Message.id).in_([row.id for row in stuck_notices(session, now=now)]))
    messages = list(session.exec(query))
    ways = _ways(session, [message.id or 0 for message in messages])
    lines = [_line(message, way) for message in messages for way in ways.get(message.id or 0, ()) or [_alone(message)]]
    return [line for line in lines if not state or line.state == state]


def _of_state(state: str) -> list[Any]:
    """The messages that can have a line of this state."""
    way = exists().where(col(Delivery.message_id) == col(Message.id))
    if state == INBOX:
        return [Message.state == "routed", ~way]
    if state == UNROUTED:
        return [Message.state == "pending"]
    return [or_(way.where(col(Delivery.state) == state), Message.state == state)] if state else []


def retry_notices(session: Session, ids: Collection[int], *, failed: bool, now: datetime, by: str) -> int:
    """Let failed and uncertain deliveries of these messages, or all failed ones, wait anew; return how many now wait.

    The Message-ID stays the same. Contacts that came since are served too; a delivery to one that was stopped is
    cancelled, and so is one of a question that was answered meanwhile.
    """
    found = _found(session, ids)
    before = [row for each in _ways(session, list(found), lock=True).values() for row in each]
    lay_down(session, [message for message in found.values() if message.state == "routed"], now=now)
    after = [row for each in _ways(session, list(found)).values() for row in each]
    rows = {row.id or 0: row for row in before if row.state in AGAIN} | {
        row.id or 0: row for row in _failed(session, failed)
    }
    wanted = cancel_obsolete(session, list(rows.values()), by=by, now=now)
    move(session, wanted, "retry", by=by, at=now, next_try_at=now, attempts=0, first_try_at=None)
    return len(wanted) + len(after) - len(before)


def cancel_notices(session: Session, ids: Collection[int], *, reason: str, now: datetime, by: str) -> int:
    """Withdraw messages and what of them is not yet sent; return how many deliveries that were.

    The inbox keeps what it has: it is the legal record. NoticeRefused for what is sent already or being sent.
    """
    found = _found(session, ids)
    ways = _ways(session, list(found), lock=True)
    reasons = [text for id_, message in found.items() if (text := _keeps(message, ways.get(id_, ())))]
    if not reason.strip():
        reasons.append("请写明撤销的理由")
    if reasons:
        raise NoticeRefused(reasons)
    rows = [row for each in ways.values() for row in each if row.state in UNSENT]
    move(session, rows, "cancel", by=by, at=now, reason=reason)
    move(session, list(found.values()), "cancel", by=by, at=now, reason=reason)
    return len(rows)


def _keeps(message: Message, ways: Sequence[Delivery]) -> str:
    if message.state == "cancelled":
        return f"通知 {message.id} 已经撤销"
    if any(row.state == "sending" for row in ways):
        return f"通知 {message.id} 正在发送,请稍后再试"
    if ways and all(row.state == "sent" for row in ways):
        return f"通知 {message.id} 已全部发出,撤销不了"
    return ""


def _found(session: Session, ids: Collection[int]) -> dict[int, Message]:
    query = select(Message).where(col(Message.id).in_(ids)).order_by(col(Message.id)).with_for_update()
    found = {message.id or 0: message for message in session.exec(query)}
    if missing := sorted(set(ids) - set(found)):
        raise NoticeRefused([f"没有编号为 {id_} 的通知;请用 kaohe notice list 查看" for id_ in missing])
    return found


def _failed(session: Session, wanted: bool) -> list[Delivery]:
    query = select(Delivery).where(Delivery.state == "failed").order_by(col(Delivery.id))
    return list(session.exec(query)) if wanted else []


def _ways(session: Session, ids: Sequence[int], *, lock: bool = False) -> dict[int, list[Delivery]]:
    ways: dict[int, list[Delivery]] = defaultdict(list)
    for part in batches(ids):
        query = select(Delivery).where(col(Delivery.message_id).in_(part)).order_by(col(Delivery.id))
        for row in session.exec(query.with_for_update() if lock else query):  # a sender may be claiming it just now
            ways[row.message_id].append(row)
    return dict(ways)


def _alone(message: Message) -> Delivery:
    """What a message shows that has no delivery (yet)."""
    state = {"pending": UNROUTED, "routed": INBOX, "cancelled": "cancelled"}[message.state]
    return Delivery(message_id=message.id or 0, channel="", address="", state=state)


def _line(message: Message, way: Delivery) -> NoticeLine:
    waiting = way.next_try_at if way.state == "pending" else None
    return NoticeLine(
        id=message.id or 0,
        kind=message.kind,
        label=label_of(message.kind),
        recipient=message.recipient,
        title=message.title,
        deadline=message.deadline.isoformat() if message.deadline else "",
        channel=way.channel,
        address=way.address,
        state=way.state,
        attempts=way.attempts,
        next_try=_moment(waiting),
        sent=_moment(way.sent_at),
        error=way.error,
    )


def _moment(moment: Any) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else ""
