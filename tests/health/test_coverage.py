"""Every rule of every system stands somewhere and is shown by a passing case or a test, or says who will build it."""

import re
from functools import cache
from pathlib import Path

import pytest

from config import coverage
from config.coverage import RuleCoverage, pack_coverage
from config.scheme_cases import CaseResult, worked_cases
from config.scheme_loader import COVERAGE, list_schemes, load_scheme

DOMAIN = Path(__file__).parents[2].parent / "shared" / "domain.md"
SYSTEMS = {"bozhou": ("BZ", 59), "jiangsu": ("JS", 17), "gansu": ("GS", 25), "tongxiang": ("TX", 20)}
LISTED = [name for name in list_schemes() if COVERAGE in load_scheme(name).files]


@cache
def rows(name: str) -> tuple[RuleCoverage, ...]:
    """The rules of a pack; its cases count as passed, as each is a test of its own (tests/cases)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coverage, "run_cases", lambda pack: [CaseResult(case, ()) for case in worked_cases(pack)])
        return tuple(pack_coverage(load_scheme(name)))


@pytest.mark.parametrize("name", LISTED)
def test_no_rule_is_missing(name: str) -> None:
    """What keeps a rule from being covered is told: a place that does not name it, a test that is not there."""
    assert [f"{row.id}: {'; '.join(row.problems)}" for row in rows(name) if row.state == "missing"] == []


@pytest.mark.parametrize("name", SYSTEMS)
def test_each_rule_of_a_system_is_listed_once(name: str) -> None:
    """Every system whole, in order, none left out; only recurring flows may still be planned."""
    prefix, count = SYSTEMS[name]
    assert [row.id for row in rows(name)] == [f"{prefix}-{number:02}" for number in range(1, count + 1)]
    assert {row.planned for row in rows(name)} <= {None, "Rhythm"}


@pytest.mark.skipif(not DOMAIN.is_file(), reason="the specification is not beside the repository")
@pytest.mark.parametrize("name", SYSTEMS)
def test_the_list_is_the_specifications(name: str) -> None:
    """The ids of the system's chapter are exactly those listed."""
    prefix, _ = SYSTEMS[name]
    specified = re.findall(rf"^- \*\*({prefix}-\d+)\*\*", DOMAIN.read_text(encoding="utf-8"), re.MULTILINE)
    assert [row.id for row in rows(name)] == specified
