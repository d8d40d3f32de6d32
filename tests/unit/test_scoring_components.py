"""Components: what each kind computes, on both sides of its limits, and what a missing fact makes of it."""

from decimal import Decimal

import polars as pl
import pytest

from scoring.assess import assess
from tests.component_packs import HEAD, computed, numbers, one, scored_scheme, value, values
from tests.packs import make_case

SUM = one("sum", "parts: [a, {of: b, at_most: 5, at_least: -5}, {of: c, subtract: true}], start: 2, at_most: 100")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": 60, "b": 3, "c": 1}, 64),
        ({"a": 60, "b": 5, "c": 0}, 67),
        ({"a": 60, "b": "5.01", "c": 0}, 67),
        ({"a": 60, "b": -6, "c": 0}, 57),
        ({"a": 98, "b": 0, "c": 0}, 100),
        ({"a": 98, "b": 0, "c": "0.01"}, "99.99"),
        ({"a": 99, "b": 5, "c": 0}, 100),
        ({"a": 99, "b": 5}, None),
    ],
)
def test_a_sum_adds_takes_away_and_keeps_its_limits(given, expected):
    """Each part and the total stay between their limits; a missing part leaves no sum (JS-06)."""
    assert value(SUM, numbers(**given)) == (None if expected is None else Decimal(expected).normalize())


PRODUCT = one("product", "factors: [a, b], divide_by: 80")


@pytest.mark.parametrize(
    ("points", "party", "total"), [(92, 88, "101.2"), (92, 80, "92"), (92, 72, "82.8"), (90, 84, "94.5")]
)
def test_a_product_is_divided_last(points, party, total):
    """JS-11: development score times party score over 80."""
    assert value(PRODUCT, numbers(a=points, b=party)) == Decimal(total).normalize()


def test_a_rounding_is_half_away_from_zero_and_only_where_asked():
    """0.125 to two places is 0.13 and -0.125 is -0.13; unrounded it stays as it is."""
    rounded = one("product", "factors: [a, b]", ", round: 2")
    assert value(rounded, numbers(a="0.25", b="0.5")) == Decimal("0.13")
    assert value(rounded, numbers(a="-0.25", b="0.5")) == Decimal("-0.13")
    assert value(one("product", "factors: [a, b]"), numbers(a="0.25", b="0.5")) == Decimal("0.125")


def test_a_mean_needs_all_unless_it_is_of_those_present():
    """GS-12: four quarters make a mean, three do not."""
    all_three, present = one("mean", "of: [a, b, c]"), one("mean", "of: [a, b, c], of_those_present: true")
    assert value(all_three, numbers(a=78, b=80, c=82)) == 80
    assert value(all_three, numbers(a=78, b=80)) is None
    assert value(present, numbers(a=78, b=80)) == 79
    assert value(present, {}) is None


DEDUCTIONS = one(
    "deductions",
    "start: 10, items: [{of: times, each: 3, at_most: 5}, {of: flag, each: 1.5, unless: doubt}], at_least: 4",
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, 10),
        ({"times": 1}, 7),
        ({"times": 2}, 5),
        ({"times": 9}, 5),
        ({"times": 1, "flag": True, "doubt": False}, "5.5"),
        ({"times": 2, "flag": True, "doubt": False}, 4),
        ({"times": 2, "flag": True, "doubt": True}, 5),
        ({"flag": True}, None),
    ],
)
def test_deductions_are_limited_each_and_together(given, expected):
    """QZ-07: so much for each, at most so much; excused where `unless` holds, unknown where that is unknown."""
    assert value(DEDUCTIONS, given) == (None if expected is None else Decimal(expected).normalize())


BANDS = one("bands", "of: a, bands: [{at_least: 90, value: 优秀}, {at_least: 80, value: 合格}, {value: 不合格}]")


@pytest.mark.parametrize(
    ("score", "band"),
    [("90", "优秀"), ("89.99", "合格"), ("89.999999", "合格"), ("80", "合格"), ("79.99", "不合格"), (None, None)],
)
def test_bands_compare_the_unrounded_score(score, band):
    """GS-03: 90 is excellent, 89.99 is not; without a score there is no band."""
    assert value(BANDS, {} if score is None else {"a": score}) == band


