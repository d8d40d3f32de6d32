"""启用经常性考核: opens a scheme's routine cycle and resumes the schedules of its duties."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from tasks.cycle.open_cycle import CycleClosed, CycleDiffers, ParamsRefused
from tasks.running.duty_form import EnableForm
from tasks.wiring import house


@flow(name="启用经常性考核", flow_run_name="启用 {启用.scheme}", retries=0, persist_result=False)
def enable_duties(启用: EnableForm) -> State[None]:
    """启用一个方案的经常性考核;已启用的再次启用不会重复,停用过的接着办。

    Args:
        启用: 方案、起始日期、联系人、事项
    """
    try:
        done = 启用.enable(house())
    except (ParamsRefused, CycleDiffers, CycleClosed) as refused:
        return Failed(name="未启用", message=str(refused))
    return Completed(name="已启用", message=done.told("已启用", "打开的定时检查"))
