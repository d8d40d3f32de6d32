"""Plays the recurring part of the demo year: sheets come in, deployments run side by side, as their schedules would."""

import time
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.states import Scheduled

from config.duties import DutySpec, load_duties
from config.scheme_loader import load_scheme
from demo.driver import PATIENCE_SECONDS, POLL_SECONDS, RehearsalStuck
from demo.hands import Stop, today_of
from demo.routine import CHOSEN, CONTACT, OFFICES, OVER, QUARTER_ENDS, SINCE, Duty, RoutineDay
from demo.routine_files import routine_path
from tasks.duties.turn import turn_duty
from tasks.intake.import_files import import_files
from tasks.running.duty_names import duties_by_name
from tasks.running.schedules import DUTY, SCHEME, duty_deployments
from tasks.wiring import House

TRACK = "整改季度跟踪/整改季度跟踪"
ON, OFF = "启用经常性考核/启用经常性考核", "停用经常性考核/停用经常性考核"


class RoutinePlay:
    """The recurring part as stops of the rehearsal's clock; `report` is told what is done."""

    def __init__(
        self,
        world: House,
        client: SyncPrefectClient,
        days: Sequence[RoutineDay],
        folder: Path,
        report: Callable[[str], None] = print,
    ) -> None:
        self.world, self.client, self.days, self.folder, self.report = world, client, days, folder, report

    def stops(self) -> list[Stop]:
        """Return the first day, each day of the script and the last day, in order."""
        days = [Stop(day.on, lambda day=day: self.play(day)) for day in self.days]  # type: ignore[misc]
        quarters = [Stop(day, self.track) for day in QUARTER_ENDS]
        return [Stop(SINCE, self.enable), *days, Stop(OVER, self.disable), *quarters]

    def enable(self) -> None:
        """Enable the schemes' duties as an administrator would in the UI."""
        named = {(pack.id, duty.id): name for name, (pack, duty) in duties_by_name().items()}
        forms = [
            {
                "scheme": scheme,
                "since": SINCE.isoformat(),
                "office": OFFICES[scheme],
                "contact": CONTACT,
                "duties": [named[scheme, duty] for duty in chosen or ()],
            }
            for scheme, chosen in CHOSEN.items()
        ]
        self.run([(self.client.read_deployment_by_name(ON).id, {"启用": form}) for form in forms])
        self.report(f"{SINCE} 启用经常性考核:{'、'.join(CHOSEN)}")

    def disable(self) -> None:
        """End the recurring part: what the new year has opened stays, and nobody is reminded of it."""
        asked = [{"scheme": scheme, "reason": "演示年度已经结束"} for scheme in CHOSEN]
        self.run([(self.client.read_deployment_by_name(OFF).id, {"停用": form}) for form in asked])
        self.report(f"{OVER} 停用经常性考核:{'、'.join(CHOSEN)}")

    def track(self) -> None:
        """Follow up the rectification of a quarter that has ended."""
        self.run([(self.client.read_deployment_by_name(TRACK).id, {})])
        self.report(f"{today_of(self.world)} 整改季度跟踪")

    def play(self, day: RoutineDay) -> None:
        """Take in the sheets of a day, then run the deployments of the day side by side."""
        for scheme in day.sheets:
            path = routine_path(self.folder, day.on, scheme)
            import_files(self.world, f"{scheme}-{SINCE.year}", [path], apply=True, by=OFFICES[scheme])
            self.report(f"{day.on} 导入 {path.name}")
            for duty in served(scheme, set(day.sheets[scheme])):
                if (scheme, duty.id) not in day.runs:
                    turn_duty(self.world, scheme, duty.id, by=OFFICES[scheme])
        if day.runs:
            self.run([(self.deployments[duty], {}) for duty in day.runs])
            self.report(f"{day.on} 已检查 {len(day.runs)} 个事项")

    @cached_property
    def deployments(self) -> dict[Duty, UUID]:
        """The deployment of each duty."""
        return {(one.parameters[SCHEME], one.parameters[DUTY]): one.id for one in duty_deployments(self.client)}

    def run(self, asked: Sequence[tuple[UUID, dict[str, Any]]]) -> None:
        """Run deployments side by side and wait for all; RehearsalStuck when one fails or does not end."""
        ids = [
            self.client.create_flow_run_from_deployment(id_, parameters=parameters, state=Scheduled()).id
            for id_, parameters in asked
        ]
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            runs = self.client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=ids)))
            states = {run.name: run.state for run in runs if run.state is not None and run.state.is_final()}
            if len(states) == len(ids):
                break
            time.sleep(POLL_SECONDS)
        failed = [f"{run.name}:{run.state.message if run.state else ''}" for run in runs if not _completed(run)]
        if failed:
            raise RehearsalStuck("\n".join(failed))


def served(scheme: str, forms: set[str]) -> list[DutySpec]:
    """Return the chosen duties of a scheme that forms discharge, review or cause."""
    chosen = CHOSEN[scheme]
    return [
        duty
        for duty in _duties(scheme)
        if (chosen is None or duty.id in chosen) and forms & {duty.form, duty.review and duty.review.form}
    ]


@cache
def _duties(scheme: str) -> tuple[DutySpec, ...]:
    return load_duties(load_scheme(scheme))


def _completed(run: Any) -> bool:
    return run.state is not None and run.state.is_completed()
