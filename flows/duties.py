"""One flow for each rhythm of recurring duties; a deployment names scheme and duty, our tables say what is due."""

from typing import Any

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.flows import Flow

from tasks.running.duty_step import run_title, turn_and_show


def title() -> str:
    """Return the run's name as the timeline shows it: 桐乡·每月评 2026年3月."""
    given = runtime.flow_run.parameters
    return run_title(given["方案"], given["事项"])


def _flow_of(name: str) -> Flow[[str, str], State[Any]]:
    """Return the flow of a rhythm: they do the same, but each is found under its own name."""

    @flow(name=name, flow_run_name=title, retries=0, persist_result=False)
    def turn(方案: str, 事项: str) -> State[Any]:
        """到了开期日的开期,收下报来的,到了结期日的结期;错过的期次按次序补办。办过的不会重办。

        Args:
            方案: 方案编号,部署已填好
            事项: 事项编号,部署已填好
        """
        return turn_and_show(方案, 事项)

    return turn


daily_duty = _flow_of("每日事项")
weekly_duty = _flow_of("每周事项")
monthly_duty = _flow_of("每月事项")
quarterly_duty = _flow_of("每季事项")
half_yearly_duty = _flow_of("每半年事项")
yearly_duty = _flow_of("每年事项")
event_duty = _flow_of("随时事项")
