"""测评谈话民调: evaluate as a row of the timeline."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.cycle.claim import Claim
from tasks.running.stage_step import run_and_show


@flow(name="测评谈话民调", flow_run_name="04 测评谈话民调", persist_result=False, validate_parameters=False)
def evaluate(cycle_id: int, run_id: int, epoch: int) -> State[Any]:
    """民主测评、个别谈话、民意调查(BZ-12、37)。"""
    return run_and_show(Claim(cycle_id, run_id, epoch), "evaluate")
