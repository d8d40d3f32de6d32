"""The reminder ladder as pure computation: which rung is told today, which were passed over, which due days have one.

A rung is a number of working days from the due day: −7, −3, −1, 0, 1, 3.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from config.calendar import WorkCalendar

QUIET = timedelta(days=1)  # who was asked yesterday is not reminded today (issue Rhythm, 2)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """What a sweep does for one obligation: the rung it tells now, and those it records as passed over."""

    told: int | None = None
    passed: tuple[int, ...] = ()


def rung_day(calendar: WorkCalendar, due: date, rung: int) -> date:
    """Return the day of a rung: so many working days before or after the due day, or the due day itself."""
    return calendar.add(due, rung) if rung else due


def latest_due(calendar: WorkCalendar, rung: int, today: date) -> date:
    """Return the latest due day whose rung is reached today: every earlier due day has reached it as well."""
    due = rung_day(calendar, today, -rung)
    while rung_day(calendar, due + DAY, rung) <= today:
        due += DAY
    while rung_day(calendar, due, rung) > today:
        due -= DAY
    return due


def is_quiet(asked_on: date, today: date) -> bool:
    """Tell whether somebody asked on a day is still left in peace: on that day and the day after it."""
    return today <= asked_on + QUIET


def next_step(
    *, due: date, asked_on: date, rungs: Collection[int], there: Collection[int], today: date, calendar: WorkCalendar
) -> Step:
    """Return what is to be done today for work that is still owed.

    `asked_on` is when the present due day was told: the opening, a return, an extension, a changed calendar. `there`
    holds the rungs recorded for this due day. Only the latest reached rung is told, and none twice; one before the
    due day that was reached by the time of asking is passed over, for the asking itself said as much.
    """
    if is_quiet(asked_on, today):
        return Step()
    days = {rung: rung_day(calendar, due, rung) for rung in rungs}
    reached = sorted(rung for rung, day in days.items() if day <= today)
    fresh = tuple(rung for rung in reached if rung not in there)
    if not fresh:
        return Step()
    latest = reached[-1]
    later_told = any(rung >= latest for rung in there)  # the clock was ahead, and is right again
    if later_told or (latest < 0 and is_quiet(asked_on, days[latest])):
        return Step(passed=fresh)
    return Step(latest, fresh[:-1])
