"""Sizes of pools and marks of a case: keys of no competition, sizes below what is listed, an item that is lost."""

import pytest

from config.scheme_case import case_frames
from config.yaml_file import Faults, SchemeFaults, parse_yaml
from tests.rule_packs import rule, scheme_of

SCHEME = scheme_of(rule("M-1", "spread", "at_least: 30, base: full_mark, action: HALVE"))
CASE = """
name: 名额
year: 2020
units: [{id: U, type: city}, {id: V, type: city}]
subjects: [{id: G, tier: head, unit: U}, {id: H, tier: head, unit: V}]
"""


def faults(text: str) -> list[str]:
    try:
        case_frames(parse_yaml(CASE + text, "case.yaml", Faults()), SCHEME, Faults())
    except SchemeFaults as stopped:
        return [fault.found for fault in stopped.faults]
    return []


@pytest.mark.parametrize(
    ("key", "size", "told"),
    [
        ("heads/city", 2, None),
        ("heads/city", 1, "heads/city: 1"),
        ("heads/office", 0, None),
        ("heads/citty", 9, "名额池 heads/citty 的 citty"),
        ("heads/", 9, "未知的名额池 heads/"),
        ("heads/city/U", 9, "名额池 heads/city/U 的 city/U"),
        ("head/city", 9, "未知的名额池 head/city"),
    ],
)
def test_a_size_belongs_to_a_competition_that_can_be_and_holds_what_is_listed(key: str, size: int, told: str | None):
    """A misspelt key would leave the quota at what the file lists."""
    assert faults(f"pools: {{{key}: {size}}}") == ([told] if told else [])


def test_an_ill_formed_item_hides_no_fault_of_another_items_marks():
    """Marks of the lost item are not told, they may be right."""
    items = "items: [{id: I, scorer: D, full: 10}, {id: J, scorer: D, full: -1}]\n"
    marks = (
        "marks: [{item: I, subject: G, value: 11}, {item: J, subject: G, value: 1}, {item: K, subject: G, value: 1}]"
    )
    assert faults(items + marks) == ["J 的 full = -1", "I: 11", "未知的 item K"]
    nameless = items.replace("{id: J", "{id: [J]")
    assert "I: 11" not in faults(nameless + marks)
