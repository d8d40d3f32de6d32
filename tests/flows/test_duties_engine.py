"""The engine of recurring duties: periods open, work is taken in, periods close, and everything happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, func
from sqlmodel import SQLModel, col, select

from config.duties import UnknownDuty
from models.cycle import Cycle
from models.duty import Obligation, Period, Submission
from models.evidence import Subject
from models.outbox import Message
from models.session import reading, writing
from models.transitions import move
from tasks.duties.turn import turn_all, turn_duty
from tasks.duties.year import NotEnabled
from tasks.evidence.collect_facts import collect_facts
from tasks.export.cycle import export_cycle
from tasks.wiring import House
from tests.duty_house import (
    SCHEME,
    enable,
    facts,
    hand_in,
    make_house,
    obligations,
    on,
    owed,
    period_of,
    report,
    write_pack,
)
from tests.support import moment


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packs of the test's own."""
    folder = tmp_path / "packs"
    monkeypatch.setenv("KAOHE_SCHEMES", str(folder))
    return folder


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def test_a_month_opens_takes_in_and_closes_with_late_and_missing_reports(engine: Engine, tmp_path: Path, home: Path):
    write_pack(home)
    world = make_house(engine, tmp_path, today=day("01-10"), units=3)
    enable(world)
    assert on(world, day("01-26")).opened == ()
    opened = on(world, day("01-27"))
    assert opened.opened == ("每月工作报告 2026年1月",)
    assert opened.owing == 3
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-02-01"))
    on(world, day("02-05"))
    assert owed(world)["2026-01", "U1"] == "accepted"
    on(world, day("02-06"))
    hand_in(world, "monthly_reports", report("U2", "2026-01", "2026-02-06"))
    (closed,) = on(world, day("02-10")).closed
    assert dict(closed.figures) == {"expected": 3, "in_time": 1, "late": 1, "missing": 1, "percent": "66.67"}
    assert closed.missing == ("州交通局",)
    assert facts(world, "late_reports") == {"U1": "0", "U2": "1", "U3": "0"}
    assert [flaw.concerns for flaw in closed.flaws] == ["U3"]
    assert (tmp_path / "out" / "probe-2026-routine" / "monthly_report" / "2026-01.xlsx").exists()
    assert period_of(world, "2026-01").state == "closed"
    assert len(obligations(world)) == 3


@pytest.mark.parametrize(("entered", "told"), [("02-05", {}), ("02-06", {"entered_late": 1})])
def test_work_of_a_day_in_time_that_was_entered_after_the_due_day_is_counted_beside(
    sqlite_engine: Engine, tmp_path: Path, home: Path, entered: str, told: dict[str, int]
):
    write_pack(home)
    world = make_house(sqlite_engine, tmp_path, today=day("01-27"), units=1)
    enable(world)
    on(world, day("01-27"))
    on(world, day(entered))
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-02-05"))
    (closed,) = on(world, day("02-10")).closed
    counted = {"expected": 1, "in_time": 1, "late": 0, "missing": 0, "percent": "100.00"}
    assert dict(closed.figures) == counted | told
    (sheet,) = (world.settings.out / closed.cycle_key).rglob("2026-01.xlsx")
    (row,) = pl.read_excel(sheet, sheet_name="办理情况").to_dicts()
    assert (row["情况"], str(row["录入"])) == ("按时" + ("(期限后补录)" if told else ""), f"2026-{entered}")


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path, home: Path) -> House:
    """Two units that report every month, enabled from the new year on."""
    write_pack(home)
    made = make_house(sqlite_engine, tmp_path)
    enable(made)
    return made


def test_a_repeated_turn_changes_nothing(world: House):
    on(world, day("01-27"))
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-01-30"))
    on(world, day("02-10"))
    assert not on(world, day("02-10")).changed
    assert count(world, Period) == 1
    assert count(world, Submission) == 1


def test_missed_months_are_caught_up_in_order_and_nobody_is_told_of_what_is_over(world: House):
    turned = on(world, day("04-20"))
    assert [label[-2:] for label in turned.opened] == ["1月", "2月", "3月"]
    assert [closed.slot for closed in turned.closed] == ["2026-01", "2026-02", "2026-03"]
    assert [row.opened_on for row in obligations(world)][::2] == [day("01-27"), day("02-24"), day("03-27")]
    assert count(world, Message) == 0


def test_who_owes_is_told_once_when_a_month_opens(world: House):
    on(world, day("01-27"))
    on(world, day("01-28"))
    assert sorted(texts(world)) == ["U1", "U2"]


def test_a_duty_begins_with_the_first_slot_that_is_due_after_the_start(
    sqlite_engine: Engine, tmp_path: Path, home: Path
):
    write_pack(home)
    made = make_house(sqlite_engine, tmp_path, today=day("03-06"))
    enable(made, since=day("03-06"))
    on(made, day("04-20"))
    assert {slot for slot, _ in owed(made)} == {"2026-03"}


