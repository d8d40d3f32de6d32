"""Prefect's database may be lost, a run woken early, a cycle launched twice: the business goes on as it stood."""

import shutil

import pytest
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from sqlmodel import select

from flows.register import register
from models.cycle import CycleRun
from models.session import reading
from tasks.cycle.launch import waiting_gate
from tasks.office.doctor import examine
from tasks.running import prefect_api
from tasks.running.continue_cycle import continue_cycle
from tasks.running.launch_form import form_of
from tests.e2e.conftest import Theatre, start_worker, stop, wait_for

pytestmark = pytest.mark.e2e


def test_twice_launched_woken_early_and_without_prefects_database(theatre: Theatre) -> None:
    """One theatre for the three: starting server and worker costs more than what is shown."""
    two_launches_leave_one_live_run(theatre)
    an_early_resume_does_no_harm(theatre)
    the_cycle_clock_is_scheduled(theatre)
    a_lost_prefect_database_loses_nothing(theatre)


def two_launches_leave_one_live_run(theatre: Theatre) -> None:
    driver = theatre.driver
    driver.prepare()
    parameters = {"周期": form_of(theatre.script.launch)}
    first, second = (prefect_api.launch(theatre.client, parameters) for _ in range(2))
    driver.settle()
    with reading(theatre.world.engine) as session:
        states = sorted(session.exec(select(CycleRun.state)))
    assert states.count("live") == 1
    assert driver.live_run_id() in (str(first.id), str(second.id))


def an_early_resume_does_no_harm(theatre: Theatre) -> None:
    before = theatre.export()
    run = theatre.driver.live_run()
    assert run is not None
    prefect_api.resume(run)
    theatre.driver.settle()
    assert theatre.export() == before
    woken = theatre.driver.live_run()
    assert woken is not None
    assert prefect_api.pause_key(woken) is not None


def the_cycle_clock_is_scheduled(theatre: Theatre) -> None:
    """Prefect's scheduler inserts runs of the clock once its schedule is not paused."""
    register(theatre.world, paused=False, schemes=())
    scheduled = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])))
    wait_for(lambda: theatre.client.read_flow_runs(flow_run_filter=scheduled), 90)
    assert [item for item in examine(theatre.world) if not item.ok] == []
    register(theatre.world, paused=True, schemes=())


def a_lost_prefect_database_loses_nothing(theatre: Theatre) -> None:
    driver = theatre.driver
    while waiting_gate(theatre.world, driver.cycle().id or 0) is None:
        driver.step()
        driver.settle()
    before = theatre.export()
    stop(theatre.worker)
    stop(theatre.server)
    for path in theatre.settings.prefect_home.glob("prefect.db*"):
        path.unlink()
    shutil.rmtree(theatre.settings.prefect_home / "storage", ignore_errors=True)
    theatre.restart_server()
    theatre.worker = start_worker(theatre.settings, theatre.logs)
    assert "重新发起" in continue_cycle(theatre.world, theatre.script.key, by="管理员")
    wait_for(lambda: driver.live_run() is not None, 90)
    driver.settle()
    assert theatre.export() == before
    gate = waiting_gate(theatre.world, driver.cycle().id or 0)
    assert gate is not None
    driver.answer(gate)
    driver.settle()
    answered = waiting_gate(theatre.world, driver.cycle().id or 0)
    assert answered is None or answered.key != gate.key
