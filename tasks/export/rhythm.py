"""What a year of recurring work came to in numbers: periods closed, reminders, escalations, what was said twice."""

from collections import Counter
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from config.clock import local
from models.duty import Period, Reminder
from models.outbox import InboxItem, Message

DIGEST, ESCALATION = "digest", "escalation"


def rhythm_summary(session: Session) -> dict[str, int]:
    """Return the numbers of all cycles together; `duplicates` is counted from what lies in the inboxes."""
    return {
        "periods_closed": _count(session, Period, col(Period.state) == "closed"),
        "reminders": _count(session, Reminder, col(Reminder.told)),
        "escalations": _count(session, Message, col(Message.kind) == ESCALATION),
        "duplicates": duplicates(session),
    }


def duplicates(session: Session) -> int:
    """Return how many inbox items somebody could have been spared: the same told twice on a day, or two digests."""
    query = select(InboxItem, Message.kind).join(Message)
    items: Counter[tuple[Any, ...]] = Counter()
    for item, kind in session.exec(query):
        said = () if kind == DIGEST else (item.title, item.body)
        items[item.recipient, kind, local(item.written_at).date(), *said] += 1
    return sum(count - 1 for count in items.values())


def _count(session: Session, model: Any, condition: Any) -> int:
    return int(session.exec(select(func.count()).select_from(model).where(condition)).one())
