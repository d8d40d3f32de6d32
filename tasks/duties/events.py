"""Duties that a row causes: a slip to answer, a problem to forward; each row owes once, by its own deadline."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlmodel import select

from config.duties import DutySpec
from config.duty_parts import Event
from models.duty import Obligation
from models.evidence import Entry
from tasks.desk import Desk
from tasks.duties.dates import since
from tasks.duties.open_period import ROUTINE
from tasks.duties.rows import where, whole
from tasks.duties.tell import tell_owner

HOURS_A_DAY = 24
GONE = "来由已更正或撤回"


def oblige_events(desk: Desk, duty: DutySpec) -> int:
    """Lay down what the rows of a form oblige to, once each, and waive what no row asks for any more.

    Returns how many obligations are new.
    """
    assert duty.event is not None
    rows = where(desk, duty.event.form, desk.entries(duty.event.form), duty.event.when)
    wanted = {(row.owner, row.slot): row for row in _obligations(desk, duty, duty.event, rows)}
    query = select(Obligation).where(Obligation.cycle_id == desk.cycle_id, Obligation.duty == duty.id)
    known = {(row.owner, row.slot): row for row in desk.session.exec(query)}
    fresh = [row for key, row in wanted.items() if key not in known]
    gone = [row for key, row in known.items() if key not in wanted and row.state in ("open", "returned")]
    desk.move(gone, "waive", reason=GONE)
    if fresh:
        desk.session.add_all(fresh)
        desk.session.flush()
        desk.audit("obligation.open", {"duty": duty.id, "count": len(fresh), "slots": [row.slot for row in fresh[:50]]})
        if duty.announces:
            for row in fresh:
                tell_owner(desk, duty, row, f"{duty.label} {row.slot}", slot=row.slot)
    return len(fresh)


def due_days(desk: Desk, duty: DutySpec) -> dict[tuple[str, str], date]:
    """Return when each answer is due by the desk's calendar, by owner and the key of the row that caused it."""
    assert duty.event is not None
    rows = where(desk, duty.event.form, desk.entries(duty.event.form), duty.event.when)
    return {(row.owner, row.slot): row.due_on for row in _obligations(desk, duty, duty.event, rows)}


def _obligations(desk: Desk, duty: DutySpec, event: Event, rows: list[Entry]) -> Iterator[Obligation]:
    first = since(desk)
    for row in rows:
        dated = date.fromisoformat(str(row.values[event.dated])[:10])
        if dated < first:
            continue
        unit = str(row.values.get(event.unit) or "") or None if event.unit else None
        owner = str(row.values.get(event.owner) or "") if event.owner else unit
        told = str(row.values.get(event.recipient) or "") if event.recipient else ""
        if owner:
            due = max(_due(desk, event, row, dated), dated)
            yield Obligation(
                cycle_id=desk.cycle_id,
                stage=ROUTINE,
                duty=duty.id,
                owner=owner,
                unit_id=unit,
                recipient=told or unit or event.role or owner,
                form=str(duty.form),
                receiver=duty.receiver,
                slot=str(row.values[event.key]),
                opened_on=dated,
                due_on=due,
            )


def _due(desk: Desk, event: Event, row: Entry, dated: date) -> date:
    given = row.values.get(event.due) if event.due else None
    if given:
        return date.fromisoformat(str(given)[:10])
    if event.hours is not None:
        return dated + timedelta(days=-(-whole(desk, event.hours) // HOURS_A_DAY))
    if event.by is not None:
        return desk.calendar.add(dated, whole(desk, event.by.workdays[str(row.values[event.by.field])]))
    assert event.workdays is not None
    return desk.calendar.add(dated, whole(desk, event.workdays))
