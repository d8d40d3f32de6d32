"""州党委决定: decide as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="州党委决定", flow_run_name="07 州党委决定", persist_result=False, validate_parameters=False)
def decide(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """提请州党委决定,变更须有理由,违反硬性规定的不予接受(BZ-45)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "decide")
