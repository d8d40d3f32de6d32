"""The recurring part of the demo year: which sheets come in on which day, and when each duty's deployment runs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from demo.routine_bozhou import bozhou_days
from demo.routine_tongxiang import tongxiang_days
from demo.year import DemoYear, Sheets

Duty = tuple[str, str]  # scheme, id
SINCE = date(2010, 1, 4)
OVER = date(2011, 1, 7)
QUARTER_ENDS = (date(2011, 4, 1), date(2011, 7, 1), date(2011, 10, 1), date(2012, 1, 1))
CHOSEN: Mapping[str, tuple[str, ...] | None] = {"bozhou": None, "tongxiang": ("monthly_review", "quarterly_meeting")}
CONTACT = "演示管理员 0900-5550131"
OFFICES = {"bozhou": "州党风廉政建设责任制考核办公室", "tongxiang": "市委组织部"}


@dataclass(frozen=True)
class RoutineDay:
    """A business day: the sheets that come in, by scheme and form, and the duties whose deployments run after."""

    on: date
    sheets: Mapping[str, Sheets] = field(default_factory=dict)
    runs: tuple[Duty, ...] = ()


def routine_days(year: DemoYear) -> list[RoutineDay]:
    """Return the recurring part of a demo year, day by day; equal seeds give equal days."""
    midyear = [row for day in year.days for row in day.sheets.get("midyear", [])]
    sheets: dict[date, dict[str, Sheets]] = defaultdict(lambda: defaultdict(dict))
    _put(sheets, "bozhou", bozhou_days(Random(year.seed), year.people, midyear))
    _put(sheets, "tongxiang", tongxiang_days(Random(year.seed), year.people))
    runs = _runs()
    return [RoutineDay(day, sheets.get(day, {}), runs.get(day, ())) for day in sorted({*sheets, *runs})]


def _put(sheets: dict[date, dict[str, Sheets]], scheme: str, days: Iterable[tuple[date, Sheets]]) -> None:
    for day, forms in days:
        for form, rows in forms.items():
            sheets[day][scheme].setdefault(form, []).extend(rows)


def _runs() -> dict[date, tuple[Duty, ...]]:
    """Return when deployments run: each month, and a duty of longer turns where one opens or closes.

    The schedules themselves run daily; on the days left out there would be nothing to do, or nothing that hangs on it.
    """
    monthly = ("tongxiang", "monthly_review")
    quarterly = (("bozhou", "contact_hearing"), ("bozhou", "supervision"), ("tongxiang", "quarterly_meeting"))
    yearly = {
        date(2010, 1, 4): (
            *quarterly,
            *(("bozhou", duty) for duty in ("plan_breakdown", "contact_points", "supervision_meeting")),
        ),
        date(2010, 2, 6): (("bozhou", "contact_points"),),
        date(2010, 3, 6): (("bozhou", "instruments"),),
        date(2010, 4, 6): quarterly,
        date(2010, 6, 6): (("bozhou", "plan_breakdown"), ("bozhou", "midyear_check")),
        date(2010, 7, 6): (*quarterly, ("bozhou", "supervision_meeting")),
        date(2010, 9, 6): (("bozhou", "instruments"), ("bozhou", "midyear_check")),
        date(2010, 10, 6): quarterly,
        date(2011, 1, 6): (*quarterly, ("bozhou", "supervision_meeting")),
    }
    months = [SINCE, *(date(2010, month, 6) for month in range(2, 13)), date(2011, 1, 6)]
    return {day: (*((monthly,) if day in months else ()), *yearly.get(day, ())) for day in sorted({*months, *yearly})}
