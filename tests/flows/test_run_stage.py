"""One call of a stage: opened once, closed once, refused answers leave nothing behind, going back."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.cycle import StageState
from models.session import reading
from tasks.cycle import run_stage as engine_of_stages
from tasks.cycle.claim import Claim, Superseded, fenced_desk
from tasks.cycle.gates import record_answer
from tasks.cycle.launch import drop_needless_gate, fail_cycle
from tasks.cycle.rewind import rewind
from tasks.cycle.run_stage import open_stages, probe_stage, run_stage
from tasks.wiring import House, trial_desk, writing_desk
from tests.flows.engine_house import (
    CODE,
    READY,
    FakeStage,
    claim,
    cycle_of,
    gates_of,
    make_world,
    simple_question,
    slots,
)
from tests.support import OPENED

RUN = "5f6d0f8e-0000-4000-8000-000000000001"


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> House:
    return make_world(engine, tmp_path)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    fake = FakeStage()
    monkeypatch.setitem(engine_of_stages.STAGES, CODE, fake)
    return fake


@pytest.fixture
def mine(world: House) -> Claim:
    return claim(world, RUN)


def row(world: House, code: str = CODE) -> StageState:
    with trial_desk(world, 1) as desk:
        found = desk.stage(code)
        desk.session.expunge(found)
        return found


def answer(world: House, ok: bool = True) -> None:
    with writing_desk(world, 1) as desk:
        record_answer(desk, gates_of(world)[-1].key, {"ok": ok}, "管理员甲")


def test_a_stage_opens_once_however_often_it_is_called(world: House, stage: FakeStage, mine: Claim) -> None:
    outcomes = [run_stage(world, mine, CODE) for _ in range(3)]
    assert (stage.opened, stage.closed) == (1, 0)
    assert {outcome.state for outcome in outcomes} == {"waiting"}
    assert row(world).opened_on == OPENED
    assert slots(world) == {"opened"}


def test_what_a_stage_waits_for_is_told_with_condition_and_facts(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.facts |= {"meetings_missing": 2}
    outcome = run_stage(world, mine, CODE)
    assert outcome.gate_key is None
    assert len(outcome.unmet) == 1
    assert all(part in outcome.unmet[0] for part in ("述廉大会", "(BZ-36:", "未召开述廉大会的单位=2"))
    assert "meetings_missing" not in outcome.unmet[0]


def test_a_missing_fact_never_lets_a_stage_close(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.facts = {name: value for name, value in READY.items() if name != "category_gaps"}
    assert run_stage(world, mine, CODE).state == "waiting"
    stage.facts = dict(READY)
    assert run_stage(world, mine, CODE).state == "closed"
    assert stage.closed == 1


def test_a_closed_stage_is_no_longer_among_the_open_ones(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.facts = dict(READY)
    run_stage(world, mine, CODE)
    assert row(world).closed_on == OPENED
    with trial_desk(world, 1) as desk:
        assert open_stages(desk)[:3] == ["announce", "self_report", "evaluate"]


def test_an_opening_that_breaks_leaves_the_stage_pending(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.break_on_open = True
    with pytest.raises(OSError, match="磁盘坏了"):
        run_stage(world, mine, CODE)
    assert (row(world).state, slots(world)) == ("pending", set())
    stage.break_on_open = False
    assert run_stage(world, mine, CODE).state == "waiting"


def test_entry_stays_when_the_work_after_it_breaks(
    world: House, stage: FakeStage, mine: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "settle", lambda _desk: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_stage(world, mine, CODE)
    assert (row(world).state, slots(world)) == ("open", {"opened"})


def test_a_run_taken_over_between_entry_and_work_writes_nothing_more(
    world: House, stage: FakeStage, mine: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = engine_of_stages.enter_stage
    with fenced_desk(world, mine, CODE) as desk:
        entered(desk, CODE)
    claim(world)
    stage.facts = dict(READY)
    monkeypatch.setattr(engine_of_stages, "enter_stage", entered)
    with pytest.raises(Superseded):
        run_stage(world, mine, CODE)
    assert (row(world).state, stage.closed) == ("open", 0)


def test_a_question_is_asked_once_and_kept_until_it_is_answered(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.question = simple_question()
    keys = {run_stage(world, mine, CODE).gate_key for _ in range(3)}
    assert keys == {"bozhou-2010-report-meeting-test-1"}
    assert [gate.state for gate in gates_of(world)] == ["open"]


def test_an_accepted_answer_closes_the_stage_and_is_applied_once(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.question, stage.ready_after_answer = simple_question(), True
    run_stage(world, mine, CODE)
    answer(world)
    assert run_stage(world, mine, CODE).state == "closed"
    assert (stage.answers, stage.closed) == ([{"ok": True}], 1)
    assert [gate.state for gate in gates_of(world)] == ["accepted"]
    assert slots(world) == {"opened", "answered"}


def test_a_refused_answer_takes_back_what_it_wrote_and_asks_again(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.question, stage.refusal = simple_question(), ("违反硬性规则 BZ-13", "缺少理由")
    run_stage(world, mine, CODE)
    answer(world)
    outcome = run_stage(world, mine, CODE)
    first, second = gates_of(world)
    assert (first.state, first.refusal, second.state) == ("refused", "违反硬性规则 BZ-13\n缺少理由", "open")
    assert outcome.gate_key == second.key
    assert slots(world) == {"opened"}
    assert second.question.startswith("**上次的答复没有被接受")


def test_an_answer_of_the_wrong_shape_is_refused_before_the_stage_sees_it(
    world: House, stage: FakeStage, mine: Claim
) -> None:
    stage.question = simple_question()
    run_stage(world, mine, CODE)
    with writing_desk(world, 1) as desk:
        record_answer(desk, gates_of(world)[0].key, {"ok": ["是"]}, "管理员甲")
    run_stage(world, mine, CODE)
    assert [gate.state for gate in gates_of(world)] == ["refused", "open"]
    assert stage.answers == []


def test_an_early_wake_up_does_no_harm(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.question = simple_question()
    run_stage(world, mine, CODE)
    again = run_stage(world, claim(world, RUN), CODE)
    assert (again.state, again.gate_key) == ("waiting", gates_of(world)[0].key)
    assert len(gates_of(world)) == 1
    assert (stage.opened, stage.answers) == (1, [])


def test_a_gate_becomes_needless_when_the_data_arrive(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.question = simple_question()
    run_stage(world, mine, CODE)
    stage.facts = dict(READY)
    assert run_stage(world, mine, CODE).state == "closed"
    assert [gate.state for gate in gates_of(world)] == ["dropped"]


def test_a_new_run_does_not_wait_for_a_needless_gate_and_a_resumed_one_takes_its_answer_first(
    world: House, stage: FakeStage, mine: Claim
) -> None:
    stage.question = simple_question()
    run_stage(world, mine, CODE)
    stage.facts = dict(READY)
    drop_needless_gate(world, claim(world, RUN), CODE)
    assert gates_of(world)[0].state == "open"
    drop_needless_gate(world, claim(world), CODE)
    assert gates_of(world)[0].state == "dropped"


def test_progress_clears_the_count_of_failures_and_waiting_does_not(
    world: House, stage: FakeStage, mine: Claim
) -> None:
    fail_cycle(world, RUN, "一次")
    fail_cycle(world, RUN, "两次")
    run_stage(world, mine, CODE)
    assert cycle_of(world).failures == 2
    stage.facts = dict(READY)
    run_stage(world, mine, CODE)
    assert cycle_of(world).failures == 0


def test_looking_ahead_changes_nothing(world: House, stage: FakeStage, mine: Claim) -> None:
    stage.question = simple_question()
    run_stage(world, mine, CODE)
    stage.facts = dict(READY)
    with trial_desk(world, 1) as desk:
        assert probe_stage(desk, CODE).state == "closed"
        assert probe_stage(desk, "announce").state == "closed"  # not begun: a pass would do something
    assert (row(world).state, gates_of(world)[0].state) == ("open", "open")


def test_going_back_reopens_the_stage_and_those_that_have_begun_after_it(
    world: House, stage: FakeStage, mine: Claim
) -> None:
    stage.facts = dict(READY)
    run_stage(world, mine, CODE)
    with writing_desk(world, 1) as desk:
        rewind(desk, CODE, "异议成立")
    assert (row(world).state, row(world).rounds, row(world).opened_on) == ("pending", 1, None)
    assert (row(world, "evaluate").rounds, row(world, "announce").rounds) == (0, 0)
    assert run_stage(world, mine, CODE).state == "closed"
    assert (stage.opened, stage.closed) == (2, 2)


def test_an_answer_that_sends_the_stage_back_ends_the_call(
    world: House, stage: FakeStage, mine: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.question = simple_question()
    run_stage(world, mine, CODE)
    answer(world)
    monkeypatch.setattr(stage, "take_answer", lambda desk, _gate, _answer: rewind(desk, CODE, "异议成立"))
    assert run_stage(world, mine, CODE).state == "rewound"
    assert (row(world).state, gates_of(world)[0].state) == ("pending", "accepted")


def test_the_state_of_stages_is_kept_per_cycle_once(world: House, mine: Claim) -> None:
    assert mine.cycle_id == 1
    with reading(world.engine) as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM stage_state").scalar_one() == 10
