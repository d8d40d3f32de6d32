"""A changed calendar of working days: previewed, applied with every old day on record, extensions left alone."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import chinese_calendar
import pytest
from sqlalchemy import Engine
from sqlmodel import select
from typer.testing import CliRunner

from cli import app
from config import calendar as working_days
from config.calendar import CalendarFault, WorkCalendar, load_calendar
from models.audit import verify_audit
from models.cycle import Cycle, StageState
from models.duty import DeadlineChange, Obligation, Period
from models.session import reading, writing
from tasks.reminding.calendar_change import Change, Moved, apply, preview
from tasks.reminding.extend import extend
from tasks.stages import self_report
from tasks.wiring import House, desk_at
from tests.flows import reminding_house as rh
from tests.flows.engine_house import make_world, set_today
from tests.support import OPENED, open_stage

DUTY = """
duties:
  - id: weekly_note
    label: 周记
    help: 每周一篇
    rhythm: monthly
    who: {unit: {}}
    form: self_reports
    slot_from: {date: handed_in_on}
    owner_field: subject
    receiver: 市委组织部
    due: {from: start, workdays: 15}
    closes: {workdays: 2}
    basis: default
"""


def december(day: int) -> date:
    return date(2010, 12, day)


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> House:
    """A house whose cycle is in its second stage."""
    return reporting(sqlite_engine, tmp_path)


def reporting(engine: Engine, folder: Path) -> House:
    """Return a house whose second stage is due on 2010-12-15, its reports three working days before."""
    world = make_world(engine, folder)
    with writing(world.engine) as session:
        open_stage(desk_at(world, session, session.exec(select(Cycle)).one()), self_report)
    return world


@pytest.fixture
def holiday(tmp_path: Path) -> Path:
    """A file that makes Wednesday, 8 December a holiday."""
    file = tmp_path / "节假日.csv"
    file.write_text("date,worked\n2010-12-08,no\n", encoding="utf-8")
    return file


def due_days(world: House) -> dict[str, list[date]]:
    """The due days of open stages and of obligations, each once."""
    with reading(world.engine) as session:
        stages = session.exec(select(StageState.due_on).where(StageState.state == "open"))
        owed = session.exec(select(Obligation.due_on))
        return {"stages": sorted({day for day in stages if day}), "owed": sorted(set(owed))}


def test_a_preview_names_every_moved_day_and_changes_nothing(world: House, holiday: Path) -> None:
    before = due_days(world)
    assert before == {"stages": [december(15)], "owed": [december(10)]}
    assert preview(world, holiday) == Change(
        (
            Moved("bozhou-2010", "环节", "印发述廉报告", december(15), december(16), False),
            Moved("bozhou-2010", "应办事项", "述廉报告登记表", december(10), december(13), False, count=8),
        )
    )
    assert due_days(world) == before
    assert not world.settings.calendar.exists()


def test_applying_moves_the_days_keeps_the_old_ones_and_puts_the_file_in_force(world: House, holiday: Path) -> None:
    assert apply(world, holiday, by="管理员甲").moved
    assert due_days(world) == {"stages": [december(16)], "owed": [december(13)]}
    assert load_calendar(world.settings.calendar) == WorkCalendar({december(8): False})
    with reading(world.engine) as session:
        assert verify_audit(session) == []
        changes = session.exec(select(DeadlineChange)).all()
        assert {(row.cause, row.due_before, row.due_after, row.changed_by) for row in changes} == {
            ("calendar", december(10), december(13), "管理员甲")
        }
    assert apply(world, holiday, by="管理员甲") == Change(())


def test_applying_moves_the_same_days_on_postgresql(postgres_engine: Engine, tmp_path: Path, holiday: Path) -> None:
    world = reporting(postgres_engine, tmp_path)
    assert preview(world, holiday) == apply(world, holiday, by="管理员甲")
    assert due_days(world) == {"stages": [december(16)], "owed": [december(13)]}


def test_what_a_person_extended_stays(world: House, holiday: Path) -> None:
    extend(world, 1, until=december(22), reason="汛期", by="管理员甲")
    apply(world, holiday, by="管理员甲")
    assert due_days(world)["owed"] == [december(13), december(22)]


def test_days_that_are_over_stay_and_none_moves_into_the_past(world: House, tmp_path: Path) -> None:
    set_today(world, december(13))
    earlier = tmp_path / "上班.csv"
    earlier.write_text("2010-12-04,yes\n2010-12-05,yes\n2010-12-11,yes\n2010-12-12,yes\n", encoding="utf-8")
    assert [(row.kind, row.before, row.after) for row in preview(world, earlier).moved] == [
        ("环节", december(15), december(13))
    ]


def test_finished_work_and_closed_cycles_do_not_move(world: House, holiday: Path) -> None:
    with writing(world.engine) as session:
        for row in session.exec(select(Obligation)):
            row.state = "accepted"
        session.exec(select(Cycle)).one().state = "closed"
    assert preview(world, holiday) == Change(())


@pytest.fixture
def routine(world: House) -> House:
    """The same house with a recurring duty whose December period is open: due 2010-12-22, closed 2010-12-24."""
    rh.give_duties(world, DUTY)
    with writing(world.engine) as session:
        cycle = session.exec(select(Cycle)).one()
        cycle.kind, cycle.params = "routine", {**cycle.params, "since": "2010-01-01"}
        session.add(
            Period(
                cycle_id=1, duty="weekly_note", slot="2010-12", label="周记 2010年12月", opened_on=OPENED,
                due_on=december(22), closes_on=december(24),
            )
        )  # fmt: skip
    rh.owe(world, {"duty": "weekly_note", "slot": "2010-12", "due_on": december(22), "stage": "routine"})
    return world


def test_periods_of_recurring_duties_move_with_what_is_owed_in_them(routine: House, holiday: Path) -> None:
    apply(routine, holiday, by="管理员甲")
    with reading(routine.engine) as session:
        period = session.exec(select(Period)).one()
        owed = session.exec(select(Obligation).where(Obligation.duty == "weekly_note")).one()
        assert (period.due_on, period.closes_on, owed.due_on) == (december(23), date(2010, 12, 27), december(23))


def test_reminders_begin_anew_from_the_moved_day(routine: House, holiday: Path) -> None:
    rh.sweep_on(routine, december(17))
    apply(routine, holiday, by="管理员甲")
    changed = House(routine.settings, routine.engine, load_calendar(routine.settings.calendar))
    number = 9
    rh.sweep_from(changed, december(18), december(31))
    assert rh.rungs(changed, number, told=True) == [-3, -3, -1, 0, 1, 3]


def test_a_year_that_the_library_learns_moves_the_days_that_were_provisional(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened while 2011 was unknown, on plain weekdays: that 3 January is free was published only later."""
    late = date(2010, 12, 29)
    forget(monkeypatch, lambda day: day.year >= 2011)
    world = make_world(sqlite_engine, tmp_path, today=late)
    with writing(world.engine) as session:
        open_stage(desk_at(world, session, session.exec(select(Cycle)).one()), self_report)
    assert preview(world) == Change(())
    assert due_days(world)["stages"] == [date(2011, 1, 12)]
    forget(monkeypatch, lambda _day: False)
    assert [(row.kind, row.before, row.after) for row in preview(world).moved] == [
        ("环节", date(2011, 1, 12), date(2011, 1, 13)),
        ("应办事项", date(2011, 1, 7), date(2011, 1, 10)),
    ]
    assert apply(world, by="管理员甲").moved
    assert due_days(world) == {"stages": [date(2011, 1, 13)], "owed": [date(2011, 1, 10)]}


