"""What the loader refuses of components: every fault with its line, what was found and what is allowed."""

import pytest

from config.yaml_file import SchemeFaults
from tests.component_packs import scored_scheme

TEAM = "applies_to: [team], basis: default"


def one(kind, keys, name="x"):
    return f"  - {{id: X-1, kind: {kind}, name: {name}, label: 分, {keys}, {TEAM}}}"


def faults_of(text, **parts):
    with pytest.raises(SchemeFaults) as refused:
        scored_scheme(text, **parts)
    return refused.value.faults


BANDS = "of: a, bands: [{at_least: 90, value: 上}, {at_least: %s, value: 中}, {value: %s}]"


@pytest.mark.parametrize(
    ("text", "found", "allowed"),
    [
        (one("weighted_sum", "weights: {a: 40, b: 59}"), "权重合计 99", "合计 100"),
        (one("weighted_sum", "weights: {a: 40, b: 60.01}"), "权重合计 100.01", "合计 100"),
        (one("weighted_sum", "weights: {a: 120, b: rest}"), "a 的权重为 120", "0 至 100"),
        (one("weighted_sum", "weights: {a: 40, b: rest, c: rest}"), "b、c 都是 rest", "至多一个 rest"),
        (
            one("weighted_sum", "by: kind, weights: {city: {a: 100}, county: {a: 90}}"),
            "county:权重合计 90",
            "合计 100",
        ),
        (one("weighted_sum", "by: kind, weights: {city: {a: 100}, town: {a: 100}}"), "kind 没有“town”这个值", "city"),
        (one("weighted_sum", "weights: {city: {a: 100}}"), "X-1", "没有 by 时"),
        (
            one("weighted_sum", "weights: {a: 100}, adjust: [{id: X, when: flag, part: b, to: 5, basis: default}]"),
            "b 没有权重",
            "a",
        ),
        (
            one(
                "weighted_sum",
                "weights: {a: 90, b: 10}, adjust: [{id: X, when: flag, part: a, plus: 11, basis: default}]",
            ),
            "权重改为 a 101",
            "0 至 100",
        ),
        (
            one("weighted_sum", "weights: {a: 100}, adjust: [{id: X, when: flag, part: a, basis: default}]"),
            "adjust",
            "to 与 plus 二选一",
        ),
        (one("sum", "parts: [nothing]"), "未知的名称 nothing", "a, b"),
        (one("sum", "parts: [x]"), "x 在声明之前使用", "已在前面声明的名称"),
        (one("sum", "parts: [z]") + "\n" + one("sum", "parts: [a]", "z"), "z 在声明之前使用", "已在前面声明"),
        (one("sum", "parts: [flag]"), "flag(是非)", "数字、计数"),
        (one("sum", "parts: [early]"), "early(等次)", "数字、计数"),
        (one("sum", "parts: [a], at_most: $name"), "at_most: $name", "$share"),
        (one("sum", "parts: [a], at_most: many"), "many", "数字或 $设置"),
        (one("sum", "parts: [a], at_most: 0.1234567"), "0.1234567", "小数至多 6 位"),
        (one("sum", "parts: [a]") + "\n" + one("sum", "parts: [b]"), "名称 x 重复", "每个名称一次"),
        (one("sum", "parts: [b]", "a"), "名称 a 重复", "每个名称一次"),
        (one("sum", "parts: [a]", "tier"), "名称 tier 是系统自带的", "其他名称"),
        (one("sum", "parts: [a]", "ceiling"), "名称 ceiling 是系统自带的", "其他名称"),
        (one("sum", "parts: [a], missing: none"), "missing: none", "block、skip 或数字"),
        (one("ranking", "of: a, within: all, round: 2"), "round", "只用于数字"),
        (one("product", "factors: [a], divide_by: 0"), "divide_by: 0", "0 以外"),
        (
            "\n".join([one("product", "factors: [a, b]", "y1"), one("product", "factors: [y1, y1, a]")]),
            "小数位合计 30",
            "至多 24",
        ),
        (one("bands", BANDS % (95, "下")), "95 排在 90 之后", "从高到低"),
        (one("bands", BANDS % (90, "下")), "90 排在 90 之后", "从高到低"),
        (one("bands", BANDS % (80, "上")), "value 重复", "各档不同的 value"),
        (
            one("bands", "of: a, bands: [{at_least: 90, value: 上}, {at_least: 1, value: 下}]"),
            "at_least 有缺或多余",
            "末档没有",
        ),
        (one("bands", "of: a, scale: s, bands: [{at_least: 90, value: 优秀}, {value: 下}]"), "等次 下", "优秀, 称职"),
        (one("bands", "of: a, scale: t, bands: [{at_least: 90, value: 优秀}, {value: 称职}]"), "未知的等次表 t", "s"),
        (
            one("bands", "of: a, bands: [{at_least: 90, value: 上, grade: 优秀}, {value: 下}]"),
            "部分档没有 grade",
            "各档都有或都没有",
        ),
        (one("tally", "from: [items], within: unit, when: flag"), "未知的层级 items", "team, head, item"),
        (one("tally", "from: [item], within: unit, when: early = '优秀'"), "未知的名称 early", "flag"),
        (one("collect", "from: [item], within: unit, fact: a"), "a(数字)", "集合、枚举"),
        (one("past_run", "grades: [好]"), "等次 好", "优秀"),
        (
            "  - {id: X-1, kind: past_best, name: x, label: 分, window: 3, applies_to: [item], basis: default}",
            "层级 item 不定等次",
            "有等次表的层级",
        ),
        (
            "  - {id: X-1, kind: sum, name: x, label: 分, parts: [a], applies_to: [nobody], basis: default}",
            "未知的层级 nobody",
            "team",
        ),
        (
            "  - {id: X-1, kind: sum, name: x, label: 分, parts: [a], applies_to: [team]}",
            "X-1",
            "basis: default",
        ),
        (
            "  - {id: X-1, kind: some, name: x, label: 分, applies_to: [team], basis: default}",
            "X-1",
            "weighted_sum",
        ),
    ],
)
def test_a_fault_says_what_was_found_and_what_is_allowed(text, found, allowed):
    """Each fault stands at a line of the components and names both."""
    told = faults_of(text)
    assert any(found in fault.found and allowed in fault.allowed and fault.remedy for fault in told), told
    assert all(fault.file == "scoring.yaml" and fault.line > 20 for fault in told)