@pytest.mark.parametrize(("since", "first"), [("03-05", "2026-02"), ("03-06", "2026-03")])
def test_a_slot_due_on_the_first_day_still_counts(world_since: Callable[[date], House], since: str, first: str):
    made = world_since(day(since))
    on(made, day("04-20"))
    assert min(slot for slot, _ in owed(made)) == first


@pytest.fixture
def world_since(sqlite_engine: Engine, tmp_path: Path, home: Path) -> Callable[[date], House]:
    """A house whose duties are enabled from a day on."""

    def make(since: date) -> House:
        write_pack(home)
        made = make_house(sqlite_engine, tmp_path, today=since)
        enable(made, since=since)
        return made

    return make


def test_two_turns_at_once_give_one_set_of_obligations_and_one_closing(engine: Engine, tmp_path: Path, home: Path):
    write_pack(home)
    made = make_house(engine, tmp_path, today=day("02-20"), units=4)
    enable(made)
    with ThreadPoolExecutor(3) as pool:
        turns = list(pool.map(lambda _: turn_duty(made, SCHEME, "monthly_report"), range(3)))
    assert sorted(label for turned in turns for label in turned.opened) == ["每月工作报告 2026年1月"]
    assert [closed.slot for turned in turns for closed in turned.closed] == ["2026-01"]
    assert len(obligations(made)) == 4
    assert facts(made, "late_reports") == dict.fromkeys(("U1", "U2", "U3", "U4"), "0")


def test_work_that_comes_after_the_closing_is_late_and_the_month_is_told_anew(world: House):
    on(world, day("01-27"))
    assert on(world, day("02-10")).closed[0].figures["missing"] == 2
    hand_in(world, "monthly_reports", report("U2", "2026-01", "2026-02-11"))
    (closed,) = on(world, day("02-11")).closed
    assert (closed.figures["late"], closed.figures["missing"]) == (1, 1)
    assert facts(world, "late_reports") == {"U1": "0", "U2": "1"}


def test_a_late_row_of_an_older_month_reaches_the_facts_of_the_year(world: House):
    on(world, day("03-10"))
    hand_in(world, "monthly_reports", report("U2", "2026-01", "2026-03-11"))
    closed = on(world, day("03-11")).closed
    assert [found.slot for found in closed] == ["2026-01", "2026-02"]
    assert facts(world, "late_reports")["U2"] == "1"
    assert period_of(world, "2026-02").state == "closed"


def test_a_correction_of_a_row_changes_no_date_but_is_seen(world: House):
    on(world, day("01-27"))
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-02-01"))
    on(world, day("02-10"))
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-02-01", problems="缺人手"))
    (closed,) = on(world, day("02-11")).closed
    assert closed.figures["in_time"] == 1


def test_who_was_granted_more_time_is_neither_late_nor_missing_until_it_is_over(world: House):
    on(world, day("01-27"))
    with writing(world.engine) as session:
        row = session.exec(select(Obligation).where(Obligation.owner == "U1")).one()
        row.due_on = day("02-20")
    (closed,) = on(world, day("02-10")).closed
    assert dict(closed.figures) == {
        "expected": 2, "in_time": 0, "late": 0, "missing": 1, "pending": 1, "percent": "0.00"
    }  # fmt: skip
    assert not on(world, day("02-20")).closed
    (anew,) = on(world, day("02-21")).closed
    assert anew.figures["missing"] == 2


def test_a_row_handed_in_on_the_extended_day_is_in_time(world: House):
    on(world, day("01-27"))
    with writing(world.engine) as session:
        row = session.exec(select(Obligation).where(Obligation.owner == "U1")).one()
        row.due_on = day("02-20")
    on(world, day("02-20"))
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-02-20"))
    (closed,) = on(world, day("02-20")).closed
    assert closed.figures["in_time"] == 1


def test_a_date_written_ahead_does_not_make_work_earlier_or_later_than_it_came(world: House):
    on(world, day("01-27"))
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-03-01"))
    on(world, day("01-27"))
    with reading(world.engine) as session:
        assert session.exec(select(Submission.submitted_on)).one() == day("01-27")


def test_a_cycle_on_hold_does_nothing_and_catches_up_when_continued(world: House):
    cycle = change(world, "hold")
    turned = on(world, day("02-20"))
    assert turned.held
    assert not turned.changed
    change(world, "continue")
    assert [closed.slot for closed in on(world, day("03-12")).closed] == ["2026-01", "2026-02"]
    assert cycle == 1


