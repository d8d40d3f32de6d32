"""Places: parted pools, shares, exact grades, ties, and who keeps a grade whatever the share."""

import pytest

from tests.rule_packs import broken, check, grades_of, named, propose, rule, scheme_of

HEADS = rule("Q-1", "quota", "pool: heads, grade: 甲, part: 1, whole: 3")
SIX = [(f"H{at}", "head", f"U{at}") for at in range(6)]
TYPES = {(f"U{at}", "unit_type"): "city" if at < 3 else "office" for at in range(6)}
ORDER = {(f"H{at}", "order"): at + 1 for at in range(6)}


def tops(answer, grade="甲"):
    return sorted(one for one, given in grades_of(answer).items() if given == grade)


def test_each_competition_of_a_parted_pool_has_its_own_places():
    """GS-10: of three cities and three departments one head each, though the first three in order are cities."""
    assert tops(propose(scheme_of(HEADS), SIX, TYPES | ORDER)) == ["H0", "H3"]
    assert tops(propose(scheme_of(HEADS), SIX, dict.fromkeys(TYPES, "city") | ORDER)) == ["H0", "H1"]


def test_a_violation_names_the_competition():
    """Two heads of cities are one too many for three, one of each type is not."""
    both = check(scheme_of(HEADS), SIX, TYPES, {"H0": "甲", "H1": "甲", "H3": "乙"})
    assert broken(both) == [("heads/city", "Q-1")]
    assert broken(check(scheme_of(HEADS), SIX, TYPES, {"H0": "甲", "H3": "甲"})) == []


@pytest.mark.parametrize(("size", "seats"), [(5, 1), (6, 2)])
def test_the_size_of_a_competition_may_be_told(size, seats):
    """A file that shows three of five or six cities."""
    answer = propose(scheme_of(HEADS), SIX, TYPES | ORDER, pools={"heads/city": size})
    assert tops(answer) == [*[f"H{at}" for at in range(seats)], "H3"]


def test_who_is_in_no_competition_is_not_counted():
    """Without a type there is nobody to be compared with: no place is needed, none is taken."""
    facts = {key: value for key, value in TYPES.items() if key[0] != "U0"}
    assert tops(propose(scheme_of(HEADS), SIX, facts | ORDER)) == ["H0", "H3"]


def test_deputies_compete_inside_their_unit():
    """GS-10: half of two in one unit, half of three in the other."""
    staff = [
        ("A1", "staff", "A"),
        ("A2", "staff", "A"),
        ("B1", "staff", "B"),
        ("B2", "staff", "B"),
        ("B3", "staff", "B"),
    ]
    order = {(who, "order"): at for at, (who, _, _) in enumerate(staff)}
    rules = scheme_of(rule("Q-2", "quota", "pool: staff, grade: 甲, part: $share, whole: 100"))
    assert tops(propose(rules, staff, order)) == ["A1", "B1"]
    assert tops(propose(rules, staff, order, config={"share": 49})) == ["B1"]
    assert tops(propose(rules, staff, order, config={"share": 67})) == ["A1", "B1", "B2"]


RATIO = (
    rule("Q-3", "quota", "pool: teams, grade: 甲, part: 30, whole: 100"),
    rule("Q-4", "quota", "pool: teams, grade: 乙, only: true, part: 50, whole: 100"),
)
TEN = [(f"T{at}", "team", f"U{at}") for at in range(10)]
IN_ORDER = {(f"T{at}", "order"): at + 1 for at in range(10)}


def test_a_ratio_of_every_grade_is_filled_from_the_top():
    """JS-14: three of ten, then exactly five, then the rest."""
    answer = propose(scheme_of(*RATIO), TEN, IN_ORDER)
    assert [len(tops(answer, grade)) for grade in "甲乙丙"] == [3, 5, 2]
    assert tops(answer, "丙") == ["T8", "T9"]


@pytest.mark.parametrize(("top", "second", "found"), [(3, 5, []), (2, 6, ["Q-4"]), (4, 4, ["Q-3"]), (3, 4, [])])
def test_only_counts_exactly_its_grade(top, second, found):
    """Six of the second grade are one too many even where a place of the first is free."""
    grades = ["甲"] * top + ["乙"] * second + ["丙"] * (10 - top - second)
    given = {f"T{at}": grade for at, grade in enumerate(grades)}
    assert broken(check(scheme_of(*RATIO), TEN, {}, given)) == [("teams", id_) for id_ in found]


