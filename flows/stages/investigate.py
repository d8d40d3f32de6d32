"""专项调查: investigate as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="专项调查", flow_run_name="05 专项调查", persist_result=False, validate_parameters=False)
def investigate(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """按规则提出专项调查名单,确认后调查到有结论(BZ-13、40)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "investigate")
