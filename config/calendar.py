"""Working days: weekdays minus holidays plus make-up workdays, overridable by an editable file."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import chinese_calendar


class CalendarFault(Exception):
    """A calendar file that cannot be read; names file, line and what is allowed."""


@dataclass(frozen=True)
class WorkCalendar:
    """Counts working days in China; `overrides` maps a date to whether it is worked.

    A year that the maintained library does not know yet counts plain weekdays: `is_provisional` says so (暂定).
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Tell whether a day is worked."""
        worked = self.overrides.get(day, _published(day))
        return day.weekday() < 5 if worked is None else worked

    def is_provisional(self, day: date) -> bool:
        """Tell whether a day's year is not yet published, so that its deadlines may still move."""
        return day not in self.overrides and _published(day) is None

    def is_published(self, year: int) -> bool:
        """Tell whether a year's holidays are known to the library."""
        return _published(date(year, 1, 1)) is not None

    def count(self, year: int) -> int:
        """Return how many days of a year are worked."""
        return self.between(date(year - 1, 12, 31), date(year, 12, 31))

    def add(self, day: date, workdays: int) -> date:
        """Return the n-th working day after (n > 0) or before (n < 0) a day; n = 0 gives the day or the next worked."""
        step = timedelta(days=1 if workdays >= 0 else -1)
        if workdays == 0:
            while not self.is_workday(day):
                day += step
            return day
        for _ in range(abs(workdays)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start` up to and including `end` (negative when end is earlier)."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@lru_cache(maxsize=20_000)
def _published(day: date) -> bool | None:
    """Whether a day is worked as published; None for a year that the library does not know (a slow question there)."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def load_calendar(path: Path | None = None) -> WorkCalendar:
    """Read overrides from a CSV `date,worked` (yes/no); all faults at once as CalendarFault."""
    if path is None or not path.exists():
        return WorkCalendar()
    overrides, faults = {}, []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for number, row in enumerate(csv.reader(handle), start=1):
            if not row or row[0].startswith("#") or row == ["date", "worked"]:
                continue
            try:
                overrides[date.fromisoformat(row[0].strip())] = {"yes": True, "no": False}[row[1].strip()]
            except (ValueError, KeyError, IndexError):
                faults.append(f"{path.name} 第 {number} 行:{row!r} 不是“日期,yes|no”")
    if faults:
        raise CalendarFault("\n".join(faults))
    return WorkCalendar(overrides)
