"""What Prefect is given: deployments as promised, flows without retries or stored results, Chinese forms."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.states import Failed
from sqlalchemy import Engine

from config.prefect_env import prefect_environment
from config.scheme_loader import list_launchable, load_scheme
from config.settings import ROOT, Settings
from config.stages import load_stages
from flows import annual_cycle as module
from flows.annual_cycle import REFUSED, annual_cycle, count_failure, cycle_title
from flows.deployment import POOL, ZONE, Registered
from flows.deployments import DEPLOYMENTS, all_deployments
from flows.duty_deployments import duty_deployments
from flows.stage_flows import STAGE_FLOWS
from tasks.cycle.gates import prefect_key
from tasks.cycle.run_stage import STAGES
from tasks.running.launch_form import LaunchForm, form_of
from tasks.wiring import House, writing_desk
from tests.flows.engine_house import claim, cycle_of, make_world
from tests.support import OPENED, make_params, moment

DATA = Path(__file__).parent / "data"


def told(item: Registered) -> dict[str, Any]:
    every = item.every.total_seconds() if item.every else None
    return {
        "name": item.name,
        "entrypoint": item.entrypoint,
        "every_seconds": every,
        "cron": item.cron or None,
        "zone": ZONE if item.scheduled else None,
        "limit": item.limit,
        "tags": list(item.tags),
        "parameters": dict(item.parameters),
        "pool": POOL,
    }


def flow_of(item: Registered) -> Flow[..., Any]:
    return load_flow_from_entrypoint(f"{ROOT}/{item.entrypoint}")


def test_the_deployments_are_those_that_were_promised() -> None:
    assert [told(item) for item in DEPLOYMENTS] == json.loads((DATA / "deployments.json").read_text(encoding="utf-8"))


def test_each_duty_of_each_pack_has_the_deployment_that_was_promised() -> None:
    found = {item.name: _duty_told(item) for item in duty_deployments()}
    assert found == json.loads((DATA / "duty_deployments.json").read_text(encoding="utf-8"))


def _duty_told(item: Registered) -> str:
    parameters = dict(item.parameters)
    place = f"{parameters['方案']}.{parameters['事项']}"
    return f"{place} | {item.entrypoint} | {item.cron} {ZONE} | limit {item.limit} | {' '.join(item.tags)}"


def test_names_of_deployments_are_unique_and_such_as_prefect_takes() -> None:
    names = [item.name for item in all_deployments()]
    assert len(set(names)) == len(names)
    assert [name for name in names if set(name) & set("/%&<>")] == []


def test_a_duty_leads_to_the_flow_of_its_rhythm() -> None:
    for item in {item.entrypoint: item for item in duty_deployments()}.values():
        found = flow_of(item)
        assert found.name == f"{item.tags[-1]}事项"
        assert (found.retries, found.persist_result, list(found.parameters.properties)) == (0, False, ["方案", "事项"])
        assert "检查" in item.description


@pytest.mark.parametrize("item", DEPLOYMENTS, ids=lambda item: item.name)
def test_a_deployment_leads_to_a_flow_that_is_never_retried(item: Registered) -> None:
    found = flow_of(item)
    assert (found.name, found.retries, found.persist_result) == (item.name, 0, False)
    assert re.search("[一-鿿]", item.description)


@pytest.mark.parametrize("item", DEPLOYMENTS, ids=lambda item: item.name)
def test_its_form_is_chinese_throughout(item: Registered) -> None:
    schema = flow_of(item).parameters.model_dump()
    models = [schema, *schema.get("definitions", {}).values()]
    parts = [*models[1:], *(field for model in models for field in model.get("properties", {}).values())]
    words = [part[name] for part in parts for name in ("title", "description") if part.get(name)]
    assert [word for word in words if not re.search("[一-鿿]", word)] == []


def test_the_launch_form_offers_the_schemes_on_disk() -> None:
    schema = annual_cycle.parameters.model_dump()
    assert schema["required"] == ["周期"]
    assert schema["definitions"]["LaunchForm"]["properties"]["scheme"]["enum"] == list_launchable()


def test_every_stage_of_a_scheme_has_a_flow_of_its_own_and_a_module() -> None:
    codes = [spec.code for spec in load_stages(load_scheme("bozhou"))]
    assert list(STAGE_FLOWS) == list(STAGES) == codes
    assert (
        len({found.name for found in STAGE_FLOWS.values()})
        == len({id(found.fn) for found in STAGE_FLOWS.values()})
        == 10
    )
    assert [module.CODE for module in STAGES.values()] == codes


@pytest.mark.parametrize("code", STAGE_FLOWS)
def test_a_stage_flow_keeps_no_result_and_is_not_retried(code: str) -> None:
    found = STAGE_FLOWS[code]
    assert (found.persist_result, found.retries or 0) == (False, 0)
    assert re.search("[一-鿿]", found.name)


def test_keys_hold_only_what_prefect_takes() -> None:
    assert prefect_key("bozhou-2010", "self_report", "Deadline", "1") == "bozhou-2010-self-report-deadline-1"


def test_workers_get_the_same_house_and_send_nothing_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    chosen = Settings(data=tmp_path, port=4321, lease_seconds=7)
    given = prefect_environment(chosen)
    assert given["PREFECT_API_URL"] == "http://127.0.0.1:4321/api"
    assert given["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Settings().database == chosen.database
    assert Settings().lease_seconds == 7


def test_a_prefect_elsewhere_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example:4200/api")
    assert prefect_environment(Settings(data=tmp_path))["PREFECT_API_URL"] == "http://prefect.example:4200/api"


RUN = str(uuid4())


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    world = make_world(sqlite_engine, tmp_path)
    monkeypatch.setattr(module, "house", lambda: world)
    monkeypatch.setattr(module, "runtime", SimpleNamespace(flow_run=SimpleNamespace(id=RUN, parameters={})))
    return world


def launch(**changes: Any) -> tuple[StateType, str | None, str]:
    """Type, name and message of the state in which a launch with the form's fields ends."""
    state = annual_cycle.fn(LaunchForm.model_validate(form_of(make_params()) | changes))
    return state.type, state.name, state.message or ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scheme": "bojou"}, "没有方案“bojou”"),
        ({"due": [{"stage": "公布", "due_on": "2026-13-45"}]}, "“2026-13-45”不是日期"),
        ({"hotline": "0900-5550000"}, "参数不同"),
    ],
    ids=["scheme", "due", "differs"],
)
@pytest.mark.usefixtures("world")
def test_a_refused_launch_ends_failed_with_the_reasons(changes: dict[str, Any], words: str) -> None:
    type_, name, message = launch(**changes)
    assert (type_, name) == (StateType.FAILED, "未发起")
    assert words in message


