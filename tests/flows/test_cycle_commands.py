"""kaohe cycle, gate and audit: what they print, what they refuse, with which exit code."""

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

import cli
from config.forms import FieldSpec, Option
from models.session import make_engine, writing
from tasks import wiring
from tasks.cycle.gates import open_gate
from tasks.running import prefect_api
from tasks.running.launch_form import form_of
from tasks.wiring import House, writing_desk
from tests.flows.engine_house import FakePrefect, cycle_of, gates_of, make_world, simple_question
from tests.support import make_params

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


SILENT = "Prefect 服务没有应答,请先运行 make up(kaohe up)"


@pytest.fixture
def away(world: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Every call of Prefect's API finds nobody."""

    def refuse(*_: object, **__: object) -> None:
        raise httpx.ConnectError("[Errno 111] Connection refused")

    for name in ("launch", "pending_runs"):
        monkeypatch.setattr(prefect_api, name, refuse)
    return world


def launch(tmp_path: Path, **changes: Any) -> Result:
    file = tmp_path / "launch.json"
    file.write_text(json.dumps(form_of(make_params()) | changes), encoding="utf-8")
    return kaohe("cycle", "launch", str(file))


@pytest.mark.usefixtures("world")
def test_a_launch_with_equal_parameters_is_handed_to_prefect(tmp_path: Path) -> None:
    done = launch(tmp_path)
    assert (done.exit_code, "已发起" in done.stdout) == (0, True)


@pytest.mark.usefixtures("away")
def test_a_launch_without_prefect_is_one_line(tmp_path: Path) -> None:
    refused = launch(tmp_path)
    assert (refused.exit_code, refused.stderr) == (1, SILENT + "\n")


@pytest.mark.usefixtures("away")  # wrong input is told before Prefect is asked
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"year": 1800}, "“考核年度(year)”收到“1800”;允许:不小于 1978"),
        ({"yaer": 2010}, "没有字段“yaer”"),
        ({"scheme": "bojou"}, "没有方案“bojou”;现有方案:bozhou"),
        ({"year": 2009, "overrides": [{"key": "no.such", "value": "1"}]}, "“no.such”不可调整;可调整的有:"),
        ({"year": 2009, "due": [{"stage": "公布", "due_on": "2010-11-30"}]}, "早于今天"),
        ({"due": [{"stage": "公布", "due_on": "2026-13-45"}]}, "“2026-13-45”不是日期"),
    ],
    ids=["year", "key", "scheme", "override", "due", "date"],
)
def test_wrong_input_of_a_launch_is_told_before_prefect_is_asked(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    refused = launch(tmp_path, **changes)
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert words in refused.stderr


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{", "不是有效的 JSON"), (b"\xff", "不是 UTF-8"), (None, "读不了")],
    ids=["json", "text", "none"],
)
def test_an_unreadable_launch_file_is_one_line(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "launch.json"
    if content is not None:
        file.write_bytes(content)
    refused = kaohe("cycle", "launch", str(file))
    assert (refused.exit_code, refused.stderr.count("\n"), words in refused.stderr) == (2, 1, True)


@pytest.mark.usefixtures("away")
def test_other_parameters_than_those_of_the_running_cycle_are_refused(tmp_path: Path) -> None:
    refused = launch(tmp_path, hotline="0900-5550000")
    assert (refused.exit_code, "举报监督电话" in refused.stderr) == (1, True)


def test_a_hold_stays_while_prefect_is_away(away: House) -> None:
    with writing_desk(away, 1) as desk:
        desk.move(desk.cycle, "hold", reason="查")
    refused = kaohe("cycle", "continue", "bozhou-2010")
    assert (refused.exit_code, refused.stderr) == (1, SILENT + "\n")
    assert cycle_of(away).state == "held"


def test_a_hold_ends_when_prefect_answers(world: House) -> None:
    with writing_desk(world, 1) as desk:
        desk.move(desk.cycle, "hold", reason="查")
    assert kaohe("cycle", "continue", "bozhou-2010").exit_code == 0
    assert cycle_of(world).state == "open"


@pytest.mark.parametrize(("status", "words"), [(503, SILENT), (409, "Prefect 没有接受")])
def test_a_server_in_trouble_is_told_from_one_that_refuses(
    world: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, words: str
) -> None:
    request = httpx.Request("POST", "http://prefect.example/api")

    def respond(*_: object, **__: object) -> None:
        httpx.Response(status, request=request).raise_for_status()

    monkeypatch.setattr(prefect_api, "launch", respond)
    refused = launch(tmp_path)
    assert (refused.exit_code, refused.stderr.count("\n"), words in refused.stderr) == (1, 1, True)
    assert cycle_of(world).state == "open"


def main_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int | str | None, str]:
    """Exit code and stderr of the command line run as a program."""
    monkeypatch.setattr(sys, "argv", ["kaohe", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize("url", ["secret", "secret:no-url", "postgresql://u:secret@db:port/kaohe"])
def test_a_database_address_that_is_none_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    monkeypatch.setattr(wiring, "house", lambda: make_engine(url))
    code, told = main_fails(monkeypatch, capsys, "cycle", "list")
    assert (code, told.count("\n"), "KAOHE_DATABASE_URL" in told, "secret" in told) == (1, 1, True, False)


def test_an_output_that_cannot_be_written_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(wiring, "house", lambda: tmp_path.mkdir())
    code, told = main_fails(monkeypatch, capsys, "cycle", "list")
    assert (code, told) == (1, f"{tmp_path}:读写不了(同名文件已存在);请检查路径、权限和磁盘空间后重试\n")


def test_an_error_of_the_program_itself_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, str] = {}
    monkeypatch.setattr(wiring, "house", lambda: known["none"])
    monkeypatch.setattr(sys, "argv", ["kaohe", "cycle", "list"])
    with pytest.raises(KeyError):
        cli.main()


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
