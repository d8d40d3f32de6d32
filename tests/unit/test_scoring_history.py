"""Consequences of years: runs with and without gaps, counts that start anew, sums in a window, periods, persons."""

import pytest

from tests.rule_packs import check, followed, rule, scheme_of

UNIT = [("T", "team", "U"), ("H", "head", "U"), ("S", "staff", "U")]


def past(grades):
    """The years up to 2009, a hyphen for a year without a grade."""
    years = range(2010 - len(grades), 2010)
    return [("H", year, grade, None) for year, grade in zip(years, grades, strict=True) if grade != "-"]


def fires(keys, before, now="甲", **fields):
    kind = "cumulative" if "window" in keys else "consecutive"
    scheme = scheme_of(consequences=[rule("Z-1", kind, f"grades: [甲], {keys}, actions: [{{action: TALK}}]", "head")])
    return bool(followed(check(scheme, UNIT, {}, {"H": now}, history=past(before), **fields)))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("甲甲", "甲", True),
        ("甲", "甲", False),
        ("甲甲", "乙", False),
        ("甲乙", "甲", False),
        ("甲甲-", "甲", False),
        ("甲-甲", "甲", False),
        ("甲甲甲", "甲", True),
    ],
)
def test_three_years_running(before, now, expected):
    """Years y-2 to y without a break; a year without a grade breaks it (0.3)."""
    assert fires("years: 3", before, now) is expected


@pytest.mark.parametrize(("before", "expected"), [("甲甲-", True), ("甲-甲-", True), ("甲乙甲", False), ("-甲", False)])
def test_a_gap_may_be_bridged(before, expected):
    """A year without a grade is passed over; a year with another grade never is."""
    assert fires("years: 3, gap: bridges", before) is expected


@pytest.mark.parametrize(("years", "expected"), [(2, False), (3, True), (4, False), (5, False), (6, True)])
def test_the_count_may_start_anew(years, expected):
    """GS-20: the third and the sixth year bring a merit; without reset all from the third on do."""
    assert fires("years: 3, reset: $anew", "甲" * (years - 1)) is expected
    assert fires("years: 3, reset: $anew", "甲" * (years - 1), config={"anew": False}) is (years >= 3)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [("甲---", "甲", False), ("甲--", "甲", True), ("甲--", "乙", False), ("甲甲-", "甲", True), ("---", "甲", False)],
)
def test_so_many_times_in_a_window(before, now, expected):
    """Twice within four years that end with this one, not adjacent; it is this year's grade that brings it about."""
    assert fires("times: 2, window: 4", before, now) is expected


def test_a_consequence_may_ask_for_a_cause():
    """GS-22: the grade alone is not enough; who has a good grade is not even asked."""
    keys = "grades: [丙, 丁], when: ask > 0, actions: [{action: TALK}]"
    scheme = scheme_of(consequences=[rule("Z-2", "on_grade", keys, "head")])
    assert followed(check(scheme, UNIT, {("H", "ask"): 1}, {"H": "丙"})) == [("H", "TALK")]
    assert followed(check(scheme, UNIT, {("H", "ask"): 0}, {"H": "丙"})) == []
    assert check(scheme, UNIT, {}, {"H": "丙"}).blocks["subject"].to_list() == ["H"]
    assert check(scheme, UNIT, {}, {"H": "乙"}).blocks.is_empty()


@pytest.mark.parametrize(
    ("day", "months", "ends"),
    [("2020-03-01", 12, "2021-02-28"), ("2019-03-01", 12, "2020-02-29"), ("2020-01-31", 1, "2020-02-28")],
)
def test_a_period_ends_the_day_before_it_returns(day, months, ends):
    """GS-22: from the circular of 1 March 2020 until 28 February 2021; it falls on the principal of the team."""
    action = f"{{action: TALK, duration_months: {months}, from: told_on, on_person: [head]}}"
    scheme = scheme_of(consequences=[rule("Z-3", "on_grade", f"grades: [丁], actions: [{action}]", "team")])
    answer = check(scheme, UNIT, {("U", "told_on"): day}, {"T": "丁", "S": "丁"})
    assert followed(answer, "starts", "ends") == [("H", "TALK", day, ends)]
    (row,) = answer.to_json()["consequences"]
    assert (row["starts"], row["ends"], "value" in row) == (day, ends, False)
    assert followed(check(scheme, UNIT, {}, {"T": "丁"}), "starts", "ends") == [("H", "TALK", None, None)]