SUB_BANDS = one(
    "bands",
    "of: a, scale: s, bands: [{at_least: 95, value: 一档, grade: 优秀}, {at_least: 90, value: 二档, grade: 优秀},"
    " {value: 三档, grade: 称职}]",
)


def test_sub_bands_lead_to_grades():
    """YH-15: several bands of one grade; the grade is a component of its own, with a rank on its scale."""
    board = computed(
        scored_scheme(SUB_BANDS),
        {("T", "a"): 95, ("V", "a"): 94, ("W", "a"): 1},
        [(id_, "team", id_) for id_ in ("T", "V", "W")],
    )
    assert values(board, "x") == {"T": "一档", "V": "二档", "W": "三档"}
    assert values(board, "x_grade") == {"T": "优秀", "V": "优秀", "W": "称职"}
    assert values(board, "rank:x_grade") == {"T": 1, "V": 1, "W": 2}


def test_ranking_is_competition_ranking_inside_its_group():
    """1, 2, 2, 4; who has no number has no place and takes none; other groups do not count."""
    scores = {"A": 9, "B": 8, "C": 8, "D": 7, "F": 10}
    subjects = [(id_, "team", "U") for id_ in "ABCDE"] + [("F", "head", "U")]
    for within, lowest, expected in (
        ("all", "false", [1, 2, 2, 4, None, None]),
        ("pool", "false", [1, 2, 2, 4, None, None]),
        ("unit", "true", [4, 2, 2, 1, None, None]),
    ):
        scheme = scored_scheme(one("ranking", f"of: a, within: {within}, lowest_first: {lowest}"))
        board = computed(scheme, {(id_, "a"): score for id_, score in scores.items()}, subjects)
        assert list(values(board, "x").values()) == expected


def test_a_parted_pool_is_ranked_in_each_part():
    """Heads compete with those of the same type; who has no type is in no competition (GS-10)."""
    ranking = (
        "  - {id: X-1, kind: ranking, name: x, label: 名次, of: a, within: pool, applies_to: [head], basis: default}"
    )
    facts = {("A", "a"): 9, ("B", "a"): 8, ("C", "a"): 7, ("D", "a"): 6}
    facts |= {("U", "kind"): "city", ("V", "kind"): "county", ("W", "kind"): "city"}
    subjects = [("A", "head", "U"), ("B", "head", "V"), ("C", "head", "W"), ("D", "head", "X")]
    assert values(computed(scored_scheme(ranking), facts, subjects), "x") == {"A": 1, "B": 1, "C": 2, "D": None}


ITEMS = [("T", "team", "U"), ("I", "item", "U"), ("J", "item", "U"), ("K", "item", "V"), ("Q", "team", "W")]


@pytest.mark.parametrize(
    ("keys", "facts", "expected"),
    [
        ("within: unit, when: flag", {("I", "flag"): True, ("K", "flag"): True}, {"T": 1, "Q": 0}),
        ("within: all, when: flag", {("I", "flag"): True, ("K", "flag"): True}, {"T": 2, "Q": 2}),
        ("within: unit, when: doubt", {("I", "doubt"): True}, {"T": None, "Q": 0}),
        ("within: unit, when: doubt", {("I", "doubt"): True, ("J", "doubt"): False}, {"T": 1, "Q": 0}),
        ("within: unit, when: silent", {("I", "silent"): True}, {"T": 1, "Q": 0}),
        (
            "within: all, when: 'times > 0', distinct: times",
            {("I", "times"): 2, ("J", "times"): 2, ("K", "times"): 3},
            {"T": 2, "Q": 2},
        ),
    ],
)
def test_a_tally_counts_other_subjects(keys, facts, expected):
    """In the own unit or everywhere; 0 when none, unknown when anyone's answer is unknown, `skip` counts as no."""
    found = values(computed(scored_scheme(one("tally", f"from: [item], {keys}")), facts, ITEMS), "x")
    assert {id_: found[id_] for id_ in expected} == expected


