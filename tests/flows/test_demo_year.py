"""The demo year carries all ten stages to their end, without Prefect: every import, pass and gate in one process."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from config.settings import Settings
from demo.play import Play, desk_on
from demo.routine import routine_days
from demo.year import DemoYear, build_demo
from models.cycle import Gate
from models.followup import RectificationItem
from models.grading import Consequence, Objection
from models.migrate import make_rehearsal
from models.session import reading
from tasks.cycle.open_cycle import load_pack
from tasks.cycle.run_stage import open_stages
from tasks.documents import files as documents
from tasks.export.cycle import export_cycle, summary
from tasks.grading.rules import decided_grades, standing_decision
from tasks.intake.entries import forms_of
from tests.support import fresh_engine, moment


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
    assert counts == {"closed": 40, "carried_over": 1}  # two of them from the investigation of B


def test_forms_of_the_pack_are_all_used_but_special_matters(play: Play) -> None:
    used = {form for day in play.year.days for form in day.sheets}
    used |= {form for day in routine_days(play.year) for form in day.sheets.get("bozhou", {})}
    with reading(play.engine) as session:
        known = set(forms_of(load_pack(session, desk_on(session, play.year.launch_on).cycle)))
    assert known - used == {"special_matters"}
