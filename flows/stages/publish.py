"""公示通报: publish as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="公示通报", flow_run_name="08 公示通报", persist_result=False, validate_parameters=False)
def publish(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """公示、受理异议、通报,记入廉政档案(BZ-21、22、46)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "publish")
