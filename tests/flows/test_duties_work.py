"""What discharges a duty: reviews and returns, several rows, conditions, registers, draws, rows that oblige."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from models.duty import DeadlineChange, Obligation, Submission
from models.outbox import Message
from models.session import reading
from tasks.duties.draw import draw, is_sound, sample_size
from tasks.intake.entries import IntakeClosed
from tasks.sheets.faults import SheetFaults
from tasks.wiring import House
from tests.duty_house import enable, form, hand_in, make_house, obligations, on, owed, period_of, write_pack

UNIT = "{name: unit, label: 单位, type: unit, required: true}"
PERIOD = "{name: period, label: 期次, type: text, required: true}"
FORMS = {
    "plans": form("plans", "方案", UNIT, PERIOD, "{name: version, label: 稿次, type: count, required: true}",
                  "{name: final, label: 定稿, type: bool, default: true}", key="unit, period, version"),
    "opinions": form("opinions", "审查", UNIT, PERIOD, "{name: round, label: 次, type: count, required: true}",
                     "{name: good, label: 通过, type: bool}", "{name: why, label: 意见, type: text}",
                     key="unit, period, round"),
    "slips": form("slips", "处理单", "{name: number, label: 编号, type: text, required: true}", UNIT,
                  "{name: urgent, label: 急件, type: bool, default: false}",
                  "{name: by, label: 限期, type: date}", key="number"),
    "replies": form("replies", "办理反馈", "{name: number, label: 编号, type: text, required: true}", UNIT,
                    "{name: done, label: 办结, type: bool, default: true}", key="number"),
}  # fmt: skip
HEAD = """
  - id: {id}
    label: {label}
    help: 试验。
    rhythm: {rhythm}
    receiver: 县考核办
    basis: default
"""


def duty(id_: str, *lines: str, rhythm: str = "quarterly", label: str = "") -> str:
    return HEAD.format(id=id_, label=label or id_, rhythm=rhythm) + "".join(f"    {line}\n" for line in lines)


PLAN = ("who: {unit: {}}", "form: plans", "slot_from: {field: period}", "owner_field: unit")


@pytest.fixture
def make(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Build a house whose pack has these duties, enabled from the new year on."""

    def build(*duties: str, units: int = 2, **params: Any) -> House:
        monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path / "packs"))
        write_pack(tmp_path / "packs", *duties, forms=FORMS)
        world = make_house(sqlite_engine, tmp_path, units=units)
        enable(world, **params)
        return world

    return build


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def plan(unit: str, version: int, on_day: str, **values: Any) -> dict[str, Any]:
    return {"unit": unit, "period": "2026Q1", "version": version, "reported_on": f"2026-{on_day}", **values}


def opinion(unit: str, round_: int, on_day: str, *, good: bool) -> dict[str, Any]:
    row = {"unit": unit, "period": "2026Q1", "round": round_, "good": good, "why": "措施不具体"}
    return row | {"reported_on": f"2026-{on_day}"}


REVIEWED = duty("plan", *PLAN, "review: {form: opinions, accepted: good, reason: why, resubmit_workdays: 10}")


def test_reviewed_work_waits_and_is_accepted_or_returned_with_a_new_due_day(make: Any):
    world = make(REVIEWED)
    on(world, day("02-02"), "plan")
    hand_in(world, "plans", plan("U1", 1, "02-02"), plan("U2", 1, "02-02"))
    assert on(world, day("02-02"), "plan").taken.submitted == 2
    assert set(owed(world, "plan").values()) == {"submitted"}
    on(world, day("03-02"), "plan")
    hand_in(world, "opinions", opinion("U1", 1, "03-02", good=True), opinion("U2", 1, "03-02", good=False))
    taken = on(world, day("03-02"), "plan").taken
    assert (taken.accepted, taken.returned) == (1, 1)
    accepted, returned = obligations(world, "plan")
    assert (accepted.state, accepted.attempt) == ("accepted", 1)
    assert (returned.state, returned.attempt, returned.due_on) == ("returned", 2, day("03-16"))
    with reading(world.engine) as session:
        change = session.exec(select(DeadlineChange)).one()
        assert (change.cause, change.due_before, change.due_after) == ("return", day("03-31"), day("03-16"))
        assert change.reason == "措施不具体"
        told = session.exec(select(Message).order_by(col(Message.id).desc())).first()
        assert told is not None
        assert told.recipient == "U2"
        assert "已退回" in told.title
        assert "措施不具体" not in told.body


