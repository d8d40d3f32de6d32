"""How complete a period is: who handed in when, and the numbers of it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy
from sqlalchemy import ColumnElement
from sqlmodel import and_, case, col, func, select, true

from config.clock import local
from models.bulk import read_rows
from models.duty import Obligation, Submission
from models.evidence import Entry
from tasks.desk import Desk
from tasks.duties.figures import percent

STANDINGS = {"in_time": "按时", "late": "逾期报送", "missing": "未报", "pending": "未到期"}


@dataclass(frozen=True)
class Standing:
    """One obligation of a period and how it stands: in_time, late, missing, or pending (its own due day lies ahead).

    `entered_on` is the day its row came into our books: the day of the work itself is what the row says.
    """

    owed: Obligation
    submitted_on: date | None
    state: str
    entered_on: date | None = None

    @property
    def handed_in(self) -> bool:
        """Whether the work came at all."""
        return self.submitted_on is not None

    @property
    def entered_late(self) -> bool:
        """Whether work that counts as in time came into our books only after its due day."""
        return self.state == "in_time" and self.entered_on is not None and self.entered_on > self.owed.due_on


def standings(desk: Desk, duty_id: str, slot: str | None = None) -> list[Standing]:
    """Return how each obligation of a slot stands today, waived left out.

    Without a slot all of the year: those of a duty of events.
    """
    of_slot = true() if slot is None else col(Obligation.slot) == slot
    owed = select(Obligation).where(_owed(desk, duty_id), of_slot)
    handed_in = (
        sqlalchemy.select(col(Obligation.id), col(Submission.submitted_on), col(Entry.entered_at))
        .join(Submission, _handed_in())
        .join(Entry, col(Entry.id) == col(Submission.entry_id), isouter=True)
        .where(_owed(desk, duty_id), of_slot)
    )
    came = {id_: (submitted, entered) for id_, submitted, entered in desk.session.execute(handed_in)}
    found = []
    for row in read_rows(desk.session, owed.order_by(col(Obligation.slot), col(Obligation.owner))):
        submitted, entered = came.get(row.id, (None, None))
        state = _state(row, submitted, desk.today)
        found.append(Standing(row, submitted, state, entered and local(entered).date()))
    return found


def counted_so_far(desk: Desk, duty_id: str, slot: str) -> dict[str, Counter[str]]:
    """Return by owner how many obligations of the year's slots up to this one stand how today; the database counts."""
    due_on, submitted = col(Obligation.due_on), col(Submission.submitted_on)
    holds = {
        "in_time": submitted <= due_on,
        "late": submitted > due_on,
        "missing": and_(submitted.is_(None), due_on < desk.today),
        "pending": and_(submitted.is_(None), due_on >= desk.today),
    }
    numbers = [func.sum(case((condition, 1), else_=0)) for condition in holds.values()]
    query = (
        sqlalchemy.select(col(Obligation.owner), *numbers)
        .join(Submission, _handed_in(), isouter=True)
        .where(_owed(desk, duty_id), col(Obligation.slot) <= slot)
        .group_by(col(Obligation.owner))
    )
    rows = desk.session.execute(query)
    return {owner: Counter(dict(zip(holds, counts, strict=True))) for owner, *counts in rows}


def missing_so_far(desk: Desk, duty_id: str, slot: str) -> dict[str, list[str]]:
    """Return by owner the slots of the year up to this one whose work is missing today, in order."""
    query = (
        select(Obligation.owner, Obligation.slot)
        .join(Submission, _handed_in(), isouter=True)
        .where(_owed(desk, duty_id))
        .where(
            col(Obligation.slot) <= slot, col(Submission.submitted_on).is_(None), col(Obligation.due_on) < desk.today
        )
    )
    found: dict[str, list[str]] = defaultdict(list)
    for owner, missing in desk.session.exec(query.order_by(col(Obligation.slot))):
        found[owner].append(missing)
    return dict(found)


def _handed_in() -> ColumnElement[bool]:
    """The submission of an obligation's last attempt."""
    return and_(col(Submission.obligation_id) == col(Obligation.id), col(Submission.attempt) == col(Obligation.attempt))


def _owed(desk: Desk, duty_id: str) -> ColumnElement[bool]:
    """The obligations of a duty in this cycle, waived left out."""
    return and_(
        col(Obligation.cycle_id) == desk.cycle_id,
        col(Obligation.duty) == duty_id,
        col(Obligation.state) != "waived",
    )


def _state(owed: Obligation, submitted: date | None, today: date) -> str:
    if submitted is not None:
        return "in_time" if submitted <= owed.due_on else "late"
    return "missing" if owed.due_on < today else "pending"


def figures(rows: Sequence[Standing]) -> dict[str, str | int]:
    """Return expected, in_time, late, missing and the percent handed in of what is due.

    Where there are any also pending, and entered_late: those in time by the day they give, but entered after it.
    """
    counted = Counter(row.state for row in rows)
    due = len(rows) - counted["pending"]
    told: dict[str, str | int] = {
        "expected": len(rows),
        **{name: counted[name] for name in ("in_time", "late", "missing")},
    }
    if entered_late := sum(row.entered_late for row in rows):
        told["entered_late"] = entered_late
    if counted["pending"]:
        told["pending"] = counted["pending"]
    return told | {"percent": percent(counted["in_time"] + counted["late"], due)}
