"""Launching: two at once, the next stage, what waits for an answer."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config.calendar import WorkCalendar
from config.settings import Settings
from models.audit import verify_audit
from models.cycle import Cycle, CycleRun, StageState
from models.migrate import make_rehearsal
from models.session import reading, writing
from tasks.cycle.gates import open_gate
from tasks.cycle.launch import cycle_keys, find_cycle, launch_cycle, next_stage, waiting_gate
from tasks.cycle.open_cycle import CycleDiffers
from tasks.wiring import House, UnknownCycle, writing_desk
from tests.flows.engine_house import claim, make_world, simple_question
from tests.support import OPENED, make_params, make_roster, moment


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> House:
    return make_world(engine, tmp_path)


def test_two_first_launches_at_once_open_one_cycle_with_one_live_run(engine: Engine, tmp_path: Path) -> None:
    make_rehearsal(engine, moment(OPENED))
    with writing(engine) as session:
        make_roster(session)
    world = House(Settings(data=tmp_path), engine, WorkCalendar())
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda run: launch_cycle(world, make_params(), run), [str(uuid4()) for _ in range(4)]))
    assert {item.cycle_id for item in claims} == {claims[0].cycle_id}
    with reading(engine) as session:
        assert len(session.exec(select(Cycle)).all()) == 1
        assert len(session.exec(select(StageState)).all()) == 10
        assert sorted(session.exec(select(CycleRun.state))) == ["live"] + ["superseded"] * 3
        assert verify_audit(session) == []


def test_a_launch_with_other_parameters_takes_nothing_over(world: House) -> None:
    claim(world)
    with pytest.raises(CycleDiffers, match="联系人"):
        launch_cycle(world, make_params(contact="别人"), str(uuid4()))
    with reading(world.engine) as session:
        assert session.exec(select(CycleRun.state)).all() == ["live"]


def test_the_next_stage_is_the_first_that_is_not_closed(world: House) -> None:
    assert next_stage(world, 1) == "announce"
    with writing_desk(world, 1) as desk:
        for row in desk.session.exec(select(StageState).where(StageState.stage != "rectify")):
            desk.move(row, "open")
            desk.move(row, "close")
    assert next_stage(world, 1) == "rectify"
    with writing_desk(world, 1) as desk:
        desk.move(desk.stage("rectify"), "open")
        desk.move(desk.stage("rectify"), "close")
    assert next_stage(world, 1) is None


def test_a_waiting_gate_names_who_may_answer(world: House) -> None:
    assert waiting_gate(world, 1) is None
    with writing_desk(world, 1) as desk:
        open_gate(desk, "announce", simple_question(role="party_committee"))
    waits = waiting_gate(world, 1)
    assert waits is not None
    assert (waits.holders, waits.answered) == (("州党委丙",), False)


def test_a_cycle_is_found_by_its_key_and_an_unknown_one_names_those_that_exist(world: House) -> None:
    assert (find_cycle(world, "bozhou-2010").id, cycle_keys(world)) == (1, ["bozhou-2010"])
    with pytest.raises(UnknownCycle, match="没有周期“bozhou-2011”。现有:bozhou-2010"):
        find_cycle(world, "bozhou-2011")


def test_a_withdrawn_cycle_is_not_found(world: House) -> None:
    with writing_desk(world, 1) as desk:
        desk.move(desk.cycle, "withdraw", reason="参数有误")
    with pytest.raises(UnknownCycle, match=r"现有:\(无\)"):
        find_cycle(world, "bozhou-2010")
