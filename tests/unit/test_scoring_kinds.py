"""Rules that bound, close, spare or find: each on both sides of its limit, and their order of effect."""

import pytest

from scoring.scheme import UnknownGrade
from tests.rule_packs import broken, check, followed, grades_of, named, propose, rule, scheme_of

UNIT = [("U", "unit", "U"), ("T", "team", "U"), ("H", "head", "U"), ("S", "staff", "U")]
BAR = rule("B-1", "bar", "when: score < 90, from_grade: 乙", "team")


def better(one, other):
    return "甲乙丙丁".index(one) < "甲乙丙丁".index(other)


@pytest.mark.parametrize(("score", "grade"), [("89.99", "丙"), ("90", "甲"), (None, "甲")])
def test_a_bar_closes_every_grade_down_to_the_named_one(score, grade):
    """GS-04: below 90 neither 甲 nor 乙; at 90, or where nobody measured, all are open."""
    facts = {} if score is None else {("T", "score"): score}
    assert grades_of(propose(scheme_of(BAR), UNIT, facts))["T"] == grade
    for given in "甲乙丙":
        assert broken(check(scheme_of(BAR), UNIT, facts, {"T": given})) == (
            [("T", "B-1")] if better(given, grade) else []
        )


LIMITS = (
    rule("F-1", "force", "when: poor, grade: 丙", "team, head, staff"),
    rule("F-2", "force", "when: bold, grade: 乙", "team, head, staff"),
    rule("C-1", "cap", "when: score < 60, max_grade: 丙", "team"),
    rule("L-1", "lift", "when: star, min_grade: 甲", "team, head, staff"),
)


@pytest.mark.parametrize(
    ("facts", "right"),
    [
        (("poor",), "丙"),
        (("poor", "bold"), "丙"),
        (("star",), "甲"),
        (("star", "poor"), "丙"),
        (("star", "score"), "丙"),
        (("bold", "score"), "乙"),
    ],
)
def test_the_one_grade_that_breaks_nothing(facts, right):
    """Worst force, then caps, then lifts that go no further than they; what is proposed is what may be given."""
    values = {("T", name): 59 if name == "score" else True for name in facts} | {("T", "first"): "丁"}
    scheme = scheme_of(*LIMITS)
    assert grades_of(propose(scheme, UNIT, values))["T"] == right
    assert [grade for grade in "甲乙丙丁" if not broken(check(scheme, UNIT, values, {"T": grade}))] == [right]


def test_a_lift_in_principle_is_soft():
    """GS-08: 原则上 may be left by a recorded exception."""
    answer = check(scheme_of(*LIMITS), UNIT, {("T", "star"): True}, {"T": "乙"})
    assert answer.violations.select("rule", "force").rows() == [("L-1", "soft")]


def test_a_linkage_that_comes_later_lowers_what_a_lift_may_demand():
    """The team is entitled to 甲, its unit's grade allows 乙: 乙 is right, 丙 is not."""
    scheme = scheme_of(*LIMITS, rule("K-1", "linkage", "at_or_below: 乙, targets: [team], max_grade: 乙", "unit"))
    facts = {("T", "star"): True, ("U", "first"): "乙"}
    assert grades_of(propose(scheme, UNIT, facts))["T"] == "乙"
    assert broken(check(scheme, UNIT, facts, {"U": "乙", "T": "乙"})) == []
    assert broken(check(scheme, UNIT, facts, {"U": "乙", "T": "丙"})) == [("T", "L-1")]
    assert broken(check(scheme, UNIT, facts, {"U": "乙", "T": "甲"})) == [("T", "K-1")]


TABLE = rule("K-2", "linkage", "table: {乙: 乙, 丙: 丙, 丁: 丁}, targets: [team]", "unit")


@pytest.mark.parametrize(("unit", "best"), [("甲", "甲"), ("乙", "乙"), ("丙", "丙"), ("丁", "丁")])
def test_a_table_links_each_grade_of_the_source(unit, best):
    """JS-12: identity on ranks; one violation, however many steps of the table are behind."""
    assert grades_of(propose(scheme_of(TABLE), UNIT, {("U", "first"): unit}))["T"] == best
    for given in "甲乙丙丁":
        wrong = broken(check(scheme_of(TABLE), UNIT, {}, {"U": unit, "T": given}))
        assert wrong == ([("T", "K-2")] if better(given, best) else [])


