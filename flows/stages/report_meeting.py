"""述职述廉: report meeting as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="述职述廉", flow_run_name="03 述职述廉", persist_result=False, validate_parameters=False)
def report_meeting(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """召开述廉大会,班子和主要领导当面述廉(BZ-36、38、39)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "report_meeting")