SHARE = rule("Q-5", "quota", "pool: staff, grade: 甲, part_by_grade: {tier: unit, grades: {甲: 25, 丁: 10}}")


@pytest.mark.parametrize(("grade", "seats"), [("甲", 50), ("丁", 20)])
def test_a_share_depends_on_the_grade_of_the_unit(grade, seats):
    """JS-12: of 200 staff 50 where the unit is first, 20 where it is last."""
    subjects = [("U", "unit", "U"), *((f"S{at:03}", "staff", "U") for at in range(60))]
    facts = {("U", "first"): grade} | {(f"S{at:03}", "order"): at for at in range(60)}
    answer = propose(scheme_of(SHARE), subjects, facts, pools={"staff/U": 200})
    assert len(tops(answer)) == seats + (grade == "甲")
    held = {f"S{at:03}": "甲" for at in range(seats)} | {"U": grade}
    assert broken(check(scheme_of(SHARE), subjects, {}, held, pools={"staff/U": 200})) == []
    one_more = check(scheme_of(SHARE), subjects, {}, held | {f"S{seats:03}": "甲"}, pools={"staff/U": 200})
    assert broken(one_more) == [("staff/U", "Q-5")]


def test_without_a_grade_of_the_unit_the_share_is_silent_and_says_so():
    """No unit, or a grade without a share: nobody loses a place, people are told."""
    subjects = [("U", "unit", "U"), ("S1", "staff", "U"), ("S2", "staff", "U")]
    answer = check(scheme_of(SHARE), subjects, {}, {"S1": "甲", "S2": "甲"})
    assert (broken(answer), named(answer.notices)) == ([], [("staff/U", "Q-5")])
    answer = propose(scheme_of(SHARE), subjects, {("U", "first"): "丙"})
    assert (tops(answer), named(answer.notices)) == (["S1", "S2"], [("staff/U", "Q-5")])


LIFT = rule("L-1", "lift", "when: star, min_grade: 甲", "head")
CAP = rule("C-1", "cap", "when: poor, max_grade: 乙", "head")


def test_a_lift_goes_before_the_places():
    """0.4 no. 4: two entitled heads keep their grade where there is one place; the best of the others loses it."""
    stars = {("H1", "star"): True, ("H2", "star"): True}
    scheme = scheme_of(LIFT, CAP, HEADS)
    assert tops(propose(scheme, SIX, TYPES | ORDER | stars)) == ["H1", "H2", "H3"]
    assert tops(propose(scheme, SIX, TYPES | ORDER | stars | {("H2", "poor"): True})) == ["H1", "H3"]
    assert tops(propose(scheme, SIX, TYPES | ORDER)) == ["H0", "H3"]


def test_only_more_than_the_entitled_break_a_quota():
    """Two entitled may both have it, a third may not; one who is not entitled may have the one place."""
    facts = TYPES | {("H1", "star"): True, ("H2", "star"): True}
    scheme = scheme_of(LIFT, HEADS)
    assert broken(check(scheme, SIX, facts, {"H1": "甲", "H2": "甲"})) == []
    assert broken(check(scheme, SIX, facts, {"H0": "甲", "H1": "甲", "H2": "甲"})) == [("heads/city", "Q-1")]


def test_a_tie_is_listed_for_its_own_competition():
    """Two cities tied across the only place: nobody of them has it, the departments are not touched."""
    facts = TYPES | ORDER | {("H1", "order"): 1}
    answer = propose(scheme_of(HEADS), SIX, facts)
    assert tops(answer) == ["H3"]
    assert answer.notices.select("pool", "detail").rows() == [("heads/city", "名额1,已用0,并列待定:H0、H1")]


def test_a_later_fall_does_not_overfill_an_exact_grade():
    """Whoever ends third pulls the first down to second: the exact places of the second are filled anew."""
    rules = scheme_of(
        rule("Q-3", "quota", "pool: staff, grade: 甲, part: 30, whole: 100"),
        rule("Q-4", "quota", "pool: staff, grade: 乙, only: true, part: 50, whole: 100"),
        rule("K-2", "linkage", "at_or_below: 丙, targets: [staff], max_grade: 乙", "staff"),
    )
    subjects = [(f"T{at}", "staff", "U") for at in range(10)]
    answer = propose(rules, subjects, IN_ORDER)
    assert tops(answer, "乙") == [f"T{at}" for at in range(5)]
    assert len(tops(answer, "丙")) == 5
    assert broken(check(rules, subjects, IN_ORDER, grades_of(answer))) == []