UNGRADED = (
    rule("N-1", "ungraded", "when: poor, message: 受处分", "team, head, staff"),
    rule("K-1", "linkage", "at_or_below: 丙, targets: [staff], max_grade: 丙", "head"),
    rule("K-4", "linkage", "when: poor, targets: [team], max_grade: 丙", "head"),
    rule("Q-1", "quota", "pool: teams, grade: 甲, part: 1, whole: 3"),
)
TALK = rule("Z-1", "on_grade", "grades: [丁], actions: [{action: TALK}]", "team, head, staff")


def test_whose_grade_cannot_be_determined_has_none_and_binds_nobody():
    """SC-13: the outcome is said; nothing follows from the preliminary grade beside it."""
    facts = {("H", "poor"): True, ("H", "first"): "丁"}
    answer = propose(scheme_of(*UNGRADED, consequences=[TALK]), UNIT, facts, base="ceiling")
    assert grades_of(answer) == {"U": "甲", "T": "乙", "H": "不确定等次", "S": "甲"}  # one team has no place
    assert followed(answer) == []
    plain = propose(scheme_of(*UNGRADED, consequences=[TALK]), UNIT, {("H", "first"): "丁"})
    assert (grades_of(plain)["S"], followed(plain)) == ("丙", [("H", "TALK")])


def test_a_grade_that_may_not_be_determined_is_a_violation():
    """The word itself is right; any grade is wrong, and so is the word in a pack that does not know it."""
    facts = {("H", "poor"): True}
    assert broken(check(scheme_of(*UNGRADED), UNIT, facts, {"H": "甲"})) == [("H", "N-1")]
    answer = check(scheme_of(*UNGRADED), UNIT, facts, {"H": "不确定等次"})
    assert (broken(answer), grades_of(answer)) == ([], {"H": "不确定等次"})
    with pytest.raises(UnknownGrade):
        check(scheme_of(BAR), UNIT, facts, {"H": "不确定等次"})


@pytest.mark.parametrize(("poor", "seats"), [(0, 1), (1, 0)])
def test_the_ungraded_leave_the_size_of_their_pool(poor, seats):
    """AMB-31: of three teams one place, of two none; unless the size is told."""
    teams = [(f"T{at}", "team", f"U{at}") for at in range(3)]
    facts = {(f"T{at}", "order"): at for at in range(3)} | ({("T2", "poor"): True} if poor else {})
    assert list(grades_of(propose(scheme_of(*UNGRADED), teams, facts)).values()).count("甲") == seats
    told = propose(scheme_of(*UNGRADED), teams, facts, pools={"teams": 3})
    assert list(grades_of(told).values()).count("甲") == 1


def test_in_a_cycle_the_ungraded_need_no_preliminary_grade():
    """BZ-41 asks the others for one."""
    answer = propose(scheme_of(*UNGRADED), UNIT[2:], {("H", "poor"): True}, base="block")
    assert named(answer.blocks) == [("S", "K-0")]


PROTECT = (
    rule("P-1", "protect", "when: bold, spares: [C-1, B-9], review: 请核实", "team"),
    rule("C-1", "cap", "when: poor, max_grade: 丙", "team, head"),
    rule("B-9", "block", "when: ask < 1, message: 未答", "team"),
)


@pytest.mark.parametrize(("bold", "grade"), [(True, "甲"), (False, "丙")])
def test_a_protected_subject_is_out_of_reach(bold, grade):
    """ZJ-05: the spared rules do nothing, nor does what they would have asked; people are told."""
    facts = {("T", "bold"): bold, ("T", "poor"): True, ("H", "poor"): True, ("T", "ask"): 1}
    answer = propose(scheme_of(*PROTECT), UNIT, facts)
    assert (grades_of(answer)["T"], grades_of(answer)["H"]) == (grade, "丙")
    assert named(answer.notices) == ([("T", "P-1")] if bold else [])
    unasked = propose(scheme_of(*PROTECT), UNIT, {("T", "bold"): bold})
    assert named(unasked.blocks) == ([] if bold else [("T", "B-9")])