def forget(monkeypatch: pytest.MonkeyPatch, unknown: Callable[[date], bool]) -> None:
    """Let the holiday library not know some days."""

    def is_workday(day: date) -> bool | None:
        return None if unknown(day) else chinese_calendar.is_workday(day)

    monkeypatch.setattr(working_days, "_published", is_workday)


def test_a_faulty_file_is_refused_with_all_its_lines(world: House, tmp_path: Path) -> None:
    faulty = tmp_path / "错.csv"
    faulty.write_text("2010-12-32,no\n2010-12-08,maybe\n", encoding="utf-8")
    with pytest.raises(CalendarFault, match=r"第 1 行(.|\n)*第 2 行"):
        apply(world, faulty, by="管理员甲")
    assert not world.settings.calendar.exists()


@pytest.mark.usefixtures("world")
def test_the_command_previews_applies_and_shows(tmp_path: Path, holiday: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["calendar", *arguments, "--data", str(tmp_path)])
        return result.exit_code, result.output

    code, told = run("preview", str(holiday))
    assert (code, "将移动 9 个期限" in told, "2010-12-16" in told) == (0, True, True)
    assert "已移动 9 个期限" in run("apply", str(holiday), "--by", "管理员甲")[1]
    assert "2010-12-08 放假" in run("show", "--year", "2010")[1]
    assert "暂定" in run("show", "--year", "2099")[1]
    assert run("preview", str(tmp_path / "没有.csv"))[0] == 2
