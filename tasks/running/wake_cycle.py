"""The cycle clock's work: resume waits whose conditions now hold, relaunch cycles whose run has fallen silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, StateType
from sqlmodel import select

from config import clock
from models.cycle import Cycle, CycleRun, Gate
from models.session import reading
from tasks.cycle.gates import current_gate
from tasks.cycle.launch import hold_cycle, waiting_gate
from tasks.cycle.open_cycle import CycleParams
from tasks.cycle.run_stage import open_stages, probe_stage
from tasks.running import prefect_api
from tasks.running.gate_form import fill_form
from tasks.running.launch_form import form_of
from tasks.stage import Outcome
from tasks.wiring import House, trial_desk


@dataclass(frozen=True)
class Pulse:
    """What the clock needs to know of one cycle: its live run, when its lease ends, what a pass would find."""

    cycle_key: str
    parameters: dict[str, Any]
    flow_run_id: str | None
    epoch: int
    lease_until: datetime | None
    gate: Gate | None
    outcome: Outcome | None


def open_cycles(world: House) -> list[int]:
    """Return the ids of the annual cycles that are open (not held, closed or withdrawn)."""
    with reading(world.engine) as session:
        return [
            id
            for id in session.exec(select(Cycle.id).where(Cycle.state == "open", Cycle.kind == "annual"))
            if id is not None
        ]


def wake_cycle(world: House, client: SyncPrefectClient, cycle_id: int) -> str:
    """Do the one thing that brings a cycle on, if there is one; return what was done, in words."""
    pulse = take_pulse(world, cycle_id)
    run = prefect_api.read_run(client, pulse.flow_run_id) if pulse.flow_run_id else None
    if run is not None and run.state is not None:
        if run.state.type == StateType.PAUSED:
            return _wake_suspended(world, client, cycle_id, pulse, run)
        if prefect_api.was_cancelled(run):  # a suspended run has no process that could run the flow's own hook
            hold_cycle(world, cycle_id, "在 Prefect 界面中取消")
            return "已暂停"
    if pulse.lease_until is not None and pulse.lease_until > clock.wall_now():
        return "运行中"
    if any(not _is_spent(world, pending) for pending in prefect_api.pending_runs(client, pulse.parameters)):
        return "已排队"
    return _relaunch(world, client, cycle_id, pulse)


def take_pulse(world: House, cycle_id: int) -> Pulse:
    """Look at a cycle without changing it: settling is tried and rolled back."""
    with trial_desk(world, cycle_id) as desk:
        query = select(CycleRun).where(CycleRun.cycle_id == cycle_id, CycleRun.state == "live")
        run = desk.session.exec(query).first()
        gate = current_gate(desk.session, cycle_id)
        if gate is not None:
            desk.session.expunge(gate)
        stage = next(iter(open_stages(desk)), None)
        return Pulse(
            cycle_key=desk.cycle.key,
            parameters={"周期": form_of(CycleParams.model_validate(desk.cycle.params))},
            flow_run_id=run.flow_run_id if run else None,
            epoch=run.epoch if run else 0,
            lease_until=run.lease_until if run else None,
            gate=gate,
            outcome=probe_stage(desk, stage) if stage else None,
        )


def _wake_suspended(world: House, client: SyncPrefectClient, cycle_id: int, pulse: Pulse, run: FlowRun) -> str:
    waits_for = prefect_api.pause_key(run)
    gate = pulse.gate
    if gate is not None and gate.state == "answered" and gate.key == waits_for:
        asked = waiting_gate(world, cycle_id)
        assert asked is not None
        try:
            prefect_api.resume(run, fill_form(asked, gate.answer or {}, gate.answered_by))
        except RuntimeError:  # the form does not take it; a new run reads it from our tables and says why
            prefect_api.retire(client, run)
            return _relaunch(world, client, cycle_id, pulse)
        return "已转交答复"
    outcome = pulse.outcome
    stays = outcome is not None and outcome.state == "waiting" and outcome.gate_key == (gate.key if gate else None)
    if stays and (gate.key == waits_for if gate else not (outcome and outcome.news)):
        return "等待"
    if gate is None:
        prefect_api.resume(run)
        return "已唤醒"
    prefect_api.retire(client, run)
    return _relaunch(world, client, cycle_id, pulse)


def _relaunch(world: House, client: SyncPrefectClient, cycle_id: int, pulse: Pulse) -> str:
    """Launch the epoch's next run; a run that ended before it claimed is followed by one under a key of its own."""
    key = f"{pulse.cycle_key}/{pulse.epoch}"
    for _ in range(world.settings.attempts_without_progress):
        run = prefect_api.launch(client, pulse.parameters, idempotency_key=key)
        if prefect_api.was_cancelled(run):
            hold_cycle(world, cycle_id, "在 Prefect 界面中取消")
            return "已暂停"
        if not _is_spent(world, run):
            return "已重新发起"
        key = f"{pulse.cycle_key}/{pulse.epoch}/{run.id}"
    hold_cycle(world, cycle_id, "多次重新发起都没有开始办理")
    return "已暂停"


def _is_spent(world: House, run: FlowRun) -> bool:
    """Tell whether a run will never claim: ended, suspended and taken over, or silent for longer than a lease."""
    if run.state is None or run.state.type == StateType.SCHEDULED:
        return False
    lease = timedelta(seconds=world.settings.lease_seconds)
    silent = run.state.timestamp + lease < clock.wall_now()
    return run.state.is_final() or run.state.type == StateType.PAUSED or silent
