"""落实结果运用: asks the body that settles what closed periods and reopened cases propose, until nothing is left."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.flow_runs import suspend_flow_run
from prefect.states import Completed, Failed

from tasks.cycle.launch import find_cycle
from tasks.running.gate_form import build_form, read_form
from tasks.running.settle_step import ask_to_settle, settle, show_settled
from tasks.wiring import UnknownCycle, house


@flow(name="落实结果运用", flow_run_name="落实结果运用 {周期}", retries=0, persist_result=False)
def settle_consequences(周期: str) -> State[None]:
    """逐项落实、变更或免予结期时提出的结果运用建议,以及撤销事项后须重新研究的;没有待定的就办结。

    Args:
        周期: 周期编号,如 bozhou-2010-routine
    """
    try:
        cycle_id = find_cycle(house(), 周期).id
    except UnknownCycle as unknown:
        return Failed(name="未办理", message=str(unknown))
    assert cycle_id is not None
    while gate := ask_to_settle(house(), cycle_id):
        show_settled(house(), cycle_id)
        form = suspend_flow_run(wait_for_input=build_form(gate), key=gate.key)
        answer, answered_by = read_form(gate, form)
        settle(house(), cycle_id, gate.key, answer, answered_by)
    show_settled(house(), cycle_id)
    return Completed(name="办结", message="没有待定的结果运用")