def test_returned_work_is_answered_by_a_new_row_and_reviewed_again(make: Any):
    world = make(REVIEWED)
    on(world, day("02-02"), "plan")
    hand_in(world, "plans", plan("U2", 1, "02-02"))
    hand_in(world, "opinions", opinion("U2", 1, "02-02", good=False))
    on(world, day("02-02"), "plan")
    assert on(world, day("02-03"), "plan").taken.submitted == 0
    hand_in(world, "plans", plan("U2", 2, "02-04"))
    on(world, day("02-04"), "plan")
    assert owed(world, "plan")["2026Q1", "U2"] == "submitted"
    hand_in(world, "opinions", opinion("U2", 2, "02-05", good=True))
    on(world, day("02-05"), "plan")
    assert owed(world, "plan")["2026Q1", "U2"] == "accepted"
    with reading(world.engine) as session:
        rows = session.exec(select(Submission).order_by(col(Submission.attempt)))
        assert [(row.attempt, row.state) for row in rows] == [(1, "returned"), (2, "accepted")]


@pytest.mark.parametrize(("rows", "state"), [(1, "open"), (2, "accepted")])
def test_a_duty_may_need_several_rows(make: Any, rows: int, state: str):
    world = make(duty("plan", *PLAN, "needs: 2"))
    on(world, day("02-02"), "plan")
    hand_in(world, "plans", *(plan("U1", n, "02-02") for n in range(1, rows + 1)))
    on(world, day("02-02"), "plan")
    assert owed(world, "plan")["2026Q1", "U1"] == state


@pytest.mark.parametrize(("final", "state"), [(False, "open"), (True, "accepted")])
def test_only_a_row_that_counts_discharges(make: Any, final: bool, state: str):
    world = make(duty("plan", *PLAN, "counts: final"))
    on(world, day("02-02"), "plan")
    hand_in(world, "plans", plan("U1", 1, "02-02", final=final))
    on(world, day("02-02"), "plan")
    assert owed(world, "plan")["2026Q1", "U1"] == state


def test_only_some_turns_of_a_rhythm_may_be_meant(make: Any):
    world = make(duty("plan", *PLAN, "only: [Q1, Q3]"))
    on(world, day("12-31"), "plan")
    assert {slot for slot, _ in owed(world, "plan")} == {"2026Q1", "2026Q3"}


def test_daily_work_is_owed_on_working_days_only(make: Any):
    world = make(duty("log", *PLAN, "workdays_only: true", rhythm="daily"))
    on(world, day("01-12"), "log")  # a Monday
    assert ("2026-01-11", "U1") not in owed(world, "log")
    assert ("2026-01-12", "U1") in owed(world, "log")


def test_the_rows_of_a_register_owe_while_its_condition_holds(make: Any):
    rows = "who: {register: {form: slips, owner: number, unit: unit, when: urgent}}"
    world = make(duty("progress", rows, "form: replies", "slot_from: {date: reported_on}", "owner_field: number"))
    hand_in(world, "slips", slip("A1", "U1", urgent=True), slip("A2", "U2"))
    on(world, day("01-05"), "progress")
    (row,) = obligations(world, "progress")
    assert (row.owner, row.unit_id, row.recipient) == ("A1", "U1", "U1")


@pytest.mark.parametrize(("total", "size"), [(0, 0), (1, 1), (4, 1), (5, 1), (6, 2), (43, 9), (100, 20)])
def test_a_sample_is_rounded_up_and_never_empty(total: int, size: int):
    assert sample_size(total, 20) == size


def test_a_draw_depends_on_the_seed_alone():
    codes = [f"P{n}" for n in range(50)]
    assert draw(codes, 20, 7) == draw(list(reversed(codes)), 20, 7)
    assert len({tuple(draw(codes, 20, seed)) for seed in range(20)}) > 15


@pytest.mark.parametrize("params", [{}, {"seed": 11}])
def test_a_drawn_period_can_be_checked_again_after_it_was_closed(make: Any, params: dict[str, int]):
    world = make(duty("spot", *PLAN, "draw: {percent: 20}"), units=6, **params)
    on(world, day("04-01"), "spot")
    period = period_of(world, "2026Q1", "spot")
    assert period.state == "closed"
    assert is_sound(period.outcome["draw"], period.seed)
    assert not is_sound(period.outcome["draw"] | {"drawn": ["U1", "U2", "U3"]}, period.seed)
    assert {owner for slot, owner in owed(world, "spot") if slot == "2026Q1"} == set(period.outcome["draw"]["drawn"])


