"""The repository itself: sizes, states and tables in step, nothing of one machine, rules that exist."""

import re
import subprocess
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

from config.scheme_loader import SCHEMES, list_schemes
from config.settings import ROOT
from models.tables import metadata
from models.transitions import TRANSITIONS

PACKAGES = ("scoring", "config", "models", "notices", "tasks", "flows", "commands", "demo")
LONGEST = 300
# Where a row may begin, beside what a verb leads to.
BEGINNINGS: dict[str, set[str]] = {
    "cycle": {"open"},
    "cycle_run": {"live"},
    "stage_state": {"pending"},
    "gate": {"open"},
    "subject": {"active"},
    "entry": {"current"},
    "fact": {"current"},
    "event": {"valid"},
    "investigation": {"proposed"},
    "obligation": {"open"},
    "submission": {"submitted"},
    "period": {"open"},
    "message": {"pending"},
    "delivery": {"pending"},
    "preliminary_grade": {"current"},
    "proposal_sheet": {"drafted"},
    "decision": {"decided"},
    "public_notice": {"published"},
    "objection": {"received"},
    "consequence": {"proposed"},
    "feedback": {"prepared"},
    "rectification_item": {"open"},
    "rectification_report": {"current"},
}
PATHS = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/[\w.]+")
REGISTRIES = re.compile(r"https?://[\w.:-]*(?:pypi|artifactor|nexus|mirror|/simple)|\bindex-url\b", re.IGNORECASE)
# Rules without a value that could stand in a pack: one result per subject, archive, uses of results.
IN_CODE = {"03", "22", "23"}
CITED = re.compile(r"\bBZ-(\d+)\b")


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def modules() -> list[Path]:
    ours = (*PACKAGES, "cli.py")
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ours]


def lines_with(pattern: re.Pattern[str], *, but: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {found.group()}"
        for path in tracked()
        if path.name not in but
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if (found := pattern.search(line))
    ]


def test_no_module_is_too_long_to_read() -> None:
    hand_made = [path for path in modules() if "versions" not in path.parts]
    assert len(hand_made) > 100
    long = {str(path.relative_to(ROOT)): n for path in hand_made if (n := len(text_of(path).splitlines())) > LONGEST}
    assert long == {}, "split these by what they do"


def test_package_files_are_empty() -> None:
    assert [path for path in tracked() if path.name == "__init__.py" and path.stat().st_size] == []


def test_every_module_says_what_it_is_for() -> None:
    written = [path for path in modules() if path.name != "__init__.py" and "migrations" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in written if not text_of(path).startswith('"""')] == []


def test_every_table_of_transitions_exists_and_has_a_beginning() -> None:
    assert set(TRANSITIONS) <= set(metadata.tables)
    assert set(TRANSITIONS) == set(BEGINNINGS)


def states_of(table: str) -> set[str]:
    checks = [
        str(constraint.sqltext)
        for constraint in metadata.tables[table].constraints
        if isinstance(constraint, CheckConstraint) and constraint.name == f"check_{table}_state"
    ]
    assert len(checks) == 1, f"{table} has no check_{table}_state"
    return set(re.findall(r"'(\w+)'", checks[0]))


@pytest.mark.parametrize("table", TRANSITIONS)
def test_the_states_a_table_allows_are_those_that_can_be_reached(table: str) -> None:
    reached = set(BEGINNINGS[table])
    moves = list(TRANSITIONS[table].values())
    for _ in moves:
        reached |= {target for sources, target in moves if reached & set(sources)}
    assert states_of(table) == reached
    assert set(chain.from_iterable(sources for sources, _ in moves)) <= reached


def test_every_table_with_states_has_transitions() -> None:
    assert {name for name, table in metadata.tables.items() if "state" in table.columns} == set(TRANSITIONS)


def test_nothing_of_one_machine_stands_in_a_file() -> None:
    assert lines_with(PATHS, but=("test_house.py",)) == []


def test_no_index_of_packages_is_named() -> None:
    assert lines_with(REGISTRIES, but=("test_house.py", "LICENSE")) == []


def test_every_rule_that_is_cited_exists() -> None:
    known: set[str] = set()
    for scheme in list_schemes():
        for file in (SCHEMES / scheme).rglob("*.yaml"):
            known |= set(CITED.findall(text_of(file)))
    cited = {
        f"{path.relative_to(ROOT)}: BZ-{number}"
        for path in tracked()
        if path.suffix in (".py", ".j2") and "tests" not in path.parts
        for number in CITED.findall(text_of(path))
        if number not in known | IN_CODE
    }
    assert cited == set(), "no pack knows these rules; correct the citation or add the rule"
