"""Prefect's database lost, a run woken early, a cycle launched twice, a duty paused: the business goes on."""

import shutil
from datetime import date
from uuid import UUID

import pytest
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.states import Scheduled
from sqlmodel import select

from flows.register import register
from models.cycle import CycleRun
from models.duty import Period
from models.session import reading
from tasks.cycle.launch import waiting_gate
from tasks.office.doctor import examine
from tasks.running import prefect_api
from tasks.running.continue_cycle import continue_cycle
from tasks.running.duty_switch import enable_duties
from tasks.running.launch_form import form_of
from tests.e2e.conftest import Theatre, start_worker, stop, wait_for

pytestmark = pytest.mark.e2e


def test_twice_launched_woken_early_and_without_prefects_database(theatre: Theatre) -> None:
    """One theatre for the three: starting server and worker costs more than what is shown."""
    two_launches_leave_one_live_run(theatre)
    an_early_resume_does_no_harm(theatre)
    the_cycle_clock_is_scheduled(theatre)
    a_lost_prefect_database_loses_nothing(theatre)
    a_paused_duty_stops_and_catches_up_when_resumed(theatre)


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


def a_paused_duty_stops_and_catches_up_when_resumed(theatre: Theatre) -> None:
    """Registering anew does not resume what a person paused; the first run afterwards opens what was missed."""
    world, client = theatre.world, theatre.client
    since = date(2010, 10, 1)
    enable_duties(
        world, scheme="bozhou", since=since, office="考核办", contact="管理员", duties=["contact_hearing"], by="管理员"
    )
    register(world, paused=False, schemes=["bozhou"])
    duty = client.read_deployment_by_name("每季事项/博州·联系点汇报会")
    wait_for(lambda: planned(theatre, duty.id), 90)
    switch(theatre, duty, on=False)
    register(world, paused=False, schemes=["bozhou"])
    assert not planned(theatre, duty.id)
    theatre.driver.hands.move_to(date(2011, 1, 5))
    switch(theatre, duty, on=True)
    wait_for(lambda: planned(theatre, duty.id), 90)
    run = client.create_flow_run_from_deployment(duty.id, state=Scheduled())
    ended = wait_for(lambda: ended_run(theatre, run.id), 90)
    assert (ended.name, ended.state.name) == ("博州·联系点汇报会 补办至2011年第一季度", "已办理")
    with reading(world.engine) as session:
        found = session.exec(select(Period.slot, Period.state).order_by(Period.slot)).all()
    assert found == [("2010Q4", "closed"), ("2011Q1", "open")]


def switch(theatre: Theatre, duty: DeploymentResponse, *, on: bool) -> None:
    """Turn the switch of a schedule as the UI does."""
    (schedule,) = theatre.client.read_deployment_schedules(duty.id)
    theatre.client.update_deployment_schedule(duty.id, schedule.id, active=on)


def planned(theatre: Theatre, deployment: UUID) -> list[FlowRun]:
    """Return the runs that the schedule of a deployment has ahead."""
    return theatre.client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
        ),
    )


def ended_run(theatre: Theatre, id_: UUID) -> FlowRun | None:
    """Return a run once it has ended."""
    run = theatre.client.read_flow_run(id_)
    return run if run.state is not None and run.state.is_final() else None
