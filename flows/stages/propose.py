"""提出定等建议: propose as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="提出定等建议", flow_run_name="06 提出定等建议", persist_result=False, validate_parameters=False)
def propose(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """初步意见、征求意见、综合评定,冻结事实并由规则引擎核对(BZ-41…44)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "propose")
