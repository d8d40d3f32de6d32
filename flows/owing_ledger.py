"""应办台账: shows who owes what on the day, since when, and which rungs were told."""

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.running.ledger_step import read_owing
from tasks.wiring import house


@flow(name="应办台账", flow_run_name="应办台账", retries=0, persist_result=False)
def owing_ledger() -> State[None]:
    """公布应办台账:今天谁还欠什么、期限和逾期、最近一次提醒。只查看,不改动业务数据。"""
    markdown, path, count = read_owing(house())
    told = f"{markdown}\n\nExcel:`{path}`(文书目录下)"
    create_markdown_artifact(key="owing-ledger", markdown=told, description="应办台账")
    return Completed(name="已公布", message=f"应办 {count} 项")
