"""The guide for authors of schemes does what it says: its files make a pack, and it knows every kind."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

import cli
from config import scheme_rule_models as rules
from config.component_models import AnyComponent
from config.scoring_models import ScoringFile
from config.yaml_file import Faults, check_model, parse_yaml

GUIDE = (Path(__file__).parents[2] / "docs" / "schemes.md").read_text(encoding="utf-8")
FILE = re.compile(r"<!-- file: (\S+) -->\n```yaml\n(.*?)```", re.DOTALL)


def kinds() -> list[str]:
    """Every kind of component, rule and consequence that a pack may have."""
    models = [*get_args(AnyComponent), *get_args(rules.AnyRule), *get_args(rules.AnyConsequence)]
    return sorted({kind for model in models for kind in get_args(model.model_fields["kind"].annotation)})


@pytest.fixture
def qingshan(tmp_path, monkeypatch):
    """The pack of a person who did every step of the guide, in a wide window."""
    monkeypatch.setenv("COLUMNS", "300")
    run = CliRunner().invoke
    assert run(cli.app, ["scheme", "new", "qingshan", "--place", "青山县", "--to", str(tmp_path)]).exit_code == 0
    folder = tmp_path / "qingshan"
    for file in (folder / "duties.yaml", *(folder / "cases").iterdir(), *(folder / "forms").iterdir()):
        file.unlink()
    for name, text in FILE.findall(GUIDE):
        (folder / name).write_text(text, encoding="utf-8")
    return lambda *words: run(cli.app, ["scheme", words[0], str(folder), *words[1:]])


def test_the_files_of_the_guide_make_a_sound_pack(qingshan):
    """What the guide says is printed is printed."""
    assert len(FILE.findall(GUIDE)) == 7
    for command, told in (
        ("check", "青山县年度考核:7 个文件、5 个案例,没有问题"),
        ("test", "5 个案例,0 个不符"),
        ("coverage", "共 4 条:已实现 4、待建 0、缺 0"),
        ("show", "领导班子评为优秀的不超过总数的三分之一"),
        ("facts", "preliminary_grade"),
    ):
        done = qingshan(command)
        assert done.exit_code == 0, done.output
        assert told in done.stdout


def test_every_kind_is_in_the_guide():
    """The reference tables leave no kind out."""
    assert [kind for kind in kinds() if f"`{kind}`" not in GUIDE] == []


CITE = "label: 名, cite: {source: S, clause: 句}"
ON_POOLS = ("quota", "order", "spread", "leniency")  # kinds that speak of no tiers
LISTS = {
    "## 3.": (ScoringFile, "facts: []\nbase: {id: X-0, basis: default}\ncomponents:\n"),
    "## 4.": (rules.RulesFile, "rules:\n"),
    "## 5.": (rules.ConsequencesFile, "actions: []\nconsequences:\n"),
}


def examples() -> Iterator[tuple[str, str, str]]:
    """Section, kind and text of each example in the reference tables; a row without a kind goes on with the last."""
    for section in LISTS:
        kind = ""
        for row in re.findall(r"^\|(.*)\|(.*)\|(.*)\|$", GUIDE.split(section)[1].split("\n## ")[0], re.MULTILINE):
            kind = next(iter(re.findall(r"`(\w+)`", row[0])), kind)
            for text in re.findall(r"`([^`]+)`", row[2]):
                yield section, kind, text


@pytest.mark.parametrize(("section", "kind", "text"), examples())
def test_each_example_of_the_guide_is_well_formed(section, kind, text):
    """What the tables show can be written so: right keys, right types."""
    model, head = LISTS[section]
    name = "name: x, " if section == "## 3." else ""
    tiers = "" if kind in ON_POOLS else "applies_to: [team], "
    entry = f"  - {{id: X-1, kind: {kind}, {name}{tiers}{CITE}, <<: {{{text}}}}}\n"
    faults = Faults()
    check_model(model, parse_yaml(head + entry, "t.yaml", faults), faults)
    assert [str(fault) for fault in faults.items] == []


def test_the_guide_knows_no_kind_that_is_not_there():
    """A kind that was renamed is renamed in the guide as well."""
    tables = "\n".join(
        line for line in GUIDE.split("## 3.")[1].split("## 6.")[0].splitlines() if line.startswith("| `")
    )
    named = {kind for row in tables.splitlines() for kind in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert sorted(named) == kinds()
