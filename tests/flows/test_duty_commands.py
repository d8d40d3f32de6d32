"""kaohe duty: enable, turn, list, show, disable; what is refused, and with which exit code."""

import json
from datetime import date
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import httpx
import pytest
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

import cli
from commands.up import _left_out
from config.scheme_loader import UnknownScheme
from models.migrate import make_rehearsal
from models.session import writing
from tasks import wiring
from tasks.running import prefect_api
from tasks.running.schedules import DUTY, RECURRING, REHEARSAL, SCHEME
from tasks.wiring import House
from tests.duty_house import file_rows, house_on, write_pack
from tests.flows.engine_house import set_today
from tests.support import make_roster, moment

SINCE = date(2010, 1, 4)
ENABLE = ("duty", "enable", "bozhou", "--since", "2010-01-04", "--office", "考核办", "--contact", "邵明远")
CLAUSE = "分工联系所有被考核单位"


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Two units on a day of January; Prefect is away."""
    monkeypatch.setattr(prefect_api, "connect", away)
    make_rehearsal(sqlite_engine, moment(SINCE))
    with writing(sqlite_engine) as session:
        make_roster(session)
    world = house_on(sqlite_engine, tmp_path)
    monkeypatch.setattr(wiring, "house", lambda: world)
    return world


def away() -> NoReturn:
    raise httpx.ConnectError("nobody listens")


def kaohe(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words), env={"COLUMNS": "200"})


@pytest.mark.usefixtures("world")
def test_a_scheme_is_enabled_once_and_says_that_the_schedules_follow_later() -> None:
    first, again = kaohe(*ENABLE), kaohe(*ENABLE)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "博州 2010 年经常性考核已启用" in first.stdout
    assert "kaohe up" in first.stdout


@pytest.mark.usefixtures("world")
def test_enabling_anew_with_another_day_is_refused_naming_both() -> None:
    kaohe(*ENABLE)
    refused = kaohe(*(word.replace("01-04", "02-01") for word in ENABLE))
    assert refused.exit_code == 1
    assert "2010-01-04" in refused.output
    assert "2010-02-01" in refused.output


def test_on_an_empty_roster_nothing_is_enabled_and_the_next_step_is_named(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefect_api, "connect", away)
    make_rehearsal(sqlite_engine, moment(SINCE))
    world = house_on(sqlite_engine, tmp_path)
    monkeypatch.setattr(wiring, "house", lambda: world)
    refused = kaohe(*ENABLE)
    assert refused.exit_code == 2
    assert "kaohe roster import" in refused.output
    assert "未启用" in kaohe("duty", "list", "bozhou").stdout


@pytest.mark.usefixtures("world")
def test_all_reasons_of_wrong_input_are_told_at_once() -> None:
    refused = kaohe(*ENABLE, "--duty", "plan", "--office", " ")
    assert refused.exit_code == 2
    assert all(words in refused.output for words in ("没有事项“plan”", "plan_breakdown(责任分解)", "不能为空"))


def contact_points(world: House) -> None:
    row = {"contact": "常委乙", "level": "county_or_above", "assigned_on": "2010-01-20"}
    file_rows(world, "bozhou-2010", "contact_points", date(2010, 1, 20), {"unit": "U1"} | row)


def test_what_is_turned_without_prefect_is_listed_and_shown_with_its_clause(world: House) -> None:
    kaohe(*ENABLE, "--duty", "contact_points")
    turned = kaohe("duty", "turn", "bozhou", "contact_points")
    assert "已开期:联系点分工 2010年" in turned.stdout
    (line,) = [row for row in json.loads(kaohe("duty", "list", "--json").stdout) if row["cycle"]]
    assert (line["open_periods"], line["owed"], line["overdue"]) == (["联系点分工 2010年"], 1, 0)
    contact_points(world)
    set_today(world, date(2010, 2, 1))
    assert "已结期:联系点分工 2010年" in kaohe("duty", "turn", "bozhou").stdout
    view = json.loads(kaohe("duty", "show", "bozhou", "contact_points", "2010", "--json").stdout)
    assert (view["state"], view["figures"]["按时"]) == ("closed", 1)
    assert view["flaws"] == [["BZ-27", "州林业局:没有联系人"]]
    assert (world.settings.out / view["workbook"]).is_file()
    shown = kaohe("duty", "show", "bozhou", "contact_points").stdout
    assert CLAUSE in shown
    assert "州林业局" in shown


@pytest.mark.parametrize(("day", "told"), [(4, "2010-01-04"), (5, "待补办")])
def test_a_day_that_is_over_is_not_called_the_next_opening(world: House, day: int, told: str) -> None:
    kaohe(*ENABLE, "--duty", "contact_points")
    set_today(world, date(2010, 1, day))
    (line,) = [row for row in kaohe("duty", "list", "bozhou").stdout.splitlines() if "contact_points" in row]
    assert told in line
    assert "不知道" in kaohe("duty", "list", "bozhou").stdout  # Prefect is away


class Switches:
    """Stands in for Prefect's API: deployments whose schedules' switches stand as given."""

    def __init__(self, *known: DeploymentResponse) -> None:
        self.known = known

    def __enter__(self) -> "Switches":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def read_deployments(self, **_: object) -> tuple[DeploymentResponse, ...]:
        return self.known


def switched(duty: str, *, active: bool, mark: str = "") -> DeploymentResponse:
    schedule = DeploymentSchedule(schedule=CronSchedule(cron="5 6 * * *"), active=active)
    return DeploymentResponse(
        name=duty,
        flow_id=uuid4(),
        schedules=[schedule],
        tags=[RECURRING, mark],
        labels={},
        parameters={SCHEME: "bozhou", DUTY: duty},
    )


@pytest.mark.parametrize(
    ("active", "mark", "paused"), [(False, "", True), (False, REHEARSAL, False), (True, "", False)]
)
def test_a_duty_whose_schedule_a_person_paused_says_so(
    world: House, monkeypatch: pytest.MonkeyPatch, active: bool, mark: str, paused: bool
) -> None:
    kaohe(*ENABLE, "--duty", "contact_points")
    monkeypatch.setattr(prefect_api, "connect", lambda: Switches(switched("contact_points", active=active, mark=mark)))
    told = kaohe("duty", "list", "bozhou").stdout
    assert ("已在 Prefect 界面暂停" in told) is paused
    assert ("(已暂停)" in told) is paused
    assert "不知道" not in told
    lines = json.loads(kaohe("duty", "list", "bozhou", "--json").stdout)
    assert {line["paused"] for line in lines if line["cycle"]} == {paused}
    assert {line["paused"] for line in lines if not line["cycle"]} == {None}
    assert world.engine.dialect.name == "sqlite"


@pytest.mark.usefixtures("world")
def test_a_faulty_pack_hides_no_other_and_its_faults_are_told_after_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path / "packs"))
    (write_pack(tmp_path / "packs") / "duties.yaml").write_text("duties: 无\n", encoding="utf-8")
    listed = kaohe("duty", "list")
    assert listed.exit_code == 1
    assert "contact_points" in listed.stdout
    assert "duties.yaml:1" in listed.stderr
    assert "kaohe scheme check probe" in listed.stderr
    unknown = kaohe("duty", "list", "nosuch").exception
    assert isinstance(unknown, UnknownScheme)  # which cli.main tells as wrong input
    assert [line for line in _left_out() if "probe" in line and "没有登记" in line]


@pytest.mark.usefixtures("world")
def test_what_does_not_run_is_told_so_and_refused() -> None:
    assert "未启用" in kaohe("duty", "list", "bozhou").stdout
    for words in (("turn", "bozhou"), ("turn", "bozhou", "contact_points"), ("disable", "bozhou", "--reason", "换届")):
        refused = kaohe("duty", *words)
        assert refused.exit_code == 1
        assert "没有启用" in refused.output
    kaohe(*ENABLE)
    assert "责任分解" in kaohe("duty", "turn", "bozhou", "plan").output
    assert "没有开过“2011”" in kaohe("duty", "show", "bozhou", "contact_points", "2011").output


def test_a_disabled_scheme_does_nothing_until_it_is_enabled_again(world: House) -> None:
    kaohe(*ENABLE)
    assert "已暂停" in kaohe("duty", "disable", "bozhou", "--reason", "换届").stdout
    assert "已开期" not in kaohe("duty", "turn", "bozhou", "contact_points").stdout
    assert "已启用" in kaohe(*ENABLE).stdout
    assert "已开期" in kaohe("duty", "turn", "bozhou", "contact_points").stdout
    assert "理由不能为空" in kaohe("duty", "disable", "bozhou", "--reason", " ").output
    assert world.engine.dialect.name == "sqlite"
