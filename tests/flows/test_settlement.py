"""Consequences of closed periods: settled at a gate, dated, followed by items and entries of the archive."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config.calendar import WorkCalendar
from config.settings import Settings
from models.cycle import Cycle, Gate
from models.duty import Obligation
from models.followup import ArchiveEntry, RectificationItem
from models.grading import Consequence
from models.migrate import make_rehearsal
from models.outbox import Message
from models.session import reading, writing
from tasks.cycle.gates import current_gate
from tasks.desk import Desk
from tasks.grading.result_uses import results_for
from tasks.grading.settlement import ask_routine
from tasks.grading.standing import list_consequences, standing_measures
from tasks.running.answer_gate import answer_open_gate
from tasks.running.settle_step import ask_to_settle, settle
from tasks.wiring import House
from tests.flows.last_stages import at
from tests.flows.routine_desk import SPRING, answer, change, reply_to, routine_desk, suggest
from tests.support import make_desk, moment

TALK = "P12|BZ-47|ADMONITION_TALK"


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield routine_desk(session)


def test_nothing_is_asked_where_nothing_is_proposed(desk):
    assert ask_routine(desk) is None


def test_the_gate_shows_whom_and_why_and_is_asked_of_the_body_once(desk):
    grounds = [{"问题": "台账缺失"}]
    suggest(desk, "P12", "ADMONITION_TALK", detail={"clause": "条文", "grounds": grounds})
    gate = ask_routine(desk)
    assert gate is not None
    assert (gate.role, gate.title, gate.key) == (
        "discipline_standing_committee",
        "落实结果运用",
        "bozhou-2010-routine-routine-consequences-1",
    )
    assert "州水务局 · 顾文澜" in gate.question
    assert "问题:台账缺失" in gate.question
    assert ask_routine(desk) is gate


def test_an_imposed_talk_is_told_dated_followed_by_an_item_and_archived(desk):
    row = suggest(desk, "P12", "ADMONITION_TALK", detail={"clause": "条文", "grounds": [{"问题": "台账缺失"}]})
    assert answer(desk) is True
    assert (row.state, row.settled_on, row.due_on) == ("imposed", date(2010, 3, 10), date(2010, 6, 10))
    item = desk.session.exec(select(RectificationItem)).one()
    assert (item.subject, item.ground, item.problem, item.due_on) == ("P12", "talk", "问题:台账缺失", row.due_on)
    owed = desk.session.exec(select(Obligation).where(Obligation.duty == "rectification_item")).one()
    assert (owed.owner, owed.recipient, owed.due_on, owed.stage) == ("P12", "U1", row.due_on, "routine")
    kinds = desk.session.exec(select(Message.kind).where(Message.recipient == "U1")).all()
    assert sorted(kinds) == ["obligation", "order"]
    entry = desk.session.exec(select(ArchiveEntry)).one()
    assert (entry.person_id, entry.kind, entry.content["labels"]) == ("P12", "consequence", ["诫勉谈话"])
    assert [(one.year, one.grade, one.consequences) for one in results_for(desk.session, "P12", "selection")] == [
        (2010, "", ("诫勉谈话",))
    ]


def test_a_waived_consequence_leaves_no_item_and_no_entry(desk):
    suggest(desk, "P12", "ADMONITION_TALK")
    assert answer(desk, change(TALK, "waive", "", "已主动整改")) is True
    assert desk.session.exec(select(RectificationItem)).all() == []
    assert desk.session.exec(select(ArchiveEntry)).all() == []


def test_a_team_has_no_archive_but_items(desk):
    suggest(desk, "U2", "RECTIFICATION_ORDER", detail={"clause": "条文", "deadline_months": 2})
    assert answer(desk) is True
    assert [(row.subject, row.ground, row.due_on) for row in desk.session.exec(select(RectificationItem))] == [
        ("U2", "order", date(2010, 5, 10))
    ]
    assert desk.session.exec(select(ArchiveEntry)).all() == []


def test_a_refused_answer_is_asked_again_with_its_reason_on_top(desk):
    row = suggest(desk, "P12", "ADMONITION_TALK", options=["ADMONITION_TALK", "REMINDER_TALK"])
    assert answer(desk, change(TALK, "replace", "REMINDER_TALK")) is False
    gate = current_gate(desk.session, desk.cycle_id)
    assert gate is not None
    assert (gate.attempt, row.state) == (2, "proposed")
    assert "变更须写理由" in gate.question
    assert reply_to(desk, gate, default_all="impose_all", changes=[]) is True
    assert row.state == "imposed"


def test_what_was_proposed_after_the_question_is_asked_in_the_next_gate(desk):
    first = suggest(desk, "P12", "ADMONITION_TALK")
    gate = ask_routine(desk)
    assert gate is not None
    later = suggest(desk, "P13", "ADMONITION_TALK")
    assert reply_to(desk, gate, default_all="impose_all", changes=[]) is True
    assert (first.state, later.state) == ("imposed", "proposed")
    second = current_gate(desk.session, desk.cycle_id)
    assert second is not None
    assert second.attempt == 2
    assert "苗望舒" not in gate.question


def test_a_second_settlement_of_a_year_corrects_the_entry_of_the_first(desk):
    suggest(desk, "P12", "ADMONITION_TALK")
    answer(desk)
    later = at(desk, date(2010, 5, 4))
    suggest(later, "P12", "OTHER", options=["OTHER"])
    answer(later)
    first, second = later.session.exec(select(ArchiveEntry).order_by(ArchiveEntry.id)).all()
    assert (second.kind, second.corrects_id) == ("correction", first.id)
    assert results_for(later.session, "P12", "post")[0].consequences == ("诫勉谈话", "其他组织处理")


def routine_house(engine: Engine, folder: Path) -> House:
    """A house whose routine cycle proposes a talk with P12."""
    make_rehearsal(engine, moment(SPRING))
    with writing(engine) as session:
        suggest(routine_desk(session), "P12", "ADMONITION_TALK")
    return House(Settings(data=folder, out=folder / "out"), engine, WorkCalendar())


def states(world: House) -> tuple[list[str], list[str]]:
    with reading(world.engine) as session:
        gates = session.exec(select(Gate.state).order_by(Gate.attempt)).all()
        return list(gates), list(session.exec(select(Consequence.state)))


def test_the_command_applies_an_answer_at_once(sqlite_engine, tmp_path):
    world = routine_house(sqlite_engine, tmp_path)
    asked = ask_to_settle(world, 1)
    assert asked is not None
    said = answer_open_gate(world, "bozhou-2010-routine", {"default_all": "individually"}, "纪委常委乙")
    assert "没有被接受" in said
    assert "未列出,请逐项写明处理" in said
    said = answer_open_gate(world, "bozhou-2010-routine", {"default_all": "impose_all"}, "纪委常委乙")
    assert said == "“落实结果运用”已答复并办理"
    assert states(world) == (["refused", "accepted"], ["imposed"])


def test_an_answer_by_someone_without_the_role_is_asked_anew_under_another_key(sqlite_engine, tmp_path):
    world = routine_house(sqlite_engine, tmp_path)
    first = ask_to_settle(world, 1)
    assert first is not None
    settle(world, 1, first.key, {"default_all": "impose_all", "changes": []}, "管理员甲")
    second = ask_to_settle(world, 1)
    assert second is not None
    assert second.key != first.key
    assert "不具有" in second.question
    settle(world, 1, second.key, {"default_all": "impose_all", "changes": []}, "纪委常委乙")
    settle(world, 1, second.key, {"default_all": "impose_all", "changes": []}, "纪委常委乙")
    assert ask_to_settle(world, 1) is None
    assert states(world) == (["refused", "accepted"], ["imposed"])


BLOCK = {"clause": "一年内不得提拔", "duration_months": 12}


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2010, 3, 9), False),
        (date(2010, 3, 10), True),
        (date(2011, 3, 9), True),
        (date(2011, 3, 10), False),
    ],
)
def test_a_block_is_in_force_from_its_first_to_its_last_day(desk, day, in_force):
    suggest(desk, "P12", "OTHER", detail=dict(BLOCK))
    assert answer(desk) is True
    assert bool(standing_measures(desk.session, day)) == in_force


def test_a_block_that_was_waived_or_replaced_never_stands(desk):
    suggest(desk, "P12", "OTHER", detail=dict(BLOCK))
    suggest(desk, "P13", "OTHER", detail=dict(BLOCK), options=["OTHER", "TRANSFER"])
    waived = change("P12|BZ-47|OTHER", "waive", "", "已调离")
    assert answer(desk, waived, change("P13|BZ-47|OTHER", "replace", "TRANSFER", "另有安排")) is True
    assert standing_measures(desk.session, date(2010, 6, 1)) == []


def test_the_four_uses_show_the_days_of_a_block(desk):
    suggest(desk, "P12", "OTHER", detail=dict(BLOCK))
    answer(desk)
    told = results_for(desk.session, "P12", "selection")[0].consequences
    assert told == ("其他组织处理(2010-03-10 至 2011-03-09)",)


def test_the_list_names_whom_by_code_or_name_and_what_is_in_force(sqlite_engine, tmp_path):
    world = routine_house(sqlite_engine, tmp_path)
    with writing(sqlite_engine) as session:
        cycle = session.exec(select(Cycle)).one()
        desk = make_desk(session, cycle, SPRING)
        suggest(desk, "P13", "OTHER", detail=dict(BLOCK))
        answer(desk)
    by_name = list_consequences(world, subject="顾文澜")
    assert [(row.subject, row.proposed, row.state) for row in by_name] == [("P12", "诫勉谈话", "已落实")]
    assert list_consequences(world, subject="P12") == by_name
    last = list_consequences(world, in_force=date(2011, 3, 9))
    assert [(row.subject, row.starts, row.ends) for row in last] == [("P13", "2010-03-10", "2011-03-09")]
    assert list_consequences(world, in_force=date(2011, 3, 10)) == []
    assert list_consequences(world, reopened=True) == []
