"""Continue a cycle: off hold if it was on hold, then a new run that takes over from whatever ran before."""

from tasks.cycle.launch import find_cycle, release_cycle
from tasks.cycle.open_cycle import CycleParams
from tasks.running import prefect_api
from tasks.running.launch_form import form_of
from tasks.wiring import House


def continue_cycle(world: House, key: str, *, by: str) -> str:
    """Launch a new run of a cycle; it supersedes the old one. Return what was done, in words.

    Raises PrefectAway and leaves the cycle as it is when Prefect does not answer.
    """
    cycle = find_cycle(world, key)
    if cycle.state == "closed":
        return f"{cycle.name}已办结,无需继续"
    if cycle.kind == "routine":
        release_cycle(world, key, by)
        return f"{cycle.name}已恢复,停下期间的事项在下一次定时办理时依次补办"
    parameters = {"周期": form_of(CycleParams.model_validate(cycle.params))}
    with prefect_api.calling() as client:
        waiting = prefect_api.pending_runs(client, parameters)  # asked first: a hold stays while nothing can run
        release_cycle(world, key, by)
        for run in waiting:
            prefect_api.retire(client, run)
        prefect_api.launch(client, parameters)
    return f"{cycle.name}已重新发起,从未办结的环节继续"
