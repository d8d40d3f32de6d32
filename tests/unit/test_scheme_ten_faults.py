"""Ten ways of breaking a pack, each told with file, line and remedy; none hides another."""

import pytest

from config.scheme_loader import load_scheme_files
from config.yaml_file import Fault, SchemeFaults
from tests.packs import tiny

CITE = "cite: {source: S1, clause: 不得超过三分之一}"
LAST_RULE = f"    whole: 3\n    {CITE}\n"
CAP = "  - {{id: T-7, kind: cap, label: 新, applies_to: [team], when: '{}', max_grade: {}, cite: *low}}\n"


WEIGHTED = (
    "components:\n  - id: T-10\n    kind: weighted_sum\n    name: total\n    label: 总分\n    applies_to: [team]\n"
    "    weights: {}\n    basis: default\n"
)
POOLED = "  - {{id: T-7, kind: quota, label: 名额, pool: staff, grade: 甲, part: {}, whole: 3, cite: *low}}\n"
TALLY = (
    "components:\n  - {id: T-10, kind: tally, name: many, label: 几, applies_to: [team], from: [member],\n"
    "     within: unit, when: 'points < 10 AND points > 20', basis: default}\n"
)


def added(text: str) -> tuple[str, str, str]:
    """A change that appends a rule to rules.yaml."""
    return "rules.yaml", LAST_RULE, LAST_RULE + text


FIXED = "{key: law.fixed, label: 法定, default: 3,"
# name: changes (file, old, new), the file and the text of the line that must be named, what is told of it
TEN = {
    "unknown fact": ([("rules.yaml", "points < $", "pionts < $")], "pionts < $", "未知的名称 pionts"),
    "wrong type in a condition": ([("rules.yaml", "when: star", "when: points")], "when: points", '"points" 是数字'),
    "unreachable grade": (
        [
            ("scoring.yaml", "scales: {team: s, head: s, member: s}", "scales: {}"),
            ("rules.yaml", "grade: 丁", "grade: 丙"),
        ],
        "grades: [甲, 乙, 丙, 丁]",
        "没有办法得到等次“丁”",
    ),
    "weights that miss 100": (
        [("scoring.yaml", "base:", WEIGHTED.format("{points: 60, order: 30}") + "base:")],
        "weights: {points: 60, order: 30}",
        "90",
    ),
    "rule without a clause": ([("rules.yaml", f"    {CITE}\n", "")], "id: T-6", "缺少 T-6 的 cite"),
    "clause that is not in its source": (
        [("rules.yaml", CITE, "cite: {source: S1, clause: 不超过三分之一}")],
        "clause: 不超过三分之一",
        "条款「不超过三分之一」",
    ),
    "rule id twice": (
        [added(CAP.format("star", "乙").replace("T-7", "T-1").replace("新", "低分"))],
        "id: T-1, kind",
        "T-1(cap,低分)重复",
    ),
    "rule that is switched off for good": (
        [
            ("scheme.yaml", FIXED, FIXED.replace("default: 3", "default: false")),
            ("rules.yaml", "kind: quota", "kind: quota\n    enabled_by: law.fixed"),
        ],
        "enabled_by: law.fixed",
        "T-6 由 law.fixed 关闭",
    ),
    "condition that never comes true": (
        [added(CAP.format("points > 60 AND points * 2 < 100", "乙"))],
        "points > 60",
        "T-7 的条件永远不会成立",
    ),
    "linkage from a later pool back to an earlier one": (
        [
            added(
                "  - {id: T-7, kind: quota, label: 名额, pool: staff, grade: 甲, part: 1, whole: 3, cite: *low}\n"
                "  - {id: T-8, kind: linkage, label: 倒回, applies_to: [head], at_or_below: 乙, targets: [team],"
                " max_grade: 乙, cite: *low}\n"
            )
        ],
        "id: T-8",
        "T-8 从 staff 倒回 teams",
    ),
}
EFFECTLESS = {
    "cap at the best grade": (CAP.format("star", "甲"), "T-7 以最好的等次“甲”为上限"),
    "lift to the worst grade": (
        CAP.format("star", "丁").replace("cap", "lift").replace("max", "min"),
        "T-7 以最差的等次“丁”为下限",
    ),
    "linkage to the best grade": (
        CAP.format("star", "甲").replace("cap", "linkage").replace("when", "targets: [head], when"),
        "T-7 以最好的等次“甲”为上限",
    ),
    "quota of all": (POOLED.format(3), "T-7 的名额 3/3 不少于全部"),
    "quota of nothing": (POOLED.format(0), "T-7 没有名额"),
    "cap that closes the better grades for everybody": (
        CAP.format("points >= 0 OR NOT star OR star", "乙"),
        "T-7 的条件总是成立",
    ),
    "bar for everybody": (
        "  - {id: T-7, kind: bar, label: 新, applies_to: [team], when: 'TRUE', from_grade: 甲, cite: *low}\n",
        "T-7 的条件总是成立",
    ),
    "table of free grades": (
        "  - {id: T-7, kind: linkage, label: 新, applies_to: [team], targets: [head], table: {乙: 甲}, cite: *low}\n",
        "T-7 以最好的等次“甲”为上限",
    ),
    "protection from a rule about others": (
        "  - {id: T-7, kind: protect, label: 新, applies_to: [head], when: star, spares: [T-6], cite: *low}\n",
        "T-7 所豁免的 T-6 不涉及head",
    ),
    "requirement that always holds": (
        "  - {id: T-7, kind: require, label: 新, applies_to: [team], must: 'points >= 0', message: 无, cite: *low}\n",
        "T-7 的条件永远不会不成立",
    ),
    "coverage of facts that always have a value": (
        "  - {id: T-7, kind: coverage, label: 新, applies_to: [team], facts: [star, poor], message: 无, cite: *low}\n",
        "T-7 所列事实缺失时都有代替的值",
    ),
    "cross-check at a distance that the scale lacks": (
        "  - {id: T-7, kind: cross_check, label: 新, applies_to: [team], fact: first, distance: 4, cite: *low}\n",
        "T-7 相差 4 个等次永远不会出现",
    ),
    "cap of another assessment at its best grade": (
        "  - {id: T-7, kind: annual_cap, label: 新, applies_to: [team], below: 丙, fact: first, max_grade: 甲,"
        " action: TALK, cite: *low}\n",
        "T-7 以最好的等次“甲”为上限",
    ),
}


