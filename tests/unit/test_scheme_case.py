"""Case files: every fault of a file at once, and the frames that a sound one gives."""

import pytest

from config.scheme_cases import WorkedCase, run_case
from config.scheme_loader import load_case, load_scheme
from config.yaml_file import Faults, SchemeFaults, parse_yaml

SCHEME = load_scheme("bozhou").scheme
SOUND = """
name: 一个班子
year: 2010
units: [{id: A, type: department}]
subjects: [{id: A, tier: team, unit: A}, {id: A1, tier: principal, unit: A}]
facts:
  - {subject: A, name: survey_valid, value: 90}
  - {subject: A, name: circulars, value: 1}
  - [{subject: A, name: midyear_checked, value: true}]
history: [{subject: A, year: 2009, grade: 差, led_by: [A1]}]
proposals: [{subject: A, grade: 好}]
pools: {team: 43}
config: {quota.min: 1}
"""


def _load(tmp_path, text):
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return load_case(path, SCHEME)


def _refused(tmp_path, text):
    with pytest.raises(SchemeFaults) as stopped:
        _load(tmp_path, text)
    return stopped.value.faults


def test_a_sound_case_becomes_frames(tmp_path):
    """Values as text, aliases resolved, nested lists spread out."""
    case = _load(tmp_path, SOUND)
    assert case.facts.select("subject", "name", "value").rows() == [
        ("A", "survey_valid", "90"),
        ("A", "criticism_circulars", "1"),
        ("A", "midyear_checked", "true"),
    ]
    assert case.history.rows() == [("A", 2009, "差", ["A1"])]
    assert case.given.rows() == [("A", "好")]
    assert (case.year, case.pools, case.config) == (2010, {"team": 43}, {"quota.min": 1})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("year: 2010", "year: soon", "year"),
        ("year: 2010", "year: 2101", "year = 2101"),
        ("{id: A, type: department}", '{id: A, type: department}, {id: ""}', "units.1.id = ''"),
        ("unit: A}]", 'unit: A}, {id: " ", tier: team, unit: A}]', "subjects.2.id = ' '"),
        ("units: [{id: A,", "units: [{id: A}, {id: A,", "2 次"),
        ("{id: A1, tier: principal", "{id: A, tier: principal", "2 次"),
        ("tier: principal", "tier: chief", "chief"),
        ("principal, unit: A", "principal, unit: Z", "Z"),
        ("name: survey_valid", "name: survey_volid", "survey_volid"),
        ("value: 90", "value: -1", "-1"),
        ("value: 90", 'value: "90"', "'90'"),
        ("value: 90", "value: 0.5", "0.5"),
        ("value: true", "value: 1", "midyear_checked = 1"),
        ("{subject: A, name: survey_valid", "{subject: B, name: survey_valid", "survey_valid 写在 B 上"),
        ("[{subject: A, name: midyear_checked", "[{subject: A1, name: midyear_checked", "midyear_checked 写在 A1 上"),
        ("name: survey_valid, value: 90", "name: party_sanction, value: true", "party_sanction 写在 A 上"),
        (
            "value: 90}",
            "value: 90}\n  - {subject: A, name: survey_dissatisfied, value: 91}",
            "survey_dissatisfied = 91",
        ),
        ("value: 90}", "value: 90}\n  - {subject: A, name: criticism_circulars, value: 2}", "2 次"),
        ("value: 90}", "value: 90}\n  - {subject: A1, name: annual_grade, value: 好}", "annual_grade = '好'"),
        ("grade: 好", "grade: 良好", "良好"),
        ("grade: 差", "grade: 劣", "劣"),
        ("proposals: [{subject: A,", "proposals: [{subject: X,", "X"),
        ("year: 2009", "year: 2010", "2010 年的历史"),
        ("team: 43", "team: 0", "team"),
        ("team: 43", "squad: 43", "squad"),
        ("quota.min: 1", "quota.max: 1", "quota.max"),
        ("quota.min: 1", "quota.min: 99", "quota.min"),
        ("pools:", "pulls: {}\npools:", "pulls"),
    ],
)
def test_a_bad_case_names_the_line(tmp_path, old, new, told):
    """One thing wrong, one fault, at the line where it stands, with what is allowed and what to do."""
    assert old in SOUND
    (fault,) = _refused(tmp_path, SOUND.replace(old, new, 1))
    assert told in fault.found
    assert abs(fault.line - SOUND[: SOUND.index(old)].count("\n") - 1) <= 2
    assert fault.allowed
    assert fault.remedy


