"""`kaohe scheme new`: a copy of the template that is sound at once, under its own id and place."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from config.new_scheme import RefusedScheme, new_scheme
from config.scheme_loader import list_schemes, load_scheme, run_cases
from config.yaml_file import SchemeFaults


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(cli.app, words)


def test_the_new_pack_is_sound_and_passes_its_cases(run, tmp_path):
    """One command, then check and test without a single edit; nothing of the template's id or place is left."""
    made = run("scheme", "new", "qingshan", "--place", "青山县", "--to", str(tmp_path))
    assert made.exit_code == 0, made.output
    pack = load_scheme(tmp_path / "qingshan")
    assert (pack.id, pack.place) == ("qingshan", "青山县")
    assert [result.failures for result in run_cases(pack) if result.failures] == []
    texts = "".join(pack.files.values())
    assert "示例县" not in texts
    assert "kaohe scheme check qingshan" in texts
    for words in (("check",), ("test",), ("show",), ("facts",), ("coverage",)):
        assert run("scheme", *words, str(tmp_path / "qingshan")).exit_code == 0


def test_without_a_folder_it_stands_among_the_packs(run, tmp_path, monkeypatch):
    """KAOHE_SCHEMES says where packs of this installation stand; the id then calls it."""
    monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path))
    assert run("scheme", "new", "qingshan").exit_code == 0
    assert "qingshan" in list_schemes()
    assert load_scheme("qingshan").root == tmp_path / "qingshan"


@pytest.mark.parametrize(
    ("id_", "place", "told"),
    [
        ("Qingshan", "青山县", "小写字母"),
        ("../out", "青山县", "小写字母"),
        ("青山", "青山县", "小写字母"),
        ("bozhou", "青山县", "已有方案"),
        ("example", "青山县", "已有方案"),
        ("qingshan", "青山: 县", "地名"),
        ("taken", "青山县", "已存在"),
    ],
)
def test_what_cannot_be_made_is_refused(run, tmp_path: Path, id_, place, told):
    """A bad id, an id or a folder that is taken, a place that would break the files: told, exit code 2."""
    (tmp_path / "taken").mkdir()
    with pytest.raises(RefusedScheme, match=told):
        new_scheme(id_, tmp_path, place)
    done = run("scheme", "new", id_, "--place", place, "--to", str(tmp_path))
    assert done.exit_code == 2
    assert told in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_facts_name_who_brings_and_who_reads_them(run):
    """For programs: types, what a missing one means for each tier, forms and rules."""
    done = run("scheme", "facts", "bozhou", "--json")
    facts = {fact["name"]: fact for fact in json.loads(done.stdout)}
    assert done.exit_code == 0
    survey = facts["survey_dissatisfied"]
    assert (survey["type"], survey["level"], survey["default"]) == ("count", "subject", True)
    assert survey["missing"] == {"team": "skip", "principal": "skip", "deputy": "skip"}
    assert "BZ-13" in survey["read_by"]
    assert survey["brought_by"]
    assert facts["criticism_circulars"]["aliases"] == ["circulars"]
    assert facts["preliminary_grade"]["read_by"][0] == "BZ-41"


@pytest.mark.parametrize("name", list_schemes())
def test_every_pack_is_shown_and_its_facts_listed(run, name, monkeypatch):
    """Each rule, component and fact of the pack has words; each rule id stands in what is shown."""
    monkeypatch.setenv("COLUMNS", "400")
    pack = load_scheme(name)
    shown, facts = run("scheme", "show", name), run("scheme", "facts", name)
    assert (shown.exit_code, facts.exit_code) == (0, 0)
    assert [rule for rule in pack.scheme.citations() if rule not in shown.stdout] == []
    assert [fact.name for fact in pack.scheme.facts.values() if fact.name not in facts.stdout] == []


def test_show_says_scores_pools_and_defaults(run, monkeypatch):
    """Weights, bands, deductions with their limits, partitions and marks of what no source says."""
    monkeypatch.setenv("COLUMNS", "400")
    shown = run("scheme", "show", "example").stdout
    for told in (
        "工作实绩×50% + 工作纪律×30% + 群众评议×20%",
        "迟报次数每次扣2分,最多10分,遭受自然灾害的除外",
        "95以上“优秀一档”",
        "“优秀”不超过30/100,尾数舍去(默认)",
        "截至本年度的3年内最好的等次",
        "以得分档次等次为准;先后依年度得分(高的在前)",
        "单位类型",
        "默认",
    ):
        assert told in shown


def test_check_names_every_fault_of_the_cases(run, tmp_path):
    """Faults of several cases come at once with their lines, before any case is run."""
    folder = new_scheme("qingshan", tmp_path, "青山县")
    cases = folder / "cases" / "results.yaml"
    text = cases.read_text(encoding="utf-8")
    broken = text.replace("grade: 较差", "grade: 中等").replace("value: 42", "value: 420").replace("scores:", "score:")
    cases.write_text(broken, encoding="utf-8")
    done = run("scheme", "check", str(folder))
    assert isinstance(done.exception, SchemeFaults)
    lines = {fault.line: fault.found for fault in done.exception.faults if fault.file == "cases/results.yaml"}
    wrong = [
        at for at, line in enumerate(broken.splitlines(), 1) if "中等" in line or "420" in line or " score:" in line
    ]
    assert sorted(lines) == wrong


def test_a_clause_that_is_nearly_quoted_is_shown_beside_its_source(tmp_path):
    """The nearest clause tells the author which letter is wrong."""
    folder = new_scheme("qingshan", tmp_path, "青山县")
    rules = folder / "rules.yaml"
    wrong = rules.read_text(encoding="utf-8").replace("年内受到处分的,定为较差", "年内受到处分,定为较差")
    rules.write_text(wrong, encoding="utf-8")
    with pytest.raises(SchemeFaults) as stopped:
        load_scheme(folder)
    assert ["年内受到处分的,定为较差" in fault.allowed for fault in stopped.value.faults] == [True]
