"""年度考核: the parent flow. A run goes from the top each time it wakes; our tables say what is closed."""

from typing import Any

from prefect import flow, runtime
from prefect.client.schemas.objects import FlowRun, State
from prefect.flow_runs import suspend_flow_run
from prefect.flows import Flow
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed, Failed

from config.scheme_loader import list_schemes, load_scheme
from flows.stage_flows import STAGE_FLOWS
from tasks.cycle.claim import Claim, CycleHeld, Superseded
from tasks.cycle.launch import (
    close_cycle,
    drop_needless_gate,
    fail_cycle,
    hold_run,
    keep_answer,
    launch_cycle,
    next_stage,
    waiting_gate,
)
from tasks.cycle.open_cycle import CycleClosed, CycleDiffers, ParamsRefused
from tasks.running.gate_form import build_form, read_form
from tasks.running.launch_form import LaunchForm
from tasks.running.show_progress import show_progress
from tasks.stage import Outcome
from tasks.wiring import house

REFUSED = "未发起"


def cycle_title() -> str:
    """Return the run's name as the timeline shows it: 博州 2026 年度考核."""
    form = runtime.flow_run.parameters["周期"]
    read = form if isinstance(form, dict) else form.model_dump()
    scheme = read["scheme"]
    place = load_scheme(scheme).place if scheme in list_schemes() else scheme
    return f"{place} {read['year']} 年度考核"


def count_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - Prefect names them
    """Count a failed run, unless it was refused; the third without progress puts the cycle on hold."""
    if state.name == REFUSED:
        return
    fail_cycle(house(), str(flow_run.id), state.message or "运行失败")


def hold_on_cancel(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - Prefect names them
    """Put the cycle on hold when its run is cancelled in the UI."""
    hold_run(house(), str(flow_run.id), "在 Prefect 界面中取消")


@flow(
    name="年度考核",
    flow_run_name=cycle_title,
    retries=0,
    persist_result=False,
    on_failure=[count_failure],
    on_crashed=[count_failure],
    on_cancellation=[hold_on_cancel],
)
def annual_cycle(周期: LaunchForm) -> State[None]:
    """发起或继续一个年度考核周期。

    参数相同的再次发起会从未办结的环节继续;已办结的周期不能再次发起。

    Args:
        周期: 方案、年度、期限等;提交前可以勾选“校验参数”
    """
    try:
        claim = launch_cycle(house(), 周期.params(), str(runtime.flow_run.id))
    except (ParamsRefused, CycleDiffers, CycleClosed, CycleHeld) as refused:
        return Failed(name=REFUSED, message=str(refused))
    except Superseded as taken_over:
        return Completed(name="已被接管", message=str(taken_over))
    return run_stages(claim)


def run_stages(claim: Claim) -> State[None]:
    """Go from the first open stage to the close of the cycle, unless a later run takes over."""
    try:
        while stage := next_stage(house(), claim.cycle_id):
            drop_needless_gate(house(), claim, stage)
            answer_gate(claim)
            outcome = call_stage(stage, claim)
            show_progress(house(), claim.cycle_id)
            wait_if_needed(claim, outcome)
        return Completed(name="办结", message=f"{close_cycle(house(), claim)}已办结")
    except Superseded as taken_over:
        return Completed(name="已被接管", message=str(taken_over))


def call_stage(stage: str, claim: Claim) -> Outcome:
    """Run a stage as a row of the timeline; without heartbeats, which cost a second: our lease tells who is silent."""
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        found: Any = STAGE_FLOWS[stage](claim.cycle_id, claim.run_id, claim.epoch)
    assert isinstance(found, Outcome)
    return found


def answer_gate(claim: Claim) -> None:
    """Suspend until the open gate, if there is one, is answered; keep the answer in our tables."""
    gate = waiting_gate(house(), claim.cycle_id)
    if gate is None or gate.answered:
        return
    form = suspend_flow_run(wait_for_input=build_form(gate), key=gate.key)
    answer, answered_by = read_form(gate, form)
    keep_answer(house(), claim, gate.key, answer, answered_by)


def wait_if_needed(claim: Claim, outcome: Outcome) -> None:
    """Suspend on the gate that a stage opened, or until the cycle clock finds that something has changed."""
    if outcome.state != "waiting":
        return
    if outcome.gate_key:
        answer_gate(claim)
    else:
        suspend_flow_run(key=f"wait-{outcome.stage.replace('_', '-')}-{claim.epoch}")
