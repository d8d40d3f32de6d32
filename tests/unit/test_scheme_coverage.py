"""`kaohe scheme coverage`: a rule is covered by a place that names it and by a passing case or a test."""

import json

import pytest
from typer.testing import CliRunner

import cli
from config.coverage import pack_coverage, read_coverage
from config.scheme_loader import load_scheme_files
from config.yaml_file import SchemeFaults
from tests.packs import tiny

CASE = """
name: 低分
year: 2010
units: [{id: A}]
subjects: [{id: A, tier: team, unit: A}]
facts: [{subject: A, name: points, value: 9}]
proposals: [{subject: A, grade: 甲}]
expect: {about: [T-1, T-2], violations: {T-1: [A]}}
"""
OTHERS = "".join(f"  - {{id: T-{n}, what: 其他, planned: Later}}\n" for n in (0, 3, 4, 5, 6, 9))
LIST = "system: T\nrules:\n"


def pack(entries: str, case: str = CASE):
    """The small pack with these entries and the rest planned."""
    return load_scheme_files({**tiny(), "cases/low.yaml": case, "coverage.yaml": LIST + entries + OTHERS})


def states(loaded) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {row.id: (row.state, row.problems) for row in pack_coverage(loaded) if row.state != "planned"}


def test_a_place_and_a_passing_case_cover_a_rule():
    """The line of the rule and the case that saw it act are named."""
    (row,) = [row for row in pack_coverage(pack("  - {id: T-1, what: 低分, at: [rules.yaml]}\n")) if row.id == "T-1"]
    assert (row.state, row.places) == ("covered", ("rules.yaml:3",))
    assert row.shown_by == ("cases/low.yaml:1 低分",)


@pytest.mark.parametrize(
    ("entry", "case", "told"),
    [
        ("{id: T-1, what: 低分, at: [rules.yaml]}", CASE.replace("value: 9", "value: 10"), "没有通过的案例"),
        ("{id: T-2, what: 表扬, at: [rules.yaml]}", CASE, "没有通过的案例"),
        ("{id: T-1, what: 低分, at: [scheme.yaml]}", CASE, "scheme.yaml 中没有 id: T-1"),
        ("{id: T-1, what: 低分, at: [config/coverage.py]}", CASE, "config/coverage.py 没有提到 T-1"),
        ("{id: T-1, what: 低分, at: [config/nowhere.py]}", CASE, "没有文件 config/nowhere.py"),
        ("{id: T-1, what: 低分, at: [../pack.yaml]}", CASE, "没有文件 ../pack.yaml"),
        ("{id: T-1, what: 低分}", CASE, "没有写明在何处"),
        (
            '{id: T-1, what: 低分, at: [rules.yaml], tests: ["tests/unit/test_scheme_coverage.py::test_none"]}',
            CASE,
            "没有测试 tests/unit/test_scheme_coverage.py::test_none",
        ),
    ],
)
def test_what_is_wanting_is_told(entry, case, told):
    """A failing case shows nothing, a rule that a case is only about is not shown, places and tests must exist."""
    found = states(pack(f"  - {entry}\n", case))
    (rule,) = [rule for rule in ("T-1", "T-2") if rule in entry]
    assert found[rule][0] == "missing"
    assert any(told in problem for problem in found[rule][1])


def test_a_test_covers_a_rule_without_a_case():
    """Stages and duties are shown by tests."""
    test = "tests/unit/test_scheme_coverage.py::test_a_test_covers_a_rule_without_a_case"
    entry = f'  - {{id: T-2, what: 表扬, at: [rules.yaml], tests: ["{test}"]}}\n'
    assert states(pack(entry))["T-2"] == ("covered", ())


def test_a_rule_that_the_list_leaves_out_is_missing():
    """Nothing of the pack stands outside the list."""
    assert states(pack(""))["T-1"][0] == "missing"


def test_faults_of_the_list_have_their_lines():
    """An unknown key and an id listed twice."""
    for entry, line in (("{id: T-1, what: 低分, where: [x]}", 3), ("{id: T-3, what: 低分}", 5)):
        with pytest.raises(SchemeFaults) as stopped:
            read_coverage(pack(f"  - {entry}\n"))
        assert [(fault.file, fault.line) for fault in stopped.value.faults] == [("coverage.yaml", line)]


def test_the_command_counts_and_ends_with_one(tmp_path):
    """Totals for programs; exit code 1 as long as a rule is missing, 0 when all are covered or planned."""
    for entries, code, missing in (
        ("  - {id: T-1, what: 低分, at: [rules.yaml]}\n", 1, ["T-2"]),
        ("  - {id: T-1, what: 低分, at: [rules.yaml]}\n  - {id: T-2, what: 表扬, planned: Later}\n", 0, []),
    ):
        for name, text in pack(entries).files.items():
            path = tmp_path / "tiny" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(cli.app, ["scheme", "coverage", str(tmp_path / "tiny"), "--json"])
        told = json.loads(done.stdout)
        assert done.exit_code == code
        assert (told["total"], told["covered"], told["missing"]) == (8, 1, missing)
        assert told["rules"][0]["state"] == "covered"
