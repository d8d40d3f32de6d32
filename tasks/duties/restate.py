"""Closed periods that no longer tell the truth: late or corrected rows came, or a granted extension ran out."""

from datetime import date

import sqlalchemy
from sqlalchemy import ColumnElement, func
from sqlmodel import and_, col, or_, select

from config.duties import DutySpec, forms_watched
from config.rhythm import slot_of
from models.duty import Period
from models.evidence import Entry
from tasks.desk import Desk
from tasks.duties.open_period import periods
from tasks.duties.rows import entry_slot, slot_source

REASON = "收到补交或更正的资料,或延期已到,重新汇总"


def reopen_stale(desk: Desk, duty: DutySpec) -> list[Period]:
    """Reopen the closed periods that are to be closed anew; with them the last one, whose facts speak of the year."""
    closed = periods(desk, duty.id, "closed")
    if not closed:
        return []
    late = _slots_of_new_rows(desk, duty, closed)
    stale = [period for period in closed if period.slot in late or _ran_out(period, desk.today)]
    if stale and closed[-1] not in stale:
        stale.append(closed[-1])
    desk.move(stale, "reopen", reason=REASON)
    return stale


def newest_row(desk: Desk, duty: DutySpec) -> int:
    """Return the id of the newest row in this scope of the forms that a duty's periods read; 0 where there is none."""
    query = select(func.max(Entry.id)).where(Entry.scope == desk.cycle.scope, col(Entry.form).in_(forms_watched(duty)))
    return int(desk.session.exec(query).one() or 0)


def _slots_of_new_rows(desk: Desk, duty: DutySpec, closed: list[Period]) -> set[str]:
    """The slots of rows that came after all that was closed so far, and those that corrected rows stood in before."""
    seen = max(period.seen_entry for period in closed)
    if newest_row(desk, duty) <= seen:
        return set()
    mine = Entry.scope == desk.cycle.scope, col(Entry.form).in_(forms_watched(duty))
    fresh = *mine, Entry.state == "current", col(Entry.id) > seen
    corrected = select(Entry.key).where(*fresh, col(Entry.version) > 1)
    before = *mine, Entry.state == "replaced", col(Entry.id) <= seen, col(Entry.key).in_(corrected)
    return {
        slot
        for form in forms_watched(duty)
        for slot in _slots_of(desk, duty, form, and_(Entry.form == form, or_(and_(*fresh), and_(*before))))
    }


def _slots_of(desk: Desk, duty: DutySpec, form: str, condition: ColumnElement[bool]) -> set[str]:
    """The slots that rows of a form belong to; the database looks through them."""
    source = slot_source(desk, duty, form)
    if source is None:
        days = sqlalchemy.select(col(Entry.dated)).where(condition).distinct()
        return {slot_of(duty.rhythm, day) for day in desk.session.scalars(days)}
    name = str(source.field or source.date)
    told = sqlalchemy.select(col(Entry.values)[name].as_string()).where(condition).distinct()
    return {entry_slot(source, duty.rhythm, {name: text}) for text in desk.session.scalars(told)}


def _ran_out(period: Period, today: date) -> bool:
    return period.pending_until is not None and period.pending_until < today
