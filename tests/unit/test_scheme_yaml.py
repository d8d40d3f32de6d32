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


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x: 1\na: &a [*a]\n", [2]),
        ("a: &a {b: {<<: *a}}\n", [1]),
        ("x: 1\na: &a\n  - b: [*a, *a]\n", [2]),
        ("x: 1\na: &a [1]\nb: [*a, [*a]]\n", []),
    ],
)
def test_an_alias_inside_itself_is_one_fault(text, lines):
    """What contains itself is refused at its line; the same value named twice elsewhere is read."""
    faults = Faults()
    data = parse_yaml(text, "t.yaml", faults)
    assert [fault.line for fault in faults.items] == lines
    assert bool(data) == (not lines)


@pytest.mark.parametrize(
    ("content", "remedy"),
    [("名: 好\n".encode("gbk"), "另存为 UTF-8"), (b"\x89PNG\xff", "另存为 UTF-8"), (b"a: \x00\x01", "另存为 UTF-8")],
)
def test_a_file_that_is_no_text_is_to_be_saved_as_utf8(tmp_path, content, remedy):
    """GBK and binary files exist, so the remedy is to save them as text; the same text in UTF-8 is read."""
    path, faults = tmp_path / "t.yaml", Faults()
    path.write_bytes(content)
    assert read_yaml(path, faults) == {}
    assert [remedy in fault.remedy for fault in faults.items] == [True]
    path.write_text("名: 好\n", encoding="utf-8")
    assert read_yaml(path, Faults()) == {"名": "好"}


def test_a_folder_is_no_file(tmp_path):
    """The remedy asks for a file of it."""
    faults = Faults()
    assert read_yaml(tmp_path, faults) == {}
    assert "给出" in faults.items[0].remedy


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: b: c", "未加引号"),
        ("a: [1", "括号"),
        ("a: *b", "没有用 & 定义"),
        ("a: 'x", "引号没有配对"),
        ("a: %x", "加引号"),
    ],
)
def test_a_parsers_words_have_chinese_beside_them(text, told):
    """The sentence says what is wrong, and the parser's own words stay for a search."""
    faults = Faults()
    parse_yaml(text, "t.yaml", faults)
    (fault,) = faults.items
    assert told in fault.found
    assert "解析器原话" in fault.found


def test_too_deep_nesting_is_a_fault():
    """Fifty levels (the top counts as one) are read; one more, or thousands, end in one fault."""
    for brackets, count in ((49, 0), (50, 1), (5000, 1)):
        faults = Faults()
        assert bool(parse_yaml("a: " + "[" * brackets + "]" * brackets, "t.yaml", faults)) == (count == 0)
        assert len(faults.items) == count


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


class _Typed(BaseModel):
    model_config = ConfigDict(strict=True)
    value: bool | int | Decimal | str = 0
    usual: list[int] = []
    must: list[int]


@pytest.mark.parametrize(
    ("text", "found", "allowed", "remedy"),
    [
        ("value: \nmust: []", "value = 空", "true 或 false、整数、小数、文字", "改正 value"),
        ("usual: true\nmust: []", "usual = 是", "列表", "改正 usual"),
        ("usual: 90.0\nmust: []", "usual = 90.0", "列表", "改正 usual"),
        ("usual:\nmust: []", "usual = 空", "列表", "写 [] 或删去这一行"),
        ("must:", "must = 空", "列表", "在 must 之下列出各项"),
    ],
)
def test_values_are_shown_as_they_are_known(text, found, allowed, remedy):
    """No word of Python in a fault; an empty list may be left out only where it is optional."""
    faults = Faults()
    assert check_model(_Typed, parse_yaml(text, "t.yaml", faults), faults) is None
    assert [(fault.found, fault.allowed, fault.remedy) for fault in faults.items] == [(found, allowed, remedy)]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("a: 1\npart：40\nb: 2\n", 2, "中文标点“：”"),
        ("a: {part：40}\n", 1, "中文冒号"),
        ("grades: [好, 较好，一般]\n", 1, "中文逗号"),
        ("a:\n  - x\n b: 1\n", 3, "缩进"),
    ],
)
def test_chinese_punctuation_in_the_place_of_yamls_is_named(text, line, told):
    """What a Chinese keyboard types instead of a colon or comma is told by its line and what to type."""
    faults = Faults()
    parse_yaml(text, "x.yaml", faults)
    lines = [str(fault) for fault in faults.items]
    assert any(told in fault for fault in lines), lines
    assert any(f"{line} 行" in fault or fault.startswith(f"x.yaml:{line}:") for fault in lines), lines


@pytest.mark.parametrize("text", ['a: "甲：乙，丙"\n', "a: 甲，乙\n", 'grades: ["好，较好"]\n'])
def test_chinese_punctuation_inside_text_is_text(text):
    faults = Faults()
    parse_yaml(text, "x.yaml", faults)
    assert faults.items == []
