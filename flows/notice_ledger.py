"""通知台账: shows how many notices stand where, and which are stuck before their deadline."""

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.running.ledger_step import read_notices
from tasks.wiring import house


@flow(name="通知台账", flow_run_name="通知台账", retries=0, persist_result=False)
def notice_ledger() -> State[None]:
    """公布通知台账:各类通知发到了哪一步,哪些临近期限仍未送达。只查看,不改动业务数据。"""
    markdown, stuck = read_notices(house())
    create_markdown_artifact(key="notice-ledger", markdown=f"## 通知台账\n\n{markdown}", description="通知台账")
    return Completed(name="已公布", message=f"临近期限仍未送达:{stuck} 件")
