"""A duty's run as an administrator sees it: its name, how it ends, and what its artifacts show."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tasks.duties.turn import turn_duty
from tasks.running import duty_step, show_duty
from tasks.running.duty_step import run_title, told, turn_and_show
from tasks.wiring import House
from tests.duty_house import file_rows, year_world
from tests.flows.engine_house import set_today

Shown = dict[str, Any]


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    since = date(2010, 1, 4)
    world = year_world(sqlite_engine, tmp_path, "bozhou", since, duties=["contact_points", "midyear_check"])
    monkeypatch.setattr(duty_step, "house", lambda: world)
    return world


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What was written as artifacts, by key."""
    found: Shown = {}
    for name, part in (("create_table_artifact", "table"), ("create_markdown_artifact", "markdown")):
        monkeypatch.setattr(show_duty, name, lambda key, part=part, **given: found.update({key: given[part]}))
    return found


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("duty", "title"),
    [
        ("contact_hearing", "博州·联系点汇报会 2010年第一季度"),
        ("instruments", "博州·督查文书回复 1月4日"),
        ("plan", "bozhou plan"),
    ],
)
def test_a_run_is_called_after_its_duty_and_period(duty: str, title: str) -> None:
    assert run_title("bozhou", duty) == title


@pytest.mark.usefixtures("world")
def test_a_duty_that_does_not_run_ends_as_not_enabled() -> None:
    state = turn_and_show("tongxiang", "monthly_review")
    assert (state.name, state.is_completed()) == ("未启用", True)
    assert "kaohe duty enable tongxiang" in (state.message or "")


def test_what_a_turn_did_is_told_in_a_line(world: House) -> None:
    assert told(turn_duty(world, "bozhou", "contact_points")) == "开期:联系点分工 2010年;未交 1 项"
    assert told(turn_duty(world, "bozhou", "contact_points")) == "未交 1 项"


def test_artifacts_show_progress_who_owes_and_the_last_result_with_its_clause(world: House, shown: Shown) -> None:
    turn_duty(world, "bozhou", "contact_points")
    set_today(world, date(2010, 2, 3))
    show_duty.show_duty(world, "bozhou", "contact_points")
    assert shown["bozhou-contact-points-missing"] == [
        {"名称": "州纪委", "单位": "", "期次": "2010年", "截止": "2010-01-31", "逾期": "3 天"}
    ]
    row = {"unit": "U1", "contact": "常委乙", "level": "county_or_above", "assigned_on": "2010-02-03"}
    file_rows(world, "bozhou-2010", "contact_points", date(2010, 2, 3), row)
    turn_duty(world, "bozhou", "contact_points")
    show_duty.show_duty(world, "bozhou", "contact_points")
    (progress,) = shown["bozhou-contact-points-progress"]
    assert (progress["状态"], progress["逾期报送"]) == ("已结期", "1")
    assert "(无)" in shown["bozhou-contact-points-missing"]
    result = shown["bozhou-contact-points-result"]
    assert "没有联系人" in result
    assert "「分工联系所有被考核单位" in result
    assert "bozhou-2010-routine/contact_points/2010.xlsx" in result
