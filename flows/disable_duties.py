"""停用经常性考核: holds a scheme's routine cycles and pauses the schedules of its duties."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from tasks.cycle.open_cycle import ParamsRefused
from tasks.running.duty_form import DisableForm
from tasks.wiring import house


@flow(name="停用经常性考核", flow_run_name="停用 {停用.scheme}", retries=0, persist_result=False)
def disable_duties(停用: DisableForm) -> State[None]:
    """暂停一个方案的经常性考核,已有的数据不动;再次启用后按次序补办。

    Args:
        停用: 方案、理由
    """
    try:
        done = 停用.disable(house())
    except ParamsRefused as refused:
        return Failed(name="未停用", message=str(refused))
    return Completed(name="已停用", message=done.told("已暂停", "停下的定时检查"))
