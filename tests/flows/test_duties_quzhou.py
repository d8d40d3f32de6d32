"""Quzhou's commitments and the care after a demotion through the engine: sheets, turns, what periods found."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from config.duties import load_duties
from config.rhythm import slots_of_year
from config.scheme_loader import load_scheme
from models.evidence import Fact
from models.grading import Consequence
from models.outbox import Message
from models.session import reading
from tasks.intake.import_files import import_files
from tasks.sheets.faults import SheetFaults
from tasks.wiring import House
from tests import duty_house
from tests.duty_house import flaws, obligations, period_of, table, year_world

SCHEME, SCOPE = "quzhou", "quzhou-2015"
NEW_YEAR = date(2015, 1, 1)


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> House:
    return year_world(sqlite_engine, tmp_path, SCHEME, NEW_YEAR)


def hand_in(world: House, form: str, on: date, *rows: dict[str, Any]) -> None:
    duty_house.file_rows(world, SCOPE, form, on, *rows)


def turn(world: House, duty: str, on: date) -> Any:
    return duty_house.turn(world, SCHEME, duty, on)


def pledge(number: str, person: str, parent: str = "", **values: Any) -> dict[str, Any]:
    given = {"number": number, "person": person, "level": "other" if parent else "principal", "parent": parent}
    own = {"public": not parent, "matter": f"事项{number}", "target": 100, "committed_on": date(2015, 1, 20)}
    return given | own | values


def pledges(world: House, count: int = 4) -> None:
    """C1 is P11's own, C2… derive from it; every person of the roster pledges in turn."""
    people = ("P11", "P12", "P21", "P22")
    rows = [pledge(f"C{n}", people[(n - 1) % 4], "" if n == 1 else "C1") for n in range(1, count + 1)]
    hand_in(world, "commitments", date(2015, 1, 20), *rows)


def check(number: str, person: str, quarter: str, on: date, finding: str, **values: Any) -> dict[str, Any]:
    given = {"number": number, "person": person, "quarter": quarter, "finding": finding, "checked_on": on}
    return given | {"situation": "河道垃圾未及时清理", "checked_by": "督察组"} | values


def facts(world: House, name: str) -> dict[str, str]:
    with reading(world.engine) as session:
        rows = session.exec(select(Fact).where(Fact.name == name, Fact.state == "current"))
        return {row.subject: row.value for row in rows}


def proposals(world: House) -> list[tuple[str, str, str, list[str]]]:
    with reading(world.engine) as session:
        rows = session.exec(select(Consequence).order_by(col(Consequence.rule), col(Consequence.subject)))
        return [(row.rule, row.subject, row.action, row.options) for row in rows]


# QZ-09: public commitments that cascade


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (pledge("C2", "P12", level="other", public=False), "须写明上级承诺编号"),
        (pledge("C1", "P11", public=False), "一把手的承诺须公开"),
    ],
)
def test_a_commitment_without_parent_or_publicity_is_refused(world: House, tmp_path: Path, row, why: str) -> None:
    path = tmp_path / "commitments.csv"
    told = {name: {True: "是", False: "否"}.get(value, value) for name, value in row.items()}
    path.write_text(f"{','.join(told)}\n{','.join(str(value) for value in told.values())}\n", encoding="utf-8")
    with pytest.raises(SheetFaults, match=why):
        import_files(world, SCOPE, [path], apply=True, by="管理员甲")


def test_everybody_commits_and_each_commitment_has_a_parent_that_exists(world: House) -> None:
    turn(world, "commitment", date(2015, 1, 2))
    rows = [pledge("C1", "P11"), pledge("C2", "P12", "C1"), pledge("C3", "P21", "C9")]
    hand_in(world, "commitments", date(2015, 1, 20), *rows)
    turn(world, "commitment", date(2015, 2, 28))
    assert {row.owner: row.state for row in obligations(world, "commitment")} == {
        "P11": "accepted", "P12": "accepted", "P21": "accepted", "P22": "open",
    }  # fmt: skip
    assert period_of(world, "2015", "commitment").state == "open"
    turn(world, "commitment", date(2015, 3, 1))
    found = period_of(world, "2015", "commitment")
    assert len(found.outcome["missing"]) == 1
    assert flaws(found, "QZ-09") == ["C3: C3:写明的上级承诺没有登记(“C9”)"]


# QZ-10: twelve reports, four spot checks, two assessments, one acceptance


