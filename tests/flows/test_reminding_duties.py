"""Reminders and moved deadlines of recurring duties, as the engine lays them down."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from config.calendar import load_calendar
from tasks.reminding.calendar_change import apply
from tasks.reminding.owing import Asked, ledger
from tasks.reminding.sweep import Swept, sweep
from tasks.wiring import House
from tests import duty_house as probe
from tests.duty_house import file_rows, obligations, turn, year_world
from tests.flows import reminding_house as rh
from tests.flows.test_duties_bozhou import item, review


def days_off(world: House, *days: str) -> House:
    """Put a file of holidays in force and return the house that works by it."""
    file = world.settings.data / "新.csv"
    file.write_text("".join(f"{day},no\n" for day in days), encoding="utf-8")
    apply(world, file, by="管理员甲")
    return House(world.settings, world.engine, load_calendar(world.settings.calendar))


@pytest.fixture
def monthly(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Two units that report every month: opened on 27 January, due on 5 February."""
    monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path / "packs"))
    probe.write_pack(tmp_path / "packs")
    world = probe.make_house(sqlite_engine, tmp_path)
    probe.enable(world)
    return world


def test_who_was_told_of_a_period_yesterday_is_not_reminded_today(monthly: House) -> None:
    """The turn comes three days late: the notice is of that day, though the period opened before."""
    probe.on(monthly, date(2026, 2, 2))
    told = {day: rh.sweep_on(monthly, date(2026, 2, day)).reminders for day in (2, 3, 4)}
    assert told == {2: 0, 3: 0, 4: 2}
    assert rh.rungs(monthly, told=True) == [-1]


def test_who_reports_in_time_is_left_in_peace_and_who_is_late_is_escalated(monthly: House) -> None:
    probe.on(monthly, date(2026, 1, 27))
    probe.hand_in(monthly, "monthly_reports", probe.report("U1", "2026-01", "2026-01-29"))
    probe.on(monthly, date(2026, 1, 29))
    rh.sweep_from(monthly, date(2026, 1, 29), date(2026, 2, 15))
    assert {row.recipient for row in rh.messages(monthly, "digest")} == {"U2"}
    (report,) = rh.messages(monthly, "escalation")
    assert ("州林业局" in report.body, "州水务局" in report.body) == (True, False)
    assert [row.owner for row in ledger(monthly, Asked())] == ["U2"]


SLIP = {"unit": "U1", "problem": "路灯不亮", "assigned_on": "2010-01-04"}


def test_the_deadline_of_an_event_moves_with_the_calendar_unless_its_row_names_a_day(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    world = year_world(sqlite_engine, tmp_path, "tongxiang", date(2010, 1, 1))
    slips: list[dict[str, Any]] = [SLIP | {"number": "C1"}, SLIP | {"number": "C2", "due_on": "2010-01-21"}]
    file_rows(world, "tongxiang-2010", "slips", date(2010, 1, 4), *slips)
    turn(world, "tongxiang", "slips", date(2010, 1, 5))
    days_off(world, "2010-01-20")
    assert [row.due_on for row in obligations(world, "slips")] == [date(2010, 1, 26), date(2010, 1, 21)]


def test_returned_work_is_counted_again_from_its_return(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Returned on Monday, 8 March, for ten working days; one of them becomes a holiday."""
    world = year_world(sqlite_engine, tmp_path, "bozhou", date(2010, 1, 1))
    returned_on = date(2010, 3, 8)
    _return_a_plan(world, returned_on)
    owed = obligations(world, "plan_breakdown")[0]
    assert (owed.state, owed.due_on) == ("returned", date(2010, 3, 22))
    assert sweep(world).reminders == 0
    changed = days_off(world, "2010-03-17")
    assert obligations(world, "plan_breakdown")[0].due_on == date(2010, 3, 23)
    rh.sweep_from(changed, returned_on, date(2010, 3, 24))
    assert rh.rungs(changed, owed.id or 0, told=True) == [-7, -3, -1, 0, 1]


def _return_a_plan(world: House, day: date) -> None:
    file_rows(world, "bozhou-2010", "plan_items", date(2010, 3, 1), item(1))
    turn(world, "bozhou", "plan_breakdown", date(2010, 3, 2))
    file_rows(world, "bozhou-2010", "plan_reviews", day, review("U1", 1, day, measures_not_specific=True))
    turn(world, "bozhou", "plan_breakdown", day)


def test_a_receiver_is_told_of_the_rater_and_not_of_the_graded(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {"owner": "P12", "recipient": "P21"})
    assert rh.sweep_on(world, date(2010, 12, 29)) == Swept(reminders=1, digests=1, escalations=1, passed=5)
    line = ledger(world, Asked())[0]
    body = rh.messages(world, "escalation")[0].body
    assert (line.told in body, line.name in body) == (True, False)
