"""The demo year in one process, without Prefect: every import, pass and gate, on a real database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from config.calendar import WorkCalendar
from demo.answers import Answer
from demo.hands import at_nine
from demo.year import DemoDay, DemoYear
from models.cycle import Cycle, Gate
from models.session import writing
from tasks.cycle.gates import current_gate, holders, record_answer
from tasks.cycle.launch import Waiting
from tasks.cycle.open_cycle import CycleParams, load_pack, open_cycle
from tasks.cycle.run_stage import enter_stage, open_stages, work_stage
from tasks.desk import Desk
from tasks.intake.entries import import_entries
from tasks.intake.scope import find_scope
from tasks.roster.import_roster import import_roster
from tasks.roster.sheets import ROSTER_SHEETS
from tasks.running.gate_form import build_form, fill_form, read_form
from tasks.sheets.spec import sheet_of
from tasks.sheets.table import typed_rows

KEY = "bozhou-2010"
BY = "演示"


@dataclass
class Play:
    """A run of the demo year in one process: what each day waited for, and how often each gate was asked."""

    engine: Engine
    year: DemoYear
    waits: list[tuple[date, str, tuple[str, ...]]] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Play every day, after the roster."""
        self.take_roster(self.year.days[0].on)
        for day in self.year.days:
            self.play(day)

    def play(self, day: DemoDay) -> None:
        """Play a day: import, launch on the day of launch, pass until nothing moves."""
        self._import(day)
        if day.on == self.year.launch_on:
            self._launch(day.on)
        if day.on >= self.year.launch_on:
            self._passes(day.on)

    def take_roster(self, first: date) -> None:
        """Import the roster on the first day."""
        rows = [row for spec in ROSTER_SHEETS for row in typed_rows(spec, self.year.roster[spec.id], "名册").rows]
        with writing(self.engine) as session:
            import_roster(session, rows=rows, source="名册", today=first, now=at_nine(first), by=BY)

    def _import(self, day: DemoDay) -> None:
        take_sheets(self.engine, KEY, day.sheets, day.on)

    def _launch(self, today: date) -> None:
        with writing(self.engine) as session:
            open_cycle(session, params=CycleParams(**self.year.launch), today=today, now=at_nine(today), by=BY)

    def _passes(self, today: date) -> None:
        while self._one_pass(today):
            pass

    def _one_pass(self, today: date) -> bool:
        with writing(self.engine) as session:
            desk = desk_on(session, today)
            codes = open_stages(desk)
            if not codes:
                return False
            enter_stage(desk, codes[0])
        with writing(self.engine) as session:
            desk = desk_on(session, today)
            outcome = work_stage(desk, codes[0])
            gate = current_gate(session, desk.cycle_id)
            if outcome.state == "waiting" and gate is not None:
                self._answer(desk, gate)
                return True
        if outcome.state == "waiting":
            self.waits.append((today, outcome.stage, outcome.unmet))
        return outcome.state != "waiting"

    def _answer(self, desk: Desk, gate: Gate) -> None:
        place = self.asked.get(gate.kind, 0)
        answer: Answer = self.year.answers[gate.kind][place]
        self.asked[gate.kind] = place + 1
        form = Waiting(
            gate.key, gate.kind, gate.title, gate.question, tuple(gate.form), tuple(holders(desk, gate.role)), False
        )
        filled = build_form(form)(**fill_form(form, answer.values, answer.answered_by))
        record_answer(desk, gate.key, *read_form(form, filled))


def desk_on(session: Session, today: date) -> Desk:
    """Return the demo cycle's desk on a day."""
    cycle = session.exec(select(Cycle).where(Cycle.key == KEY)).one()
    return Desk(session, cycle, load_pack(session, cycle), WorkCalendar(), at_nine(today), today)


def take_sheets(engine: Engine, key: str, sheets: Mapping[str, list[dict[str, Any]]], on: date) -> None:
    """Import the rows of a day under a key such as bozhou-2010, as its workbook would bring them."""
    with writing(engine) as session:
        scope = find_scope(session, key)
        tables = [typed_rows(sheet_of(scope.forms[form]), rows, str(on)) for form, rows in sheets.items()]
        import_entries(
            session,
            scope=key,
            cycle=scope.cycle,
            pack=scope.pack,
            rows=[row for table in tables for row in table.rows],
            faults=[fault for table in tables for fault in table.faults],
            source=str(on),
            today=on,
            now=at_nine(on),
            by=BY,
        )
