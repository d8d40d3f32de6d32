"""Continue a cycle: off hold if it was on hold, then a new run that takes over from whatever ran before."""

from tasks.cycle.launch import release_cycle
from tasks.running import prefect_api
from tasks.running.wake_cycle import take_pulse
from tasks.wiring import House


def continue_cycle(world: House, key: str, *, by: str) -> str:
    """Launch a new run of a cycle; it supersedes the old one. Return what was done, in words."""
    cycle = release_cycle(world, key, by)
    if cycle.state == "closed":
        return f"{cycle.name}已办结,无需继续"
    assert cycle.id is not None
    pulse = take_pulse(world, cycle.id)
    with prefect_api.connect() as client:
        for run in prefect_api.pending_runs(client, pulse.parameters):
            prefect_api.retire(client, run)
        prefect_api.launch(client, pulse.parameters)
    return f"{cycle.name}已重新发起,从未办结的环节继续"