def broken(changes: list[tuple[str, str, str]]) -> dict[str, str]:
    files = tiny()
    for file, old, new in changes:
        assert old in files[file], f"{old!r} is not in {file}"
        files[file] = files[file].replace(old, new)
    return files


def faults_of(files: dict[str, str]) -> tuple[Fault, ...]:
    with pytest.raises(SchemeFaults) as stopped:
        load_scheme_files(files)
    return stopped.value.faults


@pytest.mark.parametrize("name", TEN)
def test_a_broken_pack_names_file_line_and_remedy(name):
    """One fault, at the very line that was broken, saying what was found, what is allowed and what to do."""
    changes, at, told = TEN[name]
    files = broken(changes)
    (fault,) = faults_of(files)
    assert at in files[fault.file].splitlines()[fault.line - 1], str(fault)
    assert told in fault.found
    assert fault.allowed
    assert fault.remedy
    assert str(fault).startswith(f"{fault.file}:{fault.line}: ")


@pytest.mark.parametrize("name", EFFECTLESS)
def test_a_rule_without_effect_is_a_fault(name):
    """Whatever facts come, the rule would do nothing: its line is named, with what would have an effect."""
    rule, told = EFFECTLESS[name]
    files = broken([added(rule)])
    (fault,) = faults_of(files)
    assert "id: T-7" in files[fault.file].splitlines()[fault.line - 1]
    assert told in fault.found


def test_a_condition_inside_a_component_is_tried_as_well():
    """A tally that can count nothing is a fault at its `when`."""
    files = broken([("scoring.yaml", "base:", TALLY + "base:")])
    (fault,) = faults_of(files)
    assert "when: 'points < 10 AND points > 20'" in files["scoring.yaml"].splitlines()[fault.line - 1]
    assert "T-10 的条件永远不会成立" in fault.found


def test_a_rule_from_which_some_are_spared_does_not_close_grades():
    """A cap that always holds is sound where a protection makes exceptions."""
    spared = "  - {id: T-8, kind: protect, label: 新, applies_to: [team], when: star, spares: [T-7], cite: *low}\n"
    files = broken([added(CAP.format("points >= 0 OR NOT star OR star", "乙") + spared)])
    assert len(load_scheme_files(files).scheme.rules) == 8


def test_bands_that_leave_a_grade_out_are_told():
    """With a score instead of a preliminary grade, each grade needs a band or a rule that leads to it."""
    base = "base: {id: T-0, grade: first, order: order, basis: default}"
    scored = "base: {{id: T-0, score: points, bands: [{}], basis: default}}"
    bands = "{at_least: 90, grade: 甲}, {at_least: 60, grade: 乙}, {grade: 丁}"
    rules = [("rules.yaml", "max_grade: 丙", "max_grade: 乙")]
    (fault,) = faults_of(broken([("scoring.yaml", base, scored.format(bands)), *rules]))
    assert (fault.file, fault.found) == ("scheme.yaml", "没有办法得到等次“丙”")
    whole = bands.replace("{grade: 丁}", "{at_least: 30, grade: 丙}, {grade: 丁}")
    assert load_scheme_files(broken([("scoring.yaml", base, scored.format(whole)), *rules])).id == "tiny"


def test_many_faults_come_at_once():
    """Faults of names, of clauses and of dead rules in one stop."""
    names = ("unknown fact", "clause that is not in its source", "condition that never comes true")
    told = [TEN[name][2] for name in names]
    rule = CAP.format("points > 60 AND points * 2 < 100", "乙")
    clause = "clause: 不超过三分之一}"
    changes = [
        ("rules.yaml", "points < $", "pionts < $"),
        ("rules.yaml", LAST_RULE, LAST_RULE.replace("clause: 不得超过三分之一}", clause) + rule),
    ]
    found = [fault.found for fault in faults_of(broken(changes))]
    assert len(found) == 3
    assert all(any(text in fault for fault in found) for text in told)


@pytest.mark.parametrize(
    "when", ["points * 7 = 21", "points * points > 5000", "points + 50 < $points.low", "star AND NOT poor"]
)
def test_a_condition_that_can_come_true_is_sound(when):
    """Rare is not never: between boundaries, far from them, or with a setting that may be overridden."""
    files = broken([added(CAP.format(when, "乙"))])
    assert len(load_scheme_files(files).scheme.rules) == 7


def test_a_sum_that_tallies_forbid_never_comes_true():
    """A check of the facts makes a condition impossible that is possible without it."""
    rule = added(CAP.format("points > order", "乙"))
    check = "checks: [{id: fits, must: points <= order, message: 不得超过}]\nbase:"
    assert len(load_scheme_files(broken([rule])).scheme.rules) == 7
    (fault,) = faults_of(broken([rule, ("scoring.yaml", "base:", check)]))
    assert "T-7 的条件永远不会成立" in fault.found
