"""The core on a small fictional scheme: bounds, their order, linkages, places, missing facts, and the JSON shape."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.scheme_loader import load_scheme_files
from scoring.assess import assess, prepare
from scoring.case import FACTS
from scoring.facts import UnusableFacts
from scoring.scheme import RefusedSetting, UnknownGrade
from tests.packs import make_case, tiny

SCHEME = load_scheme_files(tiny()).scheme
UNIT = [("A", "team", "A"), ("A1", "head", "A"), ("A2", "member", "A")]
POINTS = {("A", "points"): 50}


def propose(facts, subjects=UNIT, scheme=SCHEME, **fields):
    return assess(scheme, make_case(subjects, facts, **{"pools": {"teams": 30}, **fields}), "propose")


def check(grades, facts, subjects=UNIT, **fields):
    return assess(SCHEME, make_case(subjects, facts, grades, **{"pools": {"teams": 30}, **fields}), "check")


def grades_of(answer):
    return dict(answer.grades.iter_rows())


def found(frame):
    return sorted(
        (subject or pool, rule) for subject, pool, rule in frame.select("subject", "pool", "rule").iter_rows()
    )


def test_a_scale_knows_its_order_and_refuses_other_words():
    """BZ-03: rank 1 is the best grade; a word of another scale is named with what is allowed."""
    scale = SCHEME.scale_for("team")
    assert [scale.rank(grade) for grade in scale.grades] == [1, 2, 3, 4]
    with pytest.raises(UnknownGrade, match=r"良好.*甲、乙、丙、丁"):
        scale.parse("良好")


@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        ({}, "甲"),
        ({("A", "first"): "丙"}, "丙"),
        ({("A", "points"): 9, ("A", "first"): "甲"}, "乙"),
        ({("A", "points"): 10, ("A", "first"): "甲"}, "甲"),
        ({("A", "star"): True, ("A", "first"): "丁"}, "乙"),
        ({("A", "star"): True, ("A", "first"): "甲"}, "甲"),
        ({("A", "star"): True, ("A", "points"): 9, ("A", "first"): "丁"}, "乙"),
        ({("A", "star"): True, ("A", "poor"): True, ("A", "first"): "甲"}, "丁"),
    ],
    ids=["ceiling", "base", "cap", "cap not reached", "lift", "lift keeps better", "lift under cap", "force first"],
)
def test_force_beats_cap_beats_lift_beats_base(facts, grade):
    """The worst force, else min(ceiling, max(base, floor))."""
    assert grades_of(propose(POINTS | facts))["A"] == grade


def test_linkages_run_on_to_a_fixed_point():
    """A cap on the team reaches the head and from there the member."""
    answer = propose({("A", "points"): 9})
    assert grades_of(answer) == {"A": "乙", "A1": "乙", "A2": "丙"}
    assert {row["subject"]: row["rule"] for row in answer.ceilings.iter_rows(named=True)} == {
        "A": "T-1",
        "A1": "T-4",
        "A2": "T-5",
    }


def test_places_are_filled_and_the_linkages_behind_them_run_again():
    """Three teams, one place: the second and the third drop, and so do their heads."""
    subjects = [(f"{unit}{n}", tier, unit) for unit in "ABC" for n, tier in (("", "team"), ("1", "head"))]
    facts = {(unit, "points"): 50 for unit in "ABC"} | {(unit, "order"): at for at, unit in enumerate("ABC", 1)}
    answer = propose(facts, subjects, pools={})
    assert grades_of(answer) == {"A": "甲", "A1": "甲", "B": "乙", "B1": "乙", "C": "乙", "C1": "乙"}
    assert "B" not in answer.ceilings["subject"].to_list()


def test_a_tie_across_the_last_place_is_left_to_people():
    """The pool is filled below the tie and the tied are named."""
    subjects = [(unit, "team", unit) for unit in "ABC"]
    facts = {(unit, "points"): 50 for unit in "ABC"} | {
        (unit, "order"): at for unit, at in zip("ABC", (1, 2, 2), strict=True)
    }
    answer = propose(facts, subjects, pools={"teams": 6})
    assert grades_of(answer) == {"A": "甲", "B": "乙", "C": "乙"}
    assert found(answer.notices) == [("teams", "T-6")]
    assert "B、C" in answer.notices["detail"][0]


def test_a_missing_fact_blocks_is_silent_or_has_a_value():
    """`block` names rule and fact, `skip` says nothing, a value is read and marked in the trace."""
    answer = propose({("A1", "first"): "甲"})
    assert found(answer.blocks) == [("A", "T-1")]
    assert "得分" in answer.blocks["detail"][0]
    assert grades_of(answer) == {"A1": "甲", "A2": "甲"}
    marked = propose(POINTS, config={"points.low": 99})
    assert "得分=50(缺省)" in marked.trace.filter(pl.col("subject") == "A2")["inputs"].to_list()


def test_blocks_do_not_hide_violations():
    """A blocked subject's given grade is examined all the same."""
    answer = check({"A": "乙"}, {("A", "poor"): True})
    assert found(answer.blocks) == [("A", "T-1")]
    assert found(answer.violations) == [("A", "T-3")]


