"""整改季度跟踪: quarters of rectification open for those who owe and close in order, in routine and annual cycles."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config.calendar import WorkCalendar
from config.settings import Settings
from models.duty import Obligation, Period
from models.followup import FocusItem, RectificationItem
from models.migrate import make_rehearsal
from models.outbox import Message
from models.session import reading, writing
from tasks.desk import Desk
from tasks.followup.focus import focus_items
from tasks.followup.new_items import NewItem, add_items
from tasks.followup.track_quarter import Tracked, track_quarters
from tasks.reminding.sweep import sweep
from tasks.wiring import House, writing_desk
from tests import duty_house
from tests.flows.engine_house import set_today
from tests.flows.routine_desk import SPRING, routine_desk
from tests.support import moment

SCOPE = "bozhou-2010"
DUE = date(2010, 5, 31)


def wanted(subject: str = "U1", problem: str = "工作日志完成率低于80%", **changes: Any) -> NewItem:
    values = {"requirement": "一个月内补齐", "due_on": DUE, "rule": "BZ-29", "ground": "threshold"}
    return NewItem(subject=subject, problem=problem, **(values | changes))


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> House:
    """A routine cycle in which U1 has one item since 10 March."""
    make_rehearsal(sqlite_engine, moment(SPRING))
    with writing(sqlite_engine) as session:
        add_items(routine_desk(session), [wanted()])
    return House(Settings(data=tmp_path, out=tmp_path / "out"), sqlite_engine, WorkCalendar())


def track(world: House, on: date) -> Tracked:
    set_today(world, on)
    return track_quarters(world)


def report(world: House, on: date, quarter: str, *, subject: str = "U1", done: bool = True, item: int = 1) -> None:
    row = {"subject": subject, "item": item, "quarter": quarter, "measures": "补记", "responsible": "陆怀川"}
    row |= {"progress": "已补齐", "evidence": "台账", "done": done, "reported_on": on}
    duty_house.file_rows(world, SCOPE, "rectification_reports", on, row)


def verify(world: House, on: date, *, subject: str = "U1", item: int = 1, **changes: Any) -> None:
    row = {"subject": subject, "item": item, "verified_by": "岳文澜", "accepted": True, "verified_on": on}
    duty_house.file_rows(world, SCOPE, "verifications", on, row | {"opinion": "核对"} | changes)


def reports(world: House) -> list[tuple[str, str, str]]:
    query = select(Obligation).where(Obligation.duty == "rectification_report")
    with reading(world.engine) as session:
        return [(row.owner, row.slot, row.state) for row in session.exec(query.order_by(Obligation.slot))]


def items(world: House) -> list[tuple[str, int, str]]:
    with reading(world.engine) as session:
        rows = session.exec(select(RectificationItem).order_by(RectificationItem.id))
        return [(row.subject, row.number, row.state) for row in rows]


@contextmanager
def desk_on(world: House, on: date) -> Iterator[Desk]:
    set_today(world, on)
    with writing_desk(world, 1) as desk:
        yield desk


def add(world: House, on: date, *wanted_items: NewItem) -> int:
    with desk_on(world, on) as desk:
        return len(add_items(desk, wanted_items))


def test_an_item_is_drawn_up_once_by_subject_rule_and_problem(world):
    assert add(world, SPRING, wanted(), wanted(problem="另一问题"), wanted("U2")) == 2
    assert add(world, SPRING, wanted(), wanted(problem="另一问题"), wanted("U2")) == 0
    assert items(world) == [("U1", 1, "open"), ("U1", 2, "open"), ("U2", 1, "open")]


def test_exactly_those_who_owe_report_to_the_years_end_or_the_last_deadline(world):
    add(world, date(2010, 11, 1), wanted("P21", due_on=date(2011, 2, 1)))
    track(world, date(2010, 11, 2))
    assert [(owner, slot) for owner, slot, _ in reports(world) if owner == "U1"] == [
        ("U1", f"2010Q{number}") for number in (1, 2, 3, 4)
    ]
    assert [slot for owner, slot, _ in reports(world) if owner == "P21"] == ["2010Q4", "2011Q1"]
    with reading(world.engine) as session:
        units = dict(session.exec(select(Obligation.owner, Obligation.recipient)).all())
    assert units == {"U1": "U1", "P21": "U2"}


def test_a_quarter_is_closed_the_day_after_its_end_and_once(world, out):
    assert [label for _, label, _ in track(world, SPRING).opened] == ["2010年第一季度整改报告"]
    assert track(world, date(2010, 3, 31)).closed == ()
    (closed,) = track(world, date(2010, 4, 1)).closed
    assert closed.figures == {"应报": 1, "按期": 0, "迟报": 0, "未报": 1, "整改事项": 1, "已销号": 0, "逾期事项": 0}
    assert [dict(row) for row in closed.overdue] == [
        {"整改对象": "州水务局", "事项": "2010年第一季度整改报告", "期限": "2010-03-31", "逾期天数": 1}
    ]
    assert track(world, date(2010, 4, 1)) == Tracked((), ())
    folder = out / "bozhou-2010-routine" / "整改" / "2010Q1"
    assert {path.name for path in folder.iterdir()} == {
        f"{name}.{kind}" for name in ("U1_州水务局", "汇总") for kind in ("html", "docx")
    }


def test_missed_quarters_are_closed_in_order_each_as_of_its_end(world):
    report(world, date(2010, 3, 30), "2010Q1", done=False)
    report(world, date(2010, 7, 2), "2010Q2", done=False)
    closed = track(world, date(2010, 10, 4)).closed
    assert [(row.slot, row.figures["按期"], row.figures["迟报"], row.figures["未报"]) for row in closed] == [
        ("2010Q1", 1, 0, 0),
        ("2010Q2", 0, 1, 0),
        ("2010Q3", 0, 0, 1),
    ]
    assert [row.figures["逾期事项"] for row in closed] == [0, 1, 1]
    assert [row.status[0]["最长逾期天数"] for row in closed] == [0, 30, 122]


def test_a_report_taken_in_before_the_quarters_end_is_in_time(world):
    report(world, date(2010, 3, 30), "2010Q1")
    track(world, date(2010, 3, 31))
    assert reports(world)[0] == ("U1", "2010Q1", "accepted")
    (closed,) = track(world, date(2010, 4, 1)).closed
    assert (closed.figures["按期"], closed.status[0]["季度报告"], closed.overdue) == (1, "按期", ())


def test_a_closed_item_owes_no_more_and_a_new_one_owes_again(world):
    report(world, date(2010, 3, 15), "2010Q1")
    verify(world, date(2010, 3, 16))
    track(world, date(2010, 3, 16))
    assert items(world) == [("U1", 1, "closed")]
    assert [state for *_, state in reports(world)] == ["accepted", "waived", "waived", "waived"]
    add(world, date(2010, 5, 4), wanted(problem="另一问题"))
    track(world, date(2010, 5, 4))
    assert [state for *_, state in reports(world)] == ["accepted", "open", "open", "open"]


def test_what_is_open_after_the_last_quarter_becomes_next_years_focus(world):
    for quarter, on in (("2010Q1", date(2010, 3, 30)), ("2010Q4", date(2010, 12, 30))):
        report(world, on, quarter, done=False)
        track(world, on)
    track(world, date(2010, 12, 31))
    assert items(world) == [("U1", 1, "reported")]
    track(world, date(2011, 1, 1))
    assert items(world) == [("U1", 1, "carried_over")]
    with reading(world.engine) as session:
        assert [(row.year, row.subject) for row in session.exec(select(FocusItem))] == [(2011, "U1")]
        owed = session.exec(select(Obligation.state).where(Obligation.duty == "rectification_item")).all()
    assert owed == ["waived"]


def test_items_are_focus_of_the_next_years_plan_as_soon_as_they_are_there(world):
    track(world, SPRING)
    with desk_on(world, SPRING) as desk:
        assert [row.text for row in focus_items(desk, 2011)] == ["工作日志完成率低于80%(整改要求:一个月内补齐)"]
        assert focus_items(desk, 2010) == []


def test_the_outcome_of_a_quarter_is_kept_with_its_period(world):
    track(world, date(2010, 4, 1))
    with reading(world.engine) as session:
        kept = session.exec(select(Period).where(Period.slot == "2010Q1")).one()
        assert (kept.state, kept.closed_on) == ("closed", date(2010, 4, 1))
        assert [table["title"] for table in kept.outcome["tables"]] == ["整改情况", "逾期清单"]


def test_an_item_past_its_own_deadline_is_reminded_and_escalated(world):
    track(world, SPRING)
    set_today(world, date(2010, 6, 4))  # a Friday, four working days after the deadline
    sweep(world)
    with reading(world.engine) as session:
        sent = session.exec(select(Message).where(Message.kind != "quarterly_report").order_by(Message.id))
        told = {row.recipient: row.body for row in sent}
    assert "整改事项（1）" in told["U1"]
    assert "整改事项（1）" in told["administrator"]
