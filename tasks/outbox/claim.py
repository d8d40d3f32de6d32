"""Deliveries under a lease: claimed in batches, settled by the lease's holder alone, freed when a sender died."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from sqlalchemy import select as sa_select
from sqlalchemy import update
from sqlmodel import Session, col, select

from models.outbox import Delivery, Message
from models.transitions import move
from notices.messages import kind_of
from tasks.outbox.obsolete import cancel_obsolete
from tasks.outbox.retry import next_try
from tasks.outbox.route import BY, lay_down_again

NAMES = UUID("6d9d5c0e-3b7a-5a53-9f0b-7c6b0f6f2a41")  # under which Message-IDs are drawn
SAID = tuple(
    map(col, (Message.kind, Message.dedupe, Message.title, Message.body, Message.attachments, Message.written_at))
)
NOT_BEGUN, IN_DOUBT = "not begun", "in doubt"
_DOUBT = "发送程序中断,不知道对方是否收到"
SENDER_DIED = {
    NOT_BEGUN: "发送程序中断,还没有交出",
    "refused": "对方没有接收,随后发送程序中断",
    "begun": _DOUBT,
    IN_DOUBT: _DOUBT,
}
Verb = Literal["send", "retry", "fail", "doubt"]


@dataclass(frozen=True)
class Parcel:
    """A claimed delivery with all that sending it needs, apart from the database."""

    id: int
    channel: str
    address: str
    title: str
    body: str
    attachments: tuple[str, ...]
    name: str
    statutory: bool


@dataclass(frozen=True)
class Outcome:
    """What became of a parcel: accepted, to be tried again, refused for good, or unclear."""

    parcel: Parcel
    verb: Verb
    error: str = ""


def claim(session: Session, *, holder: str, now: datetime, until: datetime, limit: int) -> list[Parcel]:
    """Claim what is due, longest waiting first, until the lease ends; what another claims at once is left to it.

    What nobody waits for any more is cancelled; a stopped contact's goes to the recipient's others.
    """
    while found := _due(session, now, limit):
        rows: list[Delivery] = [each[0] for each in found]
        wanted = {row.id for row in cancel_obsolete(session, rows, by=BY, now=now)}
        lay_down_again(session, [row for row in rows if row.id not in wanted], now=now)
        taken = [each for each in found if each[0].id in wanted]
        if taken:
            return _take(session, taken, holder, now, until)
    return []


def _due(session: Session, now: datetime, limit: int) -> Sequence[Any]:
    due = (
        sa_select(Delivery, *SAID)
        .join(Message)
        .where(col(Delivery.state) == "pending", col(Delivery.next_try_at) <= now, col(Message.state) == "routed")
        .order_by(col(Delivery.next_try_at), col(Delivery.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    return session.execute(due).all()


def _take(session: Session, found: Sequence[Any], holder: str, now: datetime, until: datetime) -> list[Parcel]:
    rows: list[Delivery] = [each[0] for each in found]
    for row in rows:
        row.attempts += 1
        row.first_try_at = row.first_try_at or now
    move(session, rows, "claim", by=BY, at=now, lease_by=holder, lease_until=until)
    return [_parcel(*each) for each in found]


def renew(session: Session, *, holder: str, until: datetime) -> set[int]:
    """Lengthen the lease of all that a holder still has in hand; return which these are."""
    mine = select(Delivery.id).where(Delivery.lease_by == holder, Delivery.state == "sending").with_for_update()
    ids = {id_ for id_ in session.exec(mine) if id_ is not None}
    session.execute(update(Delivery).where(col(Delivery.id).in_(ids)).values(lease_until=until))
    return ids


def settle(session: Session, outcomes: Sequence[Outcome], *, holder: str, now: datetime) -> None:
    """Write what became of parcels that the holder still has; what it lost is another's to settle."""
    told = {outcome.parcel.id: outcome for outcome in outcomes}
    query = select(Delivery).where(col(Delivery.id).in_(told), Delivery.state == "sending", Delivery.lease_by == holder)
    groups: dict[str, list[Delivery]] = defaultdict(list)
    for row in session.exec(query.order_by(col(Delivery.id)).with_for_update()):
        outcome = told[row.id or 0]
        row.error = outcome.error
        groups[outcome.verb].append(row)
    _free(session, groups["send"], "send", now, sent_at=now)
    _free(session, groups["fail"], "fail", now)
    _doubt(session, groups["doubt"], {row.id for row in groups["doubt"] if told[row.id or 0].parcel.statutory}, now)
    _try_again(session, groups["retry"], now)


