"""The reminder ladder: which rung is told on which day, in pairs on both sides of each boundary."""

from collections.abc import Collection
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import WorkCalendar
from tasks.reminding.ladder import Step, latest_due, next_step, rung_day

CALENDAR = WorkCalendar()
RUNGS = (-7, -3, -1, 0, 1, 3)
OPENED, DUE = date(2010, 12, 1), date(2010, 12, 24)  # a Friday; rungs on 12-15, 21, 23, 24, 27, 29


def step_on(day: date, *, there: Collection[int] = (), due: date = DUE, asked_on: date = OPENED) -> Step:
    return next_step(due=due, asked_on=asked_on, rungs=RUNGS, there=there, today=day, calendar=CALENDAR)


def december(day: int) -> date:
    return date(2010, 12, day)


@pytest.mark.parametrize(
    ("rung", "day"), [(-7, 15), (-3, 21), (-1, 23), (0, 24), (1, 27), (3, 29)], ids=lambda value: str(value)
)
def test_a_rung_is_told_on_its_day_and_not_the_day_before(rung: int, day: int) -> None:
    there = [earlier for earlier in RUNGS if earlier < rung]
    assert step_on(december(day), there=there) == Step(rung)
    assert step_on(december(day) - timedelta(days=1), there=there) == Step()


def test_a_rung_that_was_told_is_not_told_again() -> None:
    assert step_on(december(21), there=(-7, -3)) == Step()


def test_holidays_and_make_up_workdays_move_the_rungs() -> None:
    worked_saturday = WorkCalendar({december(18): True, december(22): False})
    assert rung_day(CALENDAR, DUE, -3) == december(21)
    assert rung_day(worked_saturday, DUE, -3) == december(20)
    assert rung_day(worked_saturday, DUE, -5) == december(17)


def test_a_due_day_on_a_weekend_keeps_its_own_rung() -> None:
    saturday = december(25)
    assert [rung_day(CALENDAR, saturday, rung) for rung in (-1, 0, 1)] == [december(24), saturday, december(27)]


def test_after_an_outage_only_the_latest_rung_is_told() -> None:
    assert step_on(december(30), there=(-7,)) == Step(3, (-3, -1, 0, 1))


def test_after_the_last_rung_there_is_silence() -> None:
    assert step_on(date(2011, 6, 1), there=RUNGS) == Step()


def test_nobody_is_reminded_on_the_opening_day_or_the_day_after() -> None:
    due = december(15)
    on = [step_on(december(day), due=due, asked_on=december(13)) for day in (13, 14, 15)]
    assert on == [Step(), Step(), Step(0, (-7, -3, -1))]


def test_a_rung_that_lay_before_the_opening_is_passed_over() -> None:
    """Opened a week before the due day: the rung of seven working days is history, that of three is told."""
    asked = december(17)
    assert step_on(december(20), asked_on=asked) == Step(None, (-7,))
    assert step_on(december(21), asked_on=asked, there=(-7,)) == Step(-3)


def test_a_rung_of_the_quiet_days_before_the_due_day_is_passed_over() -> None:
    """Opened on the eve of the third working day before: that rung falls on the quiet day."""
    assert step_on(december(22), asked_on=december(20)) == Step(None, (-7, -3))
    assert step_on(december(22), asked_on=december(19)) == Step(-3, (-7,))


def test_work_due_when_it_opens_is_told_once_the_quiet_days_are_over() -> None:
    asked = december(20)
    on = [step_on(december(day), due=asked, asked_on=asked) for day in (20, 21, 22)]
    assert on == [Step(), Step(), Step(1, (-7, -3, -1, 0))]


def test_a_clock_that_ran_ahead_and_back_tells_nothing_twice() -> None:
    ahead = step_on(december(21), there=(-7,))
    assert ahead == Step(-3)
    assert step_on(december(20), there=(-7, -3)) == Step()
    assert step_on(december(21), there=(-7, -3)) == Step()


def test_a_missing_earlier_rung_is_never_told_after_a_later_one() -> None:
    assert step_on(december(20), there=(-3,)) == Step(None, (-7,))


@given(
    rung=st.sampled_from(RUNGS),
    today=st.dates(date(2010, 1, 1), date(2012, 12, 31)),
    off=st.dictionaries(st.dates(date(2010, 1, 1), date(2012, 12, 31)), st.booleans(), max_size=30),
)
def test_the_latest_due_day_divides_reached_from_ahead(rung: int, today: date, off: dict[date, bool]) -> None:
    calendar = WorkCalendar(off)
    latest = latest_due(calendar, rung, today)
    assert rung_day(calendar, latest, rung) <= today < rung_day(calendar, latest + timedelta(days=1), rung)


@given(days=st.lists(st.integers(0, 60), min_size=1, max_size=40))
def test_whatever_the_days_of_sweeping_each_rung_is_handled_once_and_in_order(days: list[int]) -> None:
    told, there = [], set[int]()
    for offset in sorted(days):
        step = step_on(OPENED + timedelta(days=offset), there=there)
        handled = [*step.passed, *([] if step.told is None else [step.told])]
        assert not there & set(handled)
        there |= set(handled)
        told += [] if step.told is None else [step.told]
    assert told == sorted(set(told))
