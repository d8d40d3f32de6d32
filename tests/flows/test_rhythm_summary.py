"""The numbers of a year's recurring work: what is said twice is counted, whatever keys were meant to prevent it."""

from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from models.outbox import InboxItem, Message
from models.session import writing
from tasks.export.rhythm import duplicates, rhythm_summary
from tests.support import moment

DAY = date(2010, 3, 31)
KEYS = count()


def say(session: Session, kind: str, *, to: str = "U1", body: str = "请报送", on: date = DAY) -> None:
    message = Message(kind=kind, recipient=to, dedupe=str(next(KEYS)), title="通知", body=body, written_at=moment(on))
    session.add(message)
    session.flush()
    item = InboxItem(message_id=message.id or 0, recipient=to, title="通知", body=body, written_at=moment(on))
    session.add(item)
    session.flush()


@pytest.mark.parametrize(
    ("kind", "second", "counted"),
    [
        ("obligation", {}, 1),
        ("obligation", {"body": "请报送责任分解表"}, 0),
        ("obligation", {"to": "U2"}, 0),
        ("obligation", {"on": DAY + timedelta(days=1)}, 0),
        ("digest", {"body": "还有两项未报"}, 1),
        ("digest", {"on": DAY + timedelta(days=1)}, 0),
    ],
    ids=["same", "other text", "other recipient", "next day", "two digests", "digest of the next day"],
)
def test_what_one_recipient_is_told_twice_on_a_day_is_a_duplicate(
    sqlite_engine: Engine, kind: str, second: dict[str, object], counted: int
) -> None:
    with writing(sqlite_engine) as session:
        say(session, kind)
        say(session, kind, **second)  # type: ignore[arg-type]
        assert duplicates(session) == counted


def test_an_empty_year_has_nothing_to_tell(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        assert set(rhythm_summary(session).values()) == {0}