def test_in_a_cycle_no_preliminary_grade_means_no_proposal():
    """Without a base the subject is blocked by the rule that asks for one; others go on."""
    answer = propose(POINTS | {("A", "first"): "乙"}, base="block")
    assert found(answer.blocks) == [("A1", "T-0"), ("A2", "T-0")]
    assert grades_of(answer) == {"A": "乙"}


def test_check_echoes_grades_and_names_each_break():
    """A cap, a force and a linkage broken at once; what nobody proposed raises nothing."""
    answer = check({"A": "甲", "A1": "甲"}, {("A", "points"): 9, ("A2", "poor"): True})
    assert grades_of(answer) == {"A": "甲", "A1": "甲"}
    assert found(answer.violations) == [("A", "T-1")]
    assert found(check({"A": "乙", "A1": "甲"}, {("A", "points"): 9}).violations) == [("A1", "T-4")]


def test_a_quota_is_checked_on_given_grades():
    """One of three may have 甲; two have it."""
    subjects = [(unit, "team", unit) for unit in "ABC"]
    facts = {(unit, "points"): 50 for unit in "ABC"}
    assert found(check({"A": "甲", "B": "甲"}, facts, subjects, pools={}).violations) == [("teams", "T-6")]
    assert found(check({"A": "甲", "B": "乙"}, facts, subjects, pools={}).violations) == []


def test_what_propose_returns_passes_check():
    """The proposal breaks no rule that bounds grades."""
    subjects = [
        (f"{unit}{n}", tier, unit) for unit in "ABC" for n, tier in (("", "team"), ("1", "head"), ("2", "member"))
    ]
    facts = {("A", "points"): 9, ("B", "points"): 50, ("C", "points"): 50, ("C1", "poor"): True, ("B", "order"): 1}
    proposed = grades_of(propose(facts, subjects, pools={}))
    assert found(check(proposed, facts, subjects, pools={}).violations) == []


def test_a_setting_changes_the_answer_only_if_it_is_a_default():
    """An override is applied; one that a source fixes, or an impossible value, is refused naming what is allowed."""
    assert grades_of(propose(POINTS, config={"points.low": 51}))["A"] == "乙"
    with pytest.raises(RefusedSetting, match=r"points\.low"):
        propose(POINTS, config={"law.fixed": 4})
    with pytest.raises(RefusedSetting, match="0 至 99"):
        propose(POINTS, config={"points.low": 100})


def test_one_preparation_serves_many_settings():
    """The widened facts are shared: each setting answers as if assessed alone; without a trace the rest is the same."""
    facts = POINTS | {("A", "first"): "甲", ("A1", "first"): "甲"}
    prepared = prepare(SCHEME, make_case(UNIT, facts))
    for low in (50, 51, 50):
        alone = propose(facts, config={"points.low": low})
        case = make_case(UNIT, facts, pools={"teams": 30}, config={"points.low": low})
        shared = assess(SCHEME, case, "propose", prepared=prepared, traced=False)
        assert shared.trace.is_empty()
        assert shared.to_json() | {"trace": alone.to_json()["trace"]} == alone.to_json()


