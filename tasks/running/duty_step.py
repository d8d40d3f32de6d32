"""One turn of a recurring duty as Prefect sees it: task runs that open and close, then artifacts."""

from prefect import runtime, task
from prefect.client.schemas.objects import State
from prefect.states import Completed

from config import clock
from config.duties import DutySpec, UnknownDuty, find_duty
from config.rhythm import slot_label, slot_of
from config.scheme_loader import load_scheme
from config.yaml_file import SchemeFaults
from models.session import reading
from tasks.duties.close_period import Closed
from tasks.duties.turn import Steps, Turned, close_slot, open_slot, turn_duty
from tasks.duties.year import NotEnabled
from tasks.running.duty_names import duty_name
from tasks.running.prefect_api import connect
from tasks.running.show_duty import show_duty
from tasks.wiring import House, house

BY = "定时事项"


def run_title(scheme: str, duty_id: str) -> str:
    """Return the name of a run before it knows what it will do: 桐乡·每月评 2026年3月."""
    try:
        pack = load_scheme(scheme)
        duty = find_duty(pack, duty_id)
    except (SchemeFaults, UnknownDuty):
        return f"{scheme} {duty_id}"
    with reading(house().engine) as session:
        today = clock.today(session)
    when = f"{today.month}月{today.day}日" if duty.event else slot_label(slot_of(duty.rhythm, today))
    return f"{duty_name(pack, duty)} {when}"


@task(name="开期", task_run_name="开期 {slot}", persist_result=False)
def open_task(cycle_id: int, duty: DutySpec, slot: str, by: str, seed: int | None) -> str:
    """Open one slot."""
    return open_slot(house(), cycle_id, duty, slot, by, seed)


@task(name="结期", task_run_name="结期 {slot}", persist_result=False)
def close_task(cycle_id: int, duty: DutySpec, slot: str, by: str) -> Closed | None:
    """Close one slot."""
    return close_slot(house(), cycle_id, duty, slot, by)


def _open(_world: House, cycle_id: int, duty: DutySpec, slot: str, by: str, seed: int | None) -> str:
    return open_task(cycle_id, duty, slot, by, seed)


def _close(_world: House, cycle_id: int, duty: DutySpec, slot: str, by: str) -> Closed | None:
    return close_task(cycle_id, duty, slot, by)


SEEN = Steps(_open, _close)


def turn_and_show(scheme: str, duty_id: str) -> State[None]:
    """Turn a duty, name the run after what it caught up, and leave artifacts; 未启用 where no cycle runs the duty."""
    try:
        turned = turn_duty(house(), scheme, duty_id, by=BY, steps=SEEN)
    except NotEnabled as idle:
        return Completed(name="未启用", message=str(idle))
    _name_run(turned)
    show_duty(house(), scheme, duty_id)
    if turned.held and not turned.changed:
        return Completed(name="已停用", message="经常性考核已停用;再次启用后按次序补办")
    return Completed(name="已办理" if turned.changed else "无事", message=told(turned))


def told(turned: Turned) -> str:
    """Say in one line what a turn did."""
    parts = [f"开期:{'、'.join(turned.opened)}" if turned.opened else ""]
    parts.append(f"新增应办 {turned.obliged} 项" if turned.obliged else "")
    parts.append(f"收下 {turned.taken.submitted} 项" if turned.taken.submitted else "")
    parts.append(f"退回 {turned.taken.returned} 项" if turned.taken.returned else "")
    parts.append(f"结期:{'、'.join(closed.label for closed in turned.closed)}" if turned.closed else "")
    return ";".join([*filter(None, parts), f"未交 {turned.owing} 项"])


def _name_run(turned: Turned) -> None:
    """A run that catches up several periods says until when."""
    if max(len(turned.opened), len(turned.closed)) <= 1:
        return
    last = (turned.opened or [closed.label for closed in turned.closed])[-1].removeprefix(turned.label).strip()
    name = f"{str(runtime.flow_run.name).rsplit(' ', 1)[0]} 补办至{last}"
    with connect() as client:
        client.update_flow_run(runtime.flow_run.id, name=name)
