"""通知台账: how many notices of each kind stand in which state, and which of them are stuck before their deadline."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from config.clock import local
from models.outbox import DELIVERY_STATES, Delivery, Message
from notices.messages import kind_of
from tasks.documents.markdown import table

LABELS = {
    "pending": "待发",
    "sending": "发送中",
    "sent": "已发",
    "uncertain": "不确定",
    "failed": "未送达",
    "cancelled": "已撤销",
}
INBOX, UNROUTED = "inbox", "unrouted"  # what stands for a state where a message has no delivery
WORDS = LABELS | {INBOX: "仅站内", UNROUTED: "未分发"}
Other = aliased(Delivery)
AHEAD = timedelta(days=1)  # before the day of the deadline begins
FRESH = timedelta(hours=1)  # what was written just now is on its way, not stuck


@dataclass(frozen=True)
class Line:
    """One kind of message: how many messages, of these how many in the inbox alone, and deliveries by state."""

    kind: str
    label: str
    messages: int
    unrouted: int
    inbox_only: int
    states: dict[str, int]


@dataclass(frozen=True)
class Stuck:
    """A message none of whose deliveries arrived, though its deadline is a day away or less."""

    id: int
    kind: str
    label: str
    recipient: str
    cycle_id: int | None
    deadline: date
    state: str
    error: str


@dataclass(frozen=True)
class Ledger:
    """The whole outbox at a moment."""

    lines: tuple[Line, ...]
    stuck: tuple[Stuck, ...]


def notice_ledger(session: Session, *, now: datetime) -> Ledger:
    """Return the ledger of all cycles."""
    messages: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, state, count in session.exec(
        select(Message.kind, Message.state, func.count()).group_by(Message.kind, Message.state)
    ):
        messages[kind][state] = count
    silent, ways = _inbox_only(session), _by_state(session)
    lines = tuple(
        Line(
            kind=kind,
            label=label_of(kind),
            messages=counted.total(),
            unrouted=counted["pending"],
            inbox_only=silent.get(kind, 0),
            states={state: ways.get((kind, state), 0) for state in DELIVERY_STATES},
        )
        for kind, counted in sorted(messages.items())
    )
    return Ledger(lines, tuple(stuck_notices(session, now=now)))


def stuck_notices(session: Session, *, now: datetime) -> list[Stuck]:
    """Return the messages that no way has reached yet 24 hours before the day of their deadline begins, oldest first.

    What was written within the last hour and not tried in vain is on its way; what has no contact is in the inbox.
    """
    arrived = exists().where(col(Other.message_id) == col(Message.id), col(Other.state) == "sent")
    query = (
        select(Message, Delivery)
        .join(Delivery)
        .where(col(Delivery.state).in_(("pending", "sending", "uncertain", "failed")), ~arrived)
        .where(Message.state == "routed", col(Message.deadline) <= local(now).date() + AHEAD)
        .order_by(col(Message.id), col(Delivery.id))
    )
    ways: dict[int, list[tuple[Message, Delivery]]] = defaultdict(list)
    for message, delivery in session.exec(query):
        ways[delivery.message_id].append((message, delivery))
    return [
        _stuck(pairs[0][0], [row for _, row in pairs])
        for pairs in ways.values()
        if pairs[0][0].written_at <= now - FRESH or any(row.error for _, row in pairs)
    ]


def label_of(kind: str) -> str:
    """Return the Chinese name of a kind of message."""
    context = kind_of(kind)
    return context.label if context else kind


def to_markdown(ledger: Ledger) -> str:
    """Return the ledger as an artifact shows it: a table of kinds, and what is stuck."""
    heads = ("通知", "共", WORDS[UNROUTED], WORDS[INBOX], *LABELS.values())
    rows = [
        (line.label, line.messages, line.unrouted, line.inbox_only, *(line.states[state] for state in LABELS))
        for line in ledger.lines
    ]
    told = [table(heads, rows)] if rows else ["还没有通知。"]
    if ledger.stuck:
        told.append(
            f"**临近期限仍未送达:{len(ledger.stuck)} 件**(kaohe notice list --stuck 查看,改正后 kaohe notice retry)"
        )
        told.append(table(("编号", "通知", "接收方", "期限", "状态", "原因"), _stuck_rows(ledger.stuck)))
    return "\n\n".join(told)


def _stuck_rows(stuck: Sequence[Stuck]) -> list[tuple[object, ...]]:
    return [(row.id, row.label, row.recipient, row.deadline, LABELS[row.state], row.error) for row in stuck]


def _stuck(message: Message, ways: Sequence[Delivery]) -> Stuck:
    worst = next((row for row in ways if row.error), ways[0])
    deadline = message.deadline
    assert deadline is not None
    return Stuck(
        id=message.id or 0,
        kind=message.kind,
        label=label_of(message.kind),
        recipient=message.recipient,
        cycle_id=message.cycle_id,
        deadline=deadline,
        state=worst.state,
        error=worst.error,
    )


def _inbox_only(session: Session) -> dict[str, int]:
    told = exists().where(col(Delivery.message_id) == col(Message.id))
    silent = select(Message.kind, func.count()).where(Message.state == "routed", ~told)
    return dict(session.exec(silent.group_by(Message.kind)).all())


def _by_state(session: Session) -> dict[tuple[str, str], int]:
    query = select(Message.kind, Delivery.state, func.count()).join(Message).group_by(Message.kind, Delivery.state)
    return {(kind, state): count for kind, state, count in session.exec(query)}
