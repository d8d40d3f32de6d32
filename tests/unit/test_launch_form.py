"""The launch form: Chinese throughout, schemes as a drop-down, and back again for a relaunch."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from config.scheme_loader import list_schemes, load_scheme
from config.stages import load_stages
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
    assert SCHEMA["properties"]["scheme"]["enum"] == list_schemes()
    assert "bozhou" in list_schemes()


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
