"""The cycle clock: what it does for a run that waits, sleeps, died or was cancelled."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import StateType
from sqlalchemy import Engine

from config import clock
from models.cycle import CycleRun
from models.session import writing
from tasks.cycle import run_stage as engine_of_stages
from tasks.cycle.gates import record_answer
from tasks.cycle.launch import hold_cycle
from tasks.cycle.run_stage import run_stage
from tasks.running.answer_gate import answer_open_gate
from tasks.running.continue_cycle import continue_cycle
from tasks.running.wake_cycle import open_cycles, wake_cycle
from tasks.wiring import House, writing_desk
from tests.flows.engine_house import (
    READY,
    FakePrefect,
    FakeStage,
    claim,
    cycle_of,
    gates_of,
    make_world,
    simple_question,
)

RUN = str(uuid4())
FIRST_STAGE = "announce"
FACTS = {"groups_missing": 1, "groups_badly_led": 0, "list_published": True, "list_mismatches": 0}
WAITING: dict[str, Any] = FACTS | {"hotline_open": True, "announcement_confirmed": True}
HOLDS: dict[str, Any] = WAITING | {"groups_missing": 0}


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> House:
    return make_world(sqlite_engine, tmp_path)


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> FakePrefect:
    return FakePrefect().install(monkeypatch)


@pytest.fixture
def stage(world: House, monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    """The first stage, opened by a live run, waiting for data."""
    fake = FakeStage(CODE=FIRST_STAGE, facts=dict(WAITING))
    monkeypatch.setitem(engine_of_stages.STAGES, FIRST_STAGE, fake)
    run_stage(world, claim(world, RUN), FIRST_STAGE)
    return fake


def wake(world: House) -> str:
    return wake_cycle(world, None, 1)  # type: ignore[arg-type]


def fall_silent(world: House) -> None:
    """Let the live run's lease be over."""
    with writing(world.engine) as session:
        session.get_one(CycleRun, 1).lease_until = clock.wall_now() - timedelta(seconds=1)


def ask(world: House, stage: FakeStage) -> str:
    stage.question = simple_question()
    run_stage(world, claim(world, RUN), FIRST_STAGE)
    return gates_of(world)[-1].key


