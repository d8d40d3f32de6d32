"""When a period opens, is due and is closed, by the duty's rules and the working calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from config.duties import DutySpec
from config.duty_parts import Offset
from config.rhythm import slot_start, slots_of_year
from tasks.desk import Desk
from tasks.duties.rows import whole


@dataclass(frozen=True)
class Dates:
    """The days of one period: opened ≤ due ≤ closes."""

    opens: date
    due: date
    closes: date


def since(desk: Desk) -> date:
    """Return the day from which the cycle's duties are owed."""
    return date.fromisoformat(str(desk.cycle.params["since"]))


def dates_of(desk: Desk, duty: DutySpec, slot: str) -> Dates:
    """Return the days of a slot; what opens before the cycle's first day opens on it."""
    due = _day(desk, duty.due, slot)
    opens = min(max(_day(desk, duty.opens, slot), since(desk)), due)
    after = duty.closes
    if after.workdays is not None:
        closes = desk.calendar.add(due, whole(desk, after.workdays))
    else:
        closes = due + timedelta(days=whole(desk, after.days or 0))
    return Dates(opens, due, max(closes, due))


def slots_to_run(desk: Desk, duty: DutySpec) -> Iterator[str]:
    """Give the year's turns of a duty in order: those due on or after the cycle's first day."""
    first = since(desk)
    for slot in slots_of_year(duty.rhythm, desk.cycle.year):
        worked = not duty.workdays_only or desk.calendar.is_workday(slot_start(slot))
        if duty.has_slot(slot) and worked and _day(desk, duty.due, slot) >= first:
            yield slot


def _day(desk: Desk, offset: Offset, slot: str) -> date:
    return offset.of(slot, desk.calendar, partial(whole, desk))
