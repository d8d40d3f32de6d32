"""整改跟踪: rectify as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="整改跟踪", flow_run_name="10 整改跟踪", persist_result=False, validate_parameters=False)
def rectify(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """逐季报告整改情况,验收销号,结转下一年度(BZ-55、56)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "rectify")
