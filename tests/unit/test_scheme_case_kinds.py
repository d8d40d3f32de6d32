"""Case files with types, parted pools, marks and scores: what they say, and each fault at its line."""

from decimal import Decimal

import pytest

from config.scheme_case import case_frames
from config.scheme_cases import WorkedCase, run_case
from config.scheme_loader import load_scheme
from config.yaml_file import Faults, SchemeFaults, parse_yaml
from scoring.assess import prepare
from scoring.facts import UnusableFacts
from tests.packs import make_case
from tests.rule_packs import rule, scheme_of

TOTAL = "  - {id: W-1, kind: sum, name: total, label: 总分, parts: [score], applies_to: [team], basis: default}\n"
SCHEME = scheme_of(
    rule("N-1", "ungraded", "when: poor, message: 受处分", "team"),
    rule("M-1", "spread", "at_least: 30, base: full_mark, action: HALVE"),
    consequences=[
        rule("Z-1", "on_grade", "grades: [丁], actions: [{action: TALK, duration_months: 12, from: told_on}]", "team")
    ],
    components=TOTAL,
)
SOUND = """
name: 类型、名额、打分
year: 2020
shows: [N-1]
units: [{id: U, type: city}, {id: V, type: office}]
subjects: [{id: T, tier: team, unit: U}, {id: H, tier: head, unit: U}, {id: O, tier: office, unit: V}]
facts:
  - {subject: T, name: score, value: 92.345}
  - {subject: T, name: papers, value: [hq, party]}
  - {subject: U, name: told_on, value: "2020-03-01"}
proposals: [{subject: T, grade: 丁}]
pools: {heads/city: 14, teams: 3}
items: [{id: I1, scorer: D1, full: 10, class: city}]
marks: [{item: I1, subject: T, value: 9.5}, {item: I1, subject: W, value: 7}]
"""
EXPECT = """expect:
  scores: {T: {total: "92.35"}}
  consequences: {Z-1: {TALK: [T]}, M-1: {HALVE: [I1]}}
  values: {M-1 HALVE: {I1: "5"}}
  periods: {Z-1 TALK: {T: ["2020-03-01", "2021-02-28"]}}
  options: {Z-1 TALK: {T: [TALK]}}
"""


def frames(text):
    return case_frames(parse_yaml(text, "case.yaml", Faults()), SCHEME, Faults())


def failures(text):
    return run_case(WorkedCase("x", "cases/x.yaml", 1, parse_yaml(text, "cases/x.yaml", Faults())), SCHEME)


def test_types_become_facts_sets_are_joined_marks_become_a_frame():
    """The type of a unit where the scheme declares it; a mark of a subject that is not of the case."""
    case = frames(SOUND)
    facts = case.facts.select("subject", "name", "value").rows()
    assert ("U", "unit_type", "city") in facts
    assert ("T", "papers", "hq、party") in facts
    assert case.marks.select("item", "scorer", "class", "subject").rows()[1] == ("I1", "D1", "city", "W")
    assert [str(mark) for mark in case.marks["mark"]] == ["9.500000", "7.000000"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("type: office", "type: village", "village"),
        (
            "- {subject: T, name: score",
            "- {subject: U, name: unit_type, value: city}\n  - {subject: T, name: score",
            "两处",
        ),
        ("value: [hq, party]", "value: [hq, essay]", "essay"),
        ('value: "2020-03-01"', 'value: "2020-02-30"', "2020-02-30"),
        ("heads/city: 14", "heads: 14", "heads"),
        ("teams: 3", "teams/U: 3", "teams/U"),
        ("teams: 3", "teams: 0", "teams: 0"),
        ("proposals: [{subject: T,", "proposals: [{subject: O,", "等次 丁"),
        ("{item: I1, subject: W", "{item: I2, subject: W", "I2"),
        ("{item: I1, subject: W", "{item: I1, subject: T", "2 次"),
        ("value: 7}", "value: 10.000001}", "10.000001"),
        ("value: 7}", "value: -1}", "-1"),
        ("full: 10", "full: 10.0000001", "10.0000001"),
        ("items: [", "items: [{id: I1, scorer: D2, full: 10}, ", "2 次"),
    ],
)
def test_a_bad_case_names_the_line(old, new, told):
    """One thing wrong, one fault, at the line where it stands."""
    assert old in SOUND
    with pytest.raises(SchemeFaults) as stopped:
        frames(SOUND.replace(old, new, 1))
    (fault,) = stopped.value.faults
    assert told in fault.found
    assert abs(fault.line - SOUND[: SOUND.index(old)].count("\n") - 1) <= 1
    assert fault.allowed
    assert fault.remedy


def test_a_mark_may_be_the_full_one_and_a_proposal_no_grade():
    """The limits that are still in."""
    assert frames(SOUND.replace("value: 9.5", "value: 10")).marks.height == 2
    assert frames(SOUND.replace("grade: 丁", "grade: 不确定等次")).given.rows() == [("T", "不确定等次")]


def test_a_case_may_expect_scores_values_periods_and_options():
    """Each is compared; a difference names what was found."""
    assert failures(SOUND + EXPECT) == []
    for old, new in (("92.35", "92.34"), ('"5"', '"10"'), ("2021-02-28", "2021-03-01"), ("[TALK]", "[WARN]")):
        (failure,) = failures(SOUND + EXPECT.replace(old, new))
        assert old.strip('"[]') in failure
        assert new.strip('"[]') in failure


@pytest.mark.parametrize(("value", "allowed"), [("100", True), ("100.000001", False), ("0", True), ("-0.01", False)])
def test_a_number_outside_its_range_is_refused_by_case_and_core(value, allowed):
    """A score in percent lies between 0 and 100; case file and core say the same range."""
    gansu = load_scheme("gansu").scheme
    case = make_case([("T", "team", "U")], {("T", "political_score"): value})
    head = "name: 范围\nyear: 2019\nunits: [{id: U, type: city}]\nsubjects: [{id: T, tier: team, unit: U}]\n"
    text = f"{head}facts: [{{subject: T, name: political_score, value: {value}}}]\n"
    if allowed:
        assert case_frames(parse_yaml(text, "case.yaml", Faults()), gansu, Faults()).facts.height == 2
        assert prepare(gansu, case).frame["political_score"].to_list() == [Decimal(value)]
        return
    with pytest.raises(SchemeFaults) as refused:
        case_frames(parse_yaml(text, "case.yaml", Faults()), gansu, Faults())
    assert [fault.allowed for fault in refused.value.faults] == ["0 至 100 的数字"]
    with pytest.raises(UnusableFacts, match="0 至 100"):
        prepare(gansu, case)
