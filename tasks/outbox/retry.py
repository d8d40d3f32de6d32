"""When a delivery that failed for now is tried again: after 1, 5, 15, 60 minutes, then every hour up to 48 hours."""

from datetime import datetime, timedelta

LADDER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
THEN = timedelta(hours=1)
PATIENCE = timedelta(hours=48)


def next_try(attempts: int, first_try: datetime, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts (≥ 1); None when it would be more than 48 h after the first."""
    wait = LADDER[attempts - 1] if attempts <= len(LADDER) else THEN
    return now + wait if now + wait <= first_try + PATIENCE else None