def test_a_collection_holds_each_value_once():
    """The values of a fact or of a set over the subjects of a unit; empty where nobody has any."""
    sets, single = (one("collect", f"from: [item], within: unit, fact: {fact}") for fact in ("tags", "field"))
    found = values(computed(scored_scheme(sets), {("I", "tags"): "q、p", ("J", "tags"): "q、r"}, ITEMS), "x")
    assert (found["T"], found["Q"]) == (["p", "q", "r"], [])
    found = values(computed(scored_scheme(single), {("I", "field"): "q", ("J", "field"): "q"}, ITEMS), "x")
    assert (found["T"], found["Q"]) == (["q"], [])


def test_what_the_core_declares_can_be_collected():
    """The tiers of a unit, for a rule that demands one of each."""
    scheme = scored_scheme(one("collect", "from: [item, team], within: unit, fact: tier"))
    found = values(computed(scheme, {}, ITEMS), "x")
    assert (found["T"], found["Q"]) == (["item", "team"], ["team"])


def test_a_spread_is_exact():
    """GS-25: 88.5 to 67.9 is 20.6; null where nobody has a score."""
    scheme = scored_scheme(one("spread_of", "of: a, from: [item], within: unit"))
    found = values(computed(scheme, {("I", "a"): "88.5", ("J", "a"): "67.9"}, ITEMS), "x")
    assert (found["T"], found["Q"]) == (Decimal("20.6"), None)


HISTORY = [("T", year, grade, None) for year, grade in ((2009, "优秀"), (2008, "优秀"), (2006, "优秀"), (2005, "称职"))]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("kind: past_run, grades: [优秀]", 2),
        ("kind: past_run, grades: [优秀], gap: bridges", 3),
        ("kind: past_run, grades: [优秀, 称职], gap: bridges", 4),
        ("kind: past_run, grades: [称职]", 0),
        ("kind: past_count, grades: [优秀], window: 4", 2),
        ("kind: past_count, grades: [优秀], window: 5", 3),
        ("kind: past_best, window: 6", "优秀"),
        ("kind: past_worst, window: 5", "优秀"),
        ("kind: past_worst, window: 6", "称职"),
    ],
)
def test_the_past_is_counted_up_to_last_year(keys, expected):
    """A year without a grade breaks a run or is passed over; a window of n years ends with this one."""
    text = f"  - {{id: X-1, name: x, label: 历年, {keys}, {HEAD}}}"
    assert value(text, {}, history=HISTORY) == expected


def test_without_a_past_there_is_nothing():
    """Counts are 0, grades are missing."""
    for kind, expected in (("past_run, grades: [优秀]", 0), ("past_best, window: 3", None)):
        assert value(f"  - {{id: X-1, name: x, label: 历年, kind: {kind}, {HEAD}}}", {}) == expected


def test_a_component_reads_those_before_it_and_is_null_elsewhere():
    """JS-06 into JS-11: 60 + 30 + 3 - 1 = 92, times 88 over 80; the head has no such score."""
    text = (
        f"  - {{id: X-1, kind: sum, name: points, label: 发展, parts: [a, b, {{of: times}}], start: -1, {HEAD}}}\n"
        f"  - {{id: X-2, kind: product, name: x, label: 总分, factors: [points, c], divide_by: 80, {HEAD}}}"
    )
    facts = {("T", "a"): 60, ("T", "b"): 30, ("T", "times"): 3, ("T", "c"): 88, ("H", "a"): 60}
    board = computed(scored_scheme(text), facts, [("T", "team", "U"), ("H", "head", "U")])
    assert values(board, "x") == {"T": Decimal("101.2"), "H": None}
    steps = pl.concat(board.trace).select("rule", "kind", "inputs", "after").rows()
    assert steps == [
        ("X-1", "score", "甲=60,乙=30,次数=3", "92.00"),
        ("X-2", "score", "发展=92,丙=88", "101.20"),
    ]


