"""印发述廉报告: self report as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="印发述廉报告", flow_run_name="02 印发述廉报告", persist_result=False, validate_parameters=False)
def self_report(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """收齐班子和每名成员的述廉报告(BZ-35)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "self_report")
