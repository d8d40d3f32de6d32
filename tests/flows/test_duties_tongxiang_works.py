"""Tongxiang's quarterly meetings, key works and year-end reports through the engine."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tasks.wiring import House
from tests.duty_house import flaws, period_of, table, year_world
from tests.flows.tongxiang_house import NEW_YEAR, SCHEME, hand_in, refused, turn

MEETINGS = {"kickoff": "2010-02-20", "midyear": "2010-06-20", "situation": "2010-09-20", "congress": "2010-12-20"}
PARTS = ("observation", "town_speeches", "department_comments", "leader_comments")


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> House:
    return year_world(sqlite_engine, tmp_path, SCHEME, NEW_YEAR)


# TX-13, TX-14: the meetings


def meeting(kind: str, **changes: Any) -> dict[str, Any]:
    parts = dict.fromkeys(PARTS, kind == "kickoff")
    return {"kind": kind, "held_on": MEETINGS[kind], **parts, **changes}


def meet(world: House, *rows: dict[str, Any]) -> None:
    hand_in(world, "quarterly_meetings", date(2010, 12, 31), *rows)
    turn(world, "quarterly_meeting", date(2011, 1, 1))


def test_the_quarter_without_a_meeting_is_named(world: House) -> None:
    """TX-13: three meetings, the third quarter is missing."""
    meet(world, *(meeting(kind) for kind in MEETINGS if kind != "situation"))
    (row,) = table(period_of(world, "2010Q4", "quarterly_meeting"), "全市性专题会议")
    assert row == ("市委", 4, 3, 0, 1, "75.00", "2010年第三季度")
    assert period_of(world, "2010Q3", "quarterly_meeting").outcome["missing"] == ["市委"]


def test_four_meetings_of_their_kinds_leave_nothing_to_say(world: House) -> None:
    """TX-13: one of each kind in its quarter."""
    meet(world, *(meeting(kind) for kind in MEETINGS))
    assert [flaws(period_of(world, f"2010Q{n}", "quarterly_meeting"), "TX-13") for n in range(1, 5)] == [[]] * 4
    assert flaws(period_of(world, "2010Q1", "quarterly_meeting"), "TX-14") == []


def test_each_quarter_has_its_own_kind_of_meeting(world: House) -> None:
    """TX-13: a situation meeting in the second quarter is not the meeting of that quarter."""
    meet(world, meeting("kickoff"), meeting("situation", held_on="2010-06-20"))
    assert flaws(period_of(world, "2010Q1", "quarterly_meeting"), "TX-13") == []
    (told,) = flaws(period_of(world, "2010Q2", "quarterly_meeting"), "TX-13")
    assert "年中应开市委扩大会议暨政府全体会议" in told


@pytest.mark.parametrize("part", PARTS)
def test_the_first_meeting_has_four_parts(world: House, part: str) -> None:
    """TX-14: a part left out is named."""
    meet(world, meeting("kickoff", **{part: False}))
    assert len(flaws(period_of(world, "2010Q1", "quarterly_meeting"), "TX-14")) == 1


# TX-14, TX-15, TX-16, TX-19: the list of key works


def work(number: int, **changes: Any) -> dict[str, Any]:
    texts = {"title": f"工程{number}", "timetable": "6月开工", "task_book": "任务书", "measure": "公里"}
    return {
        "number": f"Z{number:02}",
        **texts,
        "responsible": "P11",
        "target": 100,
        "listed_on": "2010-02-25",
        **changes,
    }


@pytest.mark.parametrize("left_out", ["responsible", "timetable", "task_book", ""])
def test_an_item_has_timetable_task_book_and_responsible_person(world: House, tmp_path: Path, left_out: str) -> None:
    """TX-14: refused when it is handed in without one of them; whole it is taken."""
    row = {name: "" if name == left_out else value for name, value in work(1).items()}
    told = refused(world, tmp_path, "key_works", row)
    assert ("空白" in told) == bool(left_out)


def list_works(world: House, count: int) -> None:
    hand_in(world, "key_works", date(2010, 2, 25), *(work(number) for number in range(1, count + 1)))


def test_an_item_without_progress_is_a_gap(world: House) -> None:
    """TX-15: progress and the tasks of the second half for each item of the list."""
    list_works(world, 3)
    row = {"done": 50, "progress": "过半", "next_tasks": "下半年完成", "reported_on": "2010-06-25"}
    hand_in(world, "key_work_progress", date(2010, 6, 25), *({"number": f"Z{n:02}", **row} for n in (1, 3)))
    turn(world, "key_work_progress", date(2010, 7, 1))
    found = period_of(world, "2010H1", "key_work_progress")
    assert found.outcome["missing"] == ["工程2"]
    assert len(table(found, "半年进展和下半年任务")) == 2


@pytest.mark.parametrize(
    ("steps", "unplanned"),
    [
        ({"2010-12-30": 40}, 0),
        ({"2010-11-30": 15, "2010-12-31": 25}, 0),
        ({"2010-12-31": 39}, 1),
        ({"2011-01-01": 40}, 40),
    ],
)
def test_what_is_left_is_scheduled_before_the_year_ends(world: House, steps: dict[str, int], unplanned: int) -> None:
    """TX-16: target 100, done 60: the remaining 40 stand in the plan until 31 December."""
    list_works(world, 1)
    seen = {"number": "Z01", "target": 100, "done": 60, "comment": "加快", "inspected_on": "2010-09-20"}
    hand_in(world, "key_work_inspections", date(2010, 9, 20), seen)
    planned = {"number": "Z01", "step": "铺设", "planned_on": "2010-09-25"}
    rows = [{**planned, "due_on": due, "amount": amount} for due, amount in steps.items()]
    hand_in(world, "work_steps", date(2010, 9, 25), *rows)
    turn(world, "key_work_inspection", date(2010, 10, 1))
    found = period_of(world, "2010Q3", "key_work_inspection")
    assert table(found, "对照目标、倒排时间") == [("工程1", 100, 60, 40, 40 - unplanned, unplanned)]
    assert len(flaws(found, "TX-16")) == (1 if unplanned else 0)


def test_the_item_without_a_result_is_named(world: House) -> None:
    """TX-19: a list of twelve, eleven with a result."""
    list_works(world, 12)
    row = {"result": "done", "done": 100, "checked_on": "2010-12-28"}
    rows = ({"number": f"Z{n:02}", **row} for n in range(1, 13) if n != 7)
    hand_in(world, "stocktakes", date(2010, 12, 28), *rows)
    turn(world, "stocktake", date(2011, 1, 1))
    found = period_of(world, "2010", "stocktake")
    assert found.outcome["missing"] == ["工程7"]
    assert found.outcome["figures"]["percent"] == "91.67"


# TX-17: reports at the year's end


def test_of_forty_members_one_has_not_reported(sqlite_engine: Engine, tmp_path: Path) -> None:
    """TX-17: thirty-nine reports, one of them without an appraisal; the secretaries report to the committee."""
    world = year_world(sqlite_engine, tmp_path, SCHEME, NEW_YEAR, units=20)
    cadres = [f"P{unit}{rank}" for unit in range(1, 21) for rank in (1, 2)]
    listed = {"listed_on": "2010-11-20"}
    members = [{"cadre": code, "capacity": "member", **listed} for code in cadres]
    hand_in(
        world, "reporting_members", date(2010, 11, 20), *members, {"cadre": "P11", "capacity": "secretary", **listed}
    )
    report = {"delegates": 300, "reported_on": "2010-12-22"}
    rows = ({"cadre": code, "appraised": code != "P11", **report} for code in cadres if code != "P202")
    hand_in(world, "member_reports", date(2010, 12, 22), *rows)
    hand_in(world, "secretary_reports", date(2010, 12, 23), {"cadre": "P11", "reported_on": "2010-12-23"})
    turn(world, "member_reports", date(2011, 1, 1))
    found = period_of(world, "2010", "member_reports")
    figures = found.outcome["figures"]
    assert (figures["expected"], figures["missing"], len(found.outcome["missing"])) == (40, 1, 1)
    assert len(flaws(found, "TX-17")) == 1
    turn(world, "secretary_reports", date(2011, 1, 1))
    assert period_of(world, "2010", "secretary_reports").outcome["figures"]["percent"] == "100.00"
