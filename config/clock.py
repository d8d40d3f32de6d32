"""The only module that knows the time; everything else takes dates as arguments."""

from datetime import UTC, date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import text

ZONE = ZoneInfo("Asia/Shanghai")


class Executes(Protocol):
    """What the clock needs of a session: to run one statement."""

    def execute(self, statement: Any, /) -> Any: ...


def now(session: Executes) -> datetime:
    """Return the aware UTC time: the rehearsal's `now` in a rehearsal database, real time elsewhere."""
    rehearsed = session.execute(text("SELECT now FROM rehearsal")).scalar()
    if rehearsed is None:
        return datetime.now(UTC)
    moment = datetime.fromisoformat(rehearsed) if isinstance(rehearsed, str) else rehearsed
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def today(session: Executes) -> date:
    """Return the business date in China."""
    return now(session).astimezone(ZONE).date()


def wall_now() -> datetime:
    """Return real UTC time: for leases and process life, never for business dates."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Return a moment as read on a clock in China."""
    return moment.astimezone(ZONE)