def test_without_an_enabled_cycle_or_for_a_duty_that_was_not_chosen_a_turn_is_refused(
    sqlite_engine: Engine, tmp_path: Path, home: Path
):
    write_pack(home)
    made = make_house(sqlite_engine, tmp_path)
    with pytest.raises(NotEnabled, match="kaohe duty enable probe"):
        turn_duty(made, SCHEME, "monthly_report")
    enable(made)
    with pytest.raises(UnknownDuty, match="monthly_report"):
        turn_duty(made, SCHEME, "weekly_report")


def test_the_year_rolls_over_when_the_first_slot_of_the_next_begins(world: House):
    on(world, date(2027, 1, 26))
    assert count(world, Cycle) == 1
    on(world, date(2027, 1, 27))
    with reading(world.engine) as session:
        last, following = session.exec(select(Cycle).order_by(col(Cycle.year))).all()
        assert (following.key, following.name) == ("probe-2027-routine", "试点县 2027 年经常性考核")
        assert following.params["office"] == last.params["office"]
    assert owed(world)["2027-01", "U1"] == "open"
    hand_in(world, "monthly_reports", report("U1", "2027-01", "2027-01-28"), year=2027)
    on(world, date(2027, 1, 28))
    assert owed(world)["2027-01", "U1"] == "accepted"
    assert owed(world)["2026-12", "U1"] == "open"


def test_a_duty_that_the_next_years_pack_has_no_more_ends_with_its_year(world: House, home: Path):
    path = home / SCHEME / "duties.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("id: monthly_report", "id: report"), encoding="utf-8")
    turned = on(world, date(2027, 1, 27))
    assert turned.opened[-1] == "每月工作报告 2026年12月"
    assert on(world, date(2027, 1, 28), "report").opened == ("每月工作报告 2027年1月",)
    assert not on(world, date(2027, 1, 28)).opened


def test_facts_of_closed_periods_reach_the_annual_cycle_with_source_and_date(world: House):
    on(world, day("02-06"))
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-02-06"))
    on(world, day("02-10"))
    with writing(world.engine) as session:
        routine = session.exec(select(Cycle)).one()
        annual = Cycle(
            key="probe-2026", name="年度", scheme_id=SCHEME, scheme_hash=routine.scheme_hash, period="2026", year=2026,
            params={}, config={}, opened_at=moment(day("12-01")),
        )  # fmt: skip
        session.add(annual)
        session.flush()
        session.add(Subject(cycle_id=annual.id or 0, code="U1", tier="team", unit_id="U1", name="州林业局"))
        session.flush()
        frame = collect_facts(session, annual, day("12-31")).facts
    row = frame.filter(pl.col("name") == "late_reports").to_dicts()
    assert row == [
        {
            "subject": "U1",
            "name": "late_reports",
            "value": "1",
            "source": "每月工作报告 2026年1月",
            "date": "2026-02-10",
        }
    ]


def test_the_workbook_tells_everyones_standing_and_is_written_anew_when_lost(world: House):
    on(world, day("01-27"))
    on(world, day("02-10"))
    path = world.settings.out / "probe-2026-routine" / "monthly_report" / "2026-01.xlsx"
    path.unlink()
    on(world, day("02-11"))
    frame = pl.read_excel(path, sheet_name="办理情况", engine="calamine")
    assert frame["情况"].to_list() == ["未报", "未报"]
    assert pl.read_excel(path, sheet_name="概况", engine="calamine").height > 5


def test_a_broken_duty_stops_no_other(world: House, monkeypatch: pytest.MonkeyPatch):
    assert [turned.error for turned in turn_all(world)] == [""]
    monkeypatch.setattr("tasks.duties.turn.turn_duty", broken)
    assert [turned.error for turned in turn_all(world)] == ["ValueError: 坏了"]


def broken(*_: object, **__: object) -> None:
    raise ValueError("坏了")


def count(world: House, table: type[SQLModel]) -> int:
    with reading(world.engine) as session:
        return session.exec(select(func.count()).select_from(table)).one()


def texts(world: House) -> dict[str, str]:
    with reading(world.engine) as session:
        return {row.recipient: row.title for row in session.exec(select(Message))}


def change(world: House, verb: str) -> int:
    """Hold or continue the routine cycle; return its id."""
    with writing(world.engine) as session:
        cycle = session.exec(select(Cycle)).one()
        move(session, cycle, verb, by="管理员甲", at=moment(day("01-02")))
        return cycle.id or 0


def test_the_export_of_a_routine_cycle_tells_its_periods_with_their_numbers(world: House):
    on(world, day("02-10"))
    with reading(world.engine) as session:
        told = export_cycle(session, session.exec(select(Cycle)).one())
    (period,) = told["periods"]
    assert (period["duty"], period["slot"], period["state"]) == ("monthly_report", "2026-01", "closed")
    assert period["figures"]["missing"] == 2
    assert len(told["obligations"]) == 2
