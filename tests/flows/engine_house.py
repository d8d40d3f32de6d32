"""Builders of the engine's tests: a house on a test database, a stage that obeys, a Prefect that is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from prefect.client.schemas.objects import FlowRun, State, StateDetails, StateType
from sqlalchemy import Engine
from sqlmodel import select

from config import clock
from config.calendar import WorkCalendar
from config.forms import FieldSpec
from config.settings import Settings
from models.cycle import Cycle, Gate, Rehearsal
from models.duty import Obligation
from models.migrate import make_rehearsal
from models.session import reading, writing
from tasks.cycle.claim import Claim
from tasks.cycle.launch import launch_cycle
from tasks.desk import Desk
from tasks.running import prefect_api
from tasks.stage import AnswerRefused, FactValue, Question, Report
from tasks.wiring import House
from tests.support import OPENED, make_cycle, make_params, moment

CODE = "report_meeting"  # a stage with hard and soft conditions
READY: dict[str, FactValue] = {
    "meetings_missing": 0,
    "meetings_too_early": 0,
    "category_gaps": 0,
    "frontline_short": 0,
    "speeches_missing": 0,
}


def make_world(engine: Engine, folder: Path, *, today: date = OPENED, **changes: Any) -> House:
    """Return a house on a rehearsal database with one open Bozhou cycle, whose id is 1."""
    make_rehearsal(engine, moment(today))
    with writing(engine) as session:
        make_cycle(session, today=today)
    return House(Settings(data=folder, out=folder / "out", **changes), engine, WorkCalendar())


def set_today(world: House, day: date) -> None:
    """Move the rehearsal's clock."""
    with writing(world.engine) as session:
        session.exec(select(Rehearsal)).one().now = moment(day)


def cycle_of(world: House) -> Cycle:
    """Return the one cycle as it stands."""
    with reading(world.engine) as session:
        cycle = session.exec(select(Cycle)).one()
        session.expunge(cycle)
        return cycle


def gates_of(world: House) -> list[Gate]:
    """Return all gates, oldest first."""
    with reading(world.engine) as session:
        gates = list(session.exec(select(Gate).order_by(Gate.id)))  # type: ignore[arg-type]
        session.expunge_all()
        return gates


def claim(world: House, flow_run_id: str = "") -> Claim:
    """Launch the cycle with its own parameters for a flow run."""
    return launch_cycle(world, make_params(), flow_run_id or str(uuid4()))


@dataclass
class FakeStage:
    """A stage whose facts, question and refusals a test sets; it counts what the engine calls."""

    CODE: str = CODE
    facts: dict[str, FactValue] = field(default_factory=lambda: READY | {"meetings_missing": 1})
    question: Question | None = None
    refusal: tuple[str, ...] = ()
    ready_after_answer: bool = False
    opened: int = 0
    closed: int = 0
    answers: list[Mapping[str, Any]] = field(default_factory=list)
    break_on_open: bool = False

    def open_stage(self, desk: Desk) -> None:
        """Owe one report."""
        self.opened += 1
        self.owe(desk, "opened")
        if self.break_on_open:
            raise OSError("磁盘坏了")

    def settle(self, _desk: Desk) -> None:
        """Nothing comes in."""

    def stage_facts(self, _desk: Desk) -> dict[str, FactValue]:
        """Return what the test set."""
        return dict(self.facts)

    def ask(self, _desk: Desk, _facts: Mapping[str, FactValue]) -> Question | None:
        """Ask what the test set."""
        return self.question

    def take_answer(self, desk: Desk, _gate: Gate, answer: Mapping[str, Any]) -> None:
        """Write something, then refuse if the test says so."""
        self.owe(desk, "answered")
        if self.refusal:
            raise AnswerRefused(self.refusal)
        self.answers.append(answer)
        if self.ready_after_answer:
            self.facts = dict(READY)

    def close_stage(self, _desk: Desk) -> None:
        """Count it."""
        self.closed += 1

    def reports(self, _desk: Desk, _facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
        """Report nothing."""
        return ()

    def owe(self, desk: Desk, slot: str) -> None:
        """Leave a row that a rollback must take away again."""
        row = Obligation(
            cycle_id=desk.cycle_id,
            stage=self.CODE,
            duty="test",
            owner="U1",
            unit_id="U1",
            recipient="U1",
            form="meetings",
            receiver="administrator",
            slot=slot,
            opened_on=desk.today,
            due_on=desk.today,
        )
        desk.oblige([row])


def slots(world: House) -> set[str]:
    """Return the marks that the fake stage left."""
    with reading(world.engine) as session:
        return set(session.exec(select(Obligation.slot).where(Obligation.duty == "test")))


def simple_question(*fields: FieldSpec, role: str = "administrator") -> Question:
    """Return a question with one yes/no field, or with the given ones."""
    return Question("test", role, "确认", "是否确认?", fields or (FieldSpec(name="ok", label="确认", type="bool"),))


@dataclass
class FakePrefect:
    """Stands in for Prefect's API: runs in memory, launches and resumes written down."""

    runs: dict[str, FlowRun] = field(default_factory=dict)
    launched: list[str | None] = field(default_factory=list)
    resumed: list[dict[str, Any] | None] = field(default_factory=list)
    refuses_input: bool = False
    next_state: StateType = StateType.SCHEDULED
    keys: dict[str | None, FlowRun] = field(default_factory=dict)

    def install(self, monkeypatch: Any) -> "FakePrefect":
        """Put this in the place of the real API."""
        for name in ("read_run", "resume", "launch", "pending_runs", "retire"):
            monkeypatch.setattr(prefect_api, name, getattr(self, name))
        monkeypatch.setattr(prefect_api, "connect", lambda: self)
        return self

    def __enter__(self) -> "FakePrefect":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def put(self, flow_run_id: str, type: StateType, *, key: str | None = None, name: str | None = None) -> FlowRun:
        """Let a run stand in a state, for example suspended with a key."""
        details = StateDetails(pause_key=key)
        state: State[Any] = State(type=type, name=name, timestamp=clock.wall_now(), state_details=details)
        run = FlowRun(id=UUID(flow_run_id), flow_id=uuid4(), state=state)
        self.runs[flow_run_id] = run
        return run

    def read_run(self, _client: object, flow_run_id: str) -> FlowRun | None:
        """Return a run, if it is known."""
        return self.runs.get(flow_run_id)

    def resume(self, _run: FlowRun, run_input: dict[str, Any] | None = None) -> None:
        """Write down what a run is resumed with; refuse it as the server does when the form does not take it."""
        if self.refuses_input:
            raise RuntimeError("Cannot resume this run: Reason: not one of the enum")
        self.resumed.append(run_input)

    def launch(self, _client: object, _parameters: dict[str, Any], idempotency_key: str | None = None) -> FlowRun:
        """Create a run, or return the one that has this key."""
        if idempotency_key is None or idempotency_key not in self.keys:
            self.launched.append(idempotency_key)
            self.keys[idempotency_key] = self.put(str(uuid4()), self.next_state)
        return self.keys[idempotency_key]

    def pending_runs(self, _client: object, _parameters: dict[str, Any]) -> list[FlowRun]:
        """Return the runs that wait."""
        waiting = (StateType.PAUSED, StateType.SCHEDULED, StateType.PENDING)
        return [run for run in self.runs.values() if run.state and run.state.type in waiting]

    def retire(self, _client: object, run: FlowRun) -> None:
        """Cancel a run as taken over."""
        self.put(str(run.id), StateType.CANCELLED, name=prefect_api.RETIRED)
