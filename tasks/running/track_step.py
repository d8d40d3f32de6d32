"""The quarterly follow-up of rectification as Prefect sees it: a task that does it, and artifacts of what closed."""

from prefect import task
from prefect.artifacts import create_table_artifact

from tasks.cycle.gates import prefect_key
from tasks.followup.track_quarter import Tracked, told, track_quarters
from tasks.wiring import house

KEY = "rectification"


@task(name="跟踪整改", persist_result=False)
def track() -> Tracked:
    """Bring every cycle's rectification up to today."""
    return track_quarters(house(), by="整改季度跟踪")


def show_tracked(tracked: Tracked) -> None:
    """Show the quarters closed in this run: the figures of all, and of each who stands how and who is overdue."""
    if not tracked.closed:
        return
    figures = [told(row) for row in tracked.closed]
    create_table_artifact(key=f"{KEY}-quarters", table=figures, description="### 整改季度跟踪:结期的季度")
    for row in tracked.closed:
        for part, title, rows in (("status", "整改情况", row.status), ("overdue", "逾期清单", row.overdue)):
            if rows:
                table = [dict(each) for each in rows]
                key = prefect_key(KEY, row.slot, part)
                create_table_artifact(key=key, table=table, description=f"### {row.cycle}{row.label}:{title}")
