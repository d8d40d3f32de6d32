"""Deadlines: the gate on the day after, and its three ways out."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.cycle import Gate, StageException, StageState
from models.duty import Obligation
from models.evidence import Subject
from models.session import reading
from tasks.cycle import run_stage as engine_of_stages
from tasks.cycle.claim import Claim
from tasks.cycle.deadline import add_months
from tasks.cycle.gates import record_answer
from tasks.cycle.run_stage import run_stage
from tasks.stage import Outcome
from tasks.wiring import House, writing_desk
from tests.flows.engine_house import CODE, READY, FakeStage, claim, gates_of, make_world, set_today
from tests.support import OPENED, make_params

DUE = date(2010, 12, 15)  # ten working days after Wednesday, 1 December
LATE = DUE + timedelta(days=1)


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> House:
    return make_world(engine, tmp_path)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    fake = FakeStage()
    monkeypatch.setitem(engine_of_stages.STAGES, CODE, fake)
    return fake


@pytest.fixture
def overdue(world: House, stage: FakeStage) -> Claim:
    mine = claim(world)
    run_stage(world, mine, CODE)
    assert stage.opened == 1
    set_today(world, LATE)
    return mine


def answer(world: House, mine: Claim, **values: Any) -> Outcome:
    """Open the deadline gate, answer it, and run on."""
    run_stage(world, mine, CODE)
    with writing_desk(world, 1) as desk:
        record_answer(desk, gates_of(world)[-1].key, {"reason": "大雪封路"} | values, "管理员甲")
    return run_stage(world, mine, CODE)


def offered(gate: Gate) -> list[str]:
    return [option["value"] for option in gate.form[0]["options"]]


def row(world: House) -> StageState:
    with reading(world.engine) as session:
        found = session.exec(select(StageState).where(StageState.stage == CODE)).one()
        session.expunge(found)
        return found


@pytest.mark.parametrize(("day", "gates"), [(DUE, 0), (LATE, 1)])
def test_the_gate_opens_the_day_after_the_due_day(world: House, stage: FakeStage, day: date, gates: int) -> None:
    mine = claim(world)
    run_stage(world, mine, CODE)
    assert row(world).due_on == DUE
    set_today(world, day)
    outcome = run_stage(world, mine, CODE)
    assert len(gates_of(world)) == gates
    assert bool(outcome.gate_key) == bool(gates)
    assert stage.closed == 0


def test_what_is_complete_closes_late_without_a_question(world: House, stage: FakeStage, overdue: Claim) -> None:
    stage.facts = dict(READY)
    assert run_stage(world, overdue, CODE).state == "closed"
    assert gates_of(world) == []


def test_a_hard_condition_never_offers_an_exception(world: House, stage: FakeStage, overdue: Claim) -> None:
    stage.facts = READY | {"meetings_missing": 1, "meetings_too_early": 1}
    run_stage(world, overdue, CODE)
    assert offered(gates_of(world)[0]) == ["extend", "withdraw"]
    assert str(DUE) in gates_of(world)[0].question


def test_once_the_list_of_subjects_is_fixed_nobody_can_be_withdrawn(
    world: House, stage: FakeStage, overdue: Claim
) -> None:
    with writing_desk(world, 1) as desk:
        desk.move(desk.stage("propose"), "open", opened_on=desk.today)
    run_stage(world, overdue, CODE)
    assert (offered(gates_of(world)[0]), stage.closed) == (["extend"], 0)


def test_soft_conditions_alone_offer_one_and_it_lets_the_stage_close(
    world: House, stage: FakeStage, overdue: Claim
) -> None:
    stage.facts = READY | {"meetings_too_early": 1}
    assert answer(world, overdue, choice="exception").state == "closed"
    assert offered(gates_of(world)[0]) == ["extend", "exception", "withdraw"]
    with reading(world.engine) as session:
        passed = session.exec(select(StageException)).one()
        assert (passed.condition, passed.reason, passed.granted_by) == ("BZ-33-lead", "大雪封路", "管理员甲")


def test_an_exception_that_was_not_offered_is_refused(world: House, overdue: Claim) -> None:
    assert answer(world, overdue, choice="exception").state == "waiting"
    assert [gate.state for gate in gates_of(world)] == ["refused", "open"]
    with reading(world.engine) as session:
        assert session.exec(select(StageException)).all() == []


def test_an_exception_ends_with_its_round(world: House, stage: FakeStage, overdue: Claim) -> None:
    stage.facts = READY | {"meetings_too_early": 1}
    answer(world, overdue, choice="exception")
    with writing_desk(world, 1) as desk:
        again = desk.stage(CODE)
        again.rounds += 1
        desk.move(again, "reopen", opened_on=None, due_on=None, closed_on=None)
    assert run_stage(world, overdue, CODE).state == "waiting"


def test_extending_moves_the_deadline_and_what_is_owed(world: House, overdue: Claim) -> None:
    later = LATE + timedelta(days=7)
    outcome = answer(world, overdue, choice="extend", due_on=str(later))
    assert (outcome.state, outcome.gate_key, row(world).due_on) == ("waiting", None, later)
    with reading(world.engine) as session:
        owed = session.exec(select(Obligation).where(Obligation.duty == "test", Obligation.state == "open")).one()
        assert owed.due_on == later
    set_today(world, later + timedelta(days=1))
    run_stage(world, overdue, CODE)
    assert [gate.state for gate in gates_of(world)] == ["accepted", "open"]


@pytest.mark.parametrize("due_on", ["", "2010-12-32", str(LATE), str(DUE)])
def test_a_new_deadline_must_be_a_date_after_today(world: House, overdue: Claim, due_on: str) -> None:
    assert answer(world, overdue, choice="extend", due_on=due_on).state == "waiting"
    assert [gate.state for gate in gates_of(world)] == ["refused", "open"]
    assert row(world).due_on == DUE


def test_every_way_out_needs_a_reason(world: House, overdue: Claim) -> None:
    answer(world, overdue, choice="extend", due_on="2011-01-01", reason="  ")
    assert "理由" in gates_of(world)[0].refusal
    assert gates_of(world)[0].state == "refused"


def test_a_subject_can_be_withdrawn_and_an_unknown_one_is_refused(world: House, overdue: Claim) -> None:
    answer(world, overdue, choice="withdraw", subject="P99")
    assert "P99" in gates_of(world)[0].refusal
    answer(world, overdue, choice="withdraw", subject="P12")
    with reading(world.engine) as session:
        subject = session.exec(select(Subject).where(Subject.code == "P12")).one()
        assert (subject.state, subject.reason) == ("withdrawn", "大雪封路")


def test_a_deadline_given_at_launch_counts_while_it_lies_ahead(world: House, stage: FakeStage) -> None:
    mine = claim(world)
    with writing_desk(world, 1) as desk:
        desk.cycle.params = make_params(due={CODE: OPENED}).model_dump(mode="json")
    set_today(world, OPENED)
    run_stage(world, mine, CODE)
    assert (stage.opened, row(world).due_on) == (1, OPENED)


def test_a_deadline_given_at_launch_that_has_passed_gives_way_to_the_schemes_rule(
    world: House, stage: FakeStage
) -> None:
    mine = claim(world)
    with writing_desk(world, 1) as desk:
        desk.cycle.params = make_params(due={CODE: OPENED - timedelta(days=1)}).model_dump(mode="json")
    run_stage(world, mine, CODE)
    assert (stage.opened, row(world).due_on) == (1, DUE)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2011, 1, 31), 1, date(2011, 2, 28)),
        (date(2012, 1, 31), 1, date(2012, 2, 29)),
        (date(2011, 11, 30), 1, date(2011, 12, 30)),
        (date(2011, 12, 31), 12, date(2012, 12, 31)),
        (date(2011, 8, 31), 6, date(2012, 2, 29)),
    ],
)
def test_months_end_on_the_last_day_of_shorter_ones(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected
