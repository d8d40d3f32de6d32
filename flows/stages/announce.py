"""公布名单: announce as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="公布名单", flow_run_name="01 公布名单", persist_result=False, validate_parameters=False)
def announce(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """公布被考核单位名单,开通举报监督电话,成立考核组(BZ-32、33、34)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "announce")