def test_a_closed_cycle_is_named_with_the_place_to_look(world: House) -> None:
    with writing_desk(world, 1) as desk:
        desk.move(desk.cycle, "close", closed_at=moment(OPENED))
    type_, name, message = launch()
    assert (type_, name) == (StateType.FAILED, "未发起")
    assert "博州 2010 年度考核" in message
    assert "kaohe cycle show bozhou-2010" in message


def test_a_run_that_resumes_into_a_hold_is_refused_and_counts_no_failure(world: House) -> None:
    claim(world, RUN)
    with writing_desk(world, 1) as desk:
        desk.move(desk.cycle, "hold", reason="查")
    type_, name, message = launch()
    assert (type_, name) == (StateType.FAILED, "未发起")
    assert "kaohe cycle continue bozhou-2010" in message
    end_with(name)
    assert cycle_of(world).failures == 0


def end_with(name: str | None) -> None:
    run = FlowRun(id=RUN, flow_id=uuid4())
    count_failure(annual_cycle, run, Failed(name=name, message="坏了"))


@pytest.mark.parametrize(("name", "live", "counted"), [(None, True, 1), (REFUSED, True, 0), (None, False, 0)])
def test_only_a_live_run_that_was_not_refused_counts_as_a_failure(
    world: House, name: str | None, live: bool, counted: int
) -> None:
    claim(world, RUN if live else str(uuid4()))
    end_with(name)
    assert cycle_of(world).failures == counted


@pytest.mark.parametrize(("scheme", "title"), [("bozhou", "博州 2010 年度考核"), ("bojou", "bojou 2010 年度考核")])
def test_a_run_has_a_title_even_for_an_unknown_scheme(monkeypatch: pytest.MonkeyPatch, scheme: str, title: str) -> None:
    parameters = {"周期": {"scheme": scheme, "year": 2010}}
    monkeypatch.setattr(module, "runtime", SimpleNamespace(flow_run=SimpleNamespace(id=RUN, parameters=parameters)))
    assert cycle_title() == title
