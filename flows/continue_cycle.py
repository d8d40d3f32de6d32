"""继续周期: takes a cycle off hold and launches it again with the parameters it was opened with."""

from prefect import flow

from tasks.running.continue_cycle import continue_cycle as do_continue
from tasks.wiring import house


@flow(name="继续周期", flow_run_name="继续 {周期编号}", retries=0, persist_result=False)
def continue_cycle(周期编号: str) -> str:
    """继续一个暂停或中断的周期,从未办结的环节接着办理。

    Args:
        周期编号: 如 bozhou-2010,见“年度考核”的进展表
    """
    return do_continue(house(), 周期编号.strip(), by="Prefect 界面")