def test_a_wait_whose_conditions_do_not_hold_goes_on(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    prefect.put(RUN, StateType.PAUSED, key="wait-announce-1")
    assert wake(world) == "等待"
    assert (prefect.resumed, prefect.launched, stage.closed) == ([], [], 0)


def test_a_wait_whose_conditions_now_hold_is_resumed(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    prefect.put(RUN, StateType.PAUSED, key="wait-announce-1")
    stage.facts = dict(HOLDS)
    assert wake(world) == "已唤醒"
    assert (prefect.resumed, stage.closed) == ([None], 0)


def test_a_wait_that_now_has_a_question_is_resumed(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    prefect.put(RUN, StateType.PAUSED, key="wait-announce-1")
    stage.question = simple_question()
    assert wake(world) == "已唤醒"
    assert gates_of(world) == []


def test_an_open_gate_waits_for_its_answer(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    prefect.put(RUN, StateType.PAUSED, key=ask(world, stage))
    assert wake(world) == "等待"


def test_an_answer_given_elsewhere_is_handed_to_the_run(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    prefect.put(RUN, StateType.PAUSED, key=ask(world, stage))
    told = answer_open_gate(world, "bozhou-2010", {"ok": True}, "管理员甲")
    assert told == "“确认”已答复,已转交答复"
    assert prefect.resumed == [{"ok": True, "answered_by": "管理员甲"}]


def test_an_answer_that_the_form_does_not_take_goes_on_in_a_new_run(
    world: House, stage: FakeStage, prefect: FakePrefect
) -> None:
    prefect.put(RUN, StateType.PAUSED, key=ask(world, stage))
    prefect.refuses_input = True
    told = answer_open_gate(world, "bozhou-2010", {"ok": "也许"}, "管理员甲")
    assert told.endswith("已重新发起")
    assert prefect.runs[RUN].state.name == "已被接管"  # type: ignore[union-attr]


def test_an_answer_is_kept_while_prefect_is_away(
    world: House, stage: FakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(world, stage)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        assert "已答复并保存" in answer_open_gate(world, "bozhou-2010", {"ok": True}, "管理员甲")
    assert gates_of(world)[0].state == "answered"


def test_a_gate_replaced_by_another_retires_the_run_that_waits_for_the_old_one(
    world: House, stage: FakeStage, prefect: FakePrefect
) -> None:
    prefect.put(RUN, StateType.PAUSED, key="bozhou-2010-announce-test-0")
    ask(world, stage)
    assert wake(world) == "已重新发起"
    assert prefect.runs[RUN].state.name == "已被接管"  # type: ignore[union-attr]
    assert prefect.launched == ["bozhou-2010/2"]


def test_a_gate_that_became_needless_is_not_waited_for(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    prefect.put(RUN, StateType.PAUSED, key=ask(world, stage))
    stage.facts = dict(HOLDS)
    assert wake(world) == "已重新发起"


def test_a_run_whose_lease_lasts_is_left_alone(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    prefect.put(RUN, StateType.RUNNING)
    assert (wake(world), prefect.launched, stage.opened) == ("运行中", [], 1)


def test_a_silent_run_is_relaunched_once_whatever_prefect_believes(
    world: House, stage: FakeStage, prefect: FakePrefect
) -> None:
    prefect.put(RUN, StateType.RUNNING)
    fall_silent(world)
    assert [wake(world), wake(world)] == ["已重新发起", "已排队"]
    assert (prefect.launched, stage.opened) == (["bozhou-2010/1"], 1)


def test_a_lost_prefect_database_is_no_obstacle(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    fall_silent(world)
    assert wake(world) == "已重新发起"
    assert (prefect.launched, stage.opened) == (["bozhou-2010/1"], 1)


def test_a_cycle_that_is_scheduled_elsewhere_is_left_to_it(
    world: House, stage: FakeStage, prefect: FakePrefect
) -> None:
    fall_silent(world)
    prefect.put(str(uuid4()), StateType.SCHEDULED)
    assert (wake(world), prefect.launched, stage.opened) == ("已排队", [], 1)


def test_a_suspended_run_that_was_taken_over_does_not_keep_a_dead_cycle_asleep(
    world: House, stage: FakeStage, prefect: FakePrefect
) -> None:
    fall_silent(world)
    prefect.put(str(uuid4()), StateType.PAUSED, key="wait-announce-0")
    assert (wake(world), stage.opened) == ("已重新发起", 1)


def test_a_run_that_died_before_it_claimed_is_followed_by_another(
    world: House, stage: FakeStage, prefect: FakePrefect
) -> None:
    fall_silent(world)
    wake(world)
    dead = prefect.keys["bozhou-2010/1"]
    prefect.keys["bozhou-2010/1"] = prefect.put(str(dead.id), StateType.CRASHED)
    assert (wake(world), stage.opened) == ("已重新发起", 1)
    assert prefect.launched == ["bozhou-2010/1", f"bozhou-2010/1/{dead.id}"]


@pytest.mark.parametrize(("age", "told"), [(59, "已排队"), (61, "已重新发起")])
def test_a_run_that_stays_pending_longer_than_a_lease_has_lost_its_worker(
    world: House, stage: FakeStage, prefect: FakePrefect, age: int, told: str
) -> None:
    fall_silent(world)
    state = prefect.put(str(uuid4()), StateType.PENDING).state
    assert state is not None
    state.timestamp = clock.wall_now() - timedelta(seconds=age)  # type: ignore[assignment]
    assert (wake(world), stage.opened) == (told, 1)


def test_a_cycle_whose_runs_never_begin_is_held(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    fall_silent(world)
    prefect.next_state = StateType.CRASHED
    assert (wake(world), len(prefect.launched)) == ("已暂停", 3)
    assert (cycle_of(world).state, stage.closed) == ("held", 0)


def test_cancelling_a_suspended_run_holds_the_cycle_until_a_person_continues_it(
    world: House, stage: FakeStage, prefect: FakePrefect
) -> None:
    fall_silent(world)
    prefect.put(RUN, StateType.CANCELLED)
    assert (wake(world), cycle_of(world).state, prefect.launched) == ("已暂停", "held", [])
    assert open_cycles(world) == []
    assert "已重新发起" in continue_cycle(world, "bozhou-2010", by="管理员甲")
    assert (cycle_of(world).state, prefect.launched, stage.opened) == ("open", [None], 1)


def test_cancelling_a_relaunched_run_before_it_begins_holds_the_cycle(
    world: House, stage: FakeStage, prefect: FakePrefect
) -> None:
    fall_silent(world)
    wake(world)
    run = prefect.keys["bozhou-2010/1"]
    prefect.keys["bozhou-2010/1"] = prefect.put(str(run.id), StateType.CANCELLED)
    assert (wake(world), cycle_of(world).state, stage.opened) == ("已暂停", "held", 1)


def test_continuing_retires_every_run_that_waits(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    prefect.put(RUN, StateType.PAUSED, key="wait-announce-1")
    continue_cycle(world, "bozhou-2010", by="管理员甲")
    assert prefect.runs[RUN].state.type == StateType.CANCELLED  # type: ignore[union-attr]
    assert (len(prefect.launched), stage.opened) == (1, 1)


@pytest.mark.parametrize("verb", ["hold", "close", "withdraw"])
def test_cycles_that_are_not_open_are_not_looked_at(world: House, verb: str) -> None:
    assert open_cycles(world) == [1]
    with writing_desk(world, 1) as desk:
        desk.move(desk.cycle, verb)
    assert open_cycles(world) == []


def test_holding_twice_is_harmless(world: House) -> None:
    hold_cycle(world, 1, "取消")
    hold_cycle(world, 1, "取消")
    assert cycle_of(world).state == "held"


def test_looking_writes_nothing(world: House, stage: FakeStage, prefect: FakePrefect) -> None:
    key = ask(world, stage)
    prefect.put(RUN, StateType.PAUSED, key=key)
    with writing_desk(world, 1) as desk:
        record_answer(desk, key, {"ok": True}, "管理员甲")
    before = gates_of(world)[0].model_dump()
    stage.facts = dict(READY)
    wake(world)
    assert gates_of(world)[0].model_dump() == before