def test_all_faults_are_told_at_once():
    """Four components, four faults, in the order of their lines."""
    text = "\n".join(
        [
            one("sum", "parts: [nothing]", "x1"),
            one("weighted_sum", "weights: {a: 40, b: 50}", "x2"),
            one("bands", BANDS % (95, "下"), "x3"),
            one("sum", "parts: [x9]", "x4"),
        ]
    )
    told = faults_of(text)
    assert [fault.found for fault in told] == ["未知的名称 nothing", "权重合计 90", "95 排在 90 之后", "未知的名称 x9"]
    assert [fault.line for fault in told] == list(range(told[0].line, told[0].line + 4))


@pytest.mark.parametrize(
    ("base", "found", "allowed"),
    [
        ("grade: a", "base.grade = a", "grade"),
        ("grade: x", "base.grade = x", "grade"),
        ("score: early", "base.score = early", "count、number"),
        ("order: nothing", "base.order = nothing", "count、number"),
        ("bands: [{grade: 优秀}]", "base", "有 bands 时须写明 score"),
        ("score: x, bands: [{at_least: 90, grade: 好}, {grade: 称职}]", "等次 好", "优秀, 称职"),
        (
            "score: x, bands: [{at_least: 80, grade: 优秀}, {at_least: 90, grade: 称职}, {grade: 不称职}]",
            "90 排在 80",
            "从高到低",
        ),
    ],
)
def test_a_base_names_what_exists(base, found, allowed):
    """Facts and components of the right type, grades of the scale, bands from high to low."""
    told = faults_of(one("sum", "parts: [a]"), base=f"base: {{id: B-1, {base}, basis: default}}")
    assert any(found in fault.found and allowed in fault.allowed for fault in told), told
