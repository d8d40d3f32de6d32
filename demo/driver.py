"""The only driver of a rehearsal: moves its clock, imports each day's sheets, runs the cycle clock, answers gates."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from sqlmodel import col, select

from demo.answers import Answer
from demo.hands import Hands
from models.cycle import Cycle, CycleRun, StageState
from models.duty import Obligation
from models.grading import PublicNotice
from models.session import reading
from tasks.cycle.launch import Waiting, waiting_gate
from tasks.cycle.open_cycle import CycleParams
from tasks.intake.import_files import import_files
from tasks.running import prefect_api
from tasks.running.gate_form import fill_form
from tasks.running.launch_form import form_of
from tasks.running.wake_cycle import wake_cycle
from tasks.wiring import House

BUSY = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING]
PATIENCE_SECONDS = 180
POLL_SECONDS = 0.25
MOST_STEPS = 300


class RehearsalStuck(Exception):
    """The year does not go on; says where it stands."""


@dataclass(frozen=True)
class Day:
    """A business date and the sheets that an office receives on it."""

    on: date
    files: tuple[Path, ...]


@dataclass
class Script:
    """What happens in a rehearsed year: how it is launched, what comes in on which day, how gates are answered."""

    key: str
    launch: CycleParams
    launch_on: date
    days: Sequence[Day]
    answers: Mapping[str, Sequence[Answer]]
    said: dict[str, int] = field(default_factory=dict)

    def next_answer(self, gate: Waiting) -> tuple[dict[str, Any], str]:
        """Return (answer, answerer) for a gate: the next of its kind."""
        number = self.said.get(gate.kind, 0)
        known = self.answers.get(gate.kind, ())
        if number >= len(known):
            raise RehearsalStuck(f"“{gate.title}”({gate.key})没有准备第 {number + 1} 次答复:\n{gate.question}")
        self.said[gate.kind] = number + 1
        return dict(known[number].values), known[number].answered_by


@dataclass
class Driver:
    """Drives one script to its end through the real API; `report` is told each step."""

    world: House
    client: SyncPrefectClient
    script: Script
    hands: Hands
    report: Callable[[str], None] = print
    dead: set[str] = field(default_factory=set)
    imported: int = 0

    def run(self) -> None:
        """Launch, then step until the cycle is closed."""
        self.launch()
        for _ in range(MOST_STEPS):
            if not self.step():
                return
        raise RehearsalStuck(f"{MOST_STEPS} 步之后仍未办结")

    def launch(self) -> FlowRun:
        """Take in what came before, move to the launch date and launch the deployment."""
        self.prepare()
        self.report(f"{self.hands.today()} 发起 {self.script.key}")
        return prefect_api.launch(self.client, {"周期": form_of(self.script.launch)})

    def prepare(self) -> None:
        """Take in the sheets that come until the launch, and move to its date."""
        while self.imported < len(self.script.days) and self.script.days[self.imported].on <= self.script.launch_on:
            self.receive()
        self.hands.move_to(self.script.launch_on)

    def step(self) -> bool:
        """Wait until the cycle waits, then do the next thing; False when the cycle is closed."""
        self.settle()
        cycle = self.cycle()
        if cycle.state == "closed":
            return False
        assert cycle.id is not None
        gate = waiting_gate(self.world, cycle.id)
        if gate is not None:
            self.answer(gate)
        else:
            self.pass_time(cycle.id)
        return True

    def answer(self, gate: Waiting) -> None:
        """Answer a gate through Prefect's API, on the latest date that the answer speaks of."""
        answer, answered_by = self.script.next_answer(gate)
        self.hands.move_to(max([self.hands.today(), *_dates(answer)]))
        run = self.live_run()
        if run is None or prefect_api.pause_key(run) != gate.key:
            raise RehearsalStuck(f"关口 {gate.key} 没有等待答复的运行")
        self.report(f"{self.hands.today()} {answered_by} 答复“{gate.title}”")
        prefect_api.resume(run, fill_form(gate, answer, answered_by))

    def pass_time(self, cycle_id: int) -> None:
        """Move to the next date on which something can happen, take in its sheets, and run the cycle clock."""
        for _ in range(len(self.script.days) + 40):
            self.hands.move_to(self.next_date(cycle_id))
            while self.imported < len(self.script.days) and self.script.days[self.imported].on <= self.hands.today():
                self.receive()
            done = wake_cycle(self.world, self.client, cycle_id)
            if done != "等待":
                return
        raise RehearsalStuck(f"{self.hands.today()} 之后没有任何事情能使周期继续")

    def receive(self) -> None:
        """Import the sheets of the next day of the script."""
        day = self.script.days[self.imported]
        self.hands.move_to(max(day.on, self.hands.today()) if self.imported else day.on)
        self.imported += 1
        if day.files:
            import_files(self.world, self.script.key, list(day.files), apply=True, by="考核办")
            self.report(f"{day.on} 导入 {'、'.join(path.name for path in day.files)}")

    def next_date(self, cycle_id: int) -> date:
        """Return the next date after today on which the script, a notice, a duty or a deadline has something."""
        today = self.hands.today()
        with reading(self.world.engine) as session:
            ends = session.exec(select(col(PublicNotice.to_on)).where(PublicNotice.cycle_id == cycle_id)).all()
            stage = select(col(StageState.due_on)).where(StageState.cycle_id == cycle_id, StageState.state == "open")
            dues = [due for due in session.exec(stage) if due is not None]
            begins = session.exec(
                select(col(Obligation.opened_on)).where(Obligation.cycle_id == cycle_id).distinct()
            ).all()
        calendar = self.world.calendar
        ahead = [day.on for day in self.script.days[self.imported :]]
        ahead += [*begins, *(calendar.add(end, 1) for end in ends)]
        ahead += [due + timedelta(days=1) for due in dues]
        return min((day for day in ahead if day > today), default=today + timedelta(days=30))

    def settle(self) -> None:
        """Wait until no run of the cycle is scheduled, pending or running; fail when one failed.

        Patience counts from the last change: a step that dies and is taken up again by other runs goes on.
        """
        seen, until = set[tuple[str, str]](), time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            busy = {(str(run.id), str(run.state_type)) for run in self.busy_runs()}
            if not busy:
                self.check_failed()
                return
            if busy != seen:
                seen, until = busy, time.monotonic() + PATIENCE_SECONDS
            time.sleep(POLL_SECONDS)
        raise RehearsalStuck(f"{PATIENCE_SECONDS} 秒内没有办完一步;请看 worker.log")

    def busy_runs(self) -> list[FlowRun]:
        """Return the runs of the annual cycle that still do something, those known dead apart."""
        states = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=BUSY)))
        runs = self.client.read_flow_runs(flow_run_filter=states)
        return [run for run in runs if run.parameters.get("周期") and str(run.id) not in self.dead]

    def check_failed(self) -> None:
        """Raise what the live run failed with, if it failed."""
        run = self.live_run()
        if run is not None and run.state is not None and run.state.type in (StateType.FAILED, StateType.CRASHED):
            raise RehearsalStuck(f"{run.name}:{run.state.message}")

    def live_run(self) -> FlowRun | None:
        """Return the cycle's live run as Prefect knows it."""
        found = self.live_run_id()
        return prefect_api.read_run(self.client, found) if found else None

    def live_run_id(self) -> str | None:
        """Return the flow run that holds the cycle."""
        with reading(self.world.engine) as session:
            query = select(CycleRun.flow_run_id).where(CycleRun.state == "live").order_by(col(CycleRun.epoch).desc())
            return session.exec(query).first()

    def cycle(self) -> Cycle:
        """Return the cycle of the script."""
        with reading(self.world.engine) as session:
            cycle = session.exec(select(Cycle).where(Cycle.key == self.script.key)).first()
            if cycle is None:
                raise RehearsalStuck(f"{self.script.key} 没有发起成功;请看运行页或 worker.log")
            session.expunge(cycle)
            return cycle


def _dates(answer: Mapping[str, Any]) -> list[date]:
    """Return the dates that an answer speaks of."""
    found = []
    for name, value in answer.items():
        if name.endswith("_on") and value:
            found.append(date.fromisoformat(str(value)))
    return found
