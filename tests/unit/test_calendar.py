"""Working days: holidays, make-up days, years not yet published, an editable file."""

from datetime import date
from pathlib import Path

import pytest

from config.calendar import CalendarFault, WorkCalendar, load_calendar

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 1, 1), False),  # New Year, a Thursday
        (date(2026, 1, 4), True),  # a Sunday that is worked instead
        (date(2010, 12, 3), True),
        (date(2010, 12, 4), False),
    ],
)
def test_holidays_are_free_and_make_up_sundays_are_worked(day: date, worked: bool) -> None:
    assert CALENDAR.is_workday(day) is worked


def test_a_year_not_yet_published_counts_weekdays_and_says_so() -> None:
    assert CALENDAR.is_workday(date(2099, 1, 1))  # a Thursday
    assert not CALENDAR.is_workday(date(2099, 1, 3))
    assert CALENDAR.is_provisional(date(2099, 1, 1))
    assert not CALENDAR.is_provisional(date(2010, 12, 1))


def test_an_override_wins_and_is_not_provisional() -> None:
    calendar = WorkCalendar({date(2099, 1, 1): False})
    assert not calendar.is_workday(date(2099, 1, 1))
    assert not calendar.is_provisional(date(2099, 1, 1))
    assert calendar.is_provisional(date(2099, 1, 2))


@pytest.mark.parametrize(
    ("workdays", "expected"),
    [
        (0, date(2010, 12, 6)),
        (1, date(2010, 12, 6)),
        (5, date(2010, 12, 10)),
        (6, date(2010, 12, 13)),
        (-1, date(2010, 12, 3)),
        (-2, date(2010, 12, 2)),
    ],
)
def test_counting_from_a_saturday(workdays: int, expected: date) -> None:
    assert CALENDAR.add(date(2010, 12, 4), workdays) == expected


def test_between_undoes_add_in_both_directions() -> None:
    start = date(2010, 12, 1)
    assert [CALENDAR.between(start, CALENDAR.add(start, n)) for n in (0, 1, 7)] == [0, 1, 7]
    assert CALENDAR.between(date(2010, 12, 8), start) == -5


def test_a_file_of_overrides_is_read_with_comments_and_header(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("date,worked\n# 州庆\n2010-12-01,no\n2010-12-04,yes\n", encoding="utf-8-sig")
    calendar = load_calendar(file)
    assert not calendar.is_workday(date(2010, 12, 1))
    assert calendar.is_workday(date(2010, 12, 4))


def test_every_faulty_line_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("2010-02-30,no\n2010-12-04,yes\n2010-12-05,maybe\n2010-12-06\n", encoding="utf-8")
    with pytest.raises(CalendarFault) as refused:
        load_calendar(file)
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        f"days.csv 第 {number} 行" for number in (1, 3, 4)
    ]


def test_without_a_file_the_library_decides(tmp_path: Path) -> None:
    assert load_calendar(tmp_path / "none.csv") == load_calendar(None) == WorkCalendar()