def test_a_full_year_has_nineteen_events() -> None:
    duties = {duty.id: duty for duty in load_duties(load_scheme(SCHEME))}
    events = ("monthly_report", "spot_check", "half_assessment", "acceptance")
    counts = {id_: len(list(slots_of_year(duties[id_].rhythm, 2015))) for id_ in events}
    assert counts == {"monthly_report": 12, "spot_check": 4, "half_assessment": 2, "acceptance": 1}
    assert sum(counts.values()) == 19


def test_each_commitment_owes_a_report_a_month_to_the_one_who_made_it(world: House) -> None:
    pledges(world)
    turn(world, "monthly_report", date(2015, 2, 1))
    assert [(row.slot, row.owner, row.recipient) for row in obligations(world, "monthly_report", "2015-02")] == [
        ("2015-02", "C1", "P11"), ("2015-02", "C2", "P12"), ("2015-02", "C3", "P21"), ("2015-02", "C4", "P22"),
    ]  # fmt: skip
    report = {"number": "C1", "period": "2015-02", "done": 10, "progress": "按计划", "reported_on": date(2015, 3, 2)}
    hand_in(world, "commitment_reports", date(2015, 3, 2), report)
    turn(world, "monthly_report", date(2015, 3, 20))
    figures = period_of(world, "2015-02", "monthly_report").outcome["figures"]
    assert (figures["expected"], figures["in_time"], figures["percent"]) == (4, 1, "25.00")


@pytest.mark.parametrize(("count", "drawn"), [(5, 1), (6, 2)])
def test_a_fifth_of_the_commitments_is_drawn_by_a_recorded_seed(world: House, count: int, drawn: int) -> None:
    pledges(world, count)
    turn(world, "spot_check", date(2015, 4, 1))
    found = period_of(world, "2015Q2", "spot_check")
    owed = [row.owner for row in obligations(world, "spot_check", "2015Q2")]
    assert found.seed is not None
    assert owed == sorted(Random(found.seed).sample(sorted(f"C{n}" for n in range(1, count + 1)), drawn))


def test_nobody_is_told_beforehand_that_a_commitment_was_drawn(world: House) -> None:
    pledges(world)
    turn(world, "spot_check", date(2015, 4, 1))
    assert {row.recipient for row in obligations(world, "spot_check", "2015Q2")} == {"administrator"}
    with reading(world.engine) as session:
        assert session.exec(select(Message)).all() == []


# QZ-12, QZ-07: what was found on site counts in the month of the inspection


def test_an_explanation_does_not_undo_what_was_found_on_site(world: House) -> None:
    pledges(world)
    turn(world, "monthly_report", date(2015, 6, 1))
    june = check("C2", "P12", "2015Q2", date(2015, 6, 30), "light", explanation="已安排清理")
    hand_in(world, "spot_checks", date(2015, 6, 30), june)
    turn(world, "monthly_report", date(2015, 7, 20))
    assert facts(world, "month_deduction") == {"P12": "1"}
    assert table(period_of(world, "2015-06", "monthly_report"), "本月现场检查")[0][-2] == "已安排清理"


def test_a_deduction_belongs_to_the_month_of_its_inspection_and_the_year_adds_up(world: House) -> None:
    pledges(world)
    turn(world, "monthly_report", date(2015, 6, 1))
    rows = [
        check("C2", "P12", "2015Q2", date(2015, 6, 30), "light"),
        check("C2", "P12", "2015Q3", date(2015, 7, 1), "serious"),
        check("C4", "P22", "2015Q3", date(2015, 7, 2), "none", situation=""),
    ]
    hand_in(world, "spot_checks", date(2015, 7, 3), *rows)
    turn(world, "monthly_report", date(2015, 7, 20))
    assert facts(world, "month_deduction")["P12"] == "1"
    turn(world, "monthly_report", date(2015, 8, 20))
    assert facts(world, "month_deduction") == {"P12": "5", "P22": "0"}
    assert {name: facts(world, name)["P12"] for name in ("light", "medium", "serious")} == {
        "light": "1", "medium": "0", "serious": "1",
    }  # fmt: skip


# QZ-11: what follows from a target that was missed