def test_a_given_seed_rules_the_draw(make: Any):
    world = make(duty("spot", *PLAN, "draw: {percent: 20}"), units=6)
    on(world, day("01-01"), "spot", seed=5)
    assert [owner for _, owner in owed(world, "spot")] == draw([f"U{n}" for n in range(1, 7)], 20, 5)


SLIPS = duty(
    "slip", "event: {form: slips, key: number, unit: unit, dated: reported_on, due: by, workdays: 15}",
    "form: replies", "slot_from: {field: number}", "counts: done", rhythm="event",
)  # fmt: skip


def slip(number: str, unit: str, on_day: str = "01-05", **values: Any) -> dict[str, Any]:
    return {"number": number, "unit": unit, "reported_on": f"2026-{on_day}", **values}


def test_each_row_owes_an_answer_by_its_own_deadline(make: Any):
    world = make(SLIPS)
    hand_in(world, "slips", slip("A1", "U1"), slip("A2", "U2", by="2026-01-09"))
    assert on(world, day("01-05"), "slip").obliged == 2
    assert [(row.slot, row.owner, row.due_on) for row in obligations(world, "slip")] == [
        ("A1", "U1", day("01-26")),
        ("A2", "U2", day("01-09")),
    ]
    hand_in(world, "replies", {"number": "A1", "unit": "U1", "reported_on": "2026-01-05"})
    turned = on(world, day("01-05"), "slip")
    assert (turned.obliged, turned.taken.accepted, turned.owing) == (0, 1, 1)


def test_an_answer_that_is_not_done_answers_nothing(make: Any):
    world = make(SLIPS)
    hand_in(world, "slips", slip("A1", "U1"))
    hand_in(world, "replies", {"number": "A1", "unit": "U1", "done": False, "reported_on": "2026-01-05"})
    assert on(world, day("01-05"), "slip").owing == 1


def test_a_slip_that_was_given_to_the_wrong_unit_is_owed_by_the_right_one(make: Any):
    world = make(SLIPS)
    hand_in(world, "slips", slip("A1", "U1"))
    on(world, day("01-05"), "slip")
    hand_in(world, "slips", slip("A1", "U2"))
    on(world, day("01-06"), "slip")
    assert owed(world, "slip") == {("A1", "U1"): "waived", ("A1", "U2"): "open"}


@pytest.mark.parametrize(
    ("written", "read"), [("2026Q1", "2026Q1"), ("2026-02-01", "2026Q1"), ("2026-03-31 00:00:00", "2026Q1")]
)
def test_a_slot_is_taken_as_people_and_spreadsheets_write_it(make: Any, written: str, read: str):
    world = make(duty("plan", *PLAN))
    on(world, day("02-02"), "plan")
    hand_in(world, "plans", plan("U1", 1, "02-02") | {"period": written})
    on(world, day("02-02"), "plan")
    assert owed(world, "plan")[read, "U1"] == "accepted"


@pytest.mark.parametrize("written", ["2026年第一季度", "2026-02", "2025Q1", "2026Q5"])
def test_what_is_no_slot_of_the_year_is_refused_with_how_to_write_it(make: Any, written: str):
    world = make(duty("plan", *PLAN))
    with pytest.raises(SheetFaults, match="2026Q1") as caught:
        hand_in(world, "plans", plan("U1", 1, "02-02") | {"period": written})
    assert not isinstance(caught.value, IntakeClosed)


def test_closed_periods_keep_their_obligations_open_for_late_work(make: Any):
    world = make(duty("plan", *PLAN))
    on(world, day("04-01"), "plan")
    with reading(world.engine) as session:
        assert session.exec(select(Obligation.state).where(Obligation.slot == "2026Q1").distinct()).all() == ["open"]


def test_a_duty_that_opens_long_before_its_year_opens_then(make: Any):
    early = duty("early", *PLAN, "opens: {from: start, days: -45}", rhythm="yearly")
    world = make(early)
    assert on(world, day("11-16"), "early").opened == ("early 2026年",)
    assert on(world, day("11-17"), "early").opened == ("early 2027年",)
    assert {row.opened_on for row in obligations(world, "early")} == {day("01-01"), day("11-17")}
