"""The strict reader: lines, exact values, and the traps of YAML as faults."""

from decimal import Decimal

import pytest
from pydantic import BaseModel, ConfigDict

from config.yaml_file import Fault, Faults, SchemeFaults, check_model, locate, parse_yaml, read_yaml


def test_values_keep_their_type_and_line():
    """Numbers are exact, quoted text stays text, every value is found again by its path."""
    faults = Faults()
    data = parse_yaml('a: 1\nb:\n  - {c: "2010-01-20", d: 0.15}\n  - true\ne:\n', "t.yaml", faults)
    assert data == {"a": 1, "b": [{"c": "2010-01-20", "d": Decimal("0.15")}, True], "e": None}
    assert locate(data, ("b", 0, "d")) == ("t.yaml", 3)
    assert locate(data, ("b", 1)) == ("t.yaml", 4)
    assert faults.items == []


def test_anchors_and_merges_are_read():
    """A merged key keeps the line where it was written; the nearer key wins."""
    faults = Faults()
    data = parse_yaml("x: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3\n", "t.yaml", faults)
    assert data["d"] == {"b": 3, "c": 2}
    assert locate(data, ("d", "c")) == ("t.yaml", 1)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("due: 2010-01-20", "2010-01-20"),
        ("open: yes", "yes"),
        ("open: Off", "Off"),
        ("on: 1", "on"),
        ("code: 007", "007"),
        ("share: 1e3", "1e3"),
        ("due: True", "True"),
    ],
)
def test_a_trap_is_a_fault(line, found):
    """What readers of YAML disagree about must be written plainly; the fault names line and remedy."""
    faults = Faults()
    parse_yaml("a: 1\n" + line, "t.yaml", faults)
    assert [(fault.line, found in fault.found, bool(fault.remedy)) for fault in faults.items] == [(2, True, True)]


def test_all_faults_of_a_file_come_at_once():
    """Three faults, one exception, sorted by line."""
    faults = Faults()
    parse_yaml("a: 2010-01-20\nb: no\nb: 2\n", "t.yaml", faults)
    with pytest.raises(SchemeFaults) as stopped:
        faults.raise_any()
    assert [fault.line for fault in stopped.value.faults] == [1, 2, 3]
    assert isinstance(stopped.value.faults[0], Fault)


@pytest.mark.parametrize("text", ["a: [1\nb: }", "- 1\n- 2", ""])
def test_what_is_no_mapping_is_a_fault(text):
    """Broken YAML, a list or nothing at the top gives a fault and an empty mapping."""
    faults = Faults()
    assert parse_yaml(text, "t.yaml", faults) == {}
    assert len(faults.items) == 1


def test_a_missing_file_is_a_fault(tmp_path):
    """The remedy names the path."""
    faults = Faults()
    assert read_yaml(tmp_path / "none.yaml", faults) == {}
    assert "none.yaml" in faults.items[0].remedy


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    items: list[int | str]


def test_a_model_names_the_line_of_each_refused_value():
    """Missing, unknown and ill-typed keys are three faults at their lines; a union is one fault, not one a kind."""
    faults = Faults()
    data = parse_yaml("items:\n  - 1\n  - [2]\nother: 1\n", "t.yaml", faults)
    assert check_model(_Model, data, faults) is None
    found = {(fault.line, fault.found) for fault in faults.items}
    assert found == {(1, "缺少 name"), (3, "items.1 = [2]"), (4, "未知的键 other")}
