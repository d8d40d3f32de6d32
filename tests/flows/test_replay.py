"""Replay: proposals come out byte for byte the same from stored pack and facts, or the first difference is told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from typer.testing import CliRunner

import cli
from config.settings import Settings
from models.grading import FactFrame, ProposalSheet
from models.session import writing
from tasks import wiring
from tasks.desk import Desk
from tasks.grading import rules
from tasks.grading.replay import first_difference, replay_cycle
from tasks.wiring import House
from tests.flows.last_stages import decide_all, desk_at_proposal, fill_evidence, fill_preliminary, run


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    """Two rounds of proposals, the second confirmed with a change against a soft rule and decided."""
    with writing(sqlite_engine) as session:
        desk = desk_at_proposal(session)
        fill_evidence(desk, {"U1": "好", "P12": "一般"})
        run(desk, "propose")
        fill_preliminary(desk, {"U3": "一般"})
        assert decide_all(desk).state == "closed"
        yield desk


def sheets(desk: Desk) -> list[ProposalSheet]:
    return list(desk.session.exec(select(ProposalSheet).order_by(ProposalSheet.round)))


def test_every_round_of_a_decided_cycle_replays_identically(desk):
    replayed = replay_cycle(desk)
    assert (replayed.rounds, replayed.differences) == (2, ())
    assert "confirmed" in sheets(desk)[1].assessment


def test_a_stored_assessment_that_was_changed_is_found_with_its_place(desk):
    sheet = sheets(desk)[1]
    sheet.assessment = {**sheet.assessment, "grades": {**sheet.assessment["grades"], "P12": "好"}}
    assert replay_cycle(desk).differences == ('第2稿:grades.P12:原为 "好",现得 "一般"',)


def test_a_core_that_answers_otherwise_is_found(desk, monkeypatch):
    """As a changed rule kind would: one subject gets another grade."""
    ask = rules.assess

    def changed(*arguments: Any, **options: Any) -> Any:
        answer = ask(*arguments, **options)
        object.__setattr__(answer, "ceilings", answer.ceilings.clear())
        object.__setattr__(
            answer, "grades", answer.grades.with_columns(grade=answer.grades["grade"].replace("较好", "差"))
        )
        return answer

    monkeypatch.setattr(rules, "assess", changed)
    first, second = replay_cycle(desk).differences
    assert first.startswith("第1稿:grades.")
    assert second.endswith('原为 "较好",现得 "差"')


def test_frozen_facts_that_were_touched_are_found(desk):
    frame = desk.session.exec(select(FactFrame)).first()
    frame.content = frame.content.replace("较好", "一般", 1)
    assert any("校验值不符" in line for line in replay_cycle(desk).differences)


@pytest.mark.parametrize(
    ("stored", "again", "told"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, "b:原为 null,现得 2"),
        ({"a": [1, 2]}, {"a": [1]}, "a:原有 2 条,现得 1 条"),
        ({"a": [{"x": 1}]}, {"a": [{"x": 2}]}, "a[1].x:原为 1,现得 2"),
    ],
)
def test_the_first_difference_is_named_with_its_place(stored, again, told):
    assert first_difference(stored, again) == told


def test_the_command_exits_0_when_identical_and_1_with_the_difference(sqlite_engine, tmp_path, monkeypatch):
    with writing(sqlite_engine) as session:
        desk = desk_at_proposal(session)
        fill_evidence(desk, {"U1": "好"})
        assert decide_all(desk).state == "closed"
    world = House(Settings(data=tmp_path, out=tmp_path / "out"), sqlite_engine, desk.calendar)
    monkeypatch.setattr(wiring, "house", lambda: world)
    done = CliRunner().invoke(cli.app, ["replay", "bozhou-2010"])
    assert (done.exit_code, "逐字节一致" in done.stdout) == (0, True)
    with writing(sqlite_engine) as session:
        sheet = session.exec(select(ProposalSheet)).one()
        sheet.assessment = {**sheet.assessment, "notices": ["x"]}
    changed = CliRunner().invoke(cli.app, ["replay", "bozhou-2010", "--json"])
    assert changed.exit_code == 1
    assert json.loads(changed.stdout)["identical"] is False
    assert CliRunner().invoke(cli.app, ["replay", "bozhou-1999"]).exit_code == 1
    assert [CliRunner().invoke(cli.app, ["audit", "verify", *more]).exit_code for more in ([], ["--replay"])] == [0, 1]
