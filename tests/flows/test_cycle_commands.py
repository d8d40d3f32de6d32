"""kaohe cycle, gate and audit: what they print, what they refuse, with which exit code."""

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

import cli
from config.forms import FieldSpec, Option
from models.session import make_engine, writing
from tasks import wiring
from tasks.cycle.gates import open_gate
from tasks.wiring import House, writing_desk
from tests.flows.engine_house import FakePrefect, gates_of, make_world, simple_question

FIELDS = (
    FieldSpec(name="grade", label="等次", type="choice", required=True, options=(Option(value="a", label="好"),)),
    FieldSpec(name="reason", label="理由", type="longtext"),
)


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    world = make_world(sqlite_engine, tmp_path)
    monkeypatch.setattr(wiring, "house", lambda: world)
    FakePrefect().install(monkeypatch)
    return world


@pytest.fixture
def gate(world: House) -> str:
    with writing_desk(world, 1) as desk:
        desk.move(desk.stage("announce"), "open", opened_on=desk.today)
        return open_gate(desk, "announce", simple_question(*FIELDS)).key


def kaohe(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), env={"COLUMNS": "200"})


def answer(tmp_path: Path, content: str, by: str = "管理员甲") -> Result:
    file = tmp_path / "answer.json"
    file.write_text(content, encoding="utf-8")
    return kaohe("gate", "answer", "bozhou-2010", str(file), "--by", by)


def test_cycles_are_listed_for_people_and_programs(world: House) -> None:
    line = {"key": "bozhou-2010", "name": "博州 2010 年度考核", "state": "办理中", "stage": "公布名单"}
    assert json.loads(kaohe("cycle", "list", "--json").stdout) == [line]
    assert all(word in kaohe("cycle", "list").stdout for word in line.values())
    assert world.engine.dialect.name == "sqlite"


def test_a_cycle_is_shown_with_stages_and_the_open_gate(gate: str) -> None:
    view: dict[str, Any] = json.loads(kaohe("cycle", "show", "bozhou-2010", "--json").stdout)
    assert [row["stage"] for row in view["stages"]][:2] == ["announce", "self_report"]
    assert view["stages"][0]["state"] == "open"
    assert (view["gate"]["key"], view["gate"]["holders"]) == (gate, ["管理员甲"])
    assert any("BZ-33" in line for line in view["unmet"])
    assert "待答复:确认" in kaohe("cycle", "show", "bozhou-2010").stdout


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "command", [("cycle", "show"), ("gate", "show"), ("cycle", "continue")], ids=lambda command: " ".join(command)
)
def test_an_unknown_cycle_is_refused_naming_those_that_exist(command: tuple[str, str]) -> None:
    refused = kaohe(*command, "bozhou-1999")
    assert refused.exit_code == 1
    assert "没有周期“bozhou-1999”。现有:bozhou-2010" in refused.stderr.replace("\n", "")


@pytest.mark.usefixtures("world")
def test_without_a_gate_there_is_nothing_to_show() -> None:
    refused = kaohe("gate", "show", "bozhou-2010")
    assert (refused.exit_code, "没有待答复的关口" in refused.stderr) == (1, True)


def test_a_gate_is_shown_with_fields_and_choices(gate: str) -> None:
    shown = kaohe("gate", "show", "bozhou-2010")
    assert all(word in shown.stdout for word in ("等次", "理由", "管理员甲"))
    assert json.loads(kaohe("gate", "show", "bozhou-2010", "--json").stdout)["key"] == gate


def test_an_answer_is_kept_first_and_a_second_one_refused(world: House, gate: str, tmp_path: Path) -> None:
    assert answer(tmp_path, '{"grade": "a", "reason": ""}').exit_code == 0
    again = answer(tmp_path, '{"grade": "a", "reason": "改了"}')
    assert (again.exit_code, "管理员甲" in again.stderr) == (1, True)
    assert gates_of(world)[0].key == gate
    assert gates_of(world)[0].answer == {"grade": "a", "reason": ""}


@pytest.mark.usefixtures("gate")
@pytest.mark.parametrize(
    ("content", "by", "code"), [("[1, 2]", "管理员甲", 2), ("{", "管理员甲", 2), ("{}", "路人", 1)]
)
def test_what_is_no_answer_or_comes_from_no_holder_is_refused(
    world: House, tmp_path: Path, content: str, by: str, code: int
) -> None:
    assert answer(tmp_path, content, by).exit_code == code
    assert gates_of(world)[0].state == "open"


@pytest.mark.usefixtures("world")
def test_an_unknown_scheme_or_year_is_wrong_input(tmp_path: Path) -> None:
    file = tmp_path / "launch.json"
    file.write_text('{"scheme": "bozhou", "year": 1800, "office": "办", "contact": "人"}', encoding="utf-8")
    refused = kaohe("cycle", "launch", str(file))
    assert (refused.exit_code, "year" in refused.stderr) == (2, True)


def test_the_audit_chain_is_verified_and_an_edit_found(world: House) -> None:
    assert kaohe("audit", "verify").exit_code == 0
    with writing(world.engine) as session:
        session.execute(text("UPDATE audit SET canonical = '{}' WHERE seq = 1"))
    broken = kaohe("audit", "verify")
    assert (broken.exit_code, "第 1 条内容被改动" in broken.stderr) == (1, True)


def test_a_locked_database_is_one_clear_message(
    world: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    impatient = House(world.settings, make_engine(str(world.engine.url), busy_seconds=0.05), world.calendar)
    monkeypatch.setattr(wiring, "house", lambda: impatient)
    monkeypatch.setattr(sys, "argv", ["kaohe", "cycle", "list"])
    with sqlite3.connect(str(world.engine.url.database), isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SystemExit) as ended:
            cli.main()
        other.execute("ROLLBACK")
    assert (ended.value.code, capsys.readouterr().err.count("数据库正被其他程序占用")) == (1, 1)


def active_codes(world: House) -> set[str]:
    """The codes of those assessed now."""
    with writing_desk(world, 1) as desk:
        return {subject.code for subject in desk.subjects()}


def test_a_subject_is_withdrawn_with_a_reason_and_only_once(world: House) -> None:
    given = ["subject", "withdraw", "bozhou-2010", "P12", "--reason", "退休", "--by", "管理员甲"]
    assert kaohe(*given).exit_code == 0
    assert "P12" not in active_codes(world)
    again = kaohe(*given)
    assert (again.exit_code, "已退出" in again.output) == (1, True)


def test_nobody_is_added_who_is_not_in_the_roster(world: House) -> None:
    before = active_codes(world)
    refused = kaohe(
        "subject", "add", "bozhou-2010", "P99", "--unit", "U1", "--tier", "deputy", "--reason", "调入", "--by", "甲"
    )
    assert (refused.exit_code, "P99" in refused.output) == (1, True)
    assert active_codes(world) == before