TALK = ("QZ-11", "P12", "ADMONITION_TALK", ["ADMONITION_TALK", "ORGANISATIONAL_ADJUSTMENT"])
ADJUSTED = ("QZ-11", "P12", "ORGANISATIONAL_ADJUSTMENT", ["ORGANISATIONAL_ADJUSTMENT", "ADMONITION_TALK"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"done": 92}, [TALK]),
        ({"done": 100}, []),
        ({"done": 100, "fulfilled": False}, [TALK]),
        ({"done": 92, "serious": True}, [ADJUSTED]),
    ],
)
def test_a_missed_target_proposes_a_talk_and_a_serious_one_an_adjustment(world: House, values, expected) -> None:
    pledges(world)
    turn(world, "acceptance", date(2015, 12, 2))
    row = {"number": "C2", "period": "2015", "person": "P12", "target": 100, "fulfilled": True, "serious": False}
    told = row | {"opinion": "现场核验", "accepted_on": date(2015, 12, 28)} | values
    hand_in(world, "acceptances", date(2015, 12, 28), told)
    turn(world, "acceptance", date(2016, 1, 31))
    assert proposals(world) == expected


# QZ-19, 20, 22–24, 27: care after a demotion


def moved(number: str, person: str, **values: Any) -> dict[str, Any]:
    given = {"number": number, "person": person, "measure": "调离岗位", "accepts": False, "willing": False}
    return given | {"moved_on": date(2015, 3, 2)} | values


def test_who_does_not_accept_a_demotion_is_talked_to_within_ten_working_days(world: House) -> None:
    hand_in(world, "moved_down", date(2015, 3, 2), moved("X1", "P12"), moved("X2", "P22", accepts=True))
    turn(world, "heart_talk", date(2015, 3, 3))
    (owed,) = obligations(world, "heart_talk")
    assert (owed.owner, owed.recipient, owed.due_on) == ("X1", "administrator", date(2015, 3, 16))
    talk = {"number": "X1", "talked_by": "部长", "content": "交流思想", "talked_on": date(2015, 3, 16)}
    hand_in(world, "heart_talks", date(2015, 3, 16), talk)
    turn(world, "heart_talk", date(2015, 3, 17))
    assert [row.state for row in obligations(world, "heart_talk")] == ["accepted"]


def test_whoever_was_moved_down_without_training_by_the_end_of_the_year_is_a_gap(world: House) -> None:
    hand_in(world, "moved_down", date(2015, 3, 2), moved("X1", "P12"), moved("X2", "P22"))
    row = {"number": "X2", "content": "业务培训", "started_on": date(2015, 9, 1)}
    hand_in(world, "trainings", date(2015, 9, 1), row)
    turn(world, "training", date(2015, 11, 1))
    turn(world, "training", date(2016, 1, 1))
    assert {row.owner: row.state for row in obligations(world, "training")} == {"X1": "open", "X2": "accepted"}
    assert period_of(world, "2015", "training").outcome["missing"] == ["调离岗位"]


def entry(number: str, person: str, quarter: str, performance: str) -> dict[str, Any]:
    given = {"number": number, "person": person, "period": quarter, "performance": performance}
    return given | {"analysis": "专项分析", "analysed_on": date(2015, 6, 30)}


def test_the_ledger_has_an_analysis_each_quarter_and_says_what_follows(world: House) -> None:
    down = [moved("X1", "P12", willing=True), moved("X2", "P22"), moved("X3", "P21")]
    hand_in(world, "moved_down", date(2015, 3, 2), *down)
    turn(world, "down_ledger", date(2015, 4, 1))
    rows = [entry("X1", "P12", "2015Q2", "excellent"), entry("X2", "P22", "2015Q2", "shirking")]
    hand_in(world, "ledger", date(2015, 6, 30), *rows)
    turn(world, "down_ledger", date(2015, 7, 1))
    found = period_of(world, "2015Q2", "down_ledger")
    assert found.outcome["figures"]["missing"] == 1
    assert proposals(world) == [
        ("QZ-23", "P12", "PROMOTION_PROCEDURE", ["PROMOTION_PROCEDURE"]),
        ("QZ-24", "P22", "JOINT_HANDLING", ["JOINT_HANDLING", "REMOVAL"]),
    ]
    assert [row[0] for row in table(found, "愿到一线的干部")] == ["X1"]


@pytest.mark.parametrize(("day", "late"), [(date(2015, 3, 16), 0), (date(2015, 3, 17), 1)])
def test_an_early_sign_without_reminder_is_overdue_on_the_eleventh_day(world: House, day: date, late: int) -> None:
    row = {"number": "Z1", "person": "P12", "source": "observation", "sign": "工作懈怠", "noticed_on": date(2015, 3, 2)}
    hand_in(world, "early_signs", date(2015, 3, 2), row)
    turn(world, "sign_reminder", day)
    assert sum(row.state == "open" and row.due_on < day for row in obligations(world, "sign_reminder")) == late
