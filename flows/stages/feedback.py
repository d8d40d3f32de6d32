"""反馈: feedback as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="反馈", flow_run_name="09 反馈", persist_result=False, validate_parameters=False)
def feedback(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """落实结果运用,逐一反馈总体评价(BZ-17、52…54)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "feedback")
