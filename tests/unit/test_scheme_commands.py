"""`kaohe assess` and `kaohe scheme` as typed: what they print and how they exit."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from commands.duty_words import duty_rows
from config.scheme_loader import SCHEMES, load_scheme
from config.yaml_file import SchemeFaults

CASES = SCHEMES / "bozhou" / "cases"


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(cli.app, words)


def test_assess_answers_in_json(run):
    """The integrated scenario: exactly its violations, exit code 0 though rules are broken."""
    result = run("assess", "bozhou", str(CASES / "integrated.yaml"), "--json")
    assert result.exit_code == 0
    found = {(row["subject"] or row["pool"], row["rule"]) for row in json.loads(result.stdout)["violations"]}
    assert found == {
        ("team", "BZ-07"),
        ("B", "BZ-13"),
        ("C", "BZ-14"),
        ("C1", "BZ-14"),
        ("D", "BZ-48"),
        ("F2", "BZ-06"),
    }


def test_assess_answers_in_words(run):
    """Without --json a Chinese table with rule and clause."""
    result = run("assess", "bozhou", str(CASES / "c_03.yaml"))
    assert result.exit_code == 0
    assert "等次" in result.stdout
    assert "BZ-49" in result.stdout
    assert "诫勉谈话" in result.stdout


def test_assess_tells_scores_in_words(run):
    """Each score by its label, two places; what has no value is left out (C-06)."""
    result = run("assess", "gansu", str(SCHEMES / "gansu" / "cases" / "c_06.yaml"))
    assert result.exit_code == 0
    assert "工作实绩总分:88.50" in result.stdout
    assert "最大分差:20.60" in result.stdout
    assert "年度考核总分" not in result.stdout


def test_a_bad_file_is_refused_with_every_fault(tmp_path):
    """Exit code 2, one line a fault on standard error, no traceback."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: x\nyear: 2010\nunits: []\nsubjects: [{id: A, tier: chief, unit: Z}]\n", encoding="utf-8")
    words = [sys.executable, str(Path(cli.__file__)), "assess", "bozhou", str(bad)]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert [line.split(":")[:2] for line in done.stderr.splitlines()] == [["bad.yaml", "4"]] * 2


def test_a_case_that_contains_itself_is_refused(tmp_path):
    """Exit code 2 and one line with its place, as for any fault."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: x\na: &a [*a]\n", encoding="utf-8")
    words = [sys.executable, str(Path(cli.__file__)), "assess", "bozhou", str(bad)]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert [line.split(":")[:2] for line in done.stderr.splitlines()] == [["bad.yaml", "2"]]


def test_an_unknown_scheme_is_refused(run):
    """The error lists what exists."""
    result = run("assess", "atlantis", "x.yaml")
    assert isinstance(result.exception, SchemeFaults)
    assert "bozhou" in str(result.exception)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("scheme", "list"), "博州党风廉政建设责任制考核"),
        (("scheme", "check", "bozhou"), "没有问题"),
        (("scheme", "test", "quzhou"), "0 个不符"),
        (("scheme", "test", "quzhou", "tongxiang"), "0 个不符"),
        (("scheme", "show", "bozhou"), "默认"),
    ],
)
def test_scheme_commands_speak(run, words, told):
    """Each subcommand ends well and says what it did."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert told in result.stdout


def test_show_puts_the_clause_beside_each_rule(run):
    """Every rule id of the pack is shown."""
    shown = run("scheme", "show", "bozhou").stdout
    for rule in ("BZ-05", "BZ-13", "BZ-18", "BZ-48"):
        assert rule in shown


def test_a_failing_case_ends_with_one(run, tmp_path):
    """`scheme test` on a pack with a wrong case prints it and exits with 1."""
    root = tmp_path / "bozhou"
    for path in SCHEMES.joinpath("bozhou").rglob("*.yaml"):
        copy = root / path.relative_to(SCHEMES / "bozhou")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.parent.name != "cases":
            copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    wrong = (CASES / "c_03.yaml").read_text(encoding="utf-8").replace("shenji-1: 较好", "shenji-1: 好")
    (root / "cases" / "wrong.yaml").write_text(wrong, encoding="utf-8")
    result = run("scheme", "test", str(root))
    assert result.exit_code == 1
    assert "审计局" in result.stdout


def test_show_lists_the_recurring_duties_with_who_when_and_why():
    """In words, whatever way the pack says them."""
    rows = {name: list(duty_rows(load_scheme(name))) for name in ("bozhou", "tongxiang")}
    found = {row[0]: row[1:] for each in rows.values() for row in each}
    assert found["责任分解(plan_breakdown)"][:4] == ("每年", "每个单位", "期初起,3月31日止", "州纪委")
    assert found["责任分解(plan_breakdown)"][4].startswith("BZ-24、BZ-25、BZ-56 默认 「")
    assert found["每日记(work_log)"][:2] == ("每日(工作日)", "每个正职、副职")
    assert found["重点工作半年进展(key_work_progress)"][0] == "每半年(只在 H1)"
    assert found["处理单办理(slips)"][2] == "按所定期限,没有定的 15(默认) 个工作日内"
