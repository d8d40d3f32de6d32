"""整改季度跟踪: opens and closes the quarters of every cycle that rectifies, and shows how they ended."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.running.track_step import show_tracked, track


@flow(name="整改季度跟踪", flow_run_name="整改季度跟踪", retries=0, persist_result=False)
def track_rectification() -> State[None]:
    """列出各季度应报的整改报告,收下报来的,季度期满的结期;报告、汇总和趋势图在文书目录的“整改”下。"""
    tracked = track()
    show_tracked(tracked)
    opened = "、".join(f"{cycle}{label}({owing} 份)" for cycle, label, owing in tracked.opened)
    closed = "、".join(f"{row.cycle}{row.label}" for row in tracked.closed)
    done = ";".join(filter(None, [opened and f"开期:{opened}", closed and f"结期:{closed}"]))
    return Completed(name="已办理" if done else "无事", message=done or "没有到期的季度")
