"""Rules that cannot work as written: each kind's own faults, with what is allowed and what to do."""

import pytest

from config.yaml_file import SchemeFaults
from tests.rule_packs import rule, scheme_of

QUOTA = "pool: teams, grade: 甲, part: 1, whole: 3"
SHARE = "{tier: unit, grades: {甲: 25}}"
TOTAL = """
  - {id: W-1, kind: weighted_sum, name: total, label: 总分, applies_to: [team], basis: default, missing: skip,
     weights: {score: 40, order: 60}}
"""


def faults(*rules, **more):
    with pytest.raises(SchemeFaults) as stopped:
        scheme_of(*rules, components=TOTAL, **more)
    return stopped.value.faults


@pytest.mark.parametrize(
    ("kind", "keys", "tiers", "told"),
    [
        ("bar", "when: poor, from_grade: 丁", "team", "等次 丁"),
        ("bar", "when: poor, from_grade: 甲", "office", "等次 甲"),
        ("protect", "when: poor, spares: [X-9]", "team", "未知的规则 X-9"),
        ("linkage", "targets: [team], at_or_below: 丙, max_grade: 乙, table: {乙: 乙}", "unit", "X-1 的写法"),
        ("linkage", "targets: [team], at_or_below: 丙, when: poor, max_grade: 乙", "unit", "X-1 的写法"),
        ("linkage", "targets: [team], table: {良: 乙}", "unit", "等次 良"),
        ("linkage", "targets: [team], table: {乙: 良}", "unit", "等次 良"),
        ("linkage", "targets: [team], at_or_below: 丙, force_grade: 丙", "unit", "force_grade: 丙"),
        ("quota", "pool: teams, grade: 甲, whole: 3", None, "X-1 的写法"),
        ("quota", f"{QUOTA}, part_by_grade: {SHARE}", None, "X-1 的写法"),
        ("quota", "pool: teams, grade: 甲, part: $none, whole: 3", None, "$none"),
        ("quota", "pool: teams, grade: 甲, part: $anew, whole: 3", None, "part: $anew"),
        ("quota", f"{QUOTA}, rounding: up", None, "rounding: up"),
        ("quota", f"{QUOTA}, rounding: $share", None, "rounding: 50"),
        ("quota", f"{QUOTA}, minimum: $none", None, "$none"),
        ("quota", f"pool: heads, grade: 甲, part_by_grade: {SHARE}", None, "不按单位划分"),
        ("order", "of: first, pool: teams, reason: excused", None, "first 用于 of"),
        ("order", "of: score, pool: teams, reason: score", None, "score 用于 reason"),
        ("cover", "fact: score, all_of: [hq], message: x", "team", "score 用于 fact"),
        ("cover", "fact: papers, all_of: [essay], message: x", "team", "papers 没有 essay"),
        ("emphasis", "component: score, part: order, when: bold, message: x", "team", "不是加权汇总"),
        ("emphasis", "component: total, part: ask, when: bold, message: x", "team", "没有 ask 这一部分"),
        ("spread", "at_least: 30, base: mean, action: HALVE", None, "base: mean"),
        ("spread", "at_least: $none, base: full_mark, action: HALVE", None, "$none"),
        ("spread", "at_least: 30, base: $share, action: HALVE", None, "base: 50"),
        ("spread", "at_least: 30, base: full_mark, action: WALK", None, "未知的措施 WALK"),
        ("leniency", "problem: score, message: x, action: TALK", None, "score 用于 problem"),
    ],
)
def test_a_rule_that_cannot_work_is_told(kind, keys, tiers, told):
    """One fault in rules.yaml, that says what was found, what is allowed and what to do."""
    (fault,) = faults(rule("X-1", kind, keys, tiers))
    assert fault.file == "rules.yaml"
    assert told in fault.found
    assert fault.allowed
    assert fault.remedy


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("grades: [丁], actions: [{action: TALK, from: told_on}]", "actions"),
        ("grades: [丁], actions: [{action: TALK, duration_months: 12}]", "actions"),
        ("grades: [丁], actions: [{action: TALK, duration_months: 12, from: score}]", "score 用于 actions"),
        ("grades: [丁], actions: [{action: TALK, on_person: [chief]}]", "未知的层级 chief"),
        ("grades: [丁], when: pour, actions: [{action: TALK}]", "pour"),
    ],
)
def test_a_consequence_that_cannot_work_is_told(keys, told):
    """A period needs both its length and its first day."""
    (fault,) = faults(consequences=[rule("X-2", "on_grade", keys, "team")])
    assert fault.file == "consequences.yaml"
    assert told in fault.found


def test_the_same_rules_written_well_are_taken():
    """The nearest forms that work."""
    scheme = scheme_of(
        rule("X-1", "bar", "when: poor, from_grade: 丙", "team"),
        rule("X-2", "protect", "when: bold, spares: [X-1]", "team"),
        rule("X-3", "linkage", "targets: [team], at_or_below: 丙, force_grade: 丁", "unit"),
        rule("X-4", "linkage", "targets: [head], table: {丙: 丙, 乙: 乙}", "unit"),
        rule("X-5", "quota", f"pool: staff, grade: 甲, part_by_grade: {SHARE}"),
        rule("X-6", "emphasis", "component: total, part: order, when: bold, message: x", "team"),
        components=TOTAL,
    )
    table = next(each for each in scheme.rules if each.id == "X-4")
    assert table.steps == (("乙", "乙"), ("丙", "丙"))
