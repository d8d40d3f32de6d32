"""The guide for recurring duties: it knows every key and every kind of result, and its examples are well-formed."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from config.duties import DutySpec
from config.duty_parts import Who
from config.duty_results import AnyResult
from config.rhythm import RHYTHMS
from config.yaml_file import Faults, parse_yaml

GUIDE = (Path(__file__).parents[2] / "docs" / "duties.md").read_text(encoding="utf-8")
DUTY, RESULTS = (section.split("\n## ")[0] for section in GUIDE.split("\n## ")[1:3])
ROWS = re.findall(r"^\| `(\w+)` \|.*\| `(.+)` \|$", RESULTS, re.MULTILINE)


def kinds() -> list[str]:
    """Every kind of result that a duty may have."""
    models = get_args(get_args(AnyResult)[0])
    return sorted(kind for model in models for kind in get_args(model.model_fields["kind"].annotation))


def test_every_kind_of_result_is_in_the_guide_and_no_other() -> None:
    """A kind that was renamed is renamed in the guide as well."""
    assert sorted(kind for kind, _ in ROWS) == kinds()


def test_every_key_of_a_duty_is_in_the_guide() -> None:
    """And every rhythm and every way to say who owes."""
    fields = Who.model_fields
    ways = {field.alias or name for name, field in fields.items()}
    keys = {*DutySpec.model_fields, *RHYTHMS, *ways}
    assert {key for key in keys if f"`{key}`" not in DUTY} == set()


@pytest.mark.parametrize(("kind", "text"), ROWS)
def test_each_example_is_well_formed(kind: str, text: str) -> None:
    """What the table shows can be written so: right keys, right types."""
    faults = Faults()
    data = parse_yaml(f"{{kind: {kind}, {text}}}", "t.yaml", faults)
    TypeAdapter(AnyResult).validate_python(data)
    assert faults.items == []
