"""Ladders: talk → special review → disposal, no step skipped, whoever proposes or settles (TX-10, TX-11)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config.ladders import ladders_of
from config.scheme_loader import load_scheme, load_scheme_files
from config.yaml_file import SchemeFaults
from models.cycle import Gate
from models.evidence import Entry
from models.session import writing
from tasks.desk import Desk
from tasks.grading.ladders import Climb
from tests.flows.last_stages import at
from tests.flows.routine_desk import answer, change, routine_desk, suggest

TALK, REVIEW, DISPOSAL = "REMINDER_EDUCATION", "SPECIAL_REVIEW", "DISPOSAL"


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield routine_desk(session, scheme="tongxiang")


def impose(desk: Desk, action: str, *, subject: str = "P12", rule: str = "TX-11", on: date | None = None) -> None:
    row = suggest(desk, subject, action, rule=rule)
    desk.move(row, "impose", settled_action=action, settled_by="州党委丙", settled_on=on or desk.today)


def refusal(desk: Desk) -> str:
    gates = desk.session.exec(select(Gate).where(Gate.state == "refused").order_by(Gate.id)).all()
    return gates[-1].refusal


@pytest.mark.parametrize(
    ("before", "action", "first"),
    [
        ((), TALK, ""),
        ((), "ADMONITION_TALK", ""),
        ((), REVIEW, "提醒教育或诫勉谈话"),
        ((), DISPOSAL, "提醒教育或诫勉谈话"),
        ((TALK,), REVIEW, ""),
        ((TALK,), DISPOSAL, "专项考察"),
        (("ADMONITION_TALK", REVIEW), DISPOSAL, ""),
        (("ADMONITION_TALK", REVIEW), TALK, ""),
    ],
)
def test_a_step_needs_the_one_before_it(desk, before, action, first):
    for earlier in before:
        impose(desk, earlier)
    why = Climb(desk, ["P12", "P13"]).refusal("P12", "TX-11", action)
    assert bool(why) == bool(first)
    assert f"须先落实“{first}”" in why or not first
    assert "跟进专项考察" in why or not first


def test_what_was_imposed_on_someone_else_does_not_count(desk):
    impose(desk, TALK, subject="P13")
    assert Climb(desk, ["P12"]).refusal("P12", "TX-11", REVIEW) != ""


def test_disposal_without_special_review_is_refused_with_the_clause(desk):
    """TX-11: the step is not skipped, whether imposed as proposed or row by row."""
    impose(desk, TALK)
    row = suggest(desk, "P12", DISPOSAL, rule="TX-11")
    assert answer(desk) is False
    assert "须先落实“专项考察”" in refusal(desk)
    assert "经考察确认为不称职、不胜任现职的" in refusal(desk)
    assert answer(desk, change("P12|TX-11|DISPOSAL", "impose")) is False
    assert row.state == "proposed"


def test_a_lower_step_may_replace_a_measure_though_no_rule_offers_it(desk):
    impose(desk, TALK)
    row = suggest(desk, "P12", DISPOSAL, rule="TX-11")
    assert answer(desk, change("P12|TX-11|DISPOSAL", "replace", REVIEW, "尚未考察")) is True
    assert (row.state, row.settled_action) == ("replaced", REVIEW)


def test_two_steps_are_not_taken_in_one_answer(desk):
    suggest(desk, "P12", TALK, rule="TX-10")
    suggest(desk, "P12", REVIEW, rule="TX-11")
    assert answer(desk) is False
    assert "须先落实“提醒教育或诫勉谈话”" in refusal(desk)


def test_a_sheet_may_record_a_talk_held_elsewhere(desk):
    values: dict[str, Any] = {"cadre": "P12", "talked_on": "2010-02-01", "improved": False}
    told = {"scope": "tongxiang-2009", "form": "talk_outcomes", "key": "P12", "source": "表", "entered_at": desk.now}
    desk.session.add(Entry(subject="P12", values=values, dated=date(2010, 2, 1), **told))
    desk.session.flush()
    climb = Climb(desk, ["P12"])
    assert climb.refusal("P12", "TX-11", REVIEW) == ""
    assert climb.refusal("P12", "TX-11", DISPOSAL) != ""


def test_a_proposal_out_of_reach_becomes_the_next_step(desk):
    actions, remark = Climb(desk, ["P12"]).fitted("P12", "TX-11", DISPOSAL)
    assert actions == (TALK, "ADMONITION_TALK")
    assert "“按规定程序处置”须在“提醒教育或诫勉谈话”之后" in remark
    impose(desk, TALK)
    assert Climb(desk, ["P12"]).fitted("P12", "TX-11", DISPOSAL)[0] == (REVIEW,)
    assert Climb(desk, ["P12"]).fitted("P12", "TX-11", REVIEW) == ((REVIEW,), "")


LADDER = """ladders:
  - {id: four, label: 递进, steps: [A, B, C], within_months: 12, needs: {C: D}, basis: default}
"""


def packed(ladders: str) -> dict[str, str]:
    """The example pack with four measures and these ladders."""
    files = dict(load_scheme("example").files)
    actions = "".join(f"  - {{code: {code}, label: {code}}}\n" for code in "ABCD")
    files["consequences.yaml"] = ladders + files["consequences.yaml"].replace("actions:\n", f"actions:\n{actions}", 1)
    return files


def test_a_step_counts_for_so_many_months_and_a_measure_may_need_another(desk):
    pack = load_scheme_files(packed(LADDER))
    assert [ladder.steps for ladder in ladders_of(pack)] == [(("A",), ("B",), ("C",))]
    desk = Desk(desk.session, desk.cycle, pack, desk.calendar, desk.now, desk.today)
    impose(desk, "A", rule="X", on=date(2010, 3, 10))
    assert Climb(at(desk, date(2011, 3, 10)), ["P12"]).refusal("P12", "X", "B") == ""
    assert Climb(at(desk, date(2011, 3, 11)), ["P12"]).refusal("P12", "X", "B") != ""
    impose(desk, "B", rule="X")
    assert "须先落实“D”" in Climb(desk, ["P12"]).refusal("P12", "X", "C")
    impose(desk, "D", rule="X")
    assert Climb(desk, ["P12"]).refusal("P12", "X", "C") == ""


@pytest.mark.parametrize(
    ("ladder", "told"),
    [
        ("{id: a, label: 甲, steps: [A, X], basis: default}", "未知的措施 X"),
        ("{id: a, label: 甲, steps: [A, [B, A]], basis: default}", "措施 A 出现两次"),
        ("{id: a, label: 甲, steps: [A, B], rules: [ZZ-1], basis: default}", "未知的规则 ZZ-1"),
        ("{id: a, label: 甲, steps: [A, B], needs: {B: Z}, basis: default}", "未知的措施 Z"),
        (
            "{id: a, label: 甲, steps: [A, B], records: [{form: f, subject: s, action: A}], basis: default}",
            "未知的表 f",
        ),
        ("{id: a, label: 甲, steps: [A], basis: default}", "steps"),
        ("{id: a, label: 甲, steps: [A, B]}", "basis: default"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_a_fault(ladder, told):
    with pytest.raises(SchemeFaults) as refused:
        load_scheme_files(packed(f"ladders:\n  - {ladder}\n"))
    assert told in str(refused.value)


def test_two_ladders_of_one_name_are_a_fault():
    one = "  - {id: a, label: 甲, steps: [A, B], basis: default}\n"
    with pytest.raises(SchemeFaults, match="阶梯 a 出现两次"):
        load_scheme_files(packed(f"ladders:\n{one}{one}"))
