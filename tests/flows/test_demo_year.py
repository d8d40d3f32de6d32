"""The demo year carries all ten stages to their end, without Prefect: every import, pass and gate in one process."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from config.calendar import WorkCalendar
from config.settings import Settings
from demo.answers import Answer
from demo.routine import routine_days
from demo.year import DemoDay, DemoYear, build_demo
from models.cycle import Cycle, Gate
from models.followup import RectificationItem
from models.grading import Consequence, Objection
from models.migrate import make_rehearsal
from models.session import reading, writing
from tasks.cycle.gates import current_gate, holders, record_answer
from tasks.cycle.launch import Waiting
from tasks.cycle.open_cycle import CycleParams, load_pack, open_cycle
from tasks.cycle.run_stage import enter_stage, open_stages, work_stage
from tasks.desk import Desk
from tasks.documents import files as documents
from tasks.export.cycle import export_cycle, summary
from tasks.grading.rules import decided_grades, standing_decision
from tasks.intake.entries import forms_of, import_entries
from tasks.intake.scope import find_scope
from tasks.roster.import_roster import import_roster
from tasks.roster.sheets import ROSTER_SHEETS
from tasks.running.gate_form import build_form, fill_form, read_form
from tasks.sheets.spec import sheet_of
from tasks.sheets.table import typed_rows
from tests.support import fresh_engine, moment

KEY = "bozhou-2010"


@dataclass
class Play:
    """A run of the demo year in one process: what each day waited for, and how often each gate was asked."""

    engine: Engine
    year: DemoYear
    waits: list[tuple[date, str, tuple[str, ...]]] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Play every day: import, launch on the day of launch, pass until nothing moves."""
        self._import_roster()
        for day in self.year.days:
            self._import(day)
            if day.on == self.year.launch_on:
                self._launch(day.on)
            if day.on >= self.year.launch_on:
                self._passes(day.on)

    def _import_roster(self) -> None:
        first = self.year.days[0].on
        rows = [row for spec in ROSTER_SHEETS for row in typed_rows(spec, self.year.roster[spec.id], "名册").rows]
        with writing(self.engine) as session:
            import_roster(session, rows=rows, source="名册", today=first, now=moment(first), by="演示")

    def _import(self, day: DemoDay) -> None:
        with writing(self.engine) as session:
            scope = find_scope(session, KEY)
            tables = [typed_rows(sheet_of(scope.forms[form]), rows, str(day.on)) for form, rows in day.sheets.items()]
            import_entries(
                session,
                scope=KEY,
                cycle=scope.cycle,
                pack=scope.pack,
                rows=[row for table in tables for row in table.rows],
                faults=[fault for table in tables for fault in table.faults],
                source=str(day.on),
                today=day.on,
                now=moment(day.on),
                by="演示",
            )

    def _launch(self, today: date) -> None:
        with writing(self.engine) as session:
            open_cycle(session, params=CycleParams(**self.year.launch), today=today, now=moment(today), by="演示")

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
    return Desk(session, cycle, load_pack(session, cycle), WorkCalendar(), moment(today), today)


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """The demo year played to its end, once for this module."""
    folder: Path = tmp_path_factory.mktemp("demo")
    engine = fresh_engine(folder)
    year, chosen = build_demo(), Settings(out=folder)
    make_rehearsal(engine, moment(year.days[0].on))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "settings", lambda: chosen)
        played = Play(engine, year)
        played.run()
        yield played
    engine.dispose()


def test_all_ten_stages_close(play: Play) -> None:
    with reading(play.engine) as session:
        desk = desk_on(session, play.year.days[-1].on)
        assert open_stages(desk) == [], play.waits[-1]


def test_the_decided_grades_are_those_of_the_pattern(play: Play) -> None:
    with reading(play.engine) as session:
        desk = desk_on(session, play.year.days[-1].on)
        grades = {code: row.grade for code, row in decided_grades(desk, standing_decision(desk)).items()}
        assert grades == play.year.grades.final


def test_the_summary_is_recomputed_from_the_exported_grades(play: Play) -> None:
    with reading(play.engine) as session:
        cycle = desk_on(session, play.year.days[-1].on).cycle
        told, rows = summary(session, cycle), export_cycle(session, cycle)
    tiers = {row["code"]: row["tier"] for row in rows["subjects"]}
    counted = Counter((tiers[code], grade) for code, grade in rows["grades"].items())
    shown = {(tier, grade): n for tier, grades in told["grades"].items() for grade, n in grades.items() if n}
    assert counted == shown
    teams = [grade for code, grade in rows["grades"].items() if tiers[code] == "team"]
    cadres = [grade for code, grade in rows["grades"].items() if tiers[code] != "team"]
    assert told["quota"] == {
        "team": {"n": len(teams), "limit": len(teams) // 3, "used": teams.count("好")},
        "cadre": {"n": len(cadres), "limit": 15 * len(cadres) // 100, "used": cadres.count("好")},
    }
    assert told["quota_ok"] is all(use["used"] <= use["limit"] for use in told["quota"].values())


def test_gates_are_asked_as_often_as_the_demo_answers(play: Play) -> None:
    assert play.asked == {kind: len(answers) for kind, answers in play.year.answers.items()}
    with reading(play.engine) as session:
        refused = session.exec(select(Gate.kind, Gate.refusal).where(Gate.state == "refused")).all()
    assert [kind for kind, _ in refused] == ["committee_decision"]
    assert "BZ-14" in refused[0][1]


def test_some_days_end_with_a_stage_that_waits_for_sheets(play: Play) -> None:
    waited = {(day.isoformat(), stage) for day, stage, _ in play.waits}
    assert {("2010-12-03", "self_report"), ("2010-12-06", "self_report"), ("2011-02-18", "feedback")} <= waited


def test_one_objection_is_rejected_and_one_upheld(play: Play) -> None:
    with reading(play.engine) as session:
        assert sorted(session.exec(select(Objection.state))) == ["rejected", "upheld"]


def test_one_talk_is_milder_than_proposed_and_nothing_stays_proposed(play: Play) -> None:
    with reading(play.engine) as session:
        rows = session.exec(select(Consequence)).all()
        replaced = [(row.action, row.settled_action) for row in rows if row.state == "replaced"]
        assert replaced == [("ADMONITION_TALK", "REMINDER_TALK")]
        assert not [row for row in rows if row.state == "proposed"]
        assert [row.subject for row in rows if row.rule == "BZ-18"] == [leader_of_f(play.year)]


def leader_of_f(year: DemoYear) -> str:
    """Return F's principal, who led the team in both years of 差."""
    return year.people.principals("U27", date(2010, 12, 31))[0].id


def test_every_item_is_closed_but_one_that_is_carried_over(play: Play) -> None:
    query = select(RectificationItem.state, func.count()).group_by(RectificationItem.state)
    with reading(play.engine) as session:
        counts: dict[str, Any] = dict(session.exec(query).all())
    assert counts == {"closed": 38, "carried_over": 1}


def test_forms_of_the_pack_are_all_used_but_special_matters(play: Play) -> None:
    used = {form for day in play.year.days for form in day.sheets}
    used |= {form for day in routine_days(play.year) for form in day.sheets.get("bozhou", {})}
    with reading(play.engine) as session:
        known = set(forms_of(load_pack(session, desk_on(session, play.year.launch_on).cycle)))
    assert known - used == {"special_matters"}
