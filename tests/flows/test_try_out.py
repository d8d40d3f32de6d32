"""Trials on a cycle's frozen facts: from the shell and from the UI; who changes, why, and how stable grades are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from prefect.client.schemas.objects import StateType
from sqlalchemy import Engine
from sqlmodel import Session
from typer.testing import CliRunner, Result

import cli
from config.calendar import WorkCalendar
from config.settings import Settings
from flows import try_scheme as module
from tasks import wiring
from tasks.desk import Desk
from tasks.running.try_form import TryForm
from tasks.wiring import House
from tests.flows.engine_house import make_world
from tests.flows.kept import engine_after
from tests.flows.last_stages import desk_at_proposal, fill_evidence, fill_preliminary, run

VARY = "grid: {BZ-07.part: [0, 1, 2]}"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A proposal of three teams, all opined 好 in a given order; one place of three."""
    with engine_after("try", proposed, tmp_path) as engine:
        world = House(Settings(data=tmp_path, out=tmp_path / "out"), engine, WorkCalendar())
        monkeypatch.setattr(wiring, "house", lambda: world)
        monkeypatch.setattr(module, "house", lambda: world)
        yield world


def proposed(session: Session) -> Desk:
    desk = desk_at_proposal(session)
    fill_evidence(desk, {"U1": "好", "U2": "好", "U3": "好"})
    fill_preliminary(desk, {"U1": "好", "U2": "好", "U3": "好"}, rank={"U1": 1, "U2": 2, "U3": 3})
    run(desk, "propose")
    return desk


def kaohe(*words: str) -> Result:
    return CliRunner().invoke(cli.app, ["whatif", *words], env={"COLUMNS": "200"})


@pytest.mark.usefixtures("world")
def test_a_wider_quota_names_who_comes_up_and_the_rule_that_no_longer_binds():
    told = json.loads(kaohe("bozhou-2010", "--set", "BZ-07.part=2", "--json").stdout)
    (moved,) = told["moved"]
    assert (moved["name"], moved["before"], moved["after"]) == ("州林业局", "较好", "好")
    assert moved["reasons"][0].startswith("不再受 BZ-07")
    assert (told["before"]["好"], told["after"]["好"]) == (1, 2)
    assert "州林业局" in kaohe("bozhou-2010", "--set", "BZ-07.part=2").stdout


@pytest.mark.usefixtures("world")
def test_stability_counts_over_a_grid_and_the_workbook_holds_it(tmp_path: Path):
    vary, book = tmp_path / "vary.yaml", tmp_path / "试算.xlsx"
    vary.write_text(VARY, encoding="utf-8")
    told = json.loads(kaohe("bozhou-2010", "--vary", str(vary), "--excel", str(book), "--json").stdout)
    teams = {row["name"]: row for row in told["stability"] if row["tier"] == "领导班子"}
    assert told["variants"] == 3
    assert {name: (row["same"], row["best"], row["worst"]) for name, row in teams.items()} == {
        "州水务局": (2, "好", "较好"),
        "州林业局": (2, "好", "较好"),
        "州交通局": (3, "较好", "较好"),
    }
    assert pl.read_excel(book, sheet_name="稳定性")["对象"].len() == 12
    shown = kaohe("bozhou-2010", "--vary", str(vary)).stdout
    assert shown.startswith("12 个对象,3 种取值下 2 个等次有变")
    assert ("州林业局" in shown, "州交通局" in shown) == (True, False)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("bozhou-2010", "--set", "BZ-99.part=1"), 2, "没有“BZ-99.part”"),
        (("bozhou-2010", "--set", "BZ-07.whole=0"), 2, "不小于 1"),
        (("bozhou-2010", "--set", "BZ-07.part"), 2, "不是 项目=取值"),
        (("bozhou-2010", "--set", "BZ-07.part=1", "--set", "BZ-07.part=2"), 2, "“BZ-07.part”给了 2 次"),
        (("bozhou-2010",), 2, "没有要试的取值"),
        (("bozhou-1999", "--set", "BZ-07.part=1"), 1, "没有周期“bozhou-1999”"),
    ],
    ids=["unknown key", "bad value", "no value", "twice", "nothing", "unknown cycle"],
)
def test_what_cannot_be_tried_is_refused_with_what_exists(words: tuple[str, ...], code: int, said: str):
    refused = kaohe(*words)
    assert (refused.exit_code, said in refused.stderr) == (code, True)


@pytest.mark.usefixtures("world")
def test_every_key_is_listed_with_its_value():
    assert "BZ-07.part" in kaohe("bozhou-2010", "--keys").stdout


def test_a_cycle_without_a_proposal_cannot_be_tried(sqlite_engine: Engine, tmp_path: Path, monkeypatch: Any):
    world = make_world(sqlite_engine, tmp_path)
    monkeypatch.setattr(wiring, "house", lambda: world)
    refused = kaohe("bozhou-2010", "--set", "BZ-07.part=1")
    assert (refused.exit_code, "还没有定等建议" in refused.stderr) == (1, True)


def test_a_case_file_can_be_tried():
    case = Path(cli.__file__).parent / "config/schemes/bozhou/cases/integrated.yaml"
    told = json.loads(kaohe("bozhou", "--file", str(case), "--set", "BZ-48.off=true", "--json").stdout)
    assert "D" in {row["subject"] for row in told["moved"]}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The artifacts that a run leaves."""
    kept: list[dict[str, Any]] = []
    for name in ("create_markdown_artifact", "create_table_artifact"):
        monkeypatch.setattr(module, name, lambda **artifact: kept.append(artifact))
    return kept


def tried(changes: list[dict[str, str]], **fields: Any) -> Any:
    form = TryForm.model_validate({"scheme": "bozhou", "year": 2010, "changes": changes, **fields})
    return module.try_scheme.fn(form)


def test_the_form_leaves_table_text_and_workbook(world: House, shown: list[dict[str, Any]], tmp_path: Path):
    vary = tmp_path / "vary.yaml"
    vary.write_text(VARY, encoding="utf-8")
    state = tried([{"key": "BZ-07.part", "value": "2"}], vary=str(vary))
    assert (state.type, state.name) == (StateType.COMPLETED, "已试算")
    table, text = shown
    assert [row["对象"] for row in table["table"]] == ["州林业局"]
    assert {artifact["key"] for artifact in shown} == {"bozhou-2010-try-out", "bozhou-2010-try-out-table"}
    assert "| BZ-07.part | 2 |" in text["markdown"]
    assert "稳定性(3 种取值)" in text["markdown"]
    (book,) = (tmp_path / "out" / "bozhou-2010" / "试算").iterdir()
    assert f"out/bozhou-2010/试算/{book.name}" in text["markdown"]
    assert pl.read_excel(book, sheet_name="变动")["试算等次"].to_list() == ["好"]
    assert world.settings.out == tmp_path / "out"


@pytest.mark.usefixtures("world")
def test_a_refused_trial_ends_failed_with_every_reason(shown: list[dict[str, Any]]):
    state = tried([{"key": "BZ-99.part", "value": "2"}, {"key": "quota.mi", "value": "2"}])
    assert (state.type, state.name) == (StateType.FAILED, "未试算")
    assert shown[0]["markdown"].count("\n- ") == 2
    assert tried([]).message == "没有要试的取值:请至少填一行,或给出变体文件"
