"""Gates: attempts, who may answer, twice answered, answers that do not fit, needless gates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config.forms import FieldSpec, Option
from models.cycle import Gate
from models.outbox import Message
from models.roster import RoleHolder
from models.session import reading, writing
from tasks.cycle.claim import fenced_desk
from tasks.cycle.gates import (
    GateClosed,
    NotHolder,
    answer_faults,
    current_gate,
    drop_gate,
    holders,
    open_gate,
    record_answer,
)
from tasks.cycle.launch import drop_needless_gate, keep_answer, waiting_gate
from tasks.wiring import House, writing_desk
from tests.flows.engine_house import claim, gates_of, make_world, set_today, simple_question

KEY = "bozhou-2010-report-meeting-test-1"


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> House:
    return make_world(engine, tmp_path)


def ask(world: House) -> str:
    with writing_desk(world, 1) as desk:
        return open_gate(desk, "report_meeting", simple_question()).key


def answer(world: House, by: str = "管理员甲", key: str = KEY, **values: Any) -> Gate:
    with writing_desk(world, 1, by=by) as desk:
        return record_answer(desk, key, values or {"ok": True}, by)


def settle(world: House, verb: str, refusal: str = "") -> None:
    with writing_desk(world, 1) as desk:
        gate = current_gate(desk.session, 1)
        assert gate is not None
        gate.refusal = refusal
        desk.move(gate, verb)


def gate_messages(world: House) -> list[tuple[str, str]]:
    with reading(world.engine) as session:
        return [(row.recipient, row.body) for row in session.exec(select(Message).where(Message.kind == "gate"))]


def test_a_gate_tells_the_holders_of_its_role_once(world: House) -> None:
    assert ask(world) == KEY
    told = gate_messages(world)
    assert [recipient for recipient, _ in told] == ["administrator"]
    assert "确认" in told[0][1]


def test_a_refused_answer_asks_again_under_the_next_key_with_the_reasons_on_top(world: House) -> None:
    ask(world)
    answer(world)
    settle(world, "refuse", "缺少理由\n名额超出")
    assert ask(world).endswith("-2")
    question = gates_of(world)[1].question
    assert (
        question.index("没有被接受")
        < question.index("- 缺少理由")
        < question.index("- 名额超出")
        < question.index("是否确认")
    )


def test_a_question_asked_again_after_a_refusal_writes_no_second_message(world: House) -> None:
    ask(world)
    answer(world)
    settle(world, "refuse", "缺少理由")
    ask(world)
    assert len(gate_messages(world)) == 1


def test_a_question_asked_again_after_an_accepted_answer_is_told(world: House) -> None:
    ask(world)
    answer(world)
    settle(world, "accept")
    ask(world)
    assert len(gate_messages(world)) == 2


def test_an_accepted_answer_leaves_nothing_on_top_of_the_next_gate(world: House) -> None:
    ask(world)
    answer(world)
    settle(world, "accept")
    ask(world)
    assert gates_of(world)[1].question == "是否确认?"


def test_the_same_answer_again_is_harmless(world: House) -> None:
    ask(world)
    first, again = answer(world), answer(world)
    assert (first.answered_at, again.state) == (again.answered_at, "answered")


@pytest.mark.parametrize(("by", "ok"), [("管理员甲", False), ("管理员乙", True)])
def test_another_answer_is_refused_naming_who_answered_and_when(world: House, by: str, ok: bool) -> None:
    ask(world)
    answer(world)
    with pytest.raises(GateClosed, match=r"管理员甲于 2010-12-01 .*不能重复答复"):
        answer(world, by, ok=ok)
    assert gates_of(world)[0].answer == {"ok": True}


def test_of_two_people_who_answer_at_once_one_is_told(world: House) -> None:
    ask(world)
    with writing(world.engine) as session:
        session.add(RoleHolder(role="administrator", name="管理员丁", start_on=date(2010, 1, 1)))

    def attempt(by: str) -> str:
        with writing_desk(world, 1, by=by) as desk:
            current_gate(desk.session, 1)  # seen before the other one answers, as the command line does
            try:
                return record_answer(desk, KEY, {"ok": by == "管理员甲"}, by).answered_by
            except GateClosed:
                return "已被答复"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(attempt, ("管理员甲", "管理员丁")))
    stands = gates_of(world)[0].answered_by
    assert told == sorted(["已被答复", stands])


def test_an_unknown_gate_is_named(world: House) -> None:
    with pytest.raises(GateClosed, match="没有关口“nowhere”"):
        answer(world, key="nowhere")


def test_one_without_the_role_is_refused_naming_those_who_hold_it(world: House) -> None:
    ask(world)
    with pytest.raises(NotHolder, match="“路人”不具有“考核办管理员”角色。可以答复的是:管理员甲"):
        answer(world, "路人")
    assert gates_of(world)[0].state == "open"


@pytest.mark.parametrize(("day", "holds"), [(date(2010, 12, 31), True), (date(2011, 1, 1), False)])
def test_a_role_ends_with_its_last_day(world: House, day: date, holds: bool) -> None:
    with writing(world.engine) as session:
        row = session.exec(select(RoleHolder).where(RoleHolder.role == "administrator")).one()
        row.end_on = date(2010, 12, 31)
    set_today(world, day)
    with writing_desk(world, 1) as desk:
        assert holders(desk, "administrator") == (["管理员甲"] if holds else [])


def test_when_nobody_holds_the_role_the_roster_is_named(world: House) -> None:
    ask(world)
    with writing(world.engine) as session:
        session.delete(session.exec(select(RoleHolder).where(RoleHolder.role == "administrator")).one())
    with pytest.raises(NotHolder, match="请在名册“角色”表中登记"):
        answer(world)


def test_an_answer_through_the_ui_by_one_who_lost_the_role_asks_again_with_the_reason(world: House) -> None:
    mine = claim(world)
    ask(world)
    keep_answer(world, mine, KEY, {"ok": True}, "路人")
    assert gates_of(world)[0].state == "refused"
    ask(world)
    waits = waiting_gate(world, 1)
    assert waits is not None
    assert "“路人”不具有" in waits.question


def test_an_answer_given_through_another_door_before_stands(world: House) -> None:
    mine = claim(world)
    ask(world)
    answer(world, ok=False)
    keep_answer(world, mine, KEY, {"ok": True}, "管理员甲")
    assert gates_of(world)[0].answer == {"ok": False}


def test_a_needless_gate_is_dropped_and_only_by_its_own_stage(world: House) -> None:
    ask(world)
    with writing_desk(world, 1) as desk:
        drop_gate(desk, "announce")
    assert gates_of(world)[0].state == "open"
    with writing_desk(world, 1) as desk:
        drop_gate(desk, "report_meeting")
        drop_gate(desk, "report_meeting")
    assert gates_of(world)[0].state == "dropped"


def test_a_gate_that_is_still_needed_stays(world: House) -> None:
    mine = claim(world)
    with fenced_desk(world, mine, "announce") as desk:
        desk.move(desk.stage("announce"), "open", opened_on=desk.today)
        open_gate(desk, "announce", simple_question())
    drop_needless_gate(world, mine, "announce")
    assert gates_of(world)[0].state == "open"


OPTIONS = (Option(value="a", label="甲"), Option(value="b", label="乙"))
GRID = (FieldSpec(name="n", label="数", type="count", required=True), FieldSpec(name="t", label="文", type="text"))
FAULTS: list[tuple[dict[str, Any], Any, str]] = [
    ({"type": "text", "required": True}, "字", ""),
    ({"type": "text", "required": True}, "", "必填"),
    ({"type": "text", "required": True}, None, "必填"),
    ({"type": "text"}, None, ""),
    ({"type": "longtext"}, 5, "文字"),
    ({"type": "subject"}, ["P11"], "文字"),
    ({"type": "bool"}, False, ""),
    ({"type": "bool"}, "是", "是或否"),
    ({"type": "bool"}, 1, "是或否"),
    ({"type": "count"}, 0, ""),
    ({"type": "count"}, -1, "不小于 0"),
    ({"type": "count"}, True, "整数"),
    ({"type": "count"}, 1.5, "整数"),
    ({"type": "count", "maximum": 3}, 3, ""),
    ({"type": "count", "maximum": 3}, 4, "不大于 3"),
    ({"type": "integer"}, -1, ""),
    ({"type": "integer", "minimum": 2}, 2, ""),
    ({"type": "integer", "minimum": 2}, 1, "不小于 2"),
    ({"type": "date"}, "2012-02-29", ""),
    ({"type": "date"}, "2011-02-29", "有效日期"),
    ({"type": "date"}, "20110101", "有效日期"),
    ({"type": "date"}, 20110101, "有效日期"),
    ({"type": "choice", "options": OPTIONS}, "b", ""),
    ({"type": "choice", "options": OPTIONS}, "c", "可选:甲、乙"),
    ({"type": "choice", "options": OPTIONS}, ["a"], "可选"),
    ({"type": "rows", "fields": GRID}, [{"n": 1, "t": "x"}], ""),
    ({"type": "rows", "fields": GRID}, [{"n": 1}, {"t": "x"}], "第 2 行“数”为必填项"),
    ({"type": "rows", "fields": GRID}, "甲", "若干行"),
    ({"type": "rows", "fields": GRID}, ["甲"], "若干行"),
    ({"type": "rows", "fields": GRID, "required": True}, [], "必填"),
]


@pytest.mark.parametrize(("spec", "value", "told"), FAULTS)
def test_an_answer_fits_its_field_or_says_what_is_allowed(spec: dict[str, Any], value: Any, told: str) -> None:
    field = FieldSpec(name="f", label="栏目", **spec)
    gate = Gate(form=[field.model_dump(mode="json", exclude_defaults=True)], answer={"f": value})
    faults = answer_faults(gate)
    assert len(faults) == (1 if told else 0)
    assert all("“栏目”" in fault and told in fault for fault in faults)


@pytest.mark.parametrize(
    ("options", "given", "kept"),
    [
        (OPTIONS, "甲", "a"),
        (OPTIONS, "a", "a"),
        (OPTIONS, "丙", "丙"),
        (OPTIONS, ["甲"], ["甲"]),
        ((*OPTIONS, Option(value="c", label="甲")), "甲", "甲"),
        ((*OPTIONS, Option(value="c", label="甲")), "甲(c)", "c"),
        ((*OPTIONS, Option(value="甲", label="丙")), "甲", "甲"),
    ],
)
def test_a_choice_is_answered_with_its_value_or_with_a_label_that_is_no_other_option(
    world: House, options: tuple[Option, ...], given: Any, kept: Any
) -> None:
    choice = FieldSpec(name="all", label="各项", type="choice", options=options)
    rows = FieldSpec(name="rows", label="单列", type="rows", fields=(choice,))
    with writing_desk(world, 1) as desk:
        open_gate(desk, "report_meeting", simple_question(choice, rows))
    sent = {"all": given, "rows": [{"all": given}, "行"]}
    assert answer(world, **sent).answer == {"all": kept, "rows": [{"all": kept}, "行"]}
    assert answer(world, **sent).state == "answered"  # said again in the same words


def test_all_faults_of_an_answer_are_told_at_once() -> None:
    fields = [FieldSpec(name=name, label=name, type="count", required=True) for name in ("a", "b", "c")]
    gate = Gate(form=[field.model_dump(mode="json") for field in fields], answer={"a": 1, "b": -1})
    assert len(answer_faults(gate)) == 2
