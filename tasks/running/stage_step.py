"""One pass of one stage as Prefect sees it: a task that does the work, then artifacts that show the result."""

from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from models.cycle import Cycle
from tasks.cycle.claim import Claim
from tasks.cycle.gates import prefect_key
from tasks.cycle.run_stage import run_stage
from tasks.stage import Outcome, Report
from tasks.wiring import house, reading_desk


@task(name="办理环节", persist_result=False)
def work(claim: Claim, code: str) -> Outcome:
    """Bring the stage as far as it can go now."""
    return run_stage(house(), claim, code)


def show(cycle_key: str, outcome: Outcome) -> None:
    """Leave what an administrator should see as artifacts of the run."""
    for report in outcome.reports:
        show_report(cycle_key, report)


def show_report(cycle_key: str, report: Report) -> None:
    """Write one report as an artifact whose key stays the same from pass to pass."""
    key = prefect_key(cycle_key, report.key)
    if report.table:
        rows = [dict(row) for row in report.table]
        create_table_artifact(key=f"{key}-table", table=rows, description=f"### {report.title}")
    if report.markdown or not report.table:
        create_markdown_artifact(key=key, markdown=f"## {report.title}\n\n{report.markdown}", description=report.title)


def run_and_show(claim: Claim, code: str) -> State[Any]:
    """Work and show; a waiting stage ends as 等待, so that the next pass re-enters the same row of the timeline."""
    outcome = work(claim, code)
    show(_cycle_key(claim.cycle_id), outcome)
    if outcome.state == "waiting":
        return Completed(name="等待", message="\n".join(outcome.unmet), data=outcome)
    name = {"closed": "办结", "rewound": "重新办理"}[outcome.state]
    return Completed(name=name, data=outcome)


def _cycle_key(cycle_id: int) -> str:
    with reading_desk(house(), cycle_id) as desk:
        cycle: Cycle = desk.cycle
        return cycle.key
