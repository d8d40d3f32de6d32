"""周期时钟: every minute, wakes the cycles whose conditions now hold; it writes no business state."""

from prefect import flow, get_run_logger

from tasks.running.prefect_api import connect
from tasks.running.wake_cycle import open_cycles, wake_cycle
from tasks.wiring import house


@flow(name="周期时钟", flow_run_name="周期时钟", retries=0, persist_result=False)
def cycle_clock() -> dict[int, str]:
    """每分钟检查各周期:条件已满足的唤醒,运行中断的重新发起。不改动业务数据。"""
    log, done = get_run_logger(), {}
    with connect() as client:
        for cycle_id in open_cycles(house()):
            try:
                done[cycle_id] = wake_cycle(house(), client, cycle_id)
            except Exception as error:  # noqa: BLE001 - one cycle that cannot be checked never stops the others
                done[cycle_id] = f"未能检查:{error}"
            log.info("周期 %s:%s", cycle_id, done[cycle_id])
    return done