def test_ballots_must_add_up(tmp_path):
    """Four tallies whose sum is not the number of valid ballots are refused, the right sum is not."""
    tallies = {"good": 50, "fairly_good": 20, "fair": 6, "poor": 4}
    rows = "".join(f"  - {{subject: A, name: ballots_{name}, value: {count}}}\n" for name, count in tallies.items())
    text = SOUND.replace("facts:\n", f"facts:\n  - {{subject: A, name: ballots_valid, value: 80}}\n{rows}")
    assert _load(tmp_path, text).facts.height == 8
    (fault,) = _refused(tmp_path, text.replace("ballots_good, value: 50", "ballots_good, value: 49"))
    assert "ballots_valid = 80" in fault.found


@pytest.mark.parametrize("option", ["good", "fairly_good", "fair", "poor"])
def test_a_part_of_the_ballots_is_checked_alone(tmp_path, option):
    """Eleven of ten ballots are refused though the other options are not given; ten of ten are not."""
    rows = (
        f"  - {{subject: A, name: ballots_valid, value: 10}}\n  - {{subject: A, name: ballots_{option}, value: 10}}\n"
    )
    text = SOUND.replace("facts:\n", "facts:\n" + rows)
    assert _load(tmp_path, text).facts.height == 5
    (fault,) = _refused(tmp_path, text.replace(f"ballots_{option}, value: 10", f"ballots_{option}, value: 11"))
    assert "ballots_valid = 10" in fault.found


@pytest.mark.parametrize(("year", "sound"), [(1977, False), (1978, True), (2100, True), (2101, False)])
def test_a_year_must_be_plausible(tmp_path, year, sound):
    """The first and last year that can be meant, and those beside them."""
    text = SOUND.replace("year: 2010", f"year: {year}").replace(
        "history: [{subject: A, year: 2009", "history: [{subject: A, year: 1970"
    )
    if sound:
        assert _load(tmp_path, text).year == year
    else:
        (fault,) = _refused(tmp_path, text)
        assert fault.allowed == "1978 至 2100 的年份"


def test_a_case_without_subjects_or_units_says_so(tmp_path):
    """Nobody to assess is a fault; a unit that is not listed where none is listed is told so."""
    (fault,) = _refused(tmp_path, "name: x\nyear: 2010\nunits: []\nsubjects: []\n")
    assert (fault.line, fault.found) == (4, "没有考核对象")
    (fault,) = _refused(tmp_path, "name: x\nyear: 2010\nunits: []\nsubjects: [{id: A, tier: team, unit: Z}]\n")
    assert "没有列出任何单位" in fault.allowed


def test_facts_left_empty_may_be_left_out(tmp_path):
    """A key without a value is refused with what to write; the empty list is taken."""
    text = "name: x\nyear: 2010\nunits: [{id: A}]\nsubjects: [{id: A, tier: team, unit: A}]\nfacts:"
    (fault,) = _refused(tmp_path, text)
    assert (fault.line, fault.found, fault.remedy) == (5, "facts = 空", "写 [] 或删去这一行")
    assert _load(tmp_path, text + " []").facts.is_empty()


def test_all_faults_of_a_case_come_at_once(tmp_path):
    """An ill-typed year does not hide an unknown fact, nor a bare date a wrong grade."""
    text = SOUND.replace("year: 2010", 'year: "2010"').replace("survey_valid", "survey_volid")
    text = text.replace("grade: 好", "grade: 良好").replace("department", "2010-01-01")
    assert [fault.line for fault in _refused(tmp_path, text)] == [3, 4, 7, 11]


def test_a_file_of_several_cases_is_refused(tmp_path):
    """`assess` answers one case; the error says what to do with a list of them."""
    (fault,) = _refused(tmp_path, "cases: [{name: x}]\n")
    assert "scheme test" in fault.remedy


def test_a_worked_case_that_expects_nothing_has_failed():
    """No expectation is no test."""
    for expect in ("", "expect: {about: [BZ-13]}\n", "expect: {grade: {A: 好}}\n"):
        data = parse_yaml(SOUND + expect, "cases/x.yaml", Faults())
        assert run_case(WorkedCase("x", "cases/x.yaml", 1, data), SCHEME)


def test_a_worked_case_fails_on_each_difference():
    """Grade, ceiling, findings and consequences are compared exactly, both ways."""
    expect = (
        "expect: {grades: {A: 较好}, ceilings: {A1: null}, violations: {}, blocks: {BZ-31: [A]}, consequences: {}}\n"
    )
    data = parse_yaml(SOUND + expect, "cases/x.yaml", Faults())
    failures = run_case(WorkedCase("x", "cases/x.yaml", 1, data), SCHEME)
    assert [failure.split(":")[0] for failure in failures] == [
        "A 的等次",
        "A1 的最高等次",
        "violations BZ-11",
        "violations BZ-14",
        "blocks BZ-31",
    ]