def test_a_value_may_stand_for_a_missing_score():
    """`missing` puts a value in its place, also for the components that read it."""
    text = (
        one("product", "factors: [a, b]", ", missing: 7.5")
        + "\n"
        + one("sum", "parts: [x]").replace("name: x", "name: z")
    )
    board = computed(scored_scheme(text), {("T", "a"): 2})
    assert (values(board, "x")["T"], values(board, "z")["T"]) == (Decimal("7.5"), Decimal("7.5"))


def test_a_rule_that_reads_a_score_is_blocked_by_what_the_score_lacks():
    """A missing party score blocks the cap that reads the total, and the block names it."""
    cap = "{id: R-1, kind: cap, label: 低分, applies_to: [team], when: x < 89.5, max_grade: 称职"
    rules = f"rules:\n  - {cap}, cite: {{source: S, clause: 低分}}}}\n"
    scheme = scored_scheme(PRODUCT, rules=rules)
    case = make_case([("T", "team", "U")], {("T", "a"): 92})
    assert assess(scheme, case, "propose").blocks["detail"].to_list() == ["缺少:分(缺少乙)"]
    for party, grade in (("77.83", "优秀"), ("77.82", "称职")):  # 92 × 77.83 / 80 = 89.5045, × 77.82 = 89.493
        case = make_case([("T", "team", "U")], {("T", "a"): 92, ("T", "b"): party})
        assert assess(scheme, case, "propose").grades["grade"].to_list() == [grade]


THREE = "[{at_least: 90, grade: 优秀}, {at_least: 80, grade: 称职}, {grade: 不称职}]"
BASES = {
    "fact": "grade: early",
    "score": f"score: x, bands: {THREE}",
    "both": "grade: early, score: x, bands: [{at_least: 90, grade: 优秀}, {grade: 称职}]",
    "none": "score: x",
}


@pytest.mark.parametrize(
    ("base", "given", "without", "grade", "detail"),
    [
        ("fact", {"early": "基本称职"}, "block", "基本称职", "初步=基本称职"),
        ("fact", {}, "ceiling", "优秀", "basis: ceiling"),
        ("fact", {}, "block", None, None),
        ("score", {"a": 90}, "block", "优秀", "分=90"),
        ("score", {"a": "89.999999"}, "block", "称职", "分=89.999999"),
        ("score", {"a": "79.99"}, "block", "不称职", "分=79.99"),
        ("score", {}, "ceiling", None, None),
        ("score", {}, "block", None, None),
        ("both", {"a": 80, "early": "优秀"}, "block", "优秀", "初步=优秀"),
        ("both", {"a": 80}, "block", "称职", "分=80"),
        ("none", {"a": 1}, "block", "优秀", "basis: ceiling"),
        ("none", {}, "block", "优秀", "basis: ceiling"),
    ],
)
def test_a_proposal_starts_at_its_base(base, given, without, grade, detail):
    """The grade of a fact, else a score by bands, else the top; a missing score blocks, a missing fact in a cycle."""
    scheme = scored_scheme(one("sum", "parts: [a]"), base=f"base: {{id: B-1, {BASES[base]}, basis: default}}")
    case = make_case([("T", "team", "U")], {("T", name): given[name] for name in given}, base=without)
    found = assess(scheme, case, "propose")
    assert found.grades["grade"].to_list() == ([grade] if grade else [])
    assert found.trace.filter(pl.col("kind") == "base")["inputs"].to_list() == ([detail] if detail else [])
    assert found.blocks["rule"].to_list() == ([] if grade else ["B-1"])


@pytest.mark.parametrize(("missing", "grade", "detail"), [("block", None, "缺少:分(缺少甲)"), ("skip", "优秀", None)])
def test_a_score_that_may_be_missing_leaves_the_top_open(missing, grade, detail):
    """Outside a cycle a missing score stops the proposal only where the pack says `block`, and says what it lacks."""
    base = f"base: {{id: B-1, {BASES['score']}, basis: default}}"
    scheme = scored_scheme(one("sum", f"parts: [a], missing: {missing}"), base=base)
    found = assess(scheme, make_case([("T", "team", "U")]), "propose")
    assert found.grades["grade"].to_list() == ([grade] if grade else [])
    assert found.blocks["detail"].to_list() == ([detail] if detail else [])