def free_expired(
    session: Session, *, now: datetime, wall: datetime, notes_of: Callable[[str], Mapping[int, str] | None]
) -> int:
    """Take over what dead senders had in hand; return how much of it is in doubt.

    What the sender noted as accepted is sent, and what it had not begun waits again. In doubt a statutory notice is
    sent again under its Message-ID, a reminder stays uncertain. `wall` is real time, by which leases run; `notes_of`
    gives a sender's notes, None where there are none: then all that it held is in doubt.
    """
    query = (
        select(Delivery, Message.kind)
        .join(Message)
        .where(Delivery.state == "sending", col(Delivery.lease_until) < wall)
        .order_by(col(Delivery.id))
        .with_for_update(skip_locked=True, of=Delivery)
    )
    found = session.exec(query).all()
    notes = {holder: notes_of(holder) for holder in {row.lease_by for row, _ in found}}
    groups: dict[str, list[Delivery]] = defaultdict(list)
    for row, _ in found:
        known = notes[row.lease_by]
        step = IN_DOUBT if known is None else known.get(row.id or 0, NOT_BEGUN)
        groups[step].append(row)
        row.error = "" if step == "accepted" else SENDER_DIED[step]
    _free(session, groups["accepted"], "send", now, sent_at=now)
    _free(session, groups[NOT_BEGUN], "retry", now, next_try_at=now)
    _try_again(session, groups["refused"], now)
    doubtful = [*groups["begun"], *groups[IN_DOUBT]]
    _doubt(session, doubtful, {row.id for row, kind in found if is_statutory(kind)}, now)
    return len(doubtful)


def is_statutory(kind: str) -> bool:
    """Tell whether a kind of message is sent again when in doubt; of a kind no longer known it is."""
    context = kind_of(kind)
    return context is None or context.statutory


def until(wall: datetime, seconds: float) -> datetime:
    """Return when a lease that is taken now ends."""
    return wall + timedelta(seconds=seconds)


def _doubt(session: Session, rows: Sequence[Delivery], again: Iterable[int | None], now: datetime) -> None:
    """Mark rows uncertain, and let those of `again` wait for their next try while patience lasts."""
    wanted = set(again)
    _free(session, rows, "doubt", now)
    _free(session, _hopeful([row for row in rows if row.id in wanted], now), "retry", now)


def _try_again(session: Session, rows: Sequence[Delivery], now: datetime) -> None:
    """Let rows wait for their next try; those whose patience is over fail."""
    hopeful = _hopeful(rows, now)
    _free(session, [row for row in rows if row.next_try_at is None], "fail", now)
    _free(session, hopeful, "retry", now)


def _hopeful(rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
    for row in rows:
        row.next_try_at = next_try(row.attempts, row.first_try_at or now, now)
    return [row for row in rows if row.next_try_at is not None]


def _free(session: Session, rows: Sequence[Delivery], verb: str, now: datetime, **changes: Any) -> None:
    move(session, rows, verb, by=BY, at=now, lease_by="", lease_until=None, **changes)


def _parcel(
    row: Delivery, kind: str, dedupe: str, title: str, body: str, attachments: list[str], written_at: datetime
) -> Parcel:
    name = uuid5(NAMES, f"{dedupe}|{written_at.isoformat()}|{row.channel}|{row.address}")
    return Parcel(
        id=row.id or 0,
        channel=row.channel,
        address=row.address,
        title=title,
        body=body,
        attachments=tuple(attachments),
        name=str(name),
        statutory=is_statutory(kind),
    )