def test_facts_that_cannot_be_read_are_all_named():
    """An unknown fact and a value of a wrong type, each with its subject."""
    with pytest.raises(UnusableFacts) as refusal:
        propose({("A", "points"): "many", ("A1", "poor"): "perhaps"})
    assert len(refusal.value.lines) == 2
    with pytest.raises(UnusableFacts, match=r"A:.*pionts"):
        propose({("A", "pionts"): 3})


def test_a_fact_given_twice_is_refused_and_one_about_nobody_passed_over():
    """What is known about a subject must be clear; what is known about others does not matter."""
    once = make_case(UNIT, {("A", "points"): 50, ("A", "first"): "乙", ("elsewhere", "points"): 3})
    again = pl.DataFrame([("A", "points", "50"), ("elsewhere", "points", "4")], FACTS, orient="row")
    assert grades_of(assess(SCHEME, once, "propose"))["A"] == "乙"
    with pytest.raises(UnusableFacts) as refusal:
        assess(SCHEME, replace(once, facts=pl.concat([once.facts, again])), "propose")
    assert refusal.value.lines[0] == "A:事实 points 不止一个"


def test_the_answer_in_json():
    """The shape that programs read; every finding and step with its clause."""
    answer = check({"A": "甲", "A1": "丁"}, {("A", "points"): 9}).to_json()
    assert answer["grades"] == {"A": "甲", "A1": "丁"}
    assert answer["ceilings"]["A"] == {"grade": "乙", "rule": "T-1"}
    assert answer["violations"] == [
        {"subject": "A", "pool": None, "rule": "T-1", "clause": "低分不得为甲", "force": "hard",
         "detail": "得分=9;不得高于“乙”,拟定“甲”"},
    ]  # fmt: skip
    assert answer["consequences"] == [
        {"subject": "A1", "rule": "T-9", "action": "TALK", "options": ["TALK"], "clause": "低分不得为甲"},
    ]
    assert answer["trace"][0] == {
        "subject": "A", "step": 1, "kind": "ceiling", "rule": "T-1", "clause": "低分不得为甲",
        "inputs": "得分=9", "before": "甲", "after": "乙",
    }  # fmt: skip
    assert answer["blocks"] == []
    assert set(answer) == {"grades", "ceilings", "violations", "blocks", "notices", "consequences", "trace"}


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random):
    """Subjects and facts in any order give the same grades and findings."""
    subjects = [
        (f"{unit}{n}", tier, unit) for unit in "ABC" for n, tier in (("", "team"), ("1", "head"), ("2", "member"))
    ]
    facts = {("A", "points"): 9, ("B", "points"): 50, ("C", "points"): 50, ("C1", "poor"): True, ("B", "order"): 1}
    plain = propose(facts, subjects, pools={})
    shuffled = random.sample(list(facts.items()), len(facts))
    mixed = propose(dict(shuffled), random.sample(subjects, len(subjects)), pools={})
    assert grades_of(mixed) == grades_of(plain)
    assert found(mixed.blocks) == found(plain.blocks)
    assert sorted(mixed.ceilings.rows()) == sorted(plain.ceilings.rows())


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(["甲", "乙", "丙", "丁"]), st.integers(1, 4)), min_size=1, max_size=7))
def test_places_are_never_exceeded(entries):
    """Whatever the group's grades and order, no more than a third have 甲, and nobody rises above the group's grade."""
    subjects = [(f"T{at}", "team", f"T{at}") for at in range(len(entries))]
    facts = {}
    for at, (grade, order) in enumerate(entries):
        facts |= {(f"T{at}", "points"): 50, (f"T{at}", "first"): grade, (f"T{at}", "order"): order}
    grades = grades_of(propose(facts, subjects, pools={}))
    assert sum(grade == "甲" for grade in grades.values()) <= len(entries) // 3
    assert all("甲乙丙丁".index(grades[f"T{at}"]) >= "甲乙丙丁".index(grade) for at, (grade, _) in enumerate(entries))
