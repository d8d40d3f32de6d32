"""Explanations: steps with source, date and clause; what would have been needed, searched and tried."""

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from config.scheme_case import case_frames
from config.scheme_cases import worked_cases
from config.scheme_loader import load_case, load_scheme, load_scheme_files
from config.yaml_file import Faults
from scoring.explain import Assessed, UnknownSubject, explain, limited
from scoring.explaining.nearest import nearest
from scoring.explaining.tree import markdown, tree_of
from scoring.fact_decl import FactDecl
from tests.packs import make_case, tiny

TINY = load_scheme_files(tiny()).scheme
BOZHOU = load_scheme("bozhou").scheme
UNIT = [("A", "team", "A"), ("A1", "head", "A"), ("A2", "member", "A")]
TEAMS = [(team, "team", team) for team in "ABC"]
CHECKED = {("U", "midyear_checked"): True, ("U", "nonvote_evidence"): 1}
SURVEYED = {
    ("U", "survey_valid"): 90, ("U", "survey_dissatisfied"): 31, ("U", "investigation"): "substantiated",
}  # fmt: skip


def known(subjects, facts, scheme=TINY, **fields):
    return Assessed(scheme, make_case(subjects, facts, **{"pools": {"teams": 30}, **fields}))


def needed(subject, *args, **fields):
    told = explain(known(*args, **fields), subject).needed
    assert told is not None
    return told


def words(lifts):
    return [lift.words for lift in lifts]


def test_a_step_names_rule_clause_and_facts_with_source_and_date():
    case = make_case(UNIT, {("A", "points"): 9}, pools={"teams": 30})
    sourced = case.facts.with_columns(source=pl.lit("年终登记表"), date=pl.lit("2010-12-20"))
    told = explain(Assessed(TINY, replace(case, facts=sourced)), "A")
    cap = next(step for step in told.steps if step.rule == "T-1")
    assert (cap.before, cap.after, cap.clause) == ("甲", "乙", "低分不得为甲")
    assert [(each.label, each.value, each.source, each.date, each.assumed) for each in cap.inputs] == [
        ("得分", "9", "年终登记表", "2010-12-20", False)
    ]
    assert "得分 = 9(年终登记表,2010-12-20)" in markdown(tree_of(told))


def test_a_value_that_stands_for_a_missing_fact_is_marked():
    told = explain(known(UNIT, {("A", "points"): 50, ("A2", "poor"): True}), "A2")
    assert "否决 = 是" in markdown(tree_of(told))
    told = explain(known(UNIT, {("A", "points"): 50, ("A1", "first"): "乙", ("A2", "first"): "甲"}), "A2")
    assert [step.after for step in told.steps] == ["甲", "丙"]


@pytest.mark.parametrize(("points", "verdict"), [(10, "top"), (9, "alone")])
def test_the_nearest_change_is_the_boundary_of_the_rule(points, verdict):
    """Ten points are enough, nine are not: the next grade needs ten."""
    told = needed("A", UNIT, {("A", "points"): points})
    assert told.verdict == verdict
    assert words(told.alone) == ([] if verdict == "top" else ["得分≥10(现9)"])


def test_two_rules_have_to_be_lifted_together():
    """The force alone leaves the cap of another rule, which shows only behind it."""
    told = needed("A", UNIT, {("A", "points"): 9, ("A", "poor"): True, ("A", "first"): "甲"})
    assert (told.target, told.verdict, words(told.alone)) == ("丙", "alone", ["否决为“否”(现是)"])
    told = needed("A", UNIT, {("A", "points"): 9, ("A", "first"): "乙"})
    assert (told.target, told.verdict) == ("甲", "together")
    assert sorted(words(told.together)) == ["初步为“甲”(现“乙”)", "得分≥10(现9)"]


def test_what_a_linkage_brings_is_followed_to_the_source_and_its_own_facts_are_not_enough():
    facts = {("A", "points"): 9, ("A1", "first"): "甲", ("A1", "order"): 1, ("A2", "order"): 2}
    told = explain(known(UNIT, facts), "A1")
    assert told.needed is not None
    assert (told.needed.target, told.needed.verdict) == ("甲", "others")
    assert words(told.needed.alone) == ["A:得分≥10(现9)"]
    (obstacle,) = told.needed.obstacles
    assert (obstacle.rule, obstacle.source, obstacle.needs) == ("T-4", "A", "A须为“甲”以上,现“乙”")
    assert [each.subject for each in told.sources] == ["A"]


def test_a_place_needs_another_order_and_says_who_holds_the_last_one():
    facts = {(team, "points"): 50 for team in "ABC"} | {(team, "order"): at for at, team in enumerate("ABC", start=1)}
    told = needed("C", TEAMS, facts, pools={})
    assert (told.target, told.verdict) == ("甲", "alone")
    assert words(told.alone) == ["排序须排在A(1)之前,现为3;名额1"]


def test_without_any_place_nothing_is_enough():
    told = needed("A", TEAMS[:2], {(team, "points"): 50 for team in "AB"}, pools={})
    assert told.verdict == "open"
    assert [(obstacle.rule, obstacle.said) for obstacle in told.obstacles] == [("T-6", "候选2,名额0")]


def test_a_block_needs_the_missing_fact():
    told = needed("A", UNIT, {})
    assert (told.target, told.verdict) == ("可以定等", "alone")
    assert words(told.alone) == ["补上得分"]


def test_alternatives_that_another_rule_would_block_are_not_offered():
    """BZ-13: an investigation that is open again would lift the cap and block the grade."""
    told = needed("U", [("U", "team", "U")], CHECKED | SURVEYED, BOZHOU, pools={"team": 30})
    assert words(told.alone) == [
        "民意调查“不满意”票≤30(现31)",
        "民意调查有效票≥93(现90)",
        "专项调查为“不属实”(现属实)",
    ]