@pytest.mark.parametrize(
    ("papers", "found"), [("hq、party", []), ("hq", [("T", "V-1")]), ("", [("T", "V-1")]), (None, [])]
)
def test_a_set_must_hold_all_that_is_asked_for(papers, found):
    """JS-05: a missing paper is named; without any word the rule is silent where absence is `skip`."""
    scheme = scheme_of(rule("V-1", "cover", "fact: papers, all_of: [hq, party], message: 考卷不全", "team"))
    answer = check(scheme, UNIT, {} if papers is None else {("T", "papers"): papers}, {})
    assert broken(answer) == found
    if papers == "hq":
        assert answer.violations["detail"][0] == "考卷不全:缺少党建"


@pytest.mark.parametrize(("effect", "frame"), [("notice", "notices"), ("block", "blocks"), ("violation", "violations")])
def test_a_gap_in_a_set_has_the_effect_that_the_pack_says(effect, frame):
    """A notice, a block or a violation; only where the condition holds."""
    keys = f"fact: asked, all_of: [hq], when: poor, effect: {effect}, message: 考卷不全"
    scheme = scheme_of(rule("V-2", "cover", keys, "team"))
    facts = {("T", "asked"): "party", ("T", "poor"): True}
    assert named(getattr(check(scheme, UNIT, facts, {}), frame)) == [("T", "V-2")]
    assert named(getattr(check(scheme, UNIT, facts | {("T", "poor"): False}, {}), frame)) == []
    assert named(check(scheme, UNIT, {("T", "poor"): True}, {}).blocks) == [("T", "V-2")]


ORDER = rule("O-1", "order", "of: score, pool: teams, reason: excused")
PAIR = [("A", "team", "A"), ("B", "team", "B")]


@pytest.mark.parametrize(
    ("a", "b", "more", "found"),
    [
        (80, 79, {}, [("B", "O-1")]),
        (80, 80, {}, []),
        (80, 79, {("B", "excused"): True}, []),
        (80, 79, {("A", "poor"): True}, []),
        (80, 79, {("B", "star"): True}, []),
        (80, None, {}, []),
    ],
)
def test_a_better_grade_than_the_score_allows_needs_a_reason(a, b, more, found):
    """JS-14: B is first, A second; a cap of A or a lift of B is reason enough."""
    cap, lift = (
        LIMITS[0].replace("F-1, kind: force", "C-2, kind: cap").replace(", grade: 丙", ", max_grade: 乙"),
        LIMITS[3],
    )
    facts = {("A", "score"): a, ("B", "score"): b} | more
    facts = {key: value for key, value in facts.items() if value is not None}
    answer = check(scheme_of(ORDER, cap, lift), PAIR, facts, {"A": "乙", "B": "甲"})
    assert broken(answer) == found


WEIGHTS = """
  - {id: W-1, kind: weighted_sum, name: total, label: 总分, applies_to: [team], basis: default, missing: skip,
     weights: {score: 40, order: 60}, adjust: [{id: W-2, when: star, part: score, to: 50, basis: default}]}
"""


@pytest.mark.parametrize(("star", "found"), [(False, [("T", "E-1")]), (True, [])])
def test_the_part_to_be_stressed_should_weigh_most(star, found):
    """GS-24: 40 beside 60 is told, 50 beside 50 is not."""
    keys = "component: total, part: score, when: bold, message: 应突出"
    scheme = scheme_of(rule("E-1", "emphasis", keys, "team"), components=WEIGHTS)
    facts = {("T", "bold"): True, ("T", "star"): star, ("T", "score"): 1, ("T", "order"): 1}
    assert named(check(scheme, UNIT, facts, {}).notices) == found
    assert named(check(scheme, UNIT, facts | {("T", "bold"): False}, {}).notices) == []


def test_a_tier_without_a_scale_is_checked_and_never_graded():
    """Its subjects are found about and counted; they get no grade, need none, and none may be given."""
    scheme = scheme_of(rule("R-1", "require", "must: ask >= 1, message: 须答", "office"))
    answer = propose(scheme, [("O", "office", "U"), *UNIT], {("O", "ask"): 0}, base="block")
    assert broken(answer) == [("O", "R-1")]
    assert "O" not in grades_of(answer)
    assert "O" not in [one for one, _ in named(answer.blocks)]
    with pytest.raises(UnknownGrade):
        check(scheme, [("O", "office", "U")], {("O", "ask"): 1}, {"O": "甲"})
