"""Weighted sums: weights by setting and kind, parts that do not apply, raised weights (GS-06, GS-07, GS-11, TX-18)."""

from decimal import Decimal

import polars as pl
import pytest

from scoring.facts import UnusableFacts
from scoring.scheme import RefusedSetting
from tests.component_packs import computed, numbers, one, scored_scheme, value, values

WEIGHTED = one("weighted_sum", "weights: {a: $share, b: rest}")


@pytest.mark.parametrize(("share", "expected"), [(40, "86"), (15, "88.5"), (0, "90"), (100, "80")])
def test_the_rest_of_100_follows_a_setting(share, expected):
    """GS-11: 0.40 of 80 and 0.60 of 90 is 86, before the change 88.5."""
    assert value(WEIGHTED, numbers(a=80, b=90), config={"share": share}) == Decimal(expected).normalize()


def test_a_setting_that_makes_no_weight_is_refused():
    """150 percent is no weight; the message names the rule and what is allowed."""
    with pytest.raises(RefusedSetting, match="X-1 分:a 的权重为 150,允许:0 至 100"):
        value(WEIGHTED, numbers(a=80, b=90), config={"share": 150})


BY_KIND = one("weighted_sum", "by: kind, weights: {city: {a: 70, b: 30}, county: {a: 20, c: 80}}")


def test_weights_go_by_kind_and_only_their_parts_are_read():
    """GS-06: each type has its own weights; a part without weight may be missing, an unknown type leaves no score."""
    facts = {(id_, "a"): 100 for id_ in "ABCD"} | {("A", "b"): 50, ("B", "c"): 50, ("C", "c"): 50}
    facts |= {("U", "kind"): "city", ("V", "kind"): "county"}
    subjects = [("A", "team", "U"), ("B", "team", "V"), ("C", "team", "W"), ("D", "team", "U")]
    board = computed(scored_scheme(BY_KIND), facts, subjects)
    assert values(board, "x") == {"A": 85, "B": 60, "C": None, "D": None}
    assert values(board, "weight:x:b") == {"A": 30, "B": 0, "C": None, "D": 30}


RESCALED = one("weighted_sum", "rescale: true, weights: {a: 50, b: 30, extra: 20}")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": 80, "b": 90, "extra": 100}, "87"),
        ({"a": 80, "b": 90}, "83.75"),
        ({"a": 80, "extra": 100}, None),
        ({}, None),
    ],
)
def test_a_part_that_does_not_apply_is_left_out(given, expected):
    """TX-18: without the part that may be absent 50 and 30 count as 62.5 and 37.5; any other gap leaves no score."""
    assert value(RESCALED, numbers(**given)) == (None if expected is None else Decimal(expected).normalize())


ADJUSTED = one(
    "weighted_sum",
    "weights: {a: 10, b: 60, c: 30},"
    " adjust: [{id: X-2, when: flag, part: a, to: 15, basis: default},"
    " {id: X-3, when: silent, part: c, plus: 5, basis: default}]",
)


def test_a_raised_weight_takes_from_the_rest_in_proportion():
    """GS-07: 10 becomes 15 and the others × 85/90; the trace names the rule that raised it."""
    board = computed(scored_scheme(ADJUSTED), {("T", "a"): 80, ("T", "b"): 90, ("T", "c"): 70, ("T", "flag"): True})
    assert values(board, "x")["T"] == Decimal("82.833333333333")
    assert values(board, "weight:x:b")["T"] == Decimal("56.666666666667")
    assert pl.concat(board.trace).filter(pl.col("rule") == "X-2")["after"].to_list() == ["甲 15%"]


@pytest.mark.parametrize(
    ("silent", "expected"), [({}, "83"), ({"silent": False}, "83"), ({"silent": True}, "82.071428571429")]
)
def test_a_raise_whose_fact_may_be_absent_does_not_happen(silent, expected):
    """`skip` means that the adjustment has nothing to say; where it holds 10 and 60 share 65 of 70."""
    assert value(ADJUSTED, numbers(a=80, b=90, c=70) | silent) == Decimal(expected)


def test_raises_that_leave_100_together_are_refused():
    """Each fits alone, both together do not: the message names the two and what they make."""
    text = one(
        "weighted_sum",
        "weights: {a: 50, b: 50}, adjust: [{id: X-2, when: flag, part: a, to: 70, basis: default},"
        " {id: X-3, when: silent, part: b, to: 60, basis: default}]",
    )
    assert value(text, numbers(a=100, b=0) | {"flag": True}) == 70
    with pytest.raises(UnusableFacts, match="X-2、X-3 同时成立"):
        value(text, numbers(a=100, b=0) | {"flag": True, "silent": True})