def test_the_limited_are_those_whose_grade_a_rule_changed_or_who_are_blocked():
    subjects = [*UNIT, ("B", "team", "B"), ("C", "team", "C")]
    facts = {("A", "points"): 9, ("A1", "first"): "乙", ("A2", "first"): "丁", ("B", "points"): 50}
    assert limited(known(subjects, facts)) == ["A", "C"]


def test_an_unknown_subject_names_those_that_exist():
    with pytest.raises(UnknownSubject, match="没有考核对象“Z”;现有 3 个:A、A1、A2"):
        explain(known(UNIT, {("A", "points"): 50}), "Z")


@pytest.mark.parametrize(
    ("kind", "now", "boundary", "found"),
    [
        ("count", 31, lambda value: value * 3 <= 90, [30]),
        ("count", 5000, lambda value: value <= 7, [7]),
        ("count", None, lambda value: value >= 3, [3]),
        ("number", Decimal("88.2"), lambda value: value >= Decimal("89.5"), [Decimal("89.5")]),
        ("number", Decimal("88.2"), lambda value: value > Decimal("89.5"), [Decimal("89.500001")]),
        ("count", 5, lambda value: abs(value - 5) >= 2, [3, 7]),
        ("count", 5, lambda _: False, []),
    ],
    ids=["tally", "far", "missing", "decimal", "strictly more", "both sides", "never"],
)
def test_the_nearest_value_is_found_at_the_boundary(kind, now, boundary, found):
    decl = FactDecl("x", "x", kind)
    hits = nearest(decl, now, "team", lambda values: [boundary(value) for value in values])
    assert [hit.value for hit in hits] == found


@pytest.fixture(scope="module")
def jiangsu():
    """The worked case in which B has 94.5 points and A, who holds the only place, 101.2."""
    pack = load_scheme("jiangsu")
    case = next(case for case in worked_cases(pack) if case.name.startswith("总分定单位等次"))
    return Assessed(pack.scheme, case_frames(case.data, pack.scheme, Faults()))


def test_points_that_are_missing_for_a_place_are_searched_through_the_formula(jiangsu):
    """JS-11: (common + individual) * party / 80; 66.380953 more in the first paper is the first value above."""
    told = explain(jiangsu, "B")
    assert told.needed is not None
    assert told.needed.verdict == "alone"
    first = told.needed.alone[0]
    assert first.words == "总分须高于A的101.2(现94.5,第2名;名额1):如共性指标得分为66.380953(现60)"
    (edit,) = first.edits
    below = replace(edit, value="66.380952")
    assert jiangsu.edited([edit]).ranks["B"] == 1
    assert jiangsu.edited([below]).ranks["B"] == 2


def test_components_are_steps_with_the_facts_they_were_computed_from(jiangsu):
    step = next(step for step in explain(jiangsu, "B").steps if step.kind == "score" and step.label == "总分")
    assert (step.after, [each.label for each in step.inputs]) == ("94.50", ["高质量发展得分", "党建得分"])


def test_components_and_rules_that_share_an_id_are_told_apart(jiangsu):
    """JS-11 is a total and its rank, JS-12 two linkages, JS-14 two quotas of one pool."""
    steps = [(step.kind, step.label, step.after) for step in explain(jiangsu, "D").steps]
    assert ("score", "总分", "82.80") in steps
    assert ("score", "总分排名", "4") in steps
    assert [step[1:] for step in steps if step[0] == "seat"] == [
        ("单位“优秀”的比例", "良好"),
        ("单位“良好”的比例", "一般"),
    ]
    (linked,) = [step for step in explain(jiangsu, "D1").steps if step.rule == "JS-12"]
    assert linked.label == "班子低于“良好”,干部不得为“优秀”"


@pytest.mark.parametrize("subject", ["DT", "D1"])
def test_a_source_of_a_linkage_need_only_reach_the_grade_that_leaves_the_next_one_open(jiangsu, subject):
    """JS-12: 良好 of the unit is enough for 良好 of the team and 优秀 of a cadre, so 92 points and not A's 101.2."""
    told = explain(jiangsu, subject).needed
    assert told is not None
    (lift,) = told.together or told.alone
    assert "总分须高于C的92(现82.8,第4名;名额2):如共性指标得分为72.222223(现62)" in lift.words
    below = [replace(edit, value="72.222222") for edit in lift.edits]
    before = jiangsu.ranks[subject]
    assert (jiangsu.edited(lift.edits).ranks[subject], jiangsu.edited(below).ranks[subject]) == (before - 1, before)


def test_a_case_file_may_say_where_a_fact_comes_from(tmp_path):
    file = tmp_path / "case.yaml"
    file.write_text(
        "name: x\nyear: 2010\nunits: [{id: A}]\nsubjects: [{id: A, tier: team, unit: A}]\n"
        'facts: [{subject: A, name: points, value: 9, source: 年终登记表, date: "2010-12-20"}]\n',
        encoding="utf-8",
    )
    told = explain(Assessed(TINY, load_case(file, TINY)), "A")
    assert "得分 = 9(年终登记表,2010-12-20)" in markdown(tree_of(told))


@pytest.mark.parametrize(("wanted", "found"), [("100", [Decimal(100)]), ("100.000001", [])])
def test_no_value_outside_the_range_of_a_fact_is_proposed(wanted, found):
    """What is found at the very limit is told, what lies beyond it is not."""
    decl = FactDecl("points", "得分", "number", minimum=Decimal(0), maximum=Decimal(100))
    passing = nearest(decl, Decimal(60), "team", lambda values: [value >= Decimal(wanted) for value in values])
    assert [each.value for each in passing] == found
