"""Duties that a row causes: a slip to answer, a problem to forward; each row owes once, by its own deadline."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sqlmodel import col, select

from config.duties import DutySpec
from config.duty_parts import Event
from models.audit import Audit
from models.duty import DeadlineChange, Obligation
from models.evidence import Entry
from tasks.desk import Desk
from tasks.duties.dates import since
from tasks.duties.open_period import ROUTINE
from tasks.duties.rows import where, whole
from tasks.duties.tell import tell_owner
from tasks.reminding.due_days import move_due

HOURS_A_DAY = 24
GONE, AGAIN, CORRECTED = "来由已更正或撤回", "来由又成立", "来由已更正"
Key = tuple[str, str]  # owner, slot


def oblige_events(desk: Desk, duty: DutySpec) -> int:
    """Lay down what the rows of a form oblige to, once each, and waive what no row asks for any more.

    What was waived so is owed again when a row asks for it again, and a corrected row moves the due day.
    Returns how many obligations are new.
    """
    assert duty.event is not None
    rows = where(desk, duty.event.form, desk.entries(duty.event.form), duty.event.when)
    wanted = {(row.owner, row.slot): row for row in _obligations(desk, duty, duty.event, rows)}
    query = select(Obligation).where(Obligation.cycle_id == desk.cycle_id, Obligation.duty == duty.id)
    known = {(row.owner, row.slot): row for row in desk.session.exec(query)}
    fresh = [row for key, row in wanted.items() if key not in known]
    gone = [row for key, row in known.items() if key not in wanted and row.state in ("open", "returned")]
    for row in gone:  # a link of the audit each: `_was_gone` reads it
        desk.move(row, "waive", reason=GONE)
    again = [known[key] for key in wanted.keys() & known.keys() if _was_gone(desk, known[key])]
    desk.move(again, "reopen", reason=AGAIN)
    moved = _correct(desk, wanted, known, _given(duty.event, rows))
    if duty.announces:
        for row in {row.id: row for row in (*again, *moved)}.values():
            tell_owner(desk, duty, row, f"{duty.label} {row.slot}({CORRECTED})", slot=f"{row.slot}/{row.due_on}")
    if fresh:
        desk.session.add_all(fresh)
        desk.session.flush()
        desk.audit("obligation.open", {"duty": duty.id, "count": len(fresh), "slots": [row.slot for row in fresh[:50]]})
        if duty.announces:
            for row in fresh:
                tell_owner(desk, duty, row, f"{duty.label} {row.slot}", slot=row.slot)
    return len(fresh)


def _was_gone(desk: Desk, row: Obligation) -> bool:
    """Whether it was waived because its row had gone; what a person waived stays waived."""
    if row.state != "waived":
        return False
    query = select(Audit.canonical).where(Audit.object == f"obligation/{row.id}").order_by(col(Audit.seq).desc())
    waived = (link for link in map(json.loads, desk.session.exec(query)) if link["verb"] == "obligation.waive")
    return next((link["detail"]["reason"] == GONE for link in waived), False)


def _given(event: Event, rows: list[Entry]) -> set[str]:
    """The keys of the rows that say their due day themselves."""
    return {str(row.values[event.key]) for row in rows if event.due and row.values.get(event.due)}


def _correct(
    desk: Desk, wanted: Mapping[Key, Obligation], known: Mapping[Key, Obligation], given: set[str]
) -> list[Obligation]:
    """Move what is open to the due day of its corrected row; a changed calendar and extensions have their own ways."""
    pairs = [(known[key], row) for key, row in wanted.items() if key in known and known[key].state == "open"]
    differing = [
        (owed, row)
        for owed, row in pairs
        if owed.opened_on != row.opened_on or (row.slot in given and owed.due_on != row.due_on)
    ]
    extended = _extended(desk, [owed.id or 0 for owed, _ in differing])
    moved = [(owed, row) for owed, row in differing if owed.id not in extended]
    for owed, row in moved:
        owed.opened_on = min(row.opened_on, row.due_on)
        move_due(desk, owed, row.due_on, "correction", reason=CORRECTED, by=desk.by)
        desk.audit("obligation.correct", {"id": owed.id, "due_on": str(row.due_on)})
    return [owed for owed, _ in moved]


def _extended(desk: Desk, ids: list[int]) -> set[int]:
    """Those to whom a person granted their present due day."""
    query = select(DeadlineChange.obligation_id, DeadlineChange.cause).where(
        col(DeadlineChange.obligation_id).in_(ids), DeadlineChange.cause != "calendar"
    )
    last = dict(desk.session.exec(query.order_by(col(DeadlineChange.id))).all()) if ids else {}
    return {id_ for id_, cause in last.items() if cause == "extension"}


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
