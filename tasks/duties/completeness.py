"""How complete a period is: who handed in when, and the numbers of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import and_, col, select, true

from models.duty import Obligation, Submission
from tasks.desk import Desk
from tasks.duties.figures import percent

STANDINGS = {"in_time": "按时", "late": "逾期报送", "missing": "未报", "pending": "未到期"}


@dataclass(frozen=True)
class Standing:
    """One obligation of a period and how it stands: in_time, late, missing, or pending (its own due day lies ahead)."""

    owed: Obligation
    submitted_on: date | None
    state: str

    @property
    def handed_in(self) -> bool:
        """Whether the work came at all."""
        return self.submitted_on is not None


def standings(desk: Desk, duty_id: str, slot: str | None = None, *, until: bool = False) -> list[Standing]:
    """Return how each obligation of a slot stands today, waived left out; `until`: of the year's slots up to it.

    Without a slot all of the year: those of a duty of events.
    """
    of_slot = true() if slot is None else Obligation.slot <= slot if until else Obligation.slot == slot
    query = (
        select(Obligation, col(Submission.submitted_on))
        .join(
            Submission,
            and_(
                col(Submission.obligation_id) == col(Obligation.id),
                col(Submission.attempt) == col(Obligation.attempt),
            ),
            isouter=True,
        )
        .where(Obligation.cycle_id == desk.cycle_id, Obligation.duty == duty_id, Obligation.state != "waived", of_slot)
    )
    rows = desk.session.exec(query.order_by(col(Obligation.slot), col(Obligation.owner)))
    return [Standing(owed, submitted, _state(owed, submitted, desk.today)) for owed, submitted in rows]


def _state(owed: Obligation, submitted: date | None, today: date) -> str:
    if submitted is not None:
        return "in_time" if submitted <= owed.due_on else "late"
    return "missing" if owed.due_on < today else "pending"


def figures(rows: Sequence[Standing]) -> dict[str, str | int]:
    """Return expected, in_time, late, missing and the percent handed in of what is due; pending where there are any."""
    counted = Counter(row.state for row in rows)
    due = len(rows) - counted["pending"]
    told: dict[str, str | int] = {
        "expected": len(rows),
        **{name: counted[name] for name in ("in_time", "late", "missing")},
    }
    if counted["pending"]:
        told["pending"] = counted["pending"]
    return told | {"percent": percent(counted["in_time"] + counted["late"], due)}
