"""The ledger of what is owed: today and as it was, with the rungs that were told; extensions and waivers."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine
from sqlmodel import select
from typer.testing import CliRunner, Result

from cli import app
from commands.obligations import _show
from config.clock import ZONE
from models.cycle import Cycle
from models.duty import DeadlineChange, Obligation, Submission
from models.session import reading, writing
from tasks.reminding.extend import ChangeRefused, UnknownObligation, extend, waive
from tasks.reminding.ledger_text import ledger_markdown, ledger_summary, ledger_table
from tasks.reminding.owing import Asked, Owing, UnknownPart, ledger
from tasks.reminding.sweep import Swept
from tasks.wiring import House, desk_at
from tests.flows import reminding_house as rh
from tests.flows.engine_house import set_today
from tests.support import OPENED

ALL = Asked(only_owing=False)
OWED = Asked()


def december(day: int) -> date:
    return date(2010, 12, day)


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> House:
    return rh.make_reminding(
        sqlite_engine, tmp_path, {}, {"owner": "P11", "unit_id": "U1"}, {"owner": "U2", "unit_id": "U2"}
    )


def hand_in(world: House, number: int, on: date) -> None:
    """Hand work in and have it accepted on a day."""
    _settle(world, number, on, "accept")


def give_back(world: House, number: int, on: date, due: date) -> None:
    """Return work that was handed in, with a new due day."""
    _settle(world, number, on, "return", due)


def _settle(world: House, number: int, on: date, verb: str, due: date | None = None) -> None:
    set_today(world, on)
    with writing(world.engine) as session:
        desk = desk_at(world, session, session.exec(select(Cycle)).one())
        row = session.get_one(Obligation, number)
        handed_in = Submission(obligation_id=number, attempt=row.attempt, submitted_on=on)
        session.add(handed_in)
        session.flush()
        desk.move(row, "submit")
        desk.move(handed_in, verb)
        if due is None:
            desk.move(row, verb)
        else:
            session.add(
                DeadlineChange(
                    obligation_id=number, cause="return", due_before=row.due_on, due_after=due, reason="不实",
                    changed_by="管理员甲", changed_at=desk.now,
                )
            )  # fmt: skip
            desk.move(row, verb, due_on=due, attempt=row.attempt + 1)


def owed(world: House, day: date | None = None, asked: Asked = OWED) -> list[int]:
    return [row.id for row in ledger(world, asked, day)]


def test_the_ledger_says_who_owes_what_since_when_and_how_late(world: House) -> None:
    rh.sweep_from(world, december(23), december(27))
    first = ledger(world, OWED)[0]
    assert (first.cycle, first.work) == ("bozhou-2010", "述廉报告登记表（0）")
    assert (first.name, first.unit) == ("州水务局", "州水务局")
    assert (first.since, first.due, first.days_overdue, first.workdays_overdue) == (OPENED, rh.DUE, 3, 1)
    assert [(rung.rung, rung.on.day, rung.told) for rung in first.rungs] == [
        (-7, 23, False),
        (-3, 23, False),
        (-1, 23, True),
        (0, 24, True),
        (1, 27, True),
    ]


def test_an_earlier_day_is_answered_as_it_was(world: House) -> None:
    hand_in(world, 1, december(20))
    set_today(world, december(30))
    assert owed(world) == [2, 3]
    assert {day: owed(world, december(day)) for day in (19, 20)} == {19: [1, 2, 3], 20: [2, 3]}
    assert owed(world, date(2010, 11, 30)) == []
    assert [row.state for row in ledger(world, ALL, december(20))] == ["submitted", "open", "open"]


def test_an_earlier_day_is_answered_the_same_on_postgresql(postgres_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(postgres_engine, tmp_path, {}, {"owner": "P11"}, {"owner": "U2", "unit_id": "U2"})
    hand_in(world, 1, december(20))
    waive(world, 2, reason="调离", by="管理员甲")
    rh.sweep_on(world, december(29))
    assert {day: owed(world, december(day)) for day in (19, 20, 29)} == {19: [1, 2, 3], 20: [3], 29: [3]}
    assert ledger(world, OWED)[0].rungs[-1].escalated


def test_work_that_was_returned_is_owed_again_from_that_day(world: House) -> None:
    give_back(world, 1, december(20), december(31))
    set_today(world, december(22))
    hand_in(world, 1, december(28))
    set_today(world, december(30))
    as_of = {day: 1 in owed(world, december(day)) for day in (19, 20, 27, 28)}
    assert as_of == {19: True, 20: True, 27: True, 28: False}
    line = {day: next(row for row in ledger(world, ALL, december(day)) if row.id == 1) for day in (19, 21)}
    assert (line[19].due, line[19].state) == (rh.DUE, "open")
    assert (line[21].due, line[21].state) == (december(31), "returned")


def test_a_waiver_counts_from_its_day(world: House) -> None:
    set_today(world, december(20))
    waive(world, 2, reason="调离", by="管理员甲")
    set_today(world, december(30))
    assert (owed(world, december(19)), owed(world, december(20)), owed(world)) == ([1, 2, 3], [1, 3], [1, 3])


def test_an_extension_moves_the_due_day_and_begins_the_ladder_anew(world: House) -> None:
    rh.sweep_from(world, OPENED, december(27))
    assert rh.rungs(world, 1) == [-7, -3, -1, 0, 1]
    assert extend(world, 1, until=date(2011, 1, 14), reason="汛期", by="管理员甲") == rh.DUE
    rh.sweep_from(world, december(28), date(2011, 1, 20))
    mine = next(row for row in ledger(world, OWED) if row.id == 1)
    assert (mine.due, mine.extended_until) == (date(2011, 1, 14), date(2011, 1, 14))
    told = [(rung.rung, rung.on) for rung in mine.rungs[5:] if rung.told]
    assert told == [(-7, date(2011, 1, 5)), (-3, date(2011, 1, 11)), (-1, date(2011, 1, 13)), (0, date(2011, 1, 14)),
                    (1, date(2011, 1, 17)), (3, date(2011, 1, 19))]  # fmt: skip
    before = next(row for row in ledger(world, OWED, december(26)) if row.id == 1)
    assert (before.due, before.extended_until, before.days_overdue) == (rh.DUE, None, 2)


def test_an_extension_granted_late_tells_only_what_lies_ahead(world: House) -> None:
    """Extended the day before its third rung: the rung of seven days lay before, and the day after is left in peace."""
    rh.sweep_from(world, OPENED, december(27))
    extend(world, 1, until=december(31), reason="汛期", by="管理员甲")
    assert rh.sweep_on(world, december(28)) == Swept()
    rh.sweep_on(world, december(30))
    told = [(rung.rung, rung.told) for rung in next(row for row in ledger(world, OWED) if row.id == 1).rungs[5:]]
    assert told == [(-7, False), (-3, False), (-1, True)]


@pytest.mark.parametrize(
    ("changes", "until", "reason", "told"),
    [
        ({}, december(24), "汛期", "须晚于现期限"),
        ({}, december(1), "汛期", "须晚于今天"),
        ({}, december(31), "  ", "请填写理由"),
        ({"state": "accepted"}, december(31), "汛期", "已办结"),
        ({"state": "submitted"}, december(31), "汛期", "已报"),
    ],
)
def test_an_extension_that_cannot_stand_is_refused(
    world: House, changes: dict[str, Any], until: date, reason: str, told: str
) -> None:
    rh.change(world, 1, **changes)
    with pytest.raises(ChangeRefused, match=told):
        extend(world, 1, until=until, reason=reason, by="管理员甲")
    with reading(world.engine) as session:
        assert session.exec(select(DeadlineChange)).all() == []


def test_finished_work_is_not_waived_and_an_unknown_number_is_named(world: House) -> None:
    rh.change(world, 1, state="accepted")
    with pytest.raises(ChangeRefused, match="已办结"):
        waive(world, 1, reason="误", by="管理员甲")
    with pytest.raises(UnknownObligation, match="99"):
        waive(world, 99, reason="误", by="管理员甲")


def test_a_closed_cycle_owes_nothing_from_its_last_day_on(world: House) -> None:
    with writing(world.engine) as session:
        cycle = session.exec(select(Cycle)).one()
        cycle.state, cycle.closed_at = "closed", datetime.combine(december(28), time(9), ZONE).astimezone(UTC)
    set_today(world, december(30))
    assert (len(owed(world, december(27))), owed(world, december(28)), owed(world)) == (3, [], [])


def test_the_artifact_counts_confidential_work_and_names_nobody(world: House) -> None:
    rh.owe(world, *({"duty": "vote", "owner": who, "recipient": who, "slot": ""} for who in ("P12", "P13")))
    rh.give_duties(world, rh.DUTIES.format(id="vote", names="false"))
    set_today(world, december(27))
    rows = {str(row["事项"]): row for row in ledger_table(ledger(world, OWED))}
    assert (rows["民主测评"]["承担者"], rows["民主测评"]["单位"], rows["民主测评"]["项数"]) == ("(保密)", "(保密)", 2)
    assert "应办 **5** 项,其中逾期 **5** 项" in ledger_markdown(ledger(world, OWED))


def test_only_what_exists_can_be_asked_for(world: House) -> None:
    assert owed(world, asked=Asked(scheme="bozhou", unit="U2")) == [3]
    with pytest.raises(UnknownPart, match="bozhou"):
        ledger(world, Asked(scheme="atlantis"))
    with pytest.raises(UnknownPart, match="U1、U2"):
        ledger(world, Asked(unit="U9"))


def run(tmp_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["obligations", "--data", str(tmp_path), *arguments])


def test_the_command_lists_extends_and_waives(world: House, tmp_path: Path) -> None:
    rh.sweep_on(world, december(27))
    assert "共 3 项,逾期 3 项" in run(tmp_path, "--owing").output
    extended = run(tmp_path, "extend", "1", "--until", "2011-01-14", "--reason", "汛期", "--by", "管理员甲")
    assert (extended.exit_code, "由 2010-12-24 延至 2011-01-14" in extended.output) == (0, True)
    assert run(tmp_path, "waive", "2", "--reason", "调离", "--by", "管理员甲").exit_code == 0
    assert run(tmp_path, "waive", "2", "--reason", "调离", "--by", "管理员甲").exit_code == 1
    assert run(tmp_path, "--unit", "U9").exit_code == 2
    told = json.loads(run(tmp_path, "--owing", "--json").output)
    assert [(row["id"], row["due"], row["extended_until"]) for row in told] == [
        (3, "2010-12-24", None),
        (1, "2011-01-14", "2011-01-14"),
    ]


def many(count: int) -> list[Owing]:
    """Return work of two months, each owed by another unit, the second one overdue."""
    told: dict[str, Any] = {
        "cycle": "bozhou-2010-routine",
        "duty": "每月工作报告",
        "unit": "",
        "told": "",
        "receiver": "考核办",
    }
    days: dict[str, Any] = {"since": december(1), "provisional": False, "extended_until": None, "workdays_overdue": 0}
    return [
        Owing(
            id=number,
            work=f"每月工作报告（2010年{10 + number % 2}月）",
            period=f"2010年{10 + number % 2}月",
            owner=f"U{number}",
            name=f"单位{number}",
            due=december(24 + number % 2),
            days_overdue=3 if number % 2 else 0,
            state="open",
            rungs=(),
            confidential=False,
            **told,
            **days,
        )
        for number in range(count)
    ]


def test_the_sums_count_each_duty_and_period() -> None:
    october, november = ledger_summary(many(5))
    assert (october["期次"], october["项数"], october["逾期"], october["最早期限"]) == (
        "2010年10月",
        3,
        0,
        "2010-12-24",
    )
    assert (november["期次"], november["项数"], november["逾期"], november["最早期限"]) == (
        "2010年11月",
        2,
        2,
        "2010-12-25",
    )


@pytest.mark.parametrize(("count", "rest"), [(60, ""), (61, "其余 1 项")])
def test_a_terminal_shows_sums_and_sixty_rows_whose_periods_are_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, count: int, rest: str
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    _show(many(count))
    shown = capsys.readouterr().out
    assert ("其余" in shown) is bool(rest)
    assert rest in shown
    assert shown.index("项数") < shown.index("编号")
    assert shown.count("2010年11月") == 1 + 30


def test_the_workbook_says_the_same_as_the_list(world: House, tmp_path: Path) -> None:
    rh.sweep_on(world, december(29))
    path = tmp_path / "owing.xlsx"
    assert run(tmp_path, "--owing", "--as-of", "2010-12-29", "-o", str(path)).exit_code == 0
    sheet = pl.read_excel(path, sheet_name="应办台账", engine="calamine")
    found: list[Owing] = ledger(world, OWED)
    assert sheet["编号"].to_list() == [row.id for row in found]
    assert sheet["逾期天数"].to_list() == [5, 5, 5]
    assert sheet["已提醒"].to_list() == ["逾期3日(2010-12-29,已报接收方)"] * 3
