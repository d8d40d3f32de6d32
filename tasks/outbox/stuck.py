"""Tells the operators of notices that are stuck before their deadline, each once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from config import clock
from models.outbox import Message
from models.session import reading, writing
from notices.messages import OperatorTaskMessage
from notices.render import date_cn
from tasks.outbox.ledger import Stuck, stuck_notices
from tasks.outbox.write import Draft, write_messages
from tasks.wiring import House

OPERATORS, KIND = "administrator", "operator_task"
REMEDY = (
    "运行 kaohe notice list --stuck 查看原因；改正邮箱或通道设置后运行 kaohe notice retry 编号；"
    "仍发不出的，另行当面或电话通知"
)


def raise_stuck(world: House, *, now: datetime | None = None) -> int:
    """Write one operator task about the stuck notices of which none was written yet; return of how many it tells.

    Harmless when repeated, and when two run at once: the key is that of the oldest notice told of.
    """
    with reading(world.engine) as session:
        if not _untold(session, now or clock.now(session)):
            return 0
    with writing(world.engine) as session:
        at = now or clock.now(session)
        fresh = _untold(session, at)
        return len(fresh) if fresh and write_messages(session, [_task(fresh)], now=at) else 0


def _untold(session: Session, now: datetime) -> list[Stuck]:
    stuck = stuck_notices(session, now=now)
    told = select(Message.context).where(Message.kind == KIND) if stuck else None
    known = (
        {id_ for context in session.exec(told) for id_ in context.get("messages", ())} if told is not None else set()
    )
    return [row for row in stuck if row.id not in known]


def _task(stuck: Sequence[Stuck]) -> Draft:
    counts = Counter((row.label, row.deadline) for row in stuck)
    lines = tuple(f"{label}{count}件，期限{date_cn(deadline)}" for (label, deadline), count in sorted(counts.items()))
    context = OperatorTaskMessage(
        recipient="管理员",
        scheme="考核系统",
        period="",
        what=f"{len(stuck)}件通知临近期限仍未送达",
        lines=lines,
        remedy=REMEDY,
    )
    told = {"messages": [row.id for row in stuck]}
    return Draft(context, OPERATORS, f"{KIND}|stuck|{stuck[0].id}", detail=told)
