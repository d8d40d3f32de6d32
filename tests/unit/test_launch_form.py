"""The launch form: Chinese throughout, schemes as a drop-down, and back again for a relaunch."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from config.scheme_loader import list_launchable, load_scheme
from config.stages import load_stages
from tasks.cycle.open_cycle import ParamsRefused
from tasks.running.launch_file import read_launch
from tasks.running.launch_form import STAGE_LABELS, LaunchForm, form_of
from tests.support import make_params

SCHEMA = LaunchForm.model_json_schema()
FILLED = {"scheme": "bozhou", "year": 2010, "office": "考核办", "contact": "邵明远"}


def captions(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (part[name] for name in ("title", "description") if isinstance(part.get(name), str))
        for value in part.values():
            yield from captions(value)
    if isinstance(part, list):
        for value in part:
            yield from captions(value)


def test_every_caption_and_description_is_chinese() -> None:
    models = [SCHEMA, *SCHEMA["$defs"].values()]
    titles = [field["title"] for model in models for field in model["properties"].values()]
    assert len(titles) == 11
    assert all(re.search("[一-鿿]", title) for title in titles)
    assert [text for text in captions(SCHEMA) if not re.search("[一-鿿]", text)] == []


def test_the_schemes_on_disk_are_offered() -> None:
    assert SCHEMA["properties"]["scheme"]["enum"] == list_launchable()
    assert "bozhou" in list_launchable()


def test_only_defaults_of_a_scheme_are_offered_for_change() -> None:
    offered = SCHEMA["$defs"]["Override"]["properties"]["key"]["enum"]
    assert offered == sorted(set(offered))
    assert set(load_scheme("bozhou").overridable) <= set(offered)


def test_every_stage_can_be_given_a_deadline() -> None:
    assert list(STAGE_LABELS.values()) == [spec.code for spec in load_stages(load_scheme("bozhou"))]
    assert SCHEMA["$defs"]["DueDate"]["properties"]["stage"]["enum"] == list(STAGE_LABELS)


def test_parameters_survive_the_way_to_the_form_and_back() -> None:
    params = make_params(
        due={"decide": date(2011, 1, 10)},
        overrides={"publication.notice_days": 7, "veto.principal_party_discipline": True, "note": "文字"},
    )
    assert LaunchForm.model_validate(form_of(params)).params() == params


@pytest.mark.parametrize(
    ("typed", "value"),
    [("7", 7), ("-7", -7), (" TRUE ", True), ("false", False), ("--7", "--7"), ("²", "²"), ("1.5", "1.5")],
)
def test_typed_values_are_read_as_they_look(typed: str, value: object) -> None:
    form = LaunchForm.model_validate({**FILLED, "overrides": [{"key": "k", "value": typed}]})
    assert form.params().overrides == {"k": value}


@pytest.mark.parametrize(("year", "fits"), [(1977, False), (1978, True), (2100, True), (2101, False)])
def test_years_have_limits(year: int, fits: bool) -> None:
    if fits:
        assert LaunchForm.model_validate({**FILLED, "year": year}).params().year == year
    else:
        with pytest.raises(ValidationError):
            LaunchForm.model_validate({**FILLED, "year": year})


def refused(**given: Any) -> tuple[str, ...]:
    with pytest.raises(ParamsRefused) as found:
        LaunchForm.model_validate({**FILLED, **given}).params()
    return found.value.reasons


@pytest.mark.parametrize("day", ["2026-13-45", "2011-02-29", "20110110", "", "明天"])
def test_a_due_date_that_is_none_is_refused(day: str) -> None:
    (reason,) = refused(due=[{"stage": "党委决定", "due_on": day}])
    assert f"“党委决定”的期限“{day}”不是日期" in reason


def test_a_leap_day_is_a_due_date() -> None:
    form = LaunchForm.model_validate({**FILLED, "due": [{"stage": "公布", "due_on": "2012-02-29"}]})
    assert form.params().due == {"announce": date(2012, 2, 29)}


def test_all_that_is_wrong_with_due_dates_and_overrides_is_told_at_once() -> None:
    due = [("决定", "2011-01-10"), ("公布", "2011-01-10"), ("公布", "2011-01-11"), ("反馈", "2011-00-01")]
    keys = ["publication.notice_days", "publication.notice_days", "announce.lead_time"]
    reasons = refused(
        due=[{"stage": stage, "due_on": day} for stage, day in due],
        overrides=[{"key": key, "value": "7"} for key in keys],
    )
    assert len(reasons) == 4
    told = "\n".join(reasons)
    for words in ("没有环节“决定”;可用的环节:公布、", "“反馈”的期限“2011-00-01”", "“公布”填了 2 次"):
        assert words in told
    assert "“publication.notice_days”填了 2 次" in told
    assert "announce.lead_time" not in told


def test_a_stage_given_by_label_and_by_code_is_given_twice() -> None:
    due = [{"stage": stage, "due_on": "2011-01-10"} for stage in ("公布", "announce")]
    assert refused(due=due) == ("各环节期限中“公布”填了 2 次;只能填一次",)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"year": 1977}, "“考核年度(year)”收到“1977”;允许:不小于 1978"),
        ({"year": 2101}, "“考核年度(year)”收到“2101”;允许:不大于 2100"),
        ({"year": "今年"}, "“考核年度(year)”收到“今年”;允许:整数"),
        ({"year": 2010.5}, "“考核年度(year)”收到“2010.5”;允许:整数"),
        ({"office": ""}, "“考核办公室(office)”收到“”;允许:不能为空"),
        ({"contact": 5}, "“联系方式(contact)”收到“5”;允许:文字(加引号)"),
        ({"due": "公布"}, "“各环节期限(due)”收到“公布”;允许:列表 [ … ]"),
        ({"due": ["公布"]}, "“各环节期限(due) 第 1 项”收到“公布”;允许:对象 {字段: 值}"),
        ({"due": [{"stage": "公布"}]}, "“各环节期限(due) 第 1 项 期限(due_on)”没有填写"),
        (
            {"overrides": [{"key": "k", "value": 7}]},
            "“调整缺省值(overrides) 第 1 项 本周期取值(value)”收到“7”;允许:文字",
        ),
        ({"yaer": 2010}, "没有字段“yaer”;可用的字段:scheme(方案)、year(考核年度)"),
        ({"due": [{"stage": "公布", "due_on": "2011-01-10", "day": 1}]}, "可用的字段:stage(环节)、due_on(期限)"),
    ],
    ids=lambda given: "+".join(given) if isinstance(given, dict) else "",
)
def test_a_fault_in_a_launch_file_names_field_found_and_allowed(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ParamsRefused) as found:
        read_launch(json.dumps({**FILLED, **given}, ensure_ascii=False))
    (reason,) = found.value.reasons
    assert words in reason


@pytest.mark.parametrize(
    ("text", "words"), [("{", "第 1 行第 2 列"), ("", "不是有效的 JSON"), ("[1]", "“表单”收到“[1]”;允许:对象")]
)
def test_what_is_no_launch_file_is_one_line(text: str, words: str) -> None:
    with pytest.raises(ParamsRefused) as found:
        read_launch(text)
    (reason,) = found.value.reasons
    assert words in reason


def test_a_launch_file_without_faults_gives_the_parameters() -> None:
    params = make_params(due={"decide": date(2011, 1, 10)}, overrides={"publication.notice_days": 7})
    assert read_launch(json.dumps(form_of(params))) == params
